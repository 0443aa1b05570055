"""Chroma planes between their own sampling and that of luma.

Siting is that of MPEG-2, H.264 and HEVC by default: horizontally a chroma sample stands on every other luma sample
(left-sited), vertically it stands midway between two rows. Borders repeat.
"""

import numpy as np
from numpy.typing import NDArray

from nvc_engine.media.picture import Chroma, Plane

Samples = NDArray[np.float32]


def upsample(plane: Plane | Samples, chroma: Chroma, height: int, width: int) -> Samples:
    """Linear interpolation of a chroma plane [h, w] to the luma size [height, width], unrounded."""
    samples = plane.astype(np.float32)
    across, down = chroma.divisors
    if down == 2:
        samples = _double_rows(samples)[:height]
    if across == 2:
        samples = _double_columns(samples)[:, :width]
    return samples


def downsample(samples: Samples, chroma: Chroma) -> Samples:
    """Filter full-size chroma [H, W] to the sampling of `chroma`, unrounded.

    Horizontally 1-2-1 around the luma sample that it stands on, vertically the mean of two rows.
    """
    across, down = chroma.divisors
    if across == 2:
        samples = _halve_columns(samples)
    if down == 2:
        samples = halve_rows(samples)
    return samples


def _double_rows(samples: Samples) -> Samples:
    above = np.concatenate([samples[:1], samples[:-1]])
    below = np.concatenate([samples[1:], samples[-1:]])
    doubled = np.empty((2 * samples.shape[0], samples.shape[1]), np.float32)
    near = samples * np.float32(0.75)
    doubled[0::2] = near + above * np.float32(0.25)
    doubled[1::2] = near + below * np.float32(0.25)
    return doubled


def _double_columns(samples: Samples) -> Samples:
    doubled = np.empty((samples.shape[0], 2 * samples.shape[1]), np.float32)
    doubled[:, 0::2] = samples
    doubled[:, 1:-1:2] = (samples[:, :-1] + samples[:, 1:]) * np.float32(0.5)
    doubled[:, -1] = samples[:, -1]
    return doubled


def halve_rows(samples: Samples) -> Samples:
    """Mean of each two rows, the last one repeated where their number is odd (4:2:2 to 4:2:0)."""
    if samples.shape[0] % 2:
        samples = np.concatenate([samples, samples[-1:]])
    return (samples[0::2] + samples[1::2]) * np.float32(0.5)


def _halve_columns(samples: Samples) -> Samples:
    centre = samples[:, 0::2]
    left = np.concatenate([samples[:, :1], samples[:, 1:-1:2]], axis=1)[:, : centre.shape[1]]
    right = samples[:, 1::2]
    if right.shape[1] < centre.shape[1]:
        right = np.concatenate([right, samples[:, -1:]], axis=1)
    filtered: Samples = (left + centre * np.float32(2) + right) * np.float32(0.25)
    return filtered
