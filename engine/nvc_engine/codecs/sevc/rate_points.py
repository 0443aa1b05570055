"""The 64 rate points of one network (specs/sevc.md, 8)."""

import torch
from torch import Tensor, nn

RATE_POINTS = 64
ANCHORS = 4


def quant_step(basic: Tensor, anchors: Tensor, rate_point: int | Tensor) -> Tensor:
    """The vector that scales features at a rate point: [1, C, 1, 1], or [B, C, 1, 1] for a point a sample.

    Log-linear between the first and the last anchor; those between are part of published checkpoints and have no say.

    Args:
        basic: what each channel has of its own, [1, C, 1, 1].
        anchors: factors of the lowest to the highest quality, [4, 1, 1, 1].
        rate_point: 0 (lowest quality) to 63, or as many of them as samples, [B].
    """
    ends = anchors.double().log()
    first, last = ends[:1], ends[-1:]
    share = torch.as_tensor(rate_point, dtype=torch.float64, device=basic.device).view(-1, 1, 1, 1)
    factor = torch.exp(first + (last - first) * (share / (RATE_POINTS - 1)))
    return basic * factor.to(basic.dtype)


def basic_steps(width: int) -> nn.Parameter:
    """Fresh steps of each channel."""
    return nn.Parameter(torch.ones(1, width, 1, 1))


def rate_anchors(lowest: float, highest: float) -> nn.Parameter:
    """Fresh anchors, spaced evenly in the logarithm."""
    exponents = torch.linspace(0, 1, ANCHORS, dtype=torch.float64)
    return nn.Parameter((lowest * (highest / lowest) ** exponents).float().view(-1, 1, 1, 1))
