"""Pictures as what the networks take, R'G'B' signals [1, 3, H, W] in 0..1, and back."""

import numpy as np
import torch
from torch import Tensor

from nvc_engine.media.colour import Colour, from_signals, to_420, to_rgb_16bit
from nvc_engine.media.frames import neutral
from nvc_engine.media.picture import Chroma, Picture


def to_signals(picture: Picture, colour: Colour, dtype: torch.dtype, device: torch.device) -> Tensor:
    """A picture of any depth and sampling as [1, 3, H, W]."""
    levels = to_rgb_16bit(picture, colour).transpose(2, 0, 1).astype(np.float64) / 65535
    return torch.from_numpy(levels)[None].to(device, dtype)


def to_picture(signals: Tensor, colour: Colour, bit_depth: int, chroma: Chroma) -> Picture:
    """`signals` as a picture in 4:2:0, rounded to nearest; a gray one has no colour."""
    rgb = signals[0].clamp(0, 1).permute(1, 2, 0).float().cpu().numpy()
    picture = to_420(from_signals(rgb, colour, Chroma.C420, bit_depth), colour, bit_depth)
    if chroma is Chroma.GRAY:
        rows, columns = picture.u.shape
        u, v = neutral(picture.y, rows, columns, bit_depth), neutral(picture.y, rows, columns, bit_depth)
        return Picture(picture.y, u, v, bit_depth, Chroma.GRAY)
    return picture
