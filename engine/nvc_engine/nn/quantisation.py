"""Stand-ins for rounding that let gradients through (C3, arXiv 2312.02753, as NVRC uses them)."""

import math
from typing import Any

import torch
from torch import Tensor


def soft_round(x: Tensor, temperature: float) -> Tensor:
    """s_T(x): smooth rounding that meets x at every integer and half-integer; T -> 0 is hard rounding."""
    base = torch.floor(x) + 0.5
    return base + torch.tanh((x - base) / temperature) * (0.5 / math.tanh(0.5 / temperature))


def soft_round_mean(y: Tensor, temperature: float) -> Tensor:
    """r_T(y): conditional mean of x given the noisy, soft-rounded y. Float32 is safe for T >= 0.1."""
    shifted = y - 0.5
    base = torch.floor(shifted) + 0.5
    inner = (2 * math.tanh(0.5 / temperature)) * (shifted - base)
    return base + temperature * torch.atanh(inner) + 0.5


def kumaraswamy(shape: torch.Size, a: float, generator: torch.Generator, device: torch.device) -> Tensor:
    """Samples in [0, 1] of the Kumaraswamy law whose mode is 1/2; a = 1 is uniform, a larger one narrower."""
    b = (2**a * (a - 1) + 1) / a
    uniform = torch.rand(shape, generator=generator, device=device)
    return (1 - (1 - uniform) ** (1 / b)) ** (1 / a)


def noisy_round(x: Tensor, temperature: float, a: float, generator: torch.Generator) -> Tensor:
    """Training proxy of round(x): soft-rounded, noised, and its conditional mean taken. Same shape as `x`."""
    noise = kumaraswamy(x.shape, a, generator, x.device)
    rounded: Tensor = _NoisyRound.apply(x, noise, temperature)  # type: ignore[no-untyped-call]
    return rounded


class _NoisyRound(torch.autograd.Function):
    """soft_round_mean(soft_round(x) + noise - 1/2) and its derivative by x in one pass."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, noise: Tensor, temperature: float) -> Tensor:
        edge = math.tanh(0.5 / temperature)
        base = torch.floor(x).add_(0.5)
        tanh = (x - base).div_(temperature).tanh_()
        soft = base.add_(tanh, alpha=0.5 / edge).add_(noise).sub_(1.0)
        centre = torch.floor(soft).add_(0.5)
        inner = soft.sub_(centre).mul_(2 * edge)
        rest = 1 - inner
        mean = torch.log(inner.add_(1).div_(rest)).mul_(0.5 * temperature).add_(centre).add_(0.5)
        if ctx.needs_input_grad[0]:
            # 1 - inner^2 = rest * (1 + inner), and `inner` now holds (1 + inner) / rest.
            ctx.save_for_backward(tanh.square_().neg_().add_(1).div_(rest.square_().mul_(inner)))
        return mean

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, None, None]:
        (slope,) = ctx.saved_tensors
        return grads[0] * slope, None, None


def round_through(x: Tensor) -> Tensor:
    """round(x) whose gradient is that of x (straight-through)."""
    return x + (torch.round(x) - x).detach()
