"""Motion-compensated sampling, and flows at other scales (specs/sevc.md, 2.2)."""

import torch
import torch.nn.functional as F
from torch import Tensor


def warp(features: Tensor, flow: Tensor) -> Tensor:
    """`features` [B, C, H, W] sampled at each position plus `flow` [B, 2, H, W] (x, y; in samples), bilinearly.

    Positions beyond the edge take the edge's value.
    """
    height, width = features.shape[2:]
    x = _axis(width, flow) + flow[:, 0] / ((width - 1) / 2)
    y = _axis(height, flow)[:, None] + flow[:, 1] / ((height - 1) / 2)
    return F.grid_sample(features, torch.stack([x, y], 3), "bilinear", "border", align_corners=True)


def double_size(x: Tensor) -> Tensor:
    """Bilinear, twice the size, half-pixel centres."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def double_flow(flow: Tensor) -> Tensor:
    """The flow on a grid of twice the size, in samples of that grid."""
    return double_size(flow) * 2


def halve_flow(flow: Tensor) -> Tensor:
    """The flow on a grid of half the size, in samples of that grid."""
    size = (flow.shape[2] // 2, flow.shape[3] // 2)
    return F.interpolate(flow, size=size, mode="bilinear", align_corners=False) / 2


def _axis(size: int, like: Tensor) -> Tensor:
    return torch.linspace(-1, 1, size, dtype=like.dtype, device=like.device)
