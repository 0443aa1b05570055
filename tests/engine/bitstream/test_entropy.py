"""The entropy-coding layer: what goes in comes out, at the estimated size; damage is an error and never a crash."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nvc_engine.bitstream.entropy import (
    MAX_SYMBOL,
    SCALE_INDEX_MAX,
    SCALE_INDEX_MIN,
    LaplaceDecoder,
    StreamError,
    checksum,
    encode_laplace,
    laplace_scale,
)
from nvc_engine.nn.rate import laplace_bits

SYMBOL = st.tuples(
    st.integers(-MAX_SYMBOL, MAX_SYMBOL),
    st.integers(-64 * 40, 64 * 40),
    st.integers(SCALE_INDEX_MIN, SCALE_INDEX_MAX),
)


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Symbols that follow their laws."""
    random = np.random.default_rng(seed)
    mean = random.integers(-200, 200, count).astype(np.int32)
    index = random.integers(-6, 12, count).astype(np.int32)
    symbols = np.rint(random.laplace(mean / 64, laplace_scale(index))).astype(np.int32)
    return symbols, mean, index


@settings(max_examples=60, deadline=None)
@given(st.lists(SYMBOL, min_size=1, max_size=40), st.integers(1, 40))
def test_round_trip(rows: list[tuple[int, int, int]], first: int) -> None:
    symbols, mean, index = np.array(rows, np.int32).T
    bound = int(np.abs(symbols).max())
    decoder = LaplaceDecoder(encode_laplace(symbols, mean, index, bound), bound)
    parts = [decoder.decode(mean[:first], index[:first]), decoder.decode(mean[first:], index[first:])]
    assert np.concatenate(parts).tolist() == symbols.tolist()


def test_size_is_the_estimate() -> None:
    symbols, mean, index = drawn(20_000, 1)
    stream = encode_laplace(symbols, mean, index, int(np.abs(symbols).max()))
    scale = torch.from_numpy(laplace_scale(index))
    bits = float(laplace_bits(torch.from_numpy(symbols).double(), torch.from_numpy(mean / 64), scale).sum())
    assert len(stream) * 8 == pytest.approx(bits, rel=0.005, abs=40)


def test_no_symbols_take_no_bytes() -> None:
    none = np.zeros(0, np.int32)
    assert encode_laplace(none, none, none, 5) == b""
    assert LaplaceDecoder(b"", 5).decode(none, none).size == 0


def test_a_symbol_beyond_its_bound_is_refused() -> None:
    one = np.array([7], np.int32)
    with pytest.raises(ValueError, match="outside"):
        encode_laplace(one, one * 0, one * 0, 6)


class TestDamage:
    @pytest.mark.parametrize("length", [1, 2, 3, 5])
    def test_a_length_that_is_no_word(self, length: int) -> None:
        with pytest.raises(StreamError):
            LaplaceDecoder(b"\x01" * length, 5)

    @pytest.mark.parametrize("bound", [-1, MAX_SYMBOL + 1])
    def test_an_absurd_bound(self, bound: int) -> None:
        with pytest.raises(StreamError):
            LaplaceDecoder(b"", bound)

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=400))
    def test_any_bytes_give_symbols_or_a_stream_error(self, data: bytes) -> None:
        _, mean, index = drawn(300, 2)
        try:
            symbols = LaplaceDecoder(data[: len(data) // 4 * 4], 40).decode(mean, index)
        except StreamError:
            return
        assert symbols.size == 300
        assert int(np.abs(symbols).max()) <= 40


def test_the_checksum_tells_symbols_apart() -> None:
    symbols = np.arange(10, dtype=np.int32)
    assert checksum(symbols) == checksum(symbols.copy())
    assert checksum(symbols) != checksum(symbols[::-1])
