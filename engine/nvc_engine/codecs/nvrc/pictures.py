"""From the network's output to a picture of 8-bit 4:2:0 code values."""

import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import unpack
from nvc_engine.media.picture import Picture


def to_picture(cells: Tensor, layout: Layout) -> Picture:
    """`cells` [rows, columns, channels] in 0..1 as a picture; values are rounded half up."""
    levels = (cells.float() * 255 + 0.5).floor().clamp(0, 255).to(torch.uint8)
    y, u, v = unpack(levels, layout.height, layout.width, layout.shape.cell)
    return Picture(y.contiguous().numpy(), u.contiguous().numpy(), v.contiguous().numpy())
