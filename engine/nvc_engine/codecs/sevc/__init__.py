"""SEVC: a learned inter-frame codec with a base layer at a quarter of the size (CVPR 2025). Floor 3.

From outside, use `codec` (the contract), `weights` (networks with weights), `intra.IntraNetwork` and
`network.InterNetwork` (passes over a frame, see `steps`), `answering` (an estimate of the bits, and training),
`padding.Geometry` (sizes), `initial` (networks to train) and `parity` (proof of equality with the published network).
`widths` has the presets: the published widths, whose keys are those of published checkpoints, and compact ones of the
same graph. Source: specs/sevc.md, "Augmented Deep Contexts for Spatially Embedded Video Coding".
"""
