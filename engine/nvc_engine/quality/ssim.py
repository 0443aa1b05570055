"""Structural similarity of a plane (Wang, Bovik, Sheikh, Simoncelli 2004), as x264 and FFmpeg take it.

Windows are 8x8 samples without weights, four apart in both directions; the score is the mean over windows.
"""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.uint8] | NDArray[np.uint16]
_Sums = NDArray[np.float64]

WINDOW, STEP = 8, 4
SMALLEST_SIDE = WINDOW
"""Pictures with a side below this many pixels have no SSIM."""


def ssim(reference: Samples, test: Samples, bit_depth: int = 8) -> float | None:
    """SSIM of two planes [H, W], 1 for identical ones; None where a side is below `SMALLEST_SIDE`.

    What is left of the sides beyond a multiple of four does not count.

    Raises:
        ValueError: the planes differ in shape.
    """
    if reference.shape != test.shape:
        raise ValueError(f"shapes {reference.shape} and {test.shape} differ")
    if min(reference.shape) < SMALLEST_SIDE:
        return None
    peak, count = float((1 << bit_depth) - 1), WINDOW * WINDOW
    a, b = (_blocks(plane) for plane in (reference, test))
    of_a, of_b = _windows(a), _windows(b)
    squares = _windows(a * a + b * b)
    products = _windows(a * b)
    variances = squares * count - of_a * of_a - of_b * of_b
    covariance = products * count - of_a * of_b
    # The constants as the integers that they are rounded to at 8 bits.
    steady_mean, steady_variance = (0.01 * peak) ** 2 * count, (0.03 * peak) ** 2 * count * (count - 1)
    if bit_depth == 8:
        steady_mean, steady_variance = float(int(steady_mean + 0.5)), float(int(steady_variance + 0.5))
    likeness = (2 * of_a * of_b + steady_mean) * (2 * covariance + steady_variance)
    scale = (of_a * of_a + of_b * of_b + steady_mean) * (variances + steady_variance)
    return float((likeness / scale).mean())


def _blocks(plane: Samples) -> _Sums:
    """The plane as blocks [rows / 4, 4, columns / 4, 4]."""
    rows, columns = plane.shape[0] // STEP, plane.shape[1] // STEP
    return plane[: rows * STEP, : columns * STEP].astype(np.float64).reshape(rows, STEP, columns, STEP)


def _windows(blocks: _Sums) -> _Sums:
    """Sums over all windows of 2x2 blocks."""
    sums = blocks.sum(axis=(1, 3))
    rows = sums[:-1] + sums[1:]
    windows: _Sums = rows[:, :-1] + rows[:, 1:]
    return windows
