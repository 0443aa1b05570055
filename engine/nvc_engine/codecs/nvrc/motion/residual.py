"""The coefficients of one plane of a frame as decisions, in an order that lets many be decoded at a time.

Blocks are 8x8. First, for each block, whether it has any coefficient that is not 0 (`coded`), then, band by band from
low to high frequencies, the coefficients of the coded blocks. The lowest bands and the flags go in two passes, as the
squares of a chessboard, so that the second sees the first all around. All laws come from networks in whole numbers,
whose features are: magnitudes decoded before in the block and in those around it, the spectrum of the prediction and of
the difference of the two predictions that it is the mean of, and how large such coefficients were in frames before.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nvc_engine.codecs.nvrc.motion.laws import FEATURE_MAX, Indexes, Ints, LawNet, logarithm
from nvc_engine.codecs.nvrc.motion.samples import SIDE, bands, coefficients

COEFFICIENTS = 64
SCAN = sorted(((v, u) for v in range(8) for u in range(8)), key=lambda at: (at[0] + at[1], at[0]))
ROWS, COLUMNS = (np.array(axis) for axis in zip(*SCAN, strict=True))
BANDS = ((0, 1), (1, 3), (3, 6), (6, 10), (10, 15), (15, 28), (28, 64))
CHESSBOARD_BANDS = 3
BLOCKS_AT_ONCE = 1 << 12
FLAG_FEATURES = 9
VALUE_FEATURES = 10
VALUE_OUTPUTS = 3
HISTORY_BITS = 4


@dataclass(frozen=True)
class ResidualNets:
    """The networks of one kind of plane: of flags (kinds: layer), and of coefficients (kinds: frequency, layer)."""

    flags: LawNet
    values: LawNet


@dataclass
class History:
    """Running means of what was coded in frames of one layer, in 16ths.

    Attributes:
        flag: of the flags.
        magnitude: of |q| in coded blocks [64], by scan.
    """

    flag: int = 1 << (HISTORY_BITS - 1)
    magnitude: Ints = field(default_factory=lambda: np.zeros(COEFFICIENTS, np.int32))

    def update(self, q: Ints, coded: NDArray[np.bool_]) -> None:
        """Move halfway towards the means of a frame's `q` [rows, columns, 64] and flags."""
        count = int(coded.sum())
        self.flag = (self.flag + (count << 8) // coded.size + 1) >> 1
        if count:
            sums = np.abs(q[coded]).sum(axis=0, dtype=np.int64)
            means = np.minimum((sums << 8) // count, 1 << 20).astype(np.int32)
            self.magnitude = (self.magnitude + means + 1) >> 1


@dataclass(frozen=True)
class PlaneFacts:
    """What both sides know of a plane before its coefficients.

    Attributes:
        prediction, difference: spectra of the prediction and of the difference of its halves, as features
            [rows, columns, 64].
        across: feature of each coefficient from another plane [rows, columns, 64].
        across_flags: feature of each flag from another plane [rows, columns].
        layer: of the frame.
        step: feature of the quantiser step.
    """

    prediction: NDArray[np.uint8]
    difference: NDArray[np.uint8]
    across: Ints
    across_flags: Ints
    layer: int
    step: int


class Source(Protocol):
    """Where decisions come from: a stream, known symbols, or an encoder's choice. `blocks` are indexes [N]."""

    def flags(self, blocks: Indexes, index: Ints) -> NDArray[np.bool_]:
        """Flags of `blocks` under laws `index` [N]."""
        ...

    def values(self, blocks: Indexes, band: slice, index: Ints) -> Ints:
        """Coefficients [N, K] of `blocks` in a band of the scan under laws `index` [N, K, VALUE_OUTPUTS]."""
        ...


def walk(facts: PlaneFacts, nets: ResidualNets, history: History, source: Source) -> tuple[Ints, NDArray[np.bool_]]:
    """Go over a plane's decisions in coding order: q [rows, columns, 64] by scan, and the flags [rows, columns]."""
    rows, columns = facts.across_flags.shape
    colour = (np.arange(rows)[:, None] + np.arange(columns)) % 2
    coded = np.zeros((rows, columns), bool)
    for parity in (0, 1):
        chosen = np.flatnonzero(colour == parity)
        index = nets.flags.indexes(_flag_features(facts, history, coded)[chosen], facts.layer)[:, 0]
        coded.reshape(-1)[chosen] = source.flags(chosen, index)
    q = np.zeros((rows, columns, COEFFICIENTS), np.int32)
    state = _Magnitudes(rows, columns)
    around_flags = logarithm(_around(coded.astype(np.int32)))
    for number, (start, stop) in enumerate(BANDS):
        band = slice(start, stop)
        parities = ((colour == 0) & coded, (colour == 1) & coded) if number < CHESSBOARD_BANDS else (coded,)
        for members in parities:
            chosen = np.flatnonzero(members)
            if not chosen.size:
                continue
            index = np.empty((chosen.size, stop - start, VALUE_OUTPUTS), np.int32)
            for first in range(0, chosen.size, BLOCKS_AT_ONCE):
                some = slice(first, first + BLOCKS_AT_ONCE)
                down, right = np.divmod(chosen[some], columns)
                features = state.features(chosen[some], band)
                features[..., 4] = facts.prediction[down, right, band]
                features[..., 5] = facts.difference[down, right, band]
                features[..., 6] = logarithm(history.magnitude[band])
                features[..., 7] = around_flags[down, right, None]
                features[..., 8] = facts.across[down, right, band]
                features[..., 9] = facts.step
                frequencies = np.tile(np.arange(start, stop), len(features))
                flat = nets.values.indexes(features.reshape(-1, VALUE_FEATURES), frequencies, facts.layer)
                index[some] = flat.reshape(len(features), stop - start, VALUE_OUTPUTS)
            values = source.values(chosen, band, index)
            q.reshape(-1, COEFFICIENTS)[chosen, band] = values
            state.put(chosen, band, np.abs(values))
        state.close(band)
    history.update(q, coded)
    return q, coded


def _flag_features(facts: PlaneFacts, history: History, coded: NDArray[np.bool_]) -> Ints:
    """Features of all flags [blocks, FLAG_FEATURES]."""
    low, high = slice(1, 10), slice(10, COEFFICIENTS)
    features = np.empty((*coded.shape, FLAG_FEATURES), np.int32)
    features[..., 0] = logarithm(_around(coded.astype(np.int32)) * 4)
    features[..., 1] = logarithm(np.int32(history.flag))
    features[..., 2] = facts.prediction[..., low].max(axis=2)
    features[..., 3] = facts.prediction[..., high].max(axis=2)
    features[..., 4] = facts.difference[..., 0]
    features[..., 5] = facts.difference[..., low].max(axis=2)
    features[..., 6] = facts.difference[..., high].max(axis=2)
    features[..., 7] = facts.across_flags
    features[..., 8] = facts.step
    return features.reshape(-1, FLAG_FEATURES)


def _around(x: Ints) -> Ints:
    """Sum over the 8 neighbours of each block of [rows, columns]; 0 outside."""
    p = np.pad(x, 1)
    tall = p[:-2] + p[1:-1] + p[2:]
    total: Ints = tall[:, :-2] + tall[:, 1:-1] + tall[:, 2:] - x
    return total


class _Magnitudes:
    """Magnitudes decoded so far, laid out for the sums that features are made of."""

    def __init__(self, rows: int, columns: int) -> None:
        self._columns = columns
        self._padded = np.zeros((rows + 2, columns + 2, COEFFICIENTS), np.int32)
        self._square = np.zeros((rows * columns, 10, 10), np.int32)
        self._sums = np.zeros((rows, columns), np.int32)
        self._around = np.zeros((rows, columns), np.int32)

    def features(self, chosen: Indexes, band: slice) -> Ints:
        """[N, K, VALUE_FEATURES], of which the first four are filled in."""
        down, across = ROWS[band], COLUMNS[band]
        square = self._square[chosen]
        inner = 2 * (square[:, down + 1, across + 2] + square[:, down + 2, across + 1])
        inner += square[:, down + 1, across + 1] + square[:, down, across + 2] + square[:, down + 2, across]
        row, column = chosen // self._columns, chosen % self._columns
        padded = self._padded[..., band]
        beside = padded[row, column + 1] + padded[row + 2, column + 1] + padded[row + 1, column]
        beside += padded[row + 1, column + 2]
        features = np.empty((len(chosen), len(down), VALUE_FEATURES), np.int32)
        features[..., 0] = logarithm(inner)
        features[..., 1] = logarithm(self._sums.reshape(-1)[chosen])[:, None]
        features[..., 2] = logarithm(beside)
        features[..., 3] = logarithm(self._around.reshape(-1)[chosen])[:, None]
        return features

    def put(self, chosen: Indexes, band: slice, magnitudes: Ints) -> None:
        """Take in the magnitudes [N, K] of one pass."""
        self._square[chosen[:, None], ROWS[band] + 2, COLUMNS[band] + 2] = magnitudes
        self._padded[chosen // self._columns + 1, chosen % self._columns + 1, band] = magnitudes
        self._sums.reshape(-1)[chosen] += magnitudes.sum(axis=1)

    def close(self, band: slice) -> None:
        """A band is done: sums over whole neighbours may now count it."""
        self._around = _around(self._sums)


def spectrum(plane: Ints, step_sixteenths: int) -> NDArray[np.uint8]:
    """The exact coefficients c of a plane's 8x8 blocks as features by scan, 16 log2(1 + 4 |c| / step):
    [rows, columns, 64]."""
    result = np.empty((plane.shape[0] // SIDE, plane.shape[1] // SIDE, COEFFICIENTS), np.uint8)
    for rows in bands(*result.shape[:2]):
        exact = coefficients(plane[SIDE * rows.start : SIDE * rows.stop])
        scaled = np.abs(exact) // (step_sixteenths << 18)
        result[rows] = logarithm(np.minimum(scaled, FEATURE_MAX * 2 - 1))[..., ROWS, COLUMNS]
    return result
