"""HiNeRV's own compression, as a baseline: magnitude pruning, and a fixed number of levels for each tensor."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.paper.fixed_point import OCTAVE
from nvc_engine.codecs.nvrc.paper.model import is_feature, is_grid
from nvc_engine.codecs.nvrc.paper.models import ModelQuantiser

PRUNED_SHARE = 0.15


@torch.no_grad()
def prune(theta: Mapping[str, Tensor]) -> None:
    """Set the smallest weights to 0: 15 % of all matrices' and kernels', grids, tables and biases left out."""
    weights = [value for name, value in theta.items() if not is_feature(name) and not name.endswith("bias")]
    sizes = torch.cat([value.abs().flatten() for value in weights])
    bound = sizes.kthvalue(max(1, math.floor(PRUNED_SHARE * sizes.numel()))).values
    for value in weights:
        value.mul_(value.abs() > bound)


@torch.no_grad()
def set_levels(models: ModelQuantiser, theta: Mapping[str, Tensor], bits: int) -> None:
    """Give every tensor the step that spans its range with 2^`bits` levels, and the normal law of its values."""
    for name, value in theta.items():
        flat = value.flatten()
        step = torch.log2((flat.max() - flat.min()).clamp(min=1e-6) / (2**bits - 1))
        step = torch.ceil(step * OCTAVE) / OCTAVE
        deviation = torch.log2(flat.std(correction=0).clamp(min=1e-8))
        if is_grid(name):
            key, number, mean = "grids", int(name.rsplit(".", 1)[1]), flat.mean() / torch.exp2(step)
        else:
            shared = models.views[name].shared
            assert shared is not None
            key, number, mean = "shared", shared, flat.mean()
        for part, number_of in (("step", step), ("scale", deviation), ("mean", mean)):
            models.phi[f"{key}.{part}"][number] = number_of
