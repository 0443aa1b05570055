"""Exact arithmetic on samples: motion-compensated prediction, and blocks of 8x8 through the cosine transform.

Everything is in whole numbers: floats only carry integers below 2^24 (float32) or 2^53 (float64), so that sums are
exact in any order and every machine has the same samples (specs/nvrc.md, 5.2).
"""

import math
from collections.abc import Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nvc_engine.codecs.nvrc.motion.laws import Ints

Floats = NDArray[np.float32]

SIDE = 8
Sample = TypeVar("Sample", bound=np.generic)
TAP_BITS = 6
# Interpolation filters of HEVC in 64ths: luma at quarters of a sample, chroma at eighths.
LUMA_TAPS = np.array(
    [[0, 0, 0, 64, 0, 0, 0, 0], [-1, 4, -10, 58, 17, -5, 1, 0], [-1, 4, -11, 40, 40, -11, 4, -1],
     [0, 1, -5, 17, 58, -10, 4, -1]], np.float32
)  # fmt: skip
CHROMA_TAPS = np.array(
    [[0, 64, 0, 0], [-2, 58, 10, -2], [-4, 54, 16, -2], [-6, 46, 28, -4], [-4, 36, 36, -4], [-4, 28, 46, -6],
     [-2, 16, 54, -4], [-2, 10, 58, -2]], np.float32
)  # fmt: skip
MATRIX_BITS = 12
BLOCKS_AT_ONCE = 1 << 13


def _basis() -> NDArray[np.float64]:
    """The orthonormal cosine basis [frequency, sample] of 8 samples."""
    k, x = np.arange(SIDE)[:, None], np.arange(SIDE)[None]
    result: NDArray[np.float64] = np.sqrt(np.where(k == 0, 1, 2) / SIDE) * np.cos((2 * x + 1) * k * math.pi / 16)
    return result


# The basis in 4096ths; a test recomputes it.
MATRIX = np.array(
    [[1448] * 8, [2009, 1703, 1138, 400, -400, -1138, -1703, -2009], [1892, 784, -784, -1892, -1892, -784, 784, 1892],
     [1703, -400, -2009, -1138, 1138, 2009, 400, -1703], [1448, -1448, -1448, 1448, 1448, -1448, -1448, 1448],
     [1138, -2009, 400, 1703, -1703, -400, 2009, -1138], [784, -1892, 1892, -784, -784, 1892, -1892, 784],
     [400, -1138, 1703, -2009, 2009, -1703, 1138, -400]], np.float64
)  # fmt: skip


def compensate(plane: Ints, motion: Ints, size: int, peak: int) -> Ints:
    """Blocks of `size` x `size` out of `plane` [H, W], each moved by its own motion [rows, columns, 2] (down, right).

    Blocks of 8 are luma and move in quarters of a sample, blocks of 4 are chroma and move in eighths. Beyond its edges
    the plane goes on as its last samples. Returns [rows * size, columns * size] in 0..peak.
    """
    parts = [_compensate_rows(plane, motion[rows], rows.start, size, peak) for rows in bands(*motion.shape[:2])]
    return np.concatenate(parts)


def bands(rows: int, columns: int) -> Iterator[slice]:
    """Rows of blocks in pieces of no more than `BLOCKS_AT_ONCE` blocks, or one row, which bounds their memory."""
    step = max(1, BLOCKS_AT_ONCE // columns)
    for first in range(0, rows, step):
        yield slice(first, min(rows, first + step))


def _compensate_rows(plane: Ints, motion: Ints, first: int, size: int, peak: int) -> Ints:
    """Some rows of blocks of `compensate`, those from row `first` on."""
    taps, fine = (LUMA_TAPS, 2) if size == SIDE else (CHROMA_TAPS, 3)
    before = taps.shape[1] // 2 - 1
    reach = size + taps.shape[1] - 1
    rows, columns = motion.shape[:2]
    vectors = motion.reshape(-1, 2)
    whole, part = vectors >> fine, vectors & ((1 << fine) - 1)
    top = np.repeat(np.arange(first, first + rows), columns) * size + whole[:, 0] - before
    left = np.tile(np.arange(columns), rows) * size + whole[:, 1] - before
    down = np.clip(top[:, None] + np.arange(reach), 0, plane.shape[0] - 1)
    across = np.clip(left[:, None] + np.arange(reach), 0, plane.shape[1] - 1)
    dtype = np.float32 if peak < 1 << 10 else np.float64
    window = plane[down[:, :, None], across[:, None, :]].astype(dtype)
    narrow = np.empty((len(vectors), reach, size), dtype)
    result = np.empty((len(vectors), size, size), dtype)
    for phase, kernel in enumerate(taps):
        banded = _banded(kernel, size).astype(dtype)
        chosen = part[:, 1] == phase
        if chosen.any():
            narrow[chosen] = window[chosen] @ banded
    for phase, kernel in enumerate(taps):
        banded = _banded(kernel, size).astype(dtype)
        chosen = part[:, 0] == phase
        if chosen.any():
            result[chosen] = banded.T @ narrow[chosen]
    half = 1 << (2 * TAP_BITS - 1)
    samples = np.clip((result.astype(np.int32) + half) >> (2 * TAP_BITS), 0, peak)
    return join(samples.reshape(rows, columns, size, size))


def _banded(kernel: Floats, size: int) -> Floats:
    """The filter as a matrix [size + taps - 1, size]."""
    matrix = np.zeros((size + len(kernel) - 1, size), np.float32)
    for column in range(size):
        matrix[column : column + len(kernel), column] = kernel
    return matrix


def split(plane: NDArray[Sample], side: int = SIDE) -> NDArray[Sample]:
    """A plane [H, W] of whole blocks as [rows, columns, side, side]."""
    height, width = plane.shape
    return plane.reshape(height // side, side, width // side, side).swapaxes(1, 2)


def join(blocks: NDArray[Sample]) -> NDArray[Sample]:
    """The inverse of `split`."""
    rows, columns, side = blocks.shape[:3]
    return blocks.swapaxes(1, 2).reshape(rows * side, columns * side)


def coefficients(plane: Ints) -> NDArray[np.int64]:
    """Exact cosine transform of each 8x8 block of `plane` [H, W], in 2^-24ths: [rows, columns, 8, 8]."""
    blocks = split(plane.astype(np.float64))
    result: NDArray[np.int64] = (MATRIX @ blocks @ MATRIX.T).astype(np.int64)
    return result


def transform(plane: Ints) -> Floats:
    """The same for an encoder's decisions: float32, orthonormal."""
    result: Floats = _BASIS @ split(plane.astype(np.float32)) @ _BASIS.T
    return result


def samples_of(scaled: NDArray[np.int64]) -> Ints:
    """Differences [H, W] from coefficients in sixteenths [rows, columns, 8, 8], rounded to the nearest."""
    result = MATRIX.T @ scaled.astype(np.float64) @ MATRIX
    bits = 2 * MATRIX_BITS + 4
    return join(np.floor((result + 2.0 ** (bits - 1)) / 2.0**bits).astype(np.int32))


_BASIS = _basis().astype(np.float32)
