"""A unit's bytes: side information, then one stream for each grid and one for all weights.

    unit    := version u8, frames varint, CRC-32 u32 of all symbols, tensor*, stream*
    tensor  := bound varint, then per group: step index i8, scale index i8   (nothing more where bound is 0)
    stream  := length varint, range-coded symbols

All tensors stand in the order of `Layout.parameter_shapes`; symbols in C order. A tensor of bound 0 is all zero.
"""

import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.entropy import MAX_SYMBOL, LaplaceDecoder, StreamError, checksum, encode_laplace
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.quantiser import Symbols, group_count

UNIT_VERSION = 1


def _stream_of(name: str) -> str:
    return name if name.startswith("grid.") else "weights"


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


class _Reader:
    """Reads a unit front to back and never past its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        if count < 0 or self._at + count > len(self._data):
            raise StreamError("A unit of the file is cut short.")
        self._at += count
        return self._data[self._at - count : self._at]

    def varint(self) -> int:
        value = 0
        for shift in range(0, 35, 7):
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise StreamError("A unit of the file is damaged.")

    def done(self) -> bool:
        return self._at == len(self._data)


def encode_unit(layout: Layout, symbols: Mapping[str, Symbols]) -> bytes:
    """All symbols of a unit as bytes."""
    side = bytearray()
    streams: dict[str, list[str]] = {}
    bounds = {name: int(np.abs(coded.q).max(initial=0)) for name, coded in symbols.items()}
    crc_source = []
    for name in layout.parameter_shapes():
        coded = symbols[name]
        side += _varint(bounds[name])
        crc_source.append(coded.q.ravel())
        if bounds[name]:
            streams.setdefault(_stream_of(name), []).append(name)
            for step, scale in zip(coded.step_index, coded.scale_index, strict=True):
                side += struct.pack("<bb", step, scale)
    body = bytearray()
    for names in streams.values():
        flat = np.concatenate([symbols[name].q.ravel() for name in names])
        scales = np.concatenate([_spread(symbols[name]) for name in names])
        stream = encode_laplace(flat, np.zeros_like(flat), scales, max(bounds[name] for name in names))
        body += _varint(len(stream)) + stream
    crc = checksum(np.concatenate(crc_source))
    return struct.pack("<B", UNIT_VERSION) + _varint(layout.frames) + struct.pack("<I", crc) + bytes(side) + bytes(body)


def decode_unit(layout: Layout, data: bytes) -> dict[str, Symbols]:
    """Read what `encode_unit` wrote.

    Raises:
        StreamError: cut short, damaged, or the symbols' checksum does not fit.
    """
    reader = _Reader(data)
    if reader.take(1)[0] != UNIT_VERSION or reader.varint() != layout.frames:
        raise StreamError("A unit of the file does not belong to its header.")
    (crc,) = struct.unpack("<I", reader.take(4))
    shapes = layout.parameter_shapes()
    bounds, steps, scales = {}, {}, {}
    for name, shape in shapes.items():
        groups = group_count(name, shape)
        bounds[name] = reader.varint()
        if bounds[name] > MAX_SYMBOL:
            raise StreamError("A unit of the file is damaged.")
        pairs = np.frombuffer(reader.take(2 * groups), np.int8) if bounds[name] else np.zeros(2 * groups, np.int8)
        steps[name], scales[name] = pairs[0::2].astype(np.int32), pairs[1::2].astype(np.int32)
    result = {name: Symbols(np.zeros(shape, np.int32), steps[name], scales[name]) for name, shape in shapes.items()}
    streams: dict[str, list[str]] = {}
    for name in shapes:
        if bounds[name]:
            streams.setdefault(_stream_of(name), []).append(name)
    for names in streams.values():
        decoder = LaplaceDecoder(reader.take(reader.varint()), max(bounds[name] for name in names))
        for name in names:
            scale = _spread(result[name])
            result[name].q.reshape(-1)[:] = decoder.decode(np.zeros_like(scale), scale)
    if not reader.done() or checksum(np.concatenate([coded.q.ravel() for coded in result.values()])) != crc:
        raise StreamError("A unit of the file decodes to other symbols than were written; the file is damaged.")
    return result


def _spread(coded: Symbols) -> NDArray[np.int32]:
    """Scale index of each symbol in C order."""
    return np.broadcast_to(coded.scale_index, coded.q.shape).ravel() if coded.q.ndim else coded.scale_index
