"""A unit's bytes.

    unit    := version u8, frames varint, coding u8, body
    coding  := 0: body of `fixed`, 1: body of `parameters.coding`

Tensors stand in the order of `Layout.coded_shapes`: F_e where there is one, then the weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from torch import Tensor

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.bitstream.varint import uvarint
from nvc_engine.codecs.mvc.fixed import FixedSymbols, decode_fixed, encode_fixed, fixed_shares
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.parameters.coding import (
    decode_parameters,
    encode_parameters,
    parameter_shares,
    parameter_side_bytes,
)
from nvc_engine.codecs.parameters.symbols import Symbols, symbol_checksum

UNIT_VERSION = 1


class Coding(IntEnum):
    """How the symbols of a unit are coded."""

    FIXED = 0
    ENTROPY = 1


@dataclass(frozen=True)
class DecodedUnit:
    """A unit's decoded parameters by name, and the CRC-32 of the symbols that they came from."""

    theta: Mapping[str, Tensor]
    checksum: int


def encode_unit(layout: Layout, symbols: Mapping[str, Symbols]) -> bytes:
    """Symbols under laws as bytes."""
    return _prefix(layout) + bytes((Coding.ENTROPY,)) + encode_parameters(layout.coded_shapes(), symbols)


def encode_fixed_unit(
    layout: Layout, symbols: Mapping[str, FixedSymbols], weight_bits: int, embedding_bits: int
) -> bytes:
    """Symbols of fixed bits as bytes."""
    body = encode_fixed(layout.coded_shapes(), symbols, weight_bits, embedding_bits)
    return _prefix(layout) + bytes((Coding.FIXED,)) + body


def decode_unit(layout: Layout, data: bytes) -> DecodedUnit:
    """The parameters of a unit.

    Raises:
        StreamError: cut short, damaged, or its symbols do not fit their checksum.
    """
    coding, body = _parts(layout, data)
    decode = decode_fixed if coding is Coding.FIXED else decode_parameters
    symbols: Mapping[str, FixedSymbols | Symbols] = decode(layout.coded_shapes(), body)
    theta = {name: coded.values() for name, coded in symbols.items()}
    return DecodedUnit(theta, symbol_checksum(symbols.values()))


def unit_shares(layout: Layout, data: bytes) -> dict[str, int]:
    """Bytes of a unit by what they are spent on; together all of it. Decodes no symbol.

    Raises:
        StreamError: cut short or damaged.
    """
    coding, body = _parts(layout, data)
    if coding is Coding.FIXED:
        decode_fixed(layout.coded_shapes(), body)
        shares = fixed_shares(layout.coded_shapes(), body)
    else:
        found = parameter_shares(layout.coded_shapes(), body)
        shares = {"embedding": found.pop("grids"), **found}
    shares["side information"] += len(data) - len(body)
    return shares


def side_bytes(layout: Layout) -> int:
    """Bytes of an entropy-coded unit beside the coded symbols, where every tensor has some."""
    return len(_prefix(layout)) + 1 + parameter_side_bytes(layout.coded_shapes())


def _prefix(layout: Layout) -> bytes:
    return bytes((UNIT_VERSION,)) + uvarint(layout.frames)


def _parts(layout: Layout, data: bytes) -> tuple[Coding, bytes]:
    prefix = _prefix(layout)
    if not data.startswith(prefix):
        raise StreamError("A unit of the file does not belong to its header.")
    kind = data[len(prefix) : len(prefix) + 1]
    if kind not in (b"\0", b"\1"):
        raise StreamError("A unit of the file is damaged.")
    return Coding(kind[0]), data[len(prefix) + 1 :]
