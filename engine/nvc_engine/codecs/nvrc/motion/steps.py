"""Quantiser steps on a grid of sixteenths of an octave."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nvc_engine.codecs.nvrc.motion.laws import Ints
from nvc_engine.codecs.nvrc.motion.residual import COLUMNS, ROWS

SIXTEENTHS = 16
INDEX_MAX = 255
COARSEST = 180
"""The index that an encoder goes no further than: a step of 600 samples leaves little of a picture."""
PER_OCTAVE = 16
DRAW_UNITS = 32
# round(2^20 2^(k / 16)); a test recomputes it.
_OCTAVE = (
    1048576, 1095000, 1143480, 1194106, 1246974, 1302182, 1359835, 1420040,
    1482910, 1548564, 1617125, 1688722, 1763488, 1841564, 1923097, 2008240,
)  # fmt: skip


def step_sixteenths(index: int) -> int:
    """The step of an index 0..255, in sixteenths of a sample: 4 * 2^(index / 16), to the nearest."""
    octave, part = divmod(index, 16)
    return (_OCTAVE[part] << octave) + (1 << 17) >> 18


def step_index(step: float) -> int:
    """The index whose step is nearest to `step`, in samples."""
    index = round(16 * float(np.log2(max(step, 1e-3) * SIXTEENTHS / 4)))
    return min(max(index, 0), INDEX_MAX)


@dataclass(frozen=True)
class Steps:
    """What a frame's coefficients are worth.

    Attributes:
        luma, chroma: quantiser steps in sixteenths of a sample.
        draw_ones, draw_others: how far coefficients of magnitude 1 and of more are drawn to 0, in 32nds of a step.
    """

    luma: int
    chroma: int
    draw_ones: int
    draw_others: int

    def of(self, plane: int) -> int:
        return self.chroma if plane else self.luma

    def dequantise(self, q: Ints, plane: int, peak: int) -> NDArray[np.int64]:
        """Coefficients [rows, columns, 8, 8] in sixteenths from `q` [rows, columns, 64] by scan."""
        step = self.of(plane)
        magnitude = np.abs(q.astype(np.int64))
        ones, others = step * self.draw_ones // DRAW_UNITS, step * self.draw_others // DRAW_UNITS
        values = magnitude * step - np.where(magnitude == 1, ones, np.where(magnitude > 1, others, 0))
        values = np.minimum(values, 256 * (peak + 1))
        result = np.zeros((*q.shape[:2], 8, 8), np.int64)
        result[..., ROWS, COLUMNS] = np.where(q < 0, -values, values)
        return result
