"""The decoder's account of a unit: what its bytes are spent on, and the checksum of its symbols."""

import zlib
from fractions import Fraction

import numpy as np
import pytest
import torch

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.nvrc.coding import encode_unit
from nvc_engine.codecs.nvrc.decoding import BITSTREAM_VERSION, NvrcDecoder
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import initial_parameters
from nvc_engine.codecs.nvrc.quantiser import Quantiser
from nvc_engine.codecs.parameters.symbols import Symbols
from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Colour, Matrix


def drawn_symbols(layout: Layout, seed: int) -> dict[str, Symbols]:
    random = torch.Generator().manual_seed(seed)
    theta = initial_parameters(layout, random, torch.full((layout.packed_channels,), 0.5))
    theta = {name: value + 0.3 * torch.randn(value.shape, generator=random) for name, value in theta.items()}
    return Quantiser(layout, theta).symbols(theta)


@pytest.fixture
def decoder(tiny_layout: Layout) -> NvrcDecoder:
    header = Header(
        codec="nvrc",
        codec_version=BITSTREAM_VERSION,
        width=tiny_layout.width,
        height=tiny_layout.height,
        timestamps=tuple(range(3 * tiny_layout.frames)),
        time_base=Fraction(1, 25),
        rate=Fraction(25),
        colour=Colour(Matrix.BT601),
        codec_config=tiny_layout.shape.pack(),
    )
    return NvrcDecoder(header, "cpu")


def test_shares_are_all_of_the_unit(tiny_layout: Layout, decoder: NvrcDecoder) -> None:
    payload = encode_unit(tiny_layout, drawn_symbols(tiny_layout, 1))
    shares = decoder.shares(payload, 0, tiny_layout.frames)
    assert list(shares) == ["grids", "weights", "side information"]
    assert sum(shares.values()) == len(payload)
    assert all(size > 0 for size in shares.values())


def test_shares_follow_the_symbols(tiny_layout: Layout, decoder: NvrcDecoder) -> None:
    symbols = drawn_symbols(tiny_layout, 1)
    before = decoder.shares(encode_unit(tiny_layout, symbols), 0, tiny_layout.frames)
    grid = symbols["grid.base.0"]
    symbols["grid.base.0"] = Symbols(np.zeros_like(grid.q), grid.step_index, grid.scale_index, grid.taps)
    after = decoder.shares(encode_unit(tiny_layout, symbols), 0, tiny_layout.frames)
    assert after["grids"] < before["grids"]
    assert after["weights"] == before["weights"]


def test_units_of_several_lengths_are_told_apart(tiny_layout: Layout, decoder: NvrcDecoder) -> None:
    for frames in (6, 2, 6, 3):
        layout = Layout(tiny_layout.shape, frames, tiny_layout.height, tiny_layout.width)
        payload = encode_unit(layout, drawn_symbols(layout, frames))
        assert sum(decoder.shares(payload, 0, frames).values()) == len(payload)
        with pytest.raises(EngineError):
            decoder.shares(payload, 0, frames + 1)


def test_the_checksum_is_of_the_symbols(tiny_layout: Layout, decoder: NvrcDecoder) -> None:
    frames = tiny_layout.frames
    for number in (0, 1, 2, 0):
        symbols = drawn_symbols(tiny_layout, number)
        flat = np.concatenate([symbols[name].q.ravel() for name in tiny_layout.parameter_shapes()]).astype("<i4")
        checksum = decoder.symbol_checksum(encode_unit(tiny_layout, symbols), number * frames, frames)
        assert checksum == zlib.crc32(flat.tobytes())


def test_a_damaged_unit_has_no_checksum(tiny_layout: Layout, decoder: NvrcDecoder) -> None:
    payload = encode_unit(tiny_layout, drawn_symbols(tiny_layout, 1))
    with pytest.raises(EngineError):
        decoder.symbol_checksum(payload[:-1], 0, tiny_layout.frames)
