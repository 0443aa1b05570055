"""Pictures as cells of samples and back: what the network is fitted to, and what becomes of its output."""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import pack, unpack
from nvc_engine.media.colour import Colour, to_420
from nvc_engine.media.frames import neutral
from nvc_engine.media.picture import Chroma, Picture, Plane


def sample_bytes(bit_depth: int) -> int:
    """Bytes of memory that a sample takes while the network is fitted to it."""
    return 1 if bit_depth == 8 else 2


def to_cells(pictures: Iterable[Picture], layout: Layout, colour: Colour, bit_depth: int) -> Tensor:
    """All frames of a unit in 4:2:0, as cells [T, rows, columns, channels]; `signal` gives their values.

    8-bit samples are kept as uint8, deeper ones as int16 around the middle of their range.
    """
    rows, columns = layout.packed_size
    channels = layout.shape.cell**2 * 3 // 2
    cells = torch.empty((layout.frames, rows, columns, channels), dtype=torch.uint8 if bit_depth == 8 else torch.int16)
    for number, picture in enumerate(pictures):
        plain = to_420(picture, colour, bit_depth)
        y, u, v = (_stored(plane, bit_depth) for plane in (plain.y, plain.u, plain.v))
        cells[number] = pack(y, u, v, layout.shape.cell)
    return cells


def signal(cells: Tensor, bit_depth: int) -> Tensor:
    """Stored samples as float32 in 0..1: code value over the largest one."""
    values = cells.float() if bit_depth == 8 else cells.float() + _middle(bit_depth)
    return values / ((1 << bit_depth) - 1)


def to_picture(cells: Tensor, layout: Layout, bit_depth: int = 8, chroma: Chroma = Chroma.C420) -> Picture:
    """`cells` [rows, columns, channels] in 0..1 as a picture; values are rounded half up. A gray one has no colour."""
    peak = (1 << bit_depth) - 1
    levels = (cells.float() * peak + 0.5).floor().clamp(0, peak).to(torch.uint8 if bit_depth == 8 else torch.int32)
    y, u, v = (_plane(part, bit_depth) for part in unpack(levels, layout.height, layout.width, layout.shape.cell))
    if chroma is Chroma.GRAY:
        rows, columns = u.shape
        u, v = neutral(y, rows, columns, bit_depth), neutral(y, rows, columns, bit_depth)
    return Picture(y, u, v, bit_depth, chroma)


def _stored(plane: Plane, bit_depth: int) -> Tensor:
    if bit_depth == 8:
        return torch.from_numpy(plane.copy())
    return torch.from_numpy((plane.astype(np.int32) - _middle(bit_depth)).astype(np.int16))


def _plane(levels: Tensor, bit_depth: int) -> Plane:
    samples: Plane = levels.contiguous().numpy()
    return samples if bit_depth == 8 else samples.astype(np.uint16)


def _middle(bit_depth: int) -> int:
    return 1 << (bit_depth - 1)
