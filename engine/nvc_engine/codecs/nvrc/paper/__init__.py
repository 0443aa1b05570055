"""NVRC as in its paper (arXiv 2409.07414): HiNeRV's network, and parameters coded by models that are coded in turn.

`configurations` has the published sizes, `layout` every tensor that follows from one; `patches` says what a patch of a
frame needs of each stage, `model` renders it; `quantiser` turns parameters (theta) and the models that code them (phi)
into integers, `contexts` is the integer context network of the grids, `coding` writes a unit's bytes; `training` fits
one unit; `session`, `planning` and `decoding` serve the codec. Spec: specs/nvrc.md, whose sections are cited.
"""
