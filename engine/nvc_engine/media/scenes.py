"""Hard scene cuts: frames whose luma changes far more than the frames around them do."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nvc_engine.media.clip import Clip
from nvc_engine.media.picture import Picture

_CELLS = 36  # cells across the shorter side of the coarse grid in which pictures are compared
_BINS = 32
_NEIGHBOURS = 6  # changes on each side that a candidate is held against
_OTHER_CUTS = 2  # of which so many may be cuts themselves

_LEAST_DIFFERENCE = 8.0  # mean absolute difference of the grids, in 8-bit code values
_LEAST_RATIO = 2.5
_LEAST_HISTOGRAM = 0.15  # share of the samples that change their bin
_MOST_CORRELATION = 0.6
_FLASH = 0.5


def scene_cuts(clip: Clip, start: int = 0, stop: int | None = None) -> tuple[int, ...]:
    """First frames of new shots within `start`..`stop`; `start` itself is never one.

    A cut is a change between neighbouring frames that stands out 2.5 times over the changes around it (fast motion and
    noise last), that leaves another luma histogram or another picture behind, and that is not undone by the next frame
    (a flash is).
    """
    signatures = [_signature(picture) for picture in clip.pictures(start, stop)]
    differences = np.array([_difference(a, b) for a, b in pairwise(signatures)], np.float32)
    return tuple(start + index + 1 for index in range(len(differences)) if _is_cut(signatures, differences, index))


@dataclass(frozen=True)
class _Signature:
    """`grid`: mean luma of cells; `histogram`: share of samples in each of 32 bins."""

    grid: NDArray[np.float32]
    histogram: NDArray[np.float32]


def _signature(picture: Picture) -> _Signature:
    height, width = picture.y.shape
    side = max(1, min(height, width) // _CELLS)
    rows, columns = height // side, width // side
    luma = picture.y[: rows * side, : columns * side]
    scale = np.float32(2.0 ** (8 - picture.bit_depth))
    grid = luma.reshape(rows, side, columns, side).mean((1, 3), dtype=np.float32) * scale
    counts, _ = np.histogram(picture.y[::2, ::2], _BINS, (0, 1 << picture.bit_depth))
    return _Signature(grid, (counts / counts.sum()).astype(np.float32))


def _difference(a: _Signature, b: _Signature) -> float:
    return float(np.abs(a.grid - b.grid).mean())


def _is_cut(signatures: list[_Signature], differences: NDArray[np.float32], index: int) -> bool:
    difference = float(differences[index])
    around = np.concatenate(
        [differences[max(0, index - _NEIGHBOURS) : index], differences[index + 1 : index + 1 + _NEIGHBOURS]]
    )
    usual = float(np.sort(around)[:-_OTHER_CUTS].max(initial=0.0))
    if difference < _LEAST_DIFFERENCE or difference < _LEAST_RATIO * usual:
        return False
    before, after = signatures[index], signatures[index + 1]
    undone = index + 2 < len(signatures) and _difference(before, signatures[index + 2]) < _FLASH * difference
    restored = index > 0 and _difference(signatures[index - 1], after) < _FLASH * difference
    if undone or restored:
        return False
    moved = float(np.abs(before.histogram - after.histogram).sum()) / 2
    return moved > _LEAST_HISTOGRAM or _correlation(before.grid, after.grid) < _MOST_CORRELATION


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size else 0.0
