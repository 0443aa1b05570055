"""Differentiable bits of quantised symbols; the same law that the entropy coder uses."""

import math
from typing import Any

import torch
from torch import Tensor

MAX_BITS = 24.0
_NATS = 1 / math.log(2)


def laplace_bits(q: Tensor, mean: Tensor | float, scale: Tensor) -> Tensor:
    """Bits of each symbol `q` under a Laplace law of location `mean` and scale b = `scale`, all in bins of width 1.

    `q` may be non-integer (training noise). Both tails are evaluated on the far side, without cancellation; the
    probability is bounded below by 2^-24, and the bound lets the gradient pass. Gradients are analytic: one pass.
    """
    location = mean if isinstance(mean, Tensor) else q.new_full((), mean)
    bits: Tensor = _LaplaceBits.apply(q, location, scale)  # type: ignore[no-untyped-call]
    return bits


class _LaplaceBits(torch.autograd.Function):
    """With d = |q - mean| and n = min(d, 1/2): bits = -log2(1 - e^(-1/2b) cosh(n/b)) + max(d - 1/2, 0) / (b ln 2)."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, mean: Tensor, scale: Tensor) -> Tensor:
        offset = q - mean
        distance = offset.abs()
        near = distance.clamp(max=0.5)
        far = distance - near
        inverse = scale.reciprocal()
        upper = torch.exp((near - 0.5) * inverse).mul_(0.5)
        lower = torch.exp((near + 0.5) * -inverse).mul_(0.5)
        centre = (1 - upper).sub_(lower).clamp_(min=1e-9)
        bits = (far * inverse).sub_(torch.log(centre)).mul_(_NATS)
        ctx.shapes = (q.shape, mean.shape, scale.shape)
        if any(ctx.needs_input_grad):
            inside = distance.lt(0.5).to(q.dtype)
            slope = (upper - lower).div_(centre).mul_(inside).add_(1 - inside).mul_(inverse)
            by_distance = slope.mul_(torch.sign(offset)).mul_(_NATS)
            by_scale = None
            if ctx.needs_input_grad[2]:
                turn = ((near - 0.5) * upper).sub_((near + 0.5) * lower).div_(centre).add_(far)
                by_scale = turn.mul_(inverse * inverse).mul_(-_NATS)
            ctx.save_for_backward(by_distance, by_scale)
        return bits.clamp_(max=MAX_BITS)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        by_distance, by_scale = ctx.saved_tensors
        wanted = ctx.needs_input_grad
        along = grads[0] * by_distance
        return (
            along.sum_to_size(ctx.shapes[0]) if wanted[0] else None,
            -along.sum_to_size(ctx.shapes[1]) if wanted[1] else None,
            (grads[0] * by_scale).sum_to_size(ctx.shapes[2]) if wanted[2] else None,
        )
