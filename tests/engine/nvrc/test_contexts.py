"""Contexts of large grids: exactly the written formulas, causal, and worth their bytes."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.codecs.nvrc.coding import decode_unit, encode_unit, unit_shares
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import initial_parameters
from nvc_engine.codecs.nvrc.quantiser import Quantiser
from nvc_engine.codecs.parameters import contexts
from nvc_engine.codecs.parameters.symbols import law_sizes
from nvc_engine.nn.rate import laplace_bits

SLICES, ROWS, COLUMNS, CHANNELS = 6, 12, 16, 2
Ints = NDArray[np.int32]


@pytest.fixture
def layout() -> Layout:
    """One whose base grid has a context, and whose coarser level has none."""
    shape = NetworkShape(
        cell=4,
        strides=(2,),
        widths=(8,),
        depths=(1,),
        expansions=(1,),
        base_channels=CHANNELS,
        base_levels=2,
        base_period=2,
        local_channels=1,
        local_levels=2,
        stage_channels=(0,),
        stage_periods=(1,),
    )
    return Layout(shape, 2 * SLICES, 8 * ROWS, 8 * COLUMNS)


def drawn(seed: int, spread: float = 3.0) -> Ints:
    return np.random.default_rng(seed).laplace(0, spread, (SLICES, ROWS, COLUMNS, CHANNELS)).round().astype(np.int32)


def drawn_taps(seed: int) -> Ints:
    return np.random.default_rng(seed).integers(-127, 128, (CHANNELS, contexts.TAPS), dtype=np.int32)


def unit_parameters(layout: Layout, grid: Ints | None = None) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(1)
    theta = initial_parameters(layout, random, torch.full((layout.packed_channels,), 0.5))
    theta = {name: value + 0.05 * torch.randn(value.shape, generator=random) for name, value in theta.items()}
    if grid is not None:
        theta["grid.base.0"] = torch.from_numpy(grid) * 2**-5.75
    return theta


def spelled_out(q: Ints, taps: Ints, t: int, y: int, x: int, channel: int) -> tuple[int, int]:
    """Mean and class of one symbol, as FORMAT.md has them."""

    def at(t: int, y: int, x: int) -> int:
        return int(q[t, y, x, channel]) if t >= 0 and 0 <= y < ROWS and 0 <= x < COLUMNS else 0

    def changed(t: int, y: int, x: int) -> int:
        return abs(at(t, y, x) - at(t - 1, y, x))

    cross = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
    a, b, c, d, e, f = (int(tap) for tap in taps[channel])
    before, around = at(t - 1, y, x), sum(at(t - 1, *place) for place in cross)
    beside = sum(at(t, *place) for place in cross)
    square = [(y + j, x + i) for j in (-1, 0, 1) for i in (-1, 0, 1)]
    old = changed(t - 1, y, x) + sum(changed(t - 1, *place) for place in square)
    if (y + x) % 2 == 0:
        mean = a * before + b * around if t else 0
        energy = 2 * old
    else:
        mean = c * before + d * around + e * beside if t else f * beside
        energy = old + 2 * sum(changed(t, *place) for place in cross)
    return mean, 10 - t if t < 2 else sum(energy >= 2**n for n in range(1, 9))


def test_laws_are_those_of_the_format() -> None:
    q, taps = drawn(1), drawn_taps(2)
    for t in range(SLICES):
        mean, members = contexts.slice_laws(q, t, taps)
        for y, x, channel in np.ndindex(ROWS, COLUMNS, CHANNELS):
            assert (mean[y, x, channel], members[y, x, channel]) == spelled_out(q, taps, t, y, x, channel)


def test_all_classes_occur() -> None:
    q = drawn(3) * np.array([0, 1, 1, 4, 16, 16], np.int32)[:, None, None, None]
    q[:, :, :5] = 0
    q[3:, :, 5:8] //= 12
    seen = {int(each) for t in range(SLICES) for each in np.unique(contexts.slice_laws(q, t, drawn_taps(1))[1])}
    assert seen == set(range(contexts.CLASSES))


@pytest.mark.parametrize("odd", [False, True])
def test_no_law_depends_on_what_comes_later(odd: bool) -> None:
    q, taps = drawn(4), drawn_taps(5)
    second = contexts.odd_sites(ROWS, COLUMNS)
    for t in range(SLICES):
        later = q.copy()
        later[t + 1 :] += 50
        later[t][second] += 50
        if not odd:
            later[t] += 50
        sites = second if odd else ~second
        for law, other in zip(contexts.slice_laws(q, t, taps), contexts.slice_laws(later, t, taps), strict=True):
            assert np.array_equal(law[sites], other[sites])


def test_the_largest_symbols_do_not_overflow() -> None:
    q = np.full((SLICES, ROWS, COLUMNS, CHANNELS), 32767, np.int32)
    q[1::2] *= -1
    taps = np.full((CHANNELS, contexts.TAPS), 127, np.int32)
    mean, members = contexts.slice_laws(q, 3, taps)
    assert (int(mean[2, 2, 0]), int(members[2, 2, 0])) == spelled_out(q, taps, 3, 2, 2, 0)
    assert (int(mean[2, 3, 0]), int(members[2, 3, 0])) == spelled_out(q, taps, 3, 2, 3, 0)


def test_bytes_are_the_estimate(layout: Layout) -> None:
    theta = unit_parameters(layout, drawn(6).cumsum(axis=0).astype(np.int32))
    symbols = Quantiser(layout, theta).symbols(theta)
    grid = symbols["grid.base.0"]
    bits = 0.0
    for t in range(SLICES):
        mean, members = contexts.slice_laws(grid.q, t, grid.taps)
        scale = 2.0 ** (grid.scale_index[np.arange(CHANNELS), members] / 4)
        q, location = torch.from_numpy(grid.q[t]).double(), torch.from_numpy(mean / 64)
        bits += float(laplace_bits(q, location, torch.from_numpy(scale)).sum())
    alone = {name: replace(each, q=each.q * (name == "grid.base.0")) for name, each in symbols.items()}
    assert 8 * unit_shares(layout, encode_unit(layout, alone))["grids"] == pytest.approx(bits, rel=0.005, abs=40)


@pytest.mark.parametrize("spread", [0.1, 3.0, 400.0])
def test_round_trip_is_exact(layout: Layout, spread: float) -> None:
    theta = unit_parameters(layout, drawn(8, spread))
    symbols = Quantiser(layout, theta).symbols(theta)
    assert law_sizes("grid.base.0", symbols["grid.base.0"].q.shape) == (contexts.CLASSES, contexts.TAPS)
    assert law_sizes("grid.base.1", symbols["grid.base.1"].q.shape) == (1, 1)
    decoded = decode_unit(layout, encode_unit(layout, symbols))
    for name, coded in symbols.items():
        assert np.array_equal(decoded[name].q, coded.q)


def moving_corner(random: np.random.Generator) -> Ints:
    """Still but for a corner that changes all the time."""
    q = np.zeros((SLICES, ROWS, COLUMNS, CHANNELS))
    q[:] = random.laplace(0, 4, q.shape[1:])
    q[:, :5, :6] = random.laplace(0, 12, (SLICES, 5, 6, CHANNELS))
    return q.round().astype(np.int32)


def smooth_change(random: np.random.Generator) -> Ints:
    """All of it changes all the time, neighbours alike."""
    wide = random.normal(0, 12, (SLICES, ROWS + 4, COLUMNS + 4, CHANNELS)).cumsum(axis=1).cumsum(axis=2)
    tall = wide[:, 4:] - wide[:, :-4]
    return ((tall[:, :, 4:] - tall[:, :, :-4]) / 4).round().astype(np.int32)


@pytest.mark.parametrize(("draw", "share"), [(moving_corner, 0.75), (smooth_change, 0.95)])
def test_what_neighbours_tell_is_saved(
    layout: Layout, draw: Callable[[np.random.Generator], Ints], share: float
) -> None:
    q = draw(np.random.default_rng(9))
    order = np.random.default_rng(10).permutation(ROWS * COLUMNS)
    shuffled = q.reshape(SLICES, -1, CHANNELS)[:, order].reshape(q.shape)  # in all slices alike
    sizes = []
    for grid in (q, shuffled):
        theta = unit_parameters(layout, grid)
        sizes.append(unit_shares(layout, encode_unit(layout, Quantiser(layout, theta).symbols(theta)))["grids"])
    assert sizes[0] < share * sizes[1]


def test_training_learns_what_contexts_save(layout: Layout, tiny_layout: Layout) -> None:
    still = unit_parameters(layout, moving_corner(np.random.default_rng(9)))
    assert 0.5 < Quantiser(layout, still).context_share(still) < 0.9
    small = unit_parameters(tiny_layout)
    assert Quantiser(tiny_layout, small).context_share(small) == 1
