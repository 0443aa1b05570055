"""A unit's bytes in both codings: exact, and an error wherever they are damaged."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.mvc.coding import decode_unit, encode_fixed_unit, encode_unit, unit_shares
from nvc_engine.codecs.mvc.fixed import FixedSymbols, decode_fixed, encode_fixed, fixed_symbols
from nvc_engine.codecs.mvc.layout import EMBEDDING, Layout, Lift
from nvc_engine.codecs.mvc.model import initial_weights
from nvc_engine.codecs.parameters.quantiser import ParameterQuantiser
from nvc_engine.codecs.parameters.symbols import is_grid, symbol_checksum

FIXTURE_IS_CONSTANT = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def drawn(layout: Layout, seed: int) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(seed)
    weights = initial_weights(layout, random)
    if layout.embedding_shape is None:
        return weights
    return {EMBEDDING: torch.rand(layout.embedding_shape, generator=random), **weights}


def coded(layout: Layout, parameters: Mapping[str, Tensor], kind: str) -> tuple[bytes, Mapping[str, Tensor]]:
    """A unit's bytes, and the values that its symbols stand for."""
    if kind == "entropy":
        laws = ParameterQuantiser(parameters, -6.0, 12).coded(parameters, lambda name: 0.0)
        return encode_unit(layout, laws), {name: each.values() for name, each in laws.items()}
    fixed = {name: fixed_symbols(name, value, 6 if is_grid(name) else 7) for name, value in parameters.items()}
    return encode_fixed_unit(layout, fixed, 7, 6), {name: each.values() for name, each in fixed.items()}


@pytest.mark.parametrize("kind", ["entropy", "fixed"])
@pytest.mark.parametrize("lift", [Lift.PE, Lift.NONE])
def test_what_is_decoded_is_what_was_coded(tiny_layout: Layout, kind: str, lift: Lift) -> None:
    layout = replace(tiny_layout, shape=replace(tiny_layout.shape, lift=lift))
    payload, values = coded(layout, drawn(layout, 1), kind)
    decoded = decode_unit(layout, payload).theta
    assert list(decoded) == list(layout.coded_shapes())
    for name, value in values.items():
        assert torch.equal(decoded[name], value)
    shares = unit_shares(layout, payload)
    assert list(shares) == ["embedding", "weights", "side information"]
    assert sum(shares.values()) == len(payload)
    assert (shares["embedding"] > 0) == (lift is Lift.PE)


def test_fixed_bits_are_the_formula_of_the_paper(tiny_layout: Layout) -> None:
    payload, _ = coded(tiny_layout, drawn(tiny_layout, 2), "fixed")
    groups = len(tiny_layout.weight_shapes()) + 3
    bits = 7 * tiny_layout.weight_count() + 6 * tiny_layout.embedding_count()
    beside = 3 + 6 + 8 * groups
    assert beside + bits // 8 <= len(payload) <= beside + bits // 8 + groups, "each tensor ends with a whole byte"


def test_long_tensors_are_packed_in_pieces() -> None:
    q = np.random.default_rng(1).integers(0, 1 << 7, (1 << 18) + 13).astype(np.int32)
    one = np.ones(1, np.float32)
    data = encode_fixed({"weight": q.shape}, {"weight": FixedSymbols(q, one, one, 7)}, 7, 8)
    assert len(data) == 6 + 8 + -(-7 * q.size // 8)
    assert np.array_equal(decode_fixed({"weight": q.shape}, data)["weight"].q, q)


@pytest.mark.parametrize("bits", [2, 8, 16])
def test_fixed_values_lie_within_half_a_step(bits: int) -> None:
    value = torch.randn(40, 30, generator=torch.Generator().manual_seed(bits))
    symbols = fixed_symbols("weight", value, bits)
    assert symbols.q.min() == 0
    assert symbols.q.max() == (1 << bits) - 1
    assert float((symbols.values() - value).abs().max()) <= float(symbols.step[0]) * 0.51
    flat = fixed_symbols("weight", torch.full((3,), 0.7), bits)
    assert torch.allclose(flat.values(), torch.full((3,), 0.7))


def test_the_checksum_is_of_the_symbols(tiny_layout: Layout) -> None:
    parameters = drawn(tiny_layout, 3)
    laws = ParameterQuantiser(parameters, -6.0, 12).coded(parameters, lambda name: 0.0)
    assert decode_unit(tiny_layout, encode_unit(tiny_layout, laws)).checksum == symbol_checksum(laws.values())
    fixed = {name: fixed_symbols(name, value, 8) for name, value in parameters.items()}
    decoded = decode_unit(tiny_layout, encode_fixed_unit(tiny_layout, fixed, 8, 8))
    assert decoded.checksum == symbol_checksum(fixed.values())


def test_frames_that_stay_take_few_bytes(tiny_layout: Layout) -> None:
    layout = replace(tiny_layout, frames=60)
    parameters = drawn(layout, 4)
    still = {**parameters, EMBEDDING: parameters[EMBEDDING][:1].expand_as(parameters[EMBEDDING])}
    payloads = [coded(layout, each, "entropy")[0] for each in (parameters, still)]
    moving, resting = (unit_shares(layout, payload)["embedding"] for payload in payloads)
    assert resting < 0.2 * moving


@pytest.mark.parametrize("kind", ["entropy", "fixed"])
class TestDamage:
    @FIXTURE_IS_CONSTANT
    @given(data=st.data())
    def test_a_changed_byte_changes_no_symbol_unseen(self, tiny_layout: Layout, kind: str, data: st.DataObject) -> None:
        payload, _ = coded(tiny_layout, drawn(tiny_layout, 5), kind)
        damaged = bytearray(payload)
        damaged[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(1, 255))
        try:
            decoded = decode_unit(tiny_layout, bytes(damaged))
        except StreamError:
            return
        # Steps and ranges are no part of the symbols: the container's own checksum covers them.
        assert decoded.checksum == decode_unit(tiny_layout, payload).checksum

    @FIXTURE_IS_CONSTANT
    @given(data=st.data())
    def test_cuts_and_junk_are_errors(self, tiny_layout: Layout, kind: str, data: st.DataObject) -> None:
        payload, _ = coded(tiny_layout, drawn(tiny_layout, 5), kind)
        start = payload[: data.draw(st.integers(0, len(payload) - 1))]
        for wrong in (start, payload[:3] + data.draw(st.binary(max_size=200)), payload + b"\0"):
            with pytest.raises(StreamError):
                decode_unit(tiny_layout, wrong)

    def test_another_length_of_unit_is_an_error(self, tiny_layout: Layout, kind: str) -> None:
        payload, _ = coded(tiny_layout, drawn(tiny_layout, 6), kind)
        with pytest.raises(StreamError):
            decode_unit(replace(tiny_layout, frames=tiny_layout.frames + 1), payload)


def test_ranges_that_are_no_numbers_are_errors(tiny_layout: Layout) -> None:
    payload = bytearray(coded(tiny_layout, drawn(tiny_layout, 7), "fixed")[0])
    payload[9:13] = np.float32("nan").tobytes()
    with pytest.raises(StreamError):
        decode_unit(tiny_layout, bytes(payload))
