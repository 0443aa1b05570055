"""Small sound clips of MVC, of either coding, and what decoding any file of it costs."""

from dataclasses import replace

import torch
from motion_seeds import SoundClip, motion_header

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.mvc.coding import encode_fixed_unit, encode_unit
from nvc_engine.codecs.mvc.decoding import BITSTREAM_VERSION
from nvc_engine.codecs.mvc.fixed import fixed_symbols
from nvc_engine.codecs.mvc.layout import EMBEDDING, Fusion, Layout, Lift, NetworkShape
from nvc_engine.codecs.mvc.model import initial_weights
from nvc_engine.codecs.parameters.quantiser import ParameterQuantiser
from nvc_engine.codecs.parameters.symbols import is_grid
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Chroma

CODEC = "mvc"
FRAME_COST, PIXEL_COST, SYMBOL_COST = 1e7, 500.0, 400.0
"""In the units of `answer.BUDGET`."""

_ENTROPY = NetworkShape((4, 2), (4, 8, 6), 8, 8, 8, 8, 2, 4, 8, lift=Lift.PE, cell=8)
_FIXED = NetworkShape((5,), (8, 4), 6, 8, 4, 8, 1, 4, 5, fusion=Fusion.MLP, lift=Lift.NORM)


def mvc_clips() -> tuple[SoundClip, ...]:
    """All clips; the same on every call and in every process of one machine."""
    return (
        _clip("mvc", (26, 21), _ENTROPY, (4, 2)),
        _clip("mvc fixed", (22, 15), _FIXED, (3,), bit_depth=10),
    )


def mvc_header(size: tuple[int, int], frames: int, shape: NetworkShape) -> Header:
    """The header of a file of `size` columns and rows."""
    header = motion_header(CODEC, size, frames)
    return replace(header, codec=CODEC, codec_version=BITSTREAM_VERSION, codec_config=shape.pack())


def layout_of(header: Header, count: int) -> Layout | None:
    """The network of a unit of `count` frames; None where there is none, or none that a decoder takes on."""
    if header.codec != CODEC:
        return None
    try:
        layout = Layout(NetworkShape.unpack(header.codec_config), count, header.height, header.width)
    except EngineError:
        return None
    return layout if layout.decodable() else None


def mvc_costs(header: Header, count: int) -> tuple[float, float]:
    """Of reading the symbols of a unit of `count` frames, and of one frame; nothing where it is refused."""
    layout = layout_of(header, count)
    if layout is None:
        return 0.0, 0.0
    symbols = SYMBOL_COST * (layout.weight_count() + layout.embedding_count())
    return symbols, layout.frame_macs() + PIXEL_COST * header.width * header.height + FRAME_COST


def _clip(
    name: str, size: tuple[int, int], shape: NetworkShape, counts: tuple[int, ...], *, bit_depth: int = 8
) -> SoundClip:
    header = mvc_header(size, sum(counts), shape)
    if bit_depth > 8:
        header = replace(header, bit_depth=bit_depth, chroma=Chroma.GRAY)
    units: list[EncodedUnit] = []
    for count in counts:
        payload = _unit(Layout(shape, count, header.height, header.width), fixed="fixed" in name)
        units.append(EncodedUnit(sum(unit.count for unit in units), count, payload))
    return SoundClip(name, header, tuple(units))


def _unit(layout: Layout, *, fixed: bool) -> bytes:
    random = torch.Generator().manual_seed(layout.frames)
    theta = {EMBEDDING: torch.rand(layout.embedding_shape or (), generator=random)}
    theta |= {name: 2.5 * value for name, value in initial_weights(layout, random).items()}
    if not fixed:
        return encode_unit(layout, ParameterQuantiser(theta, -5.0, 16).coded(theta, lambda name: 0.0))
    bits = 7, 6
    symbols = {name: fixed_symbols(name, value, bits[is_grid(name)]) for name, value in theta.items()}
    return encode_fixed_unit(layout, symbols, *bits)
