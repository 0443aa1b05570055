"""Differentiable bits of quantised symbols; the same law that the entropy coder uses."""

import math
from typing import Any

import torch
from torch import Tensor

MAX_BITS = 24.0
GAUSS_REACH = 6.0
_NATS = 1 / math.log(2)
_DENSITY = 1 / math.sqrt(2 * math.pi)


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
        return _shared_backward(ctx, grads[0])


def gauss_bits(q: Tensor, mean: Tensor | float, scale: Tensor) -> Tensor:
    """Bits of each symbol `q` under a normal law of `mean` and standard deviation `scale`, in bins of width 1.

    As `laplace_bits`, but not bounded: both values and gradients hold far out in the tails
    (specs/nvrc.md, 2.5)."""
    location = mean if isinstance(mean, Tensor) else q.new_full((), mean)
    bits: Tensor = _GaussBits.apply(q, location, scale)  # type: ignore[no-untyped-call]
    return bits


def coded_gauss_bits(q: Tensor, mean: Tensor | float, scale: Tensor) -> Tensor:
    """`gauss_bits` as the entropy coder spends them: far from the mean a symbol takes the table's last entry and an
    Exp-Golomb code, which is less than the law would. The bound lets the gradient pass."""
    bits = gauss_bits(q, mean, scale)
    with torch.no_grad():
        unit = scale.clamp(min=1)
        beyond = ((q - mean).abs() - GAUSS_REACH * scale - 1.5).clamp(min=0) / unit
        most = MAX_BITS + 1 + torch.log2(unit) + 2 * torch.log2(1 + beyond)
        excess = (bits - most).clamp(min=0)
    coded: Tensor = bits - excess
    return coded


class _GaussBits(torch.autograd.Function):
    """With v = |q - mean|: P = Phi((1/2 - v) / s) - Phi((-1/2 - v) / s), in logarithms."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, mean: Tensor, scale: Tensor) -> Tensor:
        offset = q - mean
        inverse = scale.reciprocal()
        upper = (0.5 - offset.abs()) * inverse
        lower = upper - inverse
        near = torch.special.log_ndtr(upper)
        nats = near + torch.log(-torch.expm1((torch.special.log_ndtr(lower) - near).clamp(max=-1e-7)))
        ctx.shapes = (q.shape, mean.shape, scale.shape)
        if any(ctx.needs_input_grad):
            # The densities at both edges over P.
            high = torch.exp(-0.5 * upper.square() - nats).mul_(_DENSITY)
            low = torch.exp(-0.5 * lower.square() - nats).mul_(_DENSITY)
            by_distance = (high - low).mul_(inverse).mul_(torch.sign(offset)).mul_(_NATS)
            by_scale = (upper * high - lower * low).mul_(inverse).mul_(_NATS) if ctx.needs_input_grad[2] else None
            ctx.save_for_backward(by_distance, by_scale)
        bits: Tensor = nats * -_NATS
        return bits

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        return _shared_backward(ctx, grads[0])


def _shared_backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    """Gradients by symbol, location and scale from what the forward pass of a law saved."""
    by_distance, by_scale = ctx.saved_tensors
    wanted = ctx.needs_input_grad
    along = grad * by_distance
    return (
        along.sum_to_size(ctx.shapes[0]) if wanted[0] else None,
        -along.sum_to_size(ctx.shapes[1]) if wanted[1] else None,
        (grad * by_scale).sum_to_size(ctx.shapes[2]) if wanted[2] else None,
    )
