"""A tiny network, and one thread for all that is summed."""

from collections.abc import Iterator

import pytest
import torch

from nvc_engine.codecs.mvc.layout import Layout, Lift, NetworkShape

FRAMES, HEIGHT, WIDTH = 6, 21, 26


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tiny_layout() -> Layout:
    shape = NetworkShape((4, 2), (4, 8, 6), 8, 8, 8, 8, 2, 4, 8, lift=Lift.PE, cell=8)
    return Layout(shape, FRAMES, HEIGHT, WIDTH)
