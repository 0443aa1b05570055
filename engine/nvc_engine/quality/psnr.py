"""Peak signal-to-noise ratio of planes, in dB."""

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.uint8] | NDArray[np.uint16]

PSNR_CAP_DB = 100.0
"""What identical planes score, and the most that any pair does."""

YUV_WEIGHTS = (6.0, 1.0, 1.0)
"""Weights of Y, U and V in PSNR-YUV."""


def psnr(reference: Samples, test: Samples, bit_depth: int = 8) -> float:
    """10 log10(peak^2 / MSE) over all samples, at most `PSNR_CAP_DB`; the peak is 2^bit_depth - 1.

    Raises:
        ValueError: the arrays differ in shape.
    """
    if reference.shape != test.shape:
        raise ValueError(f"shapes {reference.shape} and {test.shape} differ")
    wide: type[np.int32] | type[np.int64] = np.int64 if bit_depth > 15 else np.int32
    difference = np.subtract(reference, test, dtype=wide)
    error = float(np.square(difference).mean(dtype=np.float64))
    peak = (1 << bit_depth) - 1
    return PSNR_CAP_DB if error == 0 else min(PSNR_CAP_DB, 10 * math.log10(peak**2 / error))


def psnr_yuv(y: float, u: float, v: float) -> float:
    """The weighted mean of a frame's plane PSNRs in dB: (6 Y + U + V) / 8."""
    weights = YUV_WEIGHTS
    return (weights[0] * y + weights[1] * u + weights[2] * v) / sum(weights)
