"""Where the network and an entropy coder meet: a pass over a frame is a generator of steps.

A pass yields one `Step` for each tensor of symbols, in the only order in which a decoder can ask for them, and is sent
the symbols back; what it returns is the decoded frame. The same pass serves an encoder (the steps carry values), a
decoder (they carry none), an estimate and training: they differ in who answers the steps, see `answering.py`.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import torch
from torch import Tensor

from nvc_engine.codecs.sevc.bit_estimator import BitEstimator


class Law(Enum):
    """Which zero-mean law a latent's symbols have; `scale` is b of Laplace, the standard deviation of Gauss."""

    LAPLACE = "laplace"
    GAUSSIAN = "gaussian"


@dataclass(frozen=True)
class HyperStep:
    """Symbols of a hyper-latent, under a factorised law.

    Attributes:
        name: which tensor of the frame, such as "z" or "mv_z".
        shape: of the symbols, [B, C, h, w].
        law: distribution functions of the channels.
        value: what an encoder wants coded; None in a decoder. Its symbols are its rounded values.
    """

    name: str
    shape: torch.Size
    law: BitEstimator
    value: Tensor | None

    @property
    def residual(self) -> Tensor | None:
        return self.value


@dataclass(frozen=True)
class LatentStep:
    """Symbols of one of the four parts of a latent; all tensors are [B, C/4, h, w].

    Attributes:
        name: which tensor and part of the frame, such as "y.0".
        scale: of the law; raw, so it may be negative; a coder bounds it.
        mean: prediction of the value, in quantisation steps.
        value: what an encoder wants coded, in quantisation steps; None in a decoder. Its symbols are those of
            `residual`, rounded.
    """

    name: str
    law: Law
    scale: Tensor
    mean: Tensor
    value: Tensor | None

    @property
    def shape(self) -> torch.Size:
        return self.mean.shape

    @property
    def residual(self) -> Tensor | None:
        """What lies beyond the prediction; None in a decoder."""
        return None if self.value is None else self.value - self.mean


Step = HyperStep | LatentStep

Decoded = TypeVar("Decoded")

Pass = Generator[Step, Tensor, Decoded]
"""A pass over a frame: yields steps, is sent symbols of the step's shape, and returns what is decoded from them."""


def run(coding: Pass[Decoded], answer: Callable[[Step], Tensor]) -> Decoded:
    """Run a pass to its end with symbols from `answer`."""
    try:
        step = next(coding)
        while True:
            step = coding.send(answer(step))
    except StopIteration as done:
        decoded: Decoded = done.value
        return decoded
