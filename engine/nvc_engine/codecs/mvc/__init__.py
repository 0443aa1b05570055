"""MVC: an E-NeRV network is fitted to each scene, with a small embedding of every frame beside it.

`strides` and `layout` fix every size, `codes` makes the positional tables, `model` renders frames as a pure function of
the parameters, `embedding` maps frames to the transmitted F_e (CRSPE), `objective` holds the losses, FDS among them.
`flow` and `contrast` are SFCM and TCL, losses of training alone behind the protocol of `constraints`; `modules` makes
those that the settings ask for, with the networks of `teachers` and `features`, whose `weights` a person may bring.
`fixed` and `coding` write and read a unit's bytes, `training` fits one unit by the optimisers of `descent`, `session`
runs a whole encode and settles each `trained_unit`, `decoding` reads, `planning` estimates, `codec` is the contract,
and `ablation` compares the modules beside what is `published`.

Sources: MVC (arXiv 2303.04557), E-NeRV (arXiv 2207.08132); section numbers are those of specs/mvc.md.
"""
