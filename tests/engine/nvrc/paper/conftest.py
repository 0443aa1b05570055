"""A tiny network of the paper's kind, and clips to fit it with."""

from collections.abc import Callable

import pytest
import torch

from nvc_engine.codecs.nvrc.paper.configurations import Configuration, Stem
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout

FRAMES, HEIGHT, WIDTH = 7, 27, 38


def tiny_layout(stem: Stem = Stem.VOLUME, frames: int = FRAMES) -> PaperLayout:
    network = Configuration(
        stem=stem,
        strides=(3, 2),
        widths=(12, 6),
        depths=(2, 1),
        expansions=(2, 2),
        grid_channels=1,
        grid_levels=2,
        grid_period=200,
        local_channels=1,
        local_levels=2,
    )
    return PaperLayout(network, frames, HEIGHT, WIDTH)


@pytest.fixture
def make_layout() -> Callable[..., PaperLayout]:
    return tiny_layout


@pytest.fixture(autouse=True)
def _repeatable() -> None:
    torch.manual_seed(0)
