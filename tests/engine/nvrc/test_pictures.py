"""Pictures to what the network is fitted to and back, at every depth."""

import numpy as np
import pytest
import torch

from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.pictures import signal, to_cells, to_picture
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma, Picture


def ramp(layout: Layout, bit_depth: int) -> Picture:
    """Every sample another level, from 0 to the largest one."""
    kind = np.uint8 if bit_depth == 8 else np.uint16
    height, width = layout.height, layout.width

    def plane(rows: int, columns: int) -> np.ndarray:
        levels = np.linspace(0, (1 << bit_depth) - 1, rows * columns)
        return np.round(levels).astype(kind).reshape(rows, columns)

    small = Chroma.C420.plane_shape(height, width)
    return Picture(plane(height, width), plane(*small), plane(*small)[::-1].copy(), bit_depth)


@pytest.mark.parametrize("bit_depth", [8, 9, 10, 12, 16])
def test_every_level_survives_the_way_there_and_back(tiny_layout: Layout, bit_depth: int) -> None:
    picture = ramp(tiny_layout, bit_depth)
    cells = to_cells([picture] * tiny_layout.frames, tiny_layout, Colour(), bit_depth)
    values = signal(cells[2], bit_depth)
    assert (float(values.min()), float(values.max())) == (0.0, 1.0)
    back = to_picture(values, tiny_layout, bit_depth)
    assert back.bit_depth == bit_depth
    for plane, original in zip((back.y, back.u, back.v), (picture.y, picture.u, picture.v), strict=True):
        assert plane.dtype == original.dtype
        assert np.array_equal(plane, original)


def test_ten_bits_are_finer_than_eight(tiny_layout: Layout) -> None:
    rows, columns = tiny_layout.packed_size
    channels = tiny_layout.shape.cell**2 * 3 // 2
    cells = torch.linspace(0, 1, rows * columns * channels).reshape(rows, columns, channels)
    assert (
        len(np.unique(to_picture(cells, tiny_layout, 10).y)) > 256 >= len(np.unique(to_picture(cells, tiny_layout).y))
    )


def test_full_colour_is_filtered_to_420_at_its_own_depth(tiny_layout: Layout) -> None:
    height, width = tiny_layout.height, tiny_layout.width
    chroma = np.tile(np.where(np.arange(width) % 2, 600, 400).astype(np.uint16), (height, 1))
    picture = Picture(np.full((height, width), 512, np.uint16), chroma, chroma, 10, Chroma.C444)
    cells = to_cells([picture] * tiny_layout.frames, tiny_layout, Colour(), 10)
    back = to_picture(signal(cells[0], 10), tiny_layout, 10)
    assert np.all(back.u[:, 1:-1] == 500)


def test_a_gray_picture_has_no_colour(tiny_layout: Layout) -> None:
    rows, columns = tiny_layout.packed_size
    cells = torch.rand(rows, columns, tiny_layout.shape.cell**2 * 3 // 2)
    picture = to_picture(cells, tiny_layout, 10, Chroma.GRAY)
    assert picture.chroma is Chroma.GRAY
    assert np.all(picture.u == 512)
    assert np.all(picture.v == 512)
