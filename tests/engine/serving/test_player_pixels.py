"""Code values of single pixels, through the real engine and by themselves."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Colour, Matrix, to_rgb
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.player_pixels import read_pixel
from nvc_engine.protocol.messages import Failed, GetPixel, PixelRead


@pytest.mark.parametrize("chroma", [Chroma.C420, Chroma.C422, Chroma.C444])
@pytest.mark.parametrize("depth", [8, 10])
def test_a_pixel_has_the_values_of_the_whole_picture(chroma: Chroma, depth: int) -> None:
    generator = np.random.default_rng(depth)
    kind = np.uint8 if depth == 8 else np.uint16
    size, small = (45, 53), chroma.plane_shape(45, 53)
    y, u, v = (generator.integers(0, 1 << depth, shape, dtype=kind) for shape in (size, small, small))
    picture, colour = Picture(y, u, v, depth, chroma), Colour(Matrix.BT709)
    whole = to_rgb(picture, colour)
    across, down = chroma.divisors
    for x, row in ((0, 0), (52, 44), (1, 44), (20, 31), (37, 8)):
        read = read_pixel(picture, colour, GetPixel(7, 1, 0, x, row, "pixel"))
        assert read.yuv == (y[row, x], u[row // down, x // across], v[row // down, x // across])
        assert read.rgb == tuple(whole[row, x])
        assert (read.request, read.bit_depth) == (7, depth)
    with pytest.raises(EngineError, match="no pixel 53, 0"):
        read_pixel(picture, colour, GetPixel(7, 1, 0, 53, 0, "pixel"))


def test_the_engine_reads_pixels(window: Any, clip: Path) -> None:
    opened = window.open(clip)
    answer = window.ask(GetPixel(window.number(), opened.clip, 3, 5, 6, "pixel"))
    assert isinstance(answer, PixelRead)
    assert len(answer.yuv) == len(answer.rgb) == 3
    outside = window.ask(GetPixel(window.number(), opened.clip, 3, 64, 0, "pixel"))
    assert isinstance(outside, Failed)
    closed = window.ask(GetPixel(window.number(), 9999, 3, 0, 0, "pixel"))
    assert isinstance(closed, Failed)
