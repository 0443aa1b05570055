"""The integers that a file has of a fitted network: steps, laws, and what of them a tensor's name and shape decide.

Each tensor has groups that share a step and a scale: a grid has one group a channel, any other tensor is one group.
Steps lie on a grid of eighths of an octave, scales (of the Laplace law, in bins) on quarter octaves; both are coded as
integers, and the decoder's values are products of an integer and a literal.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.codecs.parameters.contexts import CLASSES, TAPS, has_context

STEP_UNITS = 8
STEP_INDEX_MIN, STEP_INDEX_MAX = -127, 64
_PIECE = 1 << 18  # symbols
# 2^(0/8) .. 2^(7/8), correctly rounded to float64.
_EIGHTHS = (
    1.0,
    1.0905077326652577,
    1.189207115002721,
    1.2968395546510096,
    1.4142135623730951,
    1.5422108254079407,
    1.681792830507429,
    1.8340080864093424,
)


def step_size(index: int) -> float:
    """Quantiser step 2^(index / 8), from literals."""
    return _EIGHTHS[index % STEP_UNITS] * 2.0 ** (index // STEP_UNITS)


def is_grid(name: str) -> bool:
    """Whether a parameter is a grid or a local table: features that carry the clip rather than weights."""
    return name.startswith("grid.") or (".local." in name and name.rsplit(".", 1)[1].isdigit())


def group_count(name: str, shape: tuple[int, ...]) -> int:
    """Groups of a tensor; its last axis runs over them where there are several."""
    return shape[-1] if is_grid(name) else 1


def law_sizes(name: str, shape: tuple[int, ...]) -> tuple[int, int]:
    """(scale classes, taps) of each group of a tensor: several of both for a large grid; one class for all else, and
    one tap, the share of the time slice before, for other grids and local tables."""
    if name.startswith("grid.") and has_context(shape):
        return CLASSES, TAPS
    return 1, 1 if is_grid(name) else 0


@dataclass(frozen=True)
class Symbols:
    """One coded tensor: integers `q` (of the tensor's shape), the step index of each group [G], the scale index of each
    group's classes [G, classes], and the taps of its means in 64ths [G, taps] (`law_sizes`)."""

    q: NDArray[np.int32]
    step_index: NDArray[np.int32]
    scale_index: NDArray[np.int32]
    taps: NDArray[np.int32]

    def values(self) -> Tensor:
        """The decoded parameter, float32: integer times literal, rounded once. One that is all zero takes no memory."""
        if not self.q.any():
            return torch.zeros(()).expand(self.q.shape)
        return dequantised(self.q, np.array([step_size(int(index)) for index in self.step_index]))


def dequantised(q: NDArray[np.int32], step: NDArray[np.float64], lowest: NDArray[np.float64] | None = None) -> Tensor:
    """Integers times the step of their group [G], plus the lowest value of it where there is one: in float64, rounded
    once to float32. Takes little memory beside its result."""
    values = np.empty(q.shape, np.float32)
    rows, result = q.reshape(-1, step.size), values.reshape(-1, step.size)
    piece = max(1, _PIECE // step.size)
    for start in range(0, len(rows), piece):
        exact = rows[start : start + piece] * step
        result[start : start + piece] = exact if lowest is None else exact + lowest
    return torch.from_numpy(values)


class HasSymbols(Protocol):
    """Whatever has the integers of a tensor."""

    @property
    def q(self) -> NDArray[np.int32]: ...


def symbol_checksum(symbols: Iterable[HasSymbols]) -> int:
    """CRC-32 of all `symbols` of a unit, each as a little-endian 32-bit word: what two machines must agree on."""
    crc = 0
    for coded in symbols:
        crc = zlib.crc32(np.ascontiguousarray(coded.q, dtype="<i4").data, crc)
    return crc
