"""Who answers the steps of a pass where no bytes are made: an estimate of the bits, and training."""

import torch
from torch import Tensor

from nvc_engine.codecs.sevc.rates import bits
from nvc_engine.codecs.sevc.steps import Step
from nvc_engine.nn.quantisation import round_through

TRAINING_MIN_SCALE = 1 / 16
"""Below this, a symbol that is missed has no gradient left that could raise its scale."""


class Estimator:
    """Rounds (half to even) and adds up the bits.

    Attributes:
        bits: of each step by its name, a sample each, [B].
    """

    def __init__(self) -> None:
        self.bits: dict[str, Tensor] = {}

    @property
    def total(self) -> Tensor:
        """Bits of all steps so far, [B]."""
        return torch.stack(list(self.bits.values())).sum(0)

    def __call__(self, step: Step) -> Tensor:
        symbols = torch.round(residual_of(step))
        self.bits[step.name] = bits(step, symbols).double().sum((1, 2, 3))
        return symbols


class Trainer:
    """Rounds with gradients passed straight through; the bits are those of noisy values.

    Args:
        random: draws the noise.
        noise: values are moved by up to so much either way before their bits are taken.
        min_scale: smaller and negative scales are taken for this; gradients that would raise them pass.

    Attributes:
        bits: of each step by its name, a sample each, [B]; differentiable.
    """

    def __init__(self, random: torch.Generator, noise: float = 0.5, min_scale: float = TRAINING_MIN_SCALE) -> None:
        self.bits: dict[str, Tensor] = {}
        self._random = random
        self._noise = noise
        self._min_scale = min_scale

    @property
    def total(self) -> Tensor:
        """Bits of all steps so far, [B]; differentiable."""
        return torch.stack(list(self.bits.values())).sum(0)

    def __call__(self, step: Step) -> Tensor:
        residual = residual_of(step)
        drawn = torch.rand(residual.shape, generator=self._random, dtype=residual.dtype, device=residual.device)
        noisy = residual + self._noise * (2 * drawn - 1)
        self.bits[step.name] = bits(step, noisy, self._min_scale).sum((1, 2, 3))
        return round_through(residual)


def residual_of(step: Step) -> Tensor:
    """What an encoder is to code in a step."""
    residual = step.residual
    if residual is None:
        raise ValueError(f"step {step.name} belongs to a decoder's pass, which has nothing to encode")
    return residual
