"""The estimate of PSNR-YUV that training reports: errors in R'G'B' as errors of the file's code values."""

import torch.nn.functional as F
from torch import Tensor

from nvc_engine.media.colour import Colour, Matrix

MSE_FLOOR = 1e-9
LIMITED_LUMA, LIMITED_CHROMA = 219 / 255, 224 / 255


def frame_distortion(colour: Colour, error: Tensor) -> float:
    """MSE_Y^(6/8) MSE_U^(1/8) MSE_V^(1/8) of an `error` [3, H, W] in R'G'B' signals, in which 1 is the largest code
    value: -10 log10 of it is PSNR-YUV 6:1:1. Chroma is taken at half the size."""
    red, green, blue = error.unbind(0)
    if colour.matrix is Matrix.RGB:
        y, u, v = green, blue, red
    else:
        kr, kb = colour.matrix.luma_weights
        y = kr * red + (1 - kr - kb) * green + kb * blue
        u, v = (blue - y) / (2 * (1 - kb)), (red - y) / (2 * (1 - kr))
    luma, chroma = (1.0, 1.0) if colour.full_range else (LIMITED_LUMA, LIMITED_CHROMA)
    mean_y = _mean_square(y) * luma**2 + MSE_FLOOR
    mean_u, mean_v = (_mean_square(_halved(plane)) * chroma**2 + MSE_FLOOR for plane in (u, v))
    return float(mean_y**0.75 * mean_u**0.125 * mean_v**0.125)


def _halved(plane: Tensor) -> Tensor:
    return F.avg_pool2d(plane[None, None], 2, ceil_mode=True)[0, 0]


def _mean_square(plane: Tensor) -> float:
    return float(plane.square().mean())
