"""The factorised law of hyper-latents: a learned distribution function for each channel (specs/sevc.md, 7)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class _Stage(nn.Module):
    """One monotone map x to softplus(h) x + b, bent by tanh unless it is the last."""

    def __init__(self, width: int, *, last: bool = False) -> None:
        super().__init__()
        self.h = nn.Parameter(0.01 * torch.randn(1, width, 1, 1))
        self.b = nn.Parameter(0.01 * torch.randn(1, width, 1, 1))
        self.a = None if last else nn.Parameter(0.01 * torch.randn(1, width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = x * F.softplus(self.h) + self.b
        return x if self.a is None else x + torch.tanh(x) * torch.tanh(self.a)


class BitEstimator(nn.Module):
    """P(channel's value < x) for x [B, C, H, W]."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.f1 = _Stage(width)
        self.f2 = _Stage(width)
        self.f3 = _Stage(width)
        self.f4 = _Stage(width, last=True)

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.f4(self.f3(self.f2(self.f1(x)))))
