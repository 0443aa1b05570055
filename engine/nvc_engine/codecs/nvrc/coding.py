"""A unit's bytes.

    unit    := version u8, frames varint, body of `parameters.coding`

All tensors stand in the order of `Layout.parameter_shapes`.
"""

from collections.abc import Mapping

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.bitstream.varint import uvarint
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.parameters.coding import (
    decode_parameters,
    encode_parameters,
    parameter_shares,
    parameter_side_bytes,
)
from nvc_engine.codecs.parameters.symbols import Symbols

UNIT_VERSION = 2


def encode_unit(layout: Layout, symbols: Mapping[str, Symbols]) -> bytes:
    """All symbols of a unit as bytes."""
    return _prefix(layout) + encode_parameters(layout.parameter_shapes(), symbols)


def decode_unit(layout: Layout, data: bytes) -> dict[str, Symbols]:
    """Read what `encode_unit` wrote.

    Raises:
        StreamError: cut short, damaged, or a stream's symbols do not fit their checksum.
    """
    return decode_parameters(layout.parameter_shapes(), _body(layout, data))


def unit_shares(layout: Layout, data: bytes) -> dict[str, int]:
    """Bytes of a unit by what they are spent on; together all of it. Decodes no symbol.

    Raises:
        StreamError: cut short or damaged.
    """
    shares = parameter_shares(layout.parameter_shapes(), _body(layout, data))
    shares["side information"] += len(_prefix(layout))
    return shares


def side_bytes(layout: Layout) -> int:
    """Bytes of a unit beside the coded symbols, where every tensor has some."""
    return len(_prefix(layout)) + parameter_side_bytes(layout.parameter_shapes())


def _prefix(layout: Layout) -> bytes:
    return bytes((UNIT_VERSION,)) + uvarint(layout.frames)


def _body(layout: Layout, data: bytes) -> bytes:
    prefix = _prefix(layout)
    if not data.startswith(prefix):
        raise StreamError("A unit of the file does not belong to its header.")
    return data[len(prefix) :]
