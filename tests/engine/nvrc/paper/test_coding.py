"""A unit's symbols to bytes and back, for every way of coding them; bytes and estimates agree (acceptance test 9)."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from nvc_engine.bitstream.entropy import CHECKSUM_BYTES, StreamError
from nvc_engine.codecs.nvrc.paper.arrays import (
    GridLaw,
    GridSteps,
    Hierarchy,
    Kind,
    ModelCoding,
    WeightLaw,
    matrix_views,
    model_arrays,
)
from nvc_engine.codecs.nvrc.paper.coding import GRIDS, OVERHEAD, decode_unit, encode_unit, unit_shares
from nvc_engine.codecs.nvrc.paper.configurations import configuration
from nvc_engine.codecs.nvrc.paper.fixed_point import step_sizes, times_power
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.model import initial_parameters, is_feature, is_grid
from nvc_engine.codecs.nvrc.paper.quantiser import PaperQuantiser
from nvc_engine.codecs.nvrc.paper.symbols import ArraySymbols, UnitSymbols
from nvc_engine.errors import EngineError

MakeLayout = Callable[..., PaperLayout]

FULL = Hierarchy()
VARIANTS = {
    "full": FULL,
    "V1": Hierarchy(weight_law=WeightLaw.TENSOR),
    "V2": Hierarchy(grid_law=GridLaw.TENSOR),
    "V3": Hierarchy(grid_law=GridLaw.TENSOR, weight_law=WeightLaw.TENSOR),
    "V4": Hierarchy(model_coding=ModelCoding.RAW),
    "V5": Hierarchy(grid_steps=GridSteps.FIXED),
    "bits": Hierarchy(GridLaw.TENSOR, GridSteps.TENSOR, WeightLaw.TENSOR),
}


def drawn(layout: PaperLayout, hierarchy: Hierarchy) -> tuple[dict[str, Tensor], PaperQuantiser]:
    """Parameters as after some training, and a quantiser whose phi has moved too."""
    random = torch.Generator().manual_seed(3)
    theta = initial_parameters(layout, random)
    for name, value in theta.items():
        value += (0.06 if is_feature(name) else 0.01) * torch.randn(value.shape, generator=random)
    quantiser = PaperQuantiser(layout, hierarchy, theta)
    with torch.no_grad():
        for name, value in quantiser.models.phi.items():
            spread = 0.03 if name.startswith("context") else 0.001 if name.endswith("mean") else 0.2
            value += spread * torch.randn(value.shape, generator=random)
            value += 3.0 if name == "shared.scale" else 0.0  # biases have moved away from zero
        if not quantiser.models.raw:
            quantiser.models.psi_step += torch.rand(quantiser.models.psi_step.shape, generator=random)
    return theta, quantiser


@pytest.mark.parametrize("name", VARIANTS)
def test_bytes_give_back_the_symbols_and_take_what_is_estimated(make_layout: MakeLayout, name: str) -> None:
    layout, hierarchy = make_layout(frames=9), VARIANTS[name]
    theta, quantiser = drawn(layout, hierarchy)
    symbols = quantiser.symbols(theta)
    data = encode_unit(layout, hierarchy, symbols)
    decoded = decode_unit(layout, hierarchy, data)
    assert decoded.checksum() == symbols.checksum()
    assert decoded.phi.keys() == model_arrays(layout, hierarchy).keys()
    with torch.no_grad():
        values, rate = quantiser.values_and_rate(theta, torch.round)
    parameters = decoded.parameters(layout, hierarchy)
    assert parameters.keys() == layout.parameter_shapes().keys()
    for each, value in parameters.items():
        assert torch.allclose(value, values[each], rtol=1e-5, atol=1e-6)
    shares = unit_shares(layout, hierarchy, data)
    assert sum(shares.values()) == len(data)
    streams = len(layout.grids()) + 3
    bits = 8 * (len(data) - CHECKSUM_BYTES * streams)
    assert abs(bits - float(rate.total)) <= 0.005 * bits + 40 * streams


@pytest.mark.parametrize("name", ["full", "V4"])
def test_damage_is_found(make_layout: MakeLayout, name: str) -> None:
    layout, hierarchy = make_layout(frames=2), VARIANTS[name]
    theta, quantiser = drawn(layout, hierarchy)
    data = encode_unit(layout, hierarchy, quantiser.symbols(theta))
    for wrong in (data[:-1], data + b"\0", b"\1" + data[1:], data[:1] + b"\7" + data[2:], b""):
        with pytest.raises(StreamError):
            decode_unit(layout, hierarchy, wrong)
    flipped = bytearray(data)
    flipped[-40] ^= 0x10
    with pytest.raises(StreamError):
        decode_unit(layout, hierarchy, bytes(flipped))


def test_an_empty_grid_costs_its_length_alone(make_layout: MakeLayout) -> None:
    layout = make_layout()
    theta, quantiser = drawn(layout, FULL)
    symbols = quantiser.symbols(theta)
    empty = {name: np.zeros_like(q) if is_grid(name) else q for name, q in symbols.theta.items()}
    data = encode_unit(layout, FULL, UnitSymbols(empty, symbols.phi))
    assert unit_shares(layout, FULL, data)[GRIDS] == 0
    assert unit_shares(layout, FULL, data)[OVERHEAD] < 30
    assert not any(decode_unit(layout, FULL, data).theta[f"grid.{level}"].any() for level in range(2))


def test_rows_and_columns_that_few_weights_share_have_no_parameters() -> None:
    layout = PaperLayout(configuration("s1", 1080, 1920), 30, 1080, 1920)
    views = matrix_views(layout, FULL)
    assert (views["0.0.expand"].by_row, views["0.0.expand"].by_column) == (True, True)
    assert (views["stem.0"].by_row, views["stem.0"].by_column) == (False, False)  # one column is a tensor
    assert (views["stem.2"].by_row, views["stem.2"].by_column) == (False, True)
    assert views["0.0.depthwise"].shared is not None
    assert views["head.bias"].shared is not None
    assert not any(view.by_row or view.by_column for view in matrix_views(layout, VARIANTS["V1"]).values())
    weights = sum(array.size for array in model_arrays(layout, FULL).values() if array.kind is Kind.WEIGHT)
    assert weights == 5554 * 15


def test_powers_in_integers_are_those_of_the_reals() -> None:
    exponents = np.arange(-60, 97)
    found = times_power(np.full(exponents.shape, 1000), exponents)
    assert np.abs(found - 1000 * 2.0 ** (exponents / 8)).max() <= 0.5 + 1000 * 2.0 ** (96 / 8) / (1 << 16)
    assert times_power(np.array([37]), np.array([0])) == 37
    assert np.allclose(step_sizes(exponents), 2.0 ** (exponents / 8), rtol=1e-15)


def test_integers_stay_within_their_kind() -> None:
    wild = ArraySymbols(np.array([32767, -32767], np.int32), step=120)
    for kind in Kind:
        assert tuple(wild.integers(kind)) == (kind.value[1], kind.value[0])


def test_a_hierarchy_survives_the_header() -> None:
    for hierarchy in VARIANTS.values():
        assert Hierarchy.unpack(hierarchy.pack()) == hierarchy
    for wrong in (b"", b"\0\0\0", b"\0\3\0\0"):
        with pytest.raises(EngineError):
            Hierarchy.unpack(wrong)
