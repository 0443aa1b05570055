"""MVC: an E-NeRV network is fitted to each scene, with a small embedding of every frame beside it.

`strides` and `layout` fix every size, `codes` makes the positional tables, `model` renders frames as a pure function of
the parameters. Sources: MVC (arXiv 2303.04557), E-NeRV (arXiv 2207.08132); section numbers are those of specs/mvc.md.
"""
