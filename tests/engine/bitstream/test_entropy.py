"""The entropy-coding layer: what goes in comes out, at the estimated size; damage is an error and never a crash."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nvc_engine.bitstream.entropy import (
    MAX_SYMBOL,
    MEAN_STEPS,
    SCALE_INDEX_MAX,
    SCALE_INDEX_MIN,
    StreamError,
    SymbolReader,
    SymbolWriter,
)
from nvc_engine.bitstream.tables import Law
from nvc_engine.nn.rate import laplace_bits

SYMBOL = st.tuples(
    st.integers(-MAX_SYMBOL, MAX_SYMBOL),
    st.integers(-MEAN_STEPS * 2 * MAX_SYMBOL, MEAN_STEPS * 2 * MAX_SYMBOL),
    st.integers(SCALE_INDEX_MIN - 3, SCALE_INDEX_MAX + 3),
)


def drawn(count: int, seed: int, law: Law = Law.LAPLACE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Symbols that follow their laws."""
    random = np.random.default_rng(seed)
    mean = random.integers(-50, 50, count).astype(np.int32)
    index = random.integers(-8, 28, count).astype(np.int32)
    draw = random.laplace if law is Law.LAPLACE else random.normal
    return np.rint(draw(mean / MEAN_STEPS, 2.0 ** (index / 4))).astype(np.int32), mean, index


def written(symbols: np.ndarray, mean: np.ndarray, index: np.ndarray, law: Law = Law.LAPLACE) -> bytes:
    writer = SymbolWriter(law)
    writer.encode(symbols, mean, index)
    return writer.finish()


@settings(max_examples=60, deadline=None)
@given(st.lists(SYMBOL, min_size=1, max_size=40), st.integers(1, 40), st.sampled_from(Law))
def test_round_trip_in_batches(rows: list[tuple[int, int, int]], first: int, law: Law) -> None:
    symbols, mean, index = np.array(rows, np.int32).T
    writer = SymbolWriter(law)
    writer.encode(symbols[:first], mean[:first], index[:first])
    writer.encode(symbols[first:], mean[first:], index[first:])
    reader = SymbolReader(writer.finish(), law)
    parts = [reader.decode(mean[:first], index[:first]), reader.decode(mean[first:], index[first:])]
    reader.finish()
    assert np.concatenate(parts).tolist() == symbols.tolist()


def test_size_is_the_estimate_for_laplace() -> None:
    symbols, mean, index = drawn(40_000, 1)
    scale = torch.from_numpy(2.0 ** (index / 4))
    bits = float(laplace_bits(torch.from_numpy(symbols).double(), torch.from_numpy(mean / MEAN_STEPS), scale).sum())
    assert len(written(symbols, mean, index)) * 8 == pytest.approx(bits, rel=0.005, abs=40 + 32)


def test_size_is_the_estimate_for_gauss() -> None:
    symbols, mean, index = drawn(40_000, 1, Law.GAUSS)
    bits = 0.0
    for q, m, k in zip(symbols.tolist(), mean.tolist(), index.tolist(), strict=True):
        distance, root = abs(q - m / MEAN_STEPS), math.sqrt(2) * 2 ** (k / 4)
        bits -= math.log2((math.erfc((distance - 0.5) / root) - math.erfc((distance + 0.5) / root)) / 2)
    assert len(written(symbols, mean, index, Law.GAUSS)) * 8 == pytest.approx(bits, rel=0.005, abs=40 + 32)


def test_the_least_and_the_most_likely() -> None:
    far = np.full(1000, 20_000, np.int32)
    none = np.zeros(1000, np.int32)
    assert len(written(far, none, none + SCALE_INDEX_MIN)) < 1000 * 60 / 8
    assert len(written(none, none, none + SCALE_INDEX_MIN)) <= 12


def test_no_symbols_take_no_bytes() -> None:
    none = np.zeros(0, np.int32)
    assert written(none, none, none) == b""
    reader = SymbolReader(b"")
    assert reader.decode(none, none).size == 0
    reader.finish()


def test_a_symbol_out_of_range_is_refused() -> None:
    one = np.array([MAX_SYMBOL + 1], np.int32)
    with pytest.raises(ValueError, match="outside"):
        SymbolWriter().encode(one, one * 0, one * 0)


class TestDamage:
    @pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 9])
    def test_a_length_that_no_stream_has(self, length: int) -> None:
        with pytest.raises(StreamError):
            SymbolReader(b"\x01" * length)

    @settings(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_a_changed_bit_never_gives_other_symbols(self, data: st.DataObject) -> None:
        symbols, mean, index = drawn(300, 2)
        stream = bytearray(written(symbols, mean, index))
        stream[data.draw(st.integers(0, len(stream) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        try:
            reader = SymbolReader(bytes(stream))
            decoded = reader.decode(mean, index)
            reader.finish()
        except StreamError:
            return
        assert decoded.tolist() == symbols.tolist()

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=400))
    def test_any_bytes_give_symbols_or_a_stream_error(self, data: bytes) -> None:
        _, mean, index = drawn(300, 2)
        try:
            symbols = SymbolReader(data).decode(mean, index)
        except StreamError:
            return
        assert symbols.size == 300
        assert int(np.abs(symbols).max()) <= MAX_SYMBOL

    def test_a_short_stream_cannot_pretend_to_be_a_long_one(self) -> None:
        many = np.zeros(1 << 20, np.int32)
        with pytest.raises(StreamError):
            SymbolReader(bytes(8)).decode(many, many)
