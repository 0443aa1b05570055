"""The picture that stands where a lost one was: anyone sees that it is none of the clip's own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Matrix
from nvc_engine.media.picture import Picture, Plane

Samples = NDArray[np.int32]

DARKENING = 4
SMALLEST_PERIOD = 8
PERIODS_ACROSS = 12


@dataclass(frozen=True)
class _Levels:
    """Code values of a plane: where no signal is, the flat placeholder, and the hatch."""

    rest: int
    flat: int
    line: int


def placeholder(info: ClipInfo, last: Picture | None = None) -> Picture:
    """`last` at a quarter of its signal under a diagonal hatch; mid-grey under the same hatch where there is none.

    It has the clip's size, sampling, depth and range. Integers only: the same on every machine.
    """
    unit = 1 << (info.bit_depth - 8)
    black, white = (0, (1 << info.bit_depth) - 1) if info.colour.full_range else (16 * unit, 235 * unit)
    bright = _Levels(black, (black + white) // 2, black + 3 * (white - black) // 4)
    # Of RGB the other two planes are brightness as well; else they are differences around a neutral value.
    other = bright if info.colour.matrix is Matrix.RGB else _Levels(128 * unit, 128 * unit, 128 * unit)
    if last is None:
        shape = info.chroma.plane_shape(info.height, info.width)
        y, u, v = _flat((info.height, info.width), bright), _flat(shape, other), _flat(shape, other)
    else:
        y, u, v = _darkened(last.y, bright), _darkened(last.u, other), _darkened(last.v, other)
    period = max(SMALLEST_PERIOD, min(info.height, info.width) // PERIODS_ACROSS)
    y = _hatched(y, bright, (1, 1), period)
    u, v = (_hatched(plane, other, info.chroma.divisors, period) for plane in (u, v))
    depth = info.bit_depth
    return Picture(_stored(y, depth), _stored(u, depth), _stored(v, depth), depth, info.chroma)


def _stored(samples: Samples, bit_depth: int) -> Plane:
    return samples.astype(np.uint16) if bit_depth > 8 else samples.astype(np.uint8)


def _flat(shape: tuple[int, int], levels: _Levels) -> Samples:
    return np.full(shape, levels.flat, np.int32)


def _darkened(plane: Plane, levels: _Levels) -> Samples:
    return levels.rest + (plane.astype(np.int32) - levels.rest) // DARKENING


def _hatched(samples: Samples, levels: _Levels, divisors: tuple[int, int], period: int) -> Samples:
    """`samples` [rows, columns] of a plane that is subsampled by `divisors`, with lines every `period` luma columns."""
    across, down = divisors
    diagonal = np.arange(samples.shape[0])[:, None] * down + np.arange(samples.shape[1])[None, :] * across
    return np.where(diagonal % period < period // 4, np.int32(levels.line), samples)
