"""NVRC, light profile: a small HiNeRV network is fitted to each scene, quantised and entropy-coded.

`layout` fixes every size from a few numbers; `model` is the network as a pure function of its parameters; `quantiser`
turns parameters into symbols by what `codecs.parameters` has for all fitted networks; `training` fits one unit;
`coding` writes and reads a unit's bytes; `session` runs a whole encode; `decoding` reads; `planning` estimates; `codec`
is the contract. Sources: specs of NVRC
(arXiv 2409.07414), HiNeRV (arXiv 2306.09818), NVRC-Lite (arXiv 2512.04019), C3 (arXiv 2312.02753).
"""
