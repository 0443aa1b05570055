"""Small networks in whole numbers that find the laws of decisions from features of what is already decoded.

A network has one hidden layer. Features are integers 0..`FEATURE_MAX` (16ths of what the floats would be), weights are
64ths; hidden values are sums shifted down and clamped to 0..`HIDDEN_MAX`; outputs are indexes of laws
(`bitstream.decisions`). Floats carry the integers, exactly (specs/nvrc.md, 5.2): |sums| stay below 2^24.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.decisions import LAWS

Ints = NDArray[np.int32]
Indexes = NDArray[np.intp]

FEATURE_MAX = 128
HIDDEN_MAX = 1023
WEIGHT_BITS = 6
WEIGHT_MAX = 511
OUTPUT_SHIFT = 8
BIAS_MAX = 1 << 17

# round(16 log2(1 + x)) of 0..255: how features measure magnitudes.
LOGARITHM: Ints = np.minimum(np.floor(16 * np.log2(1 + np.arange(256)) + 0.5), FEATURE_MAX).astype(np.int32)


def logarithm(x: NDArray[Any] | np.int32) -> Ints:
    """16 log2(1 + x) of whole numbers from 0, those above 255 taken as 255."""
    result: Ints = LOGARITHM[np.minimum(x, 255)]
    return result


@dataclass(frozen=True)
class LawNet:
    """Weights of one network, all whole numbers.

    Attributes:
        first: [features, hidden].
        kinds: what each value of each kind (a frequency, a layer) adds to the hidden sums, by kind: [values, hidden].
        second: [hidden, outputs].
        offset: [outputs].
    """

    first: Ints
    kinds: tuple[Ints, ...]
    second: Ints
    offset: Ints

    def indexes(self, features: Ints, *kinds: Indexes | int) -> Ints:
        """Laws [N, outputs] of decisions with `features` [N, features] and the value of each kind ([N], or one)."""
        hidden = features.astype(np.float32) @ self.first.astype(np.float32)
        for table, values in zip(self.kinds, kinds, strict=True):
            hidden += table[values]
        np.floor(hidden / (1 << WEIGHT_BITS), out=hidden)
        np.clip(hidden, 0, HIDDEN_MAX, out=hidden)
        result = hidden @ self.second.astype(np.float32) + self.offset
        np.floor(result / (1 << OUTPUT_SHIFT), out=result)
        laws: Ints = np.clip(result + LAWS // 2, 0, LAWS - 1).astype(np.int32)
        return laws

    def tensors(self, name: str) -> dict[str, Ints]:
        """All weights by name, those of this network under `name`."""
        kinds = {f"{name}.kind.{number}": table for number, table in enumerate(self.kinds)}
        return {f"{name}.first": self.first, **kinds, f"{name}.second": self.second, f"{name}.offset": self.offset}

    @classmethod
    def of_tensors(cls, name: str, tensors: Mapping[str, Ints]) -> "LawNet":
        """The inverse of `tensors`."""
        kinds: list[Ints] = []
        while (key := f"{name}.kind.{len(kinds)}") in tensors:
            kinds.append(tensors[key])
        return cls(tensors[f"{name}.first"], tuple(kinds), tensors[f"{name}.second"], tensors[f"{name}.offset"])
