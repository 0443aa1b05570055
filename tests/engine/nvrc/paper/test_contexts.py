"""The integer context network: causal, and the same by every way of computing it (acceptance tests 7 and 8)."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nvc_engine.codecs.nvrc.paper.blocks import BLOCK, POSITIONS, from_blocks, inside, to_blocks, wavefront
from nvc_engine.codecs.nvrc.paper.contexts import (
    CEILING,
    ContextPass,
    ContextWeights,
    context_shapes,
    initial_context,
    kernel_of,
    laws_of,
    trained_laws,
)
from nvc_engine.codecs.nvrc.paper.fixed_point import Integers

CHANNELS, BLOCKS = 2, 3


def drawn_weights(seed: int = 0) -> ContextWeights:
    random = np.random.default_rng(seed)
    return ContextWeights(
        **{name: random.integers(-300, 300, shape) for name, shape in context_shapes(CHANNELS).items()}
    )


def drawn_symbols(seed: int = 0) -> Integers:
    return np.random.default_rng(seed).integers(-9, 10, (CHANNELS, POSITIONS, BLOCKS))


def stepped(weights: ContextWeights, q: Integers) -> tuple[Integers, Integers]:
    """Laws as a coder takes them, step by step."""
    context = ContextPass(weights, q.shape[2])
    mean, scale = np.zeros_like(q), np.zeros_like(q)
    for positions in wavefront():
        mean[:, positions], scale[:, positions] = context.laws(positions)
        context.put(positions, q[:, positions])
    return mean, scale


def in_raster_order(weights: ContextWeights, q: Integers) -> tuple[Integers, Integers]:
    context = ContextPass(weights, q.shape[2])
    mean, scale = np.zeros_like(q), np.zeros_like(q)
    for position in np.arange(POSITIONS)[:, None]:
        mean[:, position], scale[:, position] = context.laws(position)
        context.put(position, q[:, position])
    return mean, scale


def convolved(weights: ContextWeights, q: Integers) -> tuple[Integers, Integers]:
    """All at once, by grouped convolutions."""
    x = torch.from_numpy(q).permute(2, 0, 1).reshape(-1, CHANNELS, *BLOCK).double() * 64
    for number, (layer, bias) in enumerate(weights.layers()):
        kernel = kernel_of(torch.from_numpy(layer).double())
        sums = F.conv3d(x, kernel, torch.from_numpy(bias * 64).double().flatten(), padding=2, groups=CHANNELS)
        x = torch.floor((sums + 512) / 1024)
        x = x.clamp(0, CEILING) if number < 2 else x
    outputs = x.view(-1, CHANNELS, 2, POSITIONS).permute(1, 2, 3, 0)
    return laws_of(outputs.numpy())


def alike(one: tuple[Integers, Integers], other: tuple[Integers, Integers]) -> bool:
    return all(bool((a == b).all()) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("way", [convolved, in_raster_order])
def test_every_way_of_computing_gives_the_same_laws(way: object) -> None:
    weights, q = drawn_weights(), drawn_symbols()
    assert callable(way)
    assert alike(way(weights, q), stepped(weights, q))


@pytest.mark.parametrize("threads", [1, 2])
def test_laws_depend_neither_on_threads_nor_on_what_is_computed_together(threads: int) -> None:
    weights, q = drawn_weights(), drawn_symbols()
    whole = stepped(weights, q)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        assert alike(convolved(weights, q), whole)
    finally:
        torch.set_num_threads(before)
    for block in range(BLOCKS):
        alone = stepped(weights, q[:, :, block : block + 1])
        assert alike(alone, tuple(law[:, :, block : block + 1] for law in whole))  # type: ignore[arg-type]


@pytest.mark.parametrize("position", [0, 70, 347, POSITIONS - 1])
def test_a_symbol_changes_no_law_of_its_own_step_or_an_earlier_one(position: int) -> None:
    weights, q = drawn_weights(), drawn_symbols()
    changed = q.copy()
    changed[1, position, 2] += 5
    t, y, x = np.indices(BLOCK)
    step = (9 * t + 3 * y + x).ravel()
    for before, after in zip(stepped(weights, q), stepped(weights, changed), strict=True):
        channel, place, block = np.nonzero(before != after)
        assert (step[place] > step[position]).all()
        assert (channel == 1).all()
        assert (block == 2).all()
    if position != POSITIONS - 1:
        assert not alike(stepped(weights, q), stepped(weights, changed))


def test_the_wavefront_takes_each_position_once_in_164_steps() -> None:
    steps = wavefront()
    assert len(steps) == 164
    assert sorted(np.concatenate(steps)) == list(range(POSITIONS))


def test_training_believes_in_the_laws_of_the_integers() -> None:
    weights, q = drawn_weights(), drawn_symbols()
    real = {name: torch.from_numpy(getattr(weights, name)).float() / 1024 for name in context_shapes(CHANNELS)}
    bins = torch.from_numpy(q).permute(2, 0, 1).reshape(-1, CHANNELS, *BLOCK).float()
    mean, scale = (law.reshape(-1, CHANNELS, POSITIONS).permute(1, 2, 0).numpy() for law in trained_laws(real, bins))
    exact_mean, exact_scale = stepped(weights, q)
    assert np.abs(mean * 16 - exact_mean).max() < 4
    assert np.abs(scale * 4 - exact_scale).max() <= 1
    assert np.abs(mean).max() > 10


def test_the_first_network_is_nearly_empty() -> None:
    weights = initial_context(CHANNELS)
    assert sum(each.numel() for each in weights.values()) == 5554 * CHANNELS
    assert sum(int((each != 0).sum()) for each in weights.values()) == 25 * CHANNELS


@pytest.mark.parametrize("shape", [(17, 9, 20, 3), (16, 8, 8, 1), (1, 1, 1, 2)])
def test_blocks_and_back(shape: tuple[int, ...]) -> None:
    grid = torch.randn(shape)
    blocks = to_blocks(grid)
    assert torch.equal(from_blocks(blocks, shape), grid)
    assert int(inside(shape).sum()) * shape[3] == grid.numel()
    assert not blocks[~inside(shape).expand_as(blocks)].any()
