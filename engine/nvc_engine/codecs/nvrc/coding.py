"""A unit's bytes: side information, then one stream for each grid and one for all weights.

    unit    := version u8, frames varint, CRC-32 u32 of all symbols, tensor*, stream*
    tensor  := bound varint, then all groups' step indexes i8, their scale indexes i8, and for grids and local tables
               their carries u8, at most 64   (nothing more where bound is 0)
    stream  := length varint, range-coded symbols

All tensors stand in the order of `Layout.parameter_shapes`; symbols in C order. A tensor of bound 0 is all zero.
The law of a symbol has the scale of its group; its mean is 0, or in a grid's later time slices `carry` 64ths of the
symbol at the same place in the slice before. So a decoder reads a grid slice by slice.
"""

import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.entropy import (
    MAX_SYMBOL,
    MEAN_STEPS,
    LaplaceDecoder,
    StreamError,
    checksum,
    encode_laplace,
)
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.varint import FieldReader, uvarint
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import is_grid
from nvc_engine.codecs.nvrc.quantiser import Symbols, carried, group_count

UNIT_VERSION = 1


def _stream_of(name: str) -> str:
    return name if name.startswith("grid.") else "weights"


def encode_unit(layout: Layout, symbols: Mapping[str, Symbols]) -> bytes:
    """All symbols of a unit as bytes."""
    side = bytearray()
    streams: dict[str, list[str]] = {}
    bounds = {name: int(np.abs(coded.q).max(initial=0)) for name, coded in symbols.items()}
    crc_source = []
    for name in layout.parameter_shapes():
        coded = symbols[name]
        side += uvarint(bounds[name])
        crc_source.append(coded.q.ravel())
        if bounds[name]:
            streams.setdefault(_stream_of(name), []).append(name)
            side += coded.step_index.astype(np.int8).tobytes() + coded.scale_index.astype(np.int8).tobytes()
            if is_grid(name):
                side += coded.carry.astype(np.uint8).tobytes()
    body = bytearray()
    for names in streams.values():
        flat = np.concatenate([symbols[name].q.ravel() for name in names])
        scales = np.concatenate([_spread(symbols[name]) for name in names])
        means = np.concatenate([_means(symbols[name]).ravel() for name in names])
        stream = encode_laplace(flat, means, scales, max(bounds[name] for name in names))
        body += uvarint(len(stream)) + stream
    crc = checksum(np.concatenate(crc_source))
    return struct.pack("<B", UNIT_VERSION) + uvarint(layout.frames) + struct.pack("<I", crc) + bytes(side) + bytes(body)


def decode_unit(layout: Layout, data: bytes) -> dict[str, Symbols]:
    """Read what `encode_unit` wrote.

    Raises:
        StreamError: cut short, damaged, or the symbols' checksum does not fit.
    """
    try:
        return _decode(layout, FieldReader(data))
    except MalformedError as error:
        raise StreamError("A unit of the file is cut short or damaged.") from error


def _decode(layout: Layout, reader: FieldReader) -> dict[str, Symbols]:
    if reader.byte() != UNIT_VERSION or reader.uvarint() != layout.frames:
        raise StreamError("A unit of the file does not belong to its header.")
    (crc,) = struct.unpack("<I", reader.take(4))
    bounds: dict[str, int] = {}
    result: dict[str, Symbols] = {}
    streams: dict[str, list[str]] = {}
    for name, shape in layout.parameter_shapes().items():
        bounds[name] = reader.uvarint(MAX_SYMBOL)
        result[name] = _read_side(reader, name, shape, bool(bounds[name]))
        if bounds[name]:
            streams.setdefault(_stream_of(name), []).append(name)
    for names in streams.values():
        decoder = LaplaceDecoder(reader.take(reader.uvarint()), max(bounds[name] for name in names))
        for name in names:
            _read_symbols(decoder, result[name], is_grid(name))
    reader.end()
    if checksum(np.concatenate([coded.q.ravel() for coded in result.values()])) != crc:
        raise StreamError("A unit of the file decodes to other symbols than were written; the file is damaged.")
    return result


def _read_side(reader: FieldReader, name: str, shape: tuple[int, ...], coded: bool) -> Symbols:
    """A tensor's side information, its symbols still zero."""
    groups = group_count(name, shape)
    rows = 3 if is_grid(name) else 2
    side = np.frombuffer(reader.take(rows * groups) if coded else bytes(rows * groups), np.int8).reshape(rows, groups)
    carry = side[2].astype(np.int32) if rows == 3 else np.zeros(groups, np.int32)
    if int(carry.min()) < 0 or int(carry.max()) > MEAN_STEPS:
        raise StreamError("A unit of the file is damaged.")
    return Symbols(np.zeros(shape, np.int32), side[0].astype(np.int32), side[1].astype(np.int32), carry)


def _read_symbols(decoder: LaplaceDecoder, coded: Symbols, sliced: bool) -> None:
    """Fill in a tensor's symbols: a grid slice by slice, anything else at once."""
    scale = _spread(coded)
    if not sliced:
        coded.q.reshape(-1)[:] = decoder.decode(np.zeros_like(scale), scale)
        return
    size = coded.q[0].size
    before = np.zeros(coded.q.shape[1:], np.int32)
    for part in coded.q:
        part.reshape(-1)[:] = decoder.decode(carried(before, coded.carry).ravel(), scale[:size])
        before = part


def _means(coded: Symbols) -> NDArray[np.int32]:
    """Mean of each symbol's law in 64ths, in the tensor's shape."""
    means = np.zeros_like(coded.q)
    if coded.carry.any():
        means[1:] = carried(coded.q[:-1], coded.carry)
    return means


def _spread(coded: Symbols) -> NDArray[np.int32]:
    """Scale index of each symbol in C order."""
    return np.broadcast_to(coded.scale_index, coded.q.shape).ravel() if coded.q.ndim else coded.scale_index
