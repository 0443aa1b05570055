from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.codecs.placeholder import placeholder
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Colour, Matrix, to_rgb
from nvc_engine.media.picture import Chroma, Picture

INFO = ClipInfo(
    path=Path("clip.nvc"),
    container="nvc",
    codec="none",
    width=65,
    height=49,
    timestamps=(0,),
    time_base=Fraction(1, 25),
    rate=Fraction(25),
    pixel_format="yuv420p",
    bit_depth=8,
    chroma=Chroma.C420,
    colour=Colour(Matrix.BT709),
)


def bright(info: ClipInfo) -> Picture:
    """A light picture, flat in each plane."""
    unit = 1 << (info.bit_depth - 8)
    kind = np.uint8 if info.bit_depth == 8 else np.uint16
    shape = info.chroma.plane_shape(info.height, info.width)
    chroma = (128, 128) if info.chroma is Chroma.GRAY else (90, 180)
    return Picture(
        np.full((info.height, info.width), 216 * unit, kind),
        np.full(shape, chroma[0] * unit, kind),
        np.full(shape, chroma[1] * unit, kind),
        info.bit_depth,
        info.chroma,
    )


@pytest.mark.parametrize(
    ("chroma", "colour"),
    [*product(Chroma, (Colour(), Colour(full_range=True))), (Chroma.C444, Colour(Matrix.RGB))],
)
@pytest.mark.parametrize("bit_depth", [8, 10, 16])
@pytest.mark.parametrize("first", [True, False])
def test_it_has_the_clips_own_format_and_is_seen_to_be_no_picture(
    chroma: Chroma, bit_depth: int, colour: Colour, first: bool
) -> None:
    info = replace(INFO, chroma=chroma, bit_depth=bit_depth, colour=colour)
    last = None if first else bright(info)
    made = placeholder(info, last)
    model = bright(info)
    assert (made.bit_depth, made.chroma) == (bit_depth, chroma)
    for plane, like in ((made.y, model.y), (made.u, model.u), (made.v, model.v)):
        assert (plane.shape, plane.dtype) == (like.shape, like.dtype)
    assert made.y.max() < 1 << bit_depth
    shown = to_rgb(made, colour).astype(int).mean(axis=2)
    lines = shown > shown.min() + 40
    assert 0.1 < lines.mean() < 0.4
    assert (lines[1:, :-1] == lines[:-1, 1:]).mean() > 0.95
    darkest = shown[~lines].mean()
    assert darkest == pytest.approx(128, abs=4) if first else darkest < 70
    if chroma is Chroma.GRAY:
        assert (made.u == 1 << (bit_depth - 1)).all()


def test_the_last_picture_is_a_quarter_as_bright_and_as_coloured() -> None:
    made = placeholder(INFO, bright(INFO))
    assert sorted(np.unique(made.y)) == [16 + (216 - 16) // 4, 16 + 3 * 219 // 4]
    assert sorted(np.unique(made.u)) == [128 + (90 - 128) // 4, 128]
    assert sorted(np.unique(made.v)) == [128, 128 + (180 - 128) // 4]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 3), (7, 1), (1920, 1080)])
def test_any_size_has_one(width: int, height: int) -> None:
    made = placeholder(replace(INFO, width=width, height=height))
    assert made.y.shape == (height, width)
    assert (made.y > 128).any()


def test_it_leaves_the_last_picture_alone_and_is_always_the_same() -> None:
    last = bright(INFO)
    first, again = placeholder(INFO, last), placeholder(INFO, last)
    assert (last.y == 216).all()
    assert all((a == b).all() for a, b in ((first.y, again.y), (first.u, again.u), (first.v, again.v)))
