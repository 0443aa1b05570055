"""A unit's bytes: exact, as large as estimated, and an error wherever they are damaged."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.nvrc.coding import decode_unit, encode_unit, unit_shares
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import initial_parameters
from nvc_engine.codecs.nvrc.quantiser import Quantiser
from nvc_engine.codecs.parameters.symbols import Symbols, is_grid, step_size
from nvc_engine.nn.rate import laplace_bits

FIXTURE_IS_CONSTANT = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def drawn_symbols(layout: Layout, seed: int, spread: float = 0.3) -> dict[str, Symbols]:
    random = torch.Generator().manual_seed(seed)
    theta = initial_parameters(layout, random, torch.full((layout.packed_channels,), 0.5))
    theta = {name: value + spread * torch.randn(value.shape, generator=random) for name, value in theta.items()}
    return Quantiser(layout, theta).symbols(theta)


@pytest.fixture
def payload(tiny_layout: Layout) -> bytes:
    return encode_unit(tiny_layout, drawn_symbols(tiny_layout, 4))


@pytest.mark.parametrize("spread", [0.0, 0.01, 0.3, 40.0])
def test_round_trip_is_exact(tiny_layout: Layout, spread: float) -> None:
    symbols = drawn_symbols(tiny_layout, 1, spread)
    decoded = decode_unit(tiny_layout, encode_unit(tiny_layout, symbols))
    assert list(decoded) == list(tiny_layout.parameter_shapes())
    for name, coded in symbols.items():
        assert np.array_equal(decoded[name].q, coded.q)
        assert torch.equal(decoded[name].values(), coded.values())


def test_all_zero_takes_a_handful_of_bytes(tiny_layout: Layout) -> None:
    one = np.zeros(1, np.int32)
    empty = {
        name: Symbols(np.zeros(shape, np.int32), np.repeat(one, coded.step_index.size), coded.scale_index, coded.taps)
        for (name, shape), coded in zip(
            tiny_layout.parameter_shapes().items(), drawn_symbols(tiny_layout, 1).values(), strict=True
        )
    }
    payload = encode_unit(tiny_layout, empty)
    assert len(payload) < 40
    assert not any(coded.q.any() for coded in decode_unit(tiny_layout, payload).values())


def test_bytes_are_the_estimate(tiny_layout: Layout) -> None:
    symbols = drawn_symbols(tiny_layout, 3)
    bits = 0.0
    streams = {"weights"}
    for name, coded in symbols.items():
        scale = torch.from_numpy(2.0 ** (coded.scale_index[:, 0] / 4))
        mean = np.zeros(coded.q.shape)
        if is_grid(name):
            mean[1:] = coded.q[:-1] * coded.taps[:, 0] / 64
        bits += float(laplace_bits(torch.from_numpy(coded.q).double(), torch.from_numpy(mean), scale).sum())
        if name.startswith("grid."):
            streams.add(name)
    shares = unit_shares(tiny_layout, encode_unit(tiny_layout, symbols))
    assert 8 * (shares["grids"] + shares["weights"]) == pytest.approx(bits, rel=0.005, abs=40 * len(streams))


def test_shares_add_up(tiny_layout: Layout, payload: bytes) -> None:
    shares = unit_shares(tiny_layout, payload)
    assert sum(shares.values()) == len(payload)
    assert min(shares.values()) > 0


def test_what_stays_in_time_is_coded_once(tiny_layout: Layout) -> None:
    shape = dataclasses.replace(tiny_layout.shape, stage_channels=(4,), stage_periods=(1,))
    layout = Layout(shape, 12, 64, 64)
    symbols = drawn_symbols(layout, 5)
    moving = symbols["grid.stage.0"]
    theta = {name: coded.values() for name, coded in symbols.items()}
    theta["grid.stage.0"] = theta["grid.stage.0"][:1].repeat(12, 1, 1, 1)
    still = Quantiser(layout, theta).symbols(theta)
    assert still["grid.stage.0"].taps[:, :4].tolist() == [[64, 0, 64, 0]] * 4
    payload = encode_unit(layout, still)
    assert np.array_equal(decode_unit(layout, payload)["grid.stage.0"].q, still["grid.stage.0"].q)
    assert moving.q.size > 12_000
    assert len(payload) < 0.5 * len(encode_unit(layout, symbols))


def test_steps_are_exact_eighths_of_an_octave() -> None:
    assert step_size(0) == 1.0
    assert step_size(-16) == 0.25
    assert step_size(3) == pytest.approx(2 ** (3 / 8), rel=1e-15)


class TestDamage:
    @FIXTURE_IS_CONSTANT
    @given(data=st.data())
    def test_a_changed_byte_is_an_error(self, tiny_layout: Layout, payload: bytes, data: st.DataObject) -> None:
        damaged = bytearray(payload)
        damaged[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(1, 255))
        try:
            decoded = decode_unit(tiny_layout, bytes(damaged))
        except StreamError:
            return
        # A step's index is no part of the symbols: the unit's own checksum in the container covers it.
        expected = drawn_symbols(tiny_layout, 4)
        assert all(np.array_equal(decoded[name].q, coded.q) for name, coded in expected.items())

    @FIXTURE_IS_CONSTANT
    @given(data=st.data())
    def test_a_cut_is_an_error(self, tiny_layout: Layout, payload: bytes, data: st.DataObject) -> None:
        with pytest.raises(StreamError):
            decode_unit(tiny_layout, payload[: data.draw(st.integers(0, len(payload) - 1))])

    @FIXTURE_IS_CONSTANT
    @given(junk=st.binary(max_size=300))
    def test_junk_is_an_error(self, tiny_layout: Layout, junk: bytes) -> None:
        with pytest.raises(StreamError):
            decode_unit(tiny_layout, junk)

    def test_more_at_the_end_is_an_error(self, tiny_layout: Layout, payload: bytes) -> None:
        with pytest.raises(StreamError):
            decode_unit(tiny_layout, payload + b"\x00")

    def test_another_length_of_clip_is_an_error(self, tiny_layout: Layout, payload: bytes) -> None:
        longer = Layout(tiny_layout.shape, tiny_layout.frames + 1, tiny_layout.height, tiny_layout.width)
        with pytest.raises(StreamError):
            decode_unit(longer, payload)
