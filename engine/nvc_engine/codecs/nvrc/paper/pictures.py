"""Pictures as what the network is fitted to, and back: R'G'B' or Y'CbCr at full size, both by the one colour module."""

from collections.abc import Iterable
from enum import IntEnum

import numpy as np
import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.media.chroma_sampling import downsample, upsample
from nvc_engine.media.colour import Colour, from_signals, to_420, to_rgb, to_rgb_16bit
from nvc_engine.media.frames import neutral
from nvc_engine.media.picture import Chroma, Picture, Plane

DEEP_PEAK = (1 << 16) - 1


class Objective(IntEnum):
    """What the network's three outputs are, and so which distortion is minimised (specs/nvrc.md, 3.1)."""

    RGB = 0
    YUV = 1


def peak_of(objective: Objective, bit_depth: int) -> int:
    """The sample value that is 1."""
    if objective is Objective.YUV:
        return (1 << bit_depth) - 1
    return 255 if bit_depth == 8 else DEEP_PEAK


def to_samples(
    pictures: Iterable[Picture], layout: PaperLayout, objective: Objective, colour: Colour, bit_depth: int
) -> Tensor:
    """All frames of a unit [T, H, W, 3]: uint8, or int16 around the middle of the range where samples are deeper."""
    deep = bit_depth > 8
    middle = (peak_of(objective, bit_depth) + 1) // 2
    samples = torch.empty((layout.frames, layout.height, layout.width, 3), dtype=torch.int16 if deep else torch.uint8)
    for number, picture in enumerate(pictures):
        levels: Plane
        if objective is Objective.YUV:
            levels = _full_size(to_420(picture, colour, bit_depth))
        else:
            levels = to_rgb_16bit(picture, colour) if deep else to_rgb(picture, colour)
        stored = (levels.astype(np.int32) - middle).astype(np.int16) if deep else levels.astype(np.uint8)
        samples[number] = torch.from_numpy(np.ascontiguousarray(stored))
    return samples


def signal(samples: Tensor, peak: int) -> Tensor:
    """Stored samples as float32 in 0..1."""
    values = samples.float() if samples.dtype is torch.uint8 else samples.float() + (peak + 1) // 2
    return values / peak


def to_picture(rendered: Tensor, objective: Objective, colour: Colour, bit_depth: int, chroma: Chroma) -> Picture:
    """`rendered` [H, W, 3] in 0..1 as a 4:2:0 picture, rounded half up; a gray one has no colour."""
    signals = rendered.float().cpu().numpy()
    if objective is Objective.RGB:
        picture = to_420(from_signals(signals, colour, Chroma.C420, bit_depth), colour, bit_depth)
        y, u, v = picture.y, picture.u, picture.v
    else:
        peak = (1 << bit_depth) - 1
        planes = (signals[..., 0], *(downsample(signals[..., each], Chroma.C420) for each in (1, 2)))
        y, u, v = (_levels(plane * np.float32(peak), peak) for plane in planes)
    if chroma is Chroma.GRAY:
        rows, columns = u.shape
        u, v = neutral(y, rows, columns, bit_depth), neutral(y, rows, columns, bit_depth)
    return Picture(y, u, v, bit_depth, chroma)


def _full_size(picture: Picture) -> Plane:
    """Y, U, V [H, W, 3] of a 4:2:0 picture, chroma interpolated and rounded."""
    peak = (1 << picture.bit_depth) - 1
    size = picture.y.shape
    chroma = [_levels(upsample(plane, Chroma.C420, *size), peak) for plane in (picture.u, picture.v)]
    return np.stack([np.asarray(plane, np.uint16) for plane in (picture.y, *chroma)], axis=-1)


def _levels(samples: np.ndarray, peak: int) -> Plane:
    rounded = np.clip(np.floor(samples + np.float32(0.5)), 0, peak)
    return rounded.astype(np.uint8) if peak <= 255 else rounded.astype(np.uint16)
