"""A small clip of a patterned patch that moves over a patterned ground, and networks of laws to code it with."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from nvc_engine.codecs.nvrc.motion.frames import Nets, Planes
from nvc_engine.codecs.nvrc.motion.prior import prior_nets

FRAMES, ROWS, COLUMNS = 11, 48, 80


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def nets() -> Nets:
    return prior_nets()


@pytest.fixture(scope="session")
def moving() -> list[Planes]:
    """Planes of `FRAMES` frames of `ROWS` x `COLUMNS`."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    ground = 110 + 30 * np.sin(x / 5) + 25 * np.cos(y / 4 + x / 9)
    random = np.random.default_rng(1)
    patch = random.integers(60, 200, (6, 6)).repeat(4, axis=0).repeat(4, axis=1)
    frames = []
    for frame in range(FRAMES):
        luma = ground.copy()
        top, left = 8 + frame, 10 + 3 * frame
        luma[top : top + 24, left : left + 24] = patch
        planes = (
            luma.astype(np.int32),
            (90 + luma[::2, ::2] / 4).astype(np.int32),
            np.full((ROWS // 2, COLUMNS // 2), 140),
        )
        frames.append((planes[0], planes[1], planes[2].astype(np.int32)))
    return frames
