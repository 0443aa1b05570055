"""Multi-scale SSIM of luma (Wang, Simoncelli, Bovik 2003), by pytorch-msssim."""

import numpy as np
import pytorch_msssim
import torch
from numpy.typing import NDArray

Samples = NDArray[np.uint8] | NDArray[np.uint16]

LARGEST_WINDOW = 11
_SMALLEST_WINDOW = 3
_SHRINKING = 16  # the fifth scale is 1/16 of the picture

SMALLEST_SIDE = (_SMALLEST_WINDOW - 1) * _SHRINKING + 1
"""Pictures with a side below this many pixels have no MS-SSIM."""


def window_for(height: int, width: int) -> int | None:
    """Taps of the Gaussian window: 11 where both sides exceed 160 pixels, a smaller odd number below, None below 33."""
    side = min(height, width)
    for taps in range(LARGEST_WINDOW, _SMALLEST_WINDOW - 1, -2):
        if side > (taps - 1) * _SHRINKING:
            return taps
    return None


def ms_ssim(reference: Samples, test: Samples, bit_depth: int = 8) -> float | None:
    """MS-SSIM of two planes [H, W], 1 for identical ones; None where the picture is too small for it.

    Raises:
        ValueError: the planes differ in shape.
    """
    if reference.shape != test.shape:
        raise ValueError(f"shapes {reference.shape} and {test.shape} differ")
    taps = window_for(*reference.shape)
    if taps is None:
        return None
    with torch.inference_mode():
        planes = (torch.from_numpy(plane.astype(np.float32))[None, None] for plane in (reference, test))
        return float(pytorch_msssim.ms_ssim(*planes, data_range=(1 << bit_depth) - 1, win_size=taps))
