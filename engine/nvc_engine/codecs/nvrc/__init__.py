"""NVRC: a small HiNeRV network is fitted to each scene, quantised and entropy-coded; its parameters are the file.

In this folder stands the light profile: `layout` fixes every size from a few numbers; `model` is the network as a pure
function of its parameters; `quantiser` turns parameters into symbols by what `codecs.parameters` has for all fitted
networks; `training` fits one unit; `coding` writes and reads a unit's bytes; `planning` estimates. `paper` has the
networks as published, `motion` a profile without any. Networks of both kinds share `session`, which runs a whole
encode, `unit_decoding`, which reads, and `budget`; `profiles` finds the decoder of a file; `codec` is the contract.
Sources: specs of NVRC (arXiv 2409.07414), HiNeRV (arXiv 2306.09818), NVRC-Lite (arXiv 2512.04019), C3
(arXiv 2312.02753).
"""
