"""A lower bound that training can leave again."""

from typing import Any

import torch
from torch import Tensor


def at_least(x: Tensor, bound: float) -> Tensor:
    """max(x, bound); where the bound holds, gradients still pass that would raise x."""
    bounded: Tensor = _AtLeast.apply(x, bound)  # type: ignore[no-untyped-call]
    return bounded


class _AtLeast(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, bound: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.bound = bound
        return x.clamp(min=bound)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return grads[0] * ((x >= ctx.bound) | (grads[0] < 0)), None
