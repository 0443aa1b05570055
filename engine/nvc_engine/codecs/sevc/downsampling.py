"""A quarter of the size by an antialiased bicubic kernel (specs/sevc.md, 9.2)."""

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

_FACTOR = 4
_REACH = 6
# The kernel (a = -1/2, stretched by 4) at its 16 taps, in 4096ths; the sum is 4096.
_HALF_TAPS = (-7, -45, -75, -49, 93, 399, 745, 987)
_TAPS = (*_HALF_TAPS, *reversed(_HALF_TAPS))


def quarter_size(picture: Tensor) -> Tensor:
    """[B, C, H, W] to [B, C, H/4, W/4], H and W divisible by 4; edges are mirrored, nothing is clamped."""
    return _along(_along(picture, 2), 3)


def _along(picture: Tensor, axis: int) -> Tensor:
    size = picture.shape[axis]
    channels = picture.shape[1]
    mirrored = picture.index_select(axis, _mirrored(size, picture.device))
    taps = _taps(picture.dtype, picture.device)
    shape, stride = ((-1, 1), (_FACTOR, 1)) if axis == 2 else ((1, -1), (1, _FACTOR))
    return F.conv2d(mirrored, taps.view(1, 1, *shape).expand(channels, -1, -1, -1), stride=stride, groups=channels)


@cache
def _taps(dtype: torch.dtype, device: torch.device) -> Tensor:
    with torch.inference_mode(mode=False):  # also of use to a training in the same process
        return torch.tensor(_TAPS, dtype=dtype, device=device) / 4096


def _mirrored(size: int, device: torch.device) -> Tensor:
    """Positions -6 .. size + 5 as those inside, mirrored so that the edge sample comes twice."""
    place = torch.arange(-_REACH, size + _REACH, device=device) % (2 * size)
    return torch.minimum(place, 2 * size - 1 - place)
