"""A tiny clip that moves, and a tiny network to fit it with; the facts of a usual clip."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import pack
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma

FRAMES, HEIGHT, WIDTH = 6, 21, 26


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tiny_layout() -> Layout:
    shape = NetworkShape(
        cell=4,
        strides=(2,),
        widths=(8,),
        depths=(1,),
        expansions=(2,),
        base_channels=2,
        base_levels=2,
        base_period=2,
        local_channels=1,
        local_levels=2,
        stage_channels=(1,),
        stage_periods=(2,),
    )
    return Layout(shape, FRAMES, HEIGHT, WIDTH)


@pytest.fixture
def tiny_target() -> Tensor:
    """[T, rows, columns, channels] uint8."""
    rows, columns = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    frames = []
    for frame in range(FRAMES):
        y = (40 + 4 * rows + 3 * columns + 5 * frame).clamp(16, 235).to(torch.uint8)
        u, v = (y[::2, ::2] // 2 + offset for offset in (50, 80))
        frames.append(pack(y, u, v, 4))
    return torch.stack(frames)


@pytest.fixture
def info() -> ClipInfo:
    """640x360, 100 frames, 25 a second."""
    return ClipInfo(
        path=Path("drawn"),
        container="drawn",
        codec="raw",
        width=640,
        height=360,
        timestamps=tuple(range(100)),
        time_base=Fraction(1, 25),
        rate=Fraction(25),
        pixel_format="yuv420p",
        bit_depth=8,
        chroma=Chroma.C420,
        colour=Colour(),
    )
