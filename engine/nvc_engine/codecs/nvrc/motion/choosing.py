"""An encoder's choice of coefficients: for each, the value that costs least in rate and distortion under its laws."""

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.decisions import EVEN, decision_bits
from nvc_engine.codecs.nvrc.motion.laws import Indexes, Ints
from nvc_engine.codecs.nvrc.motion.residual import COEFFICIENTS, History, PlaneFacts, ResidualNets, walk

Floats = NDArray[np.float32]

_YES = decision_bits(np.arange(EVEN + 1, dtype=np.int32), np.ones(EVEN + 1, np.int32)).astype(np.float32)
_NO = decision_bits(np.arange(EVEN + 1, dtype=np.int32), np.zeros(EVEN + 1, np.int32)).astype(np.float32)
LONGEST_UNARY = 14


class Chooser:
    """A `residual.Source` that decides (greedily: what a choice does to later laws is not seen).

    Args:
        real: coefficients in steps of the quantiser [blocks, 64] by scan.
        price: what a bit is worth, in squared steps.
        draw: how far magnitudes of 1 and of more are drawn to 0, in steps.
        gains: of coding each block at all, from a walk before; None codes every block.
    """

    def __init__(self, real: Floats, price: float, draw: tuple[float, float], gains: Floats | None) -> None:
        self._real = real
        self._size = np.abs(real)
        self._price = np.float32(price)
        self._draw = draw
        self._gains = gains
        self.costs = np.zeros(len(real), np.float32)

    def flags(self, blocks: Indexes, index: Ints) -> NDArray[np.bool_]:
        if self._gains is None:
            return np.ones(len(blocks), bool)
        result: NDArray[np.bool_] = self._gains[blocks] > self._price * (_YES[index] - _NO[index])
        return result

    def values(self, blocks: Indexes, band: slice, index: Ints) -> Ints:
        size = self._size[blocks, band]
        nearest = np.floor(size + 0.5)
        best = np.zeros_like(size)
        least = size**2 + self._price * _NO[index[..., 0]]
        for lower in (0, 1):
            magnitude = np.maximum(nearest - lower, 1)
            costs = (size - self._drawn(magnitude)) ** 2 + self._price * magnitude_bits(magnitude, index)
            wins = costs < least
            best, least = np.where(wins, magnitude, best), np.where(wins, costs, least)
        np.add.at(self.costs, blocks, least.sum(axis=1))
        return (np.sign(self._real[blocks, band]) * best).astype(np.int32)

    def _drawn(self, magnitude: Floats) -> Floats:
        ones, others = self._draw
        result: Floats = magnitude - np.where(magnitude == 1, np.float32(ones), np.float32(others))
        return result


def magnitude_bits(magnitude: Floats, index: Ints) -> Floats:
    """Bits of coefficients of `magnitude` (at least 1) [...] under laws [..., 3], their sign included."""
    bits = _YES[index[..., 0]] + 1
    more = np.where(magnitude > 1, _YES[index[..., 1]], _NO[index[..., 1]])
    on = np.minimum(magnitude - 2, LONGEST_UNARY - 1) * _YES[index[..., 2]]
    last = np.where(magnitude <= LONGEST_UNARY, _NO[index[..., 2]], 0)
    beyond = np.where(magnitude > LONGEST_UNARY, 2 * np.log2(np.maximum(magnitude - LONGEST_UNARY, 1)) + 1, 0)
    result: Floats = bits + more + np.where(magnitude > 1, on + last + beyond, 0)
    return result


def choose(
    real: Floats, price: float, draw: tuple[float, float], facts: PlaneFacts, nets: ResidualNets, history: History
) -> tuple[Ints, NDArray[np.bool_]]:
    """The best q [rows, columns, 64] and flags for coefficients `real` [rows, columns, 64] in steps."""
    flat = real.reshape(-1, COEFFICIENTS)
    all_coded = Chooser(flat, price, draw, None)
    walk(facts, nets, _copy(history), all_coded)
    gains = (flat**2).sum(axis=1) - all_coded.costs
    q, _ = walk(facts, nets, _copy(history), Chooser(flat, price, draw, gains))
    coded = np.asarray(q.any(axis=2))
    return q, coded


def _copy(history: History) -> History:
    return History(history.flag, history.magnitude.copy())
