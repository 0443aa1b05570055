"""The paper's own quantisation: after training, each tensor on a uniform grid over its range, 7 or 8 bits a number.

    body    := weight bits u8, embedding bits u8, checksum u32, range*, codes
    range   := of each group of each tensor, in order: lowest f32, step f32
    codes   := of each tensor its symbols, each as many bits, highest first; filled up with 0 bits to whole bytes

A value is its symbol times the step, plus the lowest, in float64, rounded once (specs/mvc.md, 7.1).
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.varint import FieldReader
from nvc_engine.codecs.parameters.coding import Shapes
from nvc_engine.codecs.parameters.symbols import dequantised, group_count, is_grid

MOST_BITS = 16
RANGE_BYTES = 8
_HEAD_BYTES = 6
_PIECE = 1 << 18  # symbols; a multiple of 8, so that pieces end with whole bytes


@dataclass(frozen=True)
class FixedSymbols:
    """One tensor: integers `q` of its shape, 0 to 2^bits - 1, and `lowest` and `step` of each group [G] (float32)."""

    q: NDArray[np.int32]
    lowest: NDArray[np.float32]
    step: NDArray[np.float32]
    bits: int

    def values(self) -> Tensor:
        """The decoded tensor, float32."""
        return dequantised(self.q, self.step.astype(np.float64), self.lowest.astype(np.float64))


def fixed_symbols(name: str, value: Tensor, bits: int) -> FixedSymbols:
    """A tensor on its grid: q = round((x - min) / s) with s = (max - min) / (2^bits - 1)."""
    exact = value.detach().cpu().double().numpy()
    flat = exact.reshape(-1, group_count(name, exact.shape))
    lowest = flat.min(axis=0).astype(np.float32)
    step = ((flat.max(axis=0) - lowest) / ((1 << bits) - 1)).astype(np.float32)
    step[step <= 0] = 1.0
    q = np.rint((exact - lowest) / step).clip(0, (1 << bits) - 1).astype(np.int32)
    return FixedSymbols(q, lowest, step, bits)


def encode_fixed(shapes: Shapes, symbols: Mapping[str, FixedSymbols], weight_bits: int, embedding_bits: int) -> bytes:
    """The symbols of all tensors as bytes."""
    ranges, codes, crc = b"", [], 0
    for name in shapes:
        coded = symbols[name]
        ranges += np.stack([coded.lowest, coded.step], axis=1).astype("<f4").tobytes()
        crc = zlib.crc32(coded.q.astype("<i4").tobytes(), crc)
        codes.append(_packed(coded.q.ravel(), coded.bits))
    head = bytes((weight_bits, embedding_bits)) + crc.to_bytes(4, "little")
    return head + ranges + b"".join(codes)


def decode_fixed(shapes: Shapes, data: bytes) -> dict[str, FixedSymbols]:
    """Read what `encode_fixed` wrote.

    Raises:
        StreamError: cut short, damaged, or its symbols do not fit their checksum.
    """
    reader = FieldReader(data)
    try:
        weight_bits, embedding_bits = reader.byte(), reader.byte()
        if not (1 <= weight_bits <= MOST_BITS and 1 <= embedding_bits <= MOST_BITS):
            raise StreamError("A unit of the file is damaged.")
        expected = int.from_bytes(reader.take(4), "little")
        groups = [group_count(name, shape) for name, shape in shapes.items()]
        ranges = np.frombuffer(reader.take(RANGE_BYTES * sum(groups)), "<f4").reshape(-1, 2)
        packed = {
            name: reader.take(code_bytes(name, shape, weight_bits, embedding_bits)) for name, shape in shapes.items()
        }
        reader.end()
    except MalformedError as error:
        raise StreamError("A unit of the file is cut short or damaged.") from error
    if not np.isfinite(ranges).all():
        raise StreamError("A unit of the file is damaged.")
    result = {}
    crc = 0
    edges = np.cumsum([0, *groups])
    for number, (name, shape) in enumerate(shapes.items()):
        bits = embedding_bits if is_grid(name) else weight_bits
        q = _unpacked(packed[name], bits, int(np.prod(shape))).reshape(shape)
        crc = zlib.crc32(np.ascontiguousarray(q, "<i4").data, crc)
        own = ranges[edges[number] : edges[number + 1]]
        result[name] = FixedSymbols(q, own[:, 0], own[:, 1], bits)
    if crc != expected:
        raise StreamError("A unit decodes to other symbols than were written; the file is damaged.")
    return result


def code_bytes(name: str, shape: tuple[int, ...], weight_bits: int, embedding_bits: int) -> int:
    """Bytes of a tensor's codes."""
    return -(-int(np.prod(shape)) * (embedding_bits if is_grid(name) else weight_bits) // 8)


def side_bytes(shapes: Shapes) -> int:
    """Bytes of a body beside its codes."""
    return _HEAD_BYTES + RANGE_BYTES * sum(group_count(name, shape) for name, shape in shapes.items())


def fixed_shares(shapes: Shapes, data: bytes) -> dict[str, int]:
    """Bytes by what they are spent on; together all of them."""
    shares = dict.fromkeys(("embedding", "weights"), 0)
    for name, shape in shapes.items():
        shares["embedding" if is_grid(name) else "weights"] += code_bytes(name, shape, data[0], data[1])
    return {**shares, "side information": side_bytes(shapes)}


def _packed(q: NDArray[np.int32], bits: int) -> bytes:
    """Symbols [N] as a string of bits."""
    shifts = np.arange(bits - 1, -1, -1)
    pieces = [q[start : start + _PIECE] for start in range(0, q.size, _PIECE)]
    return b"".join(np.packbits((piece[:, None] >> shifts & 1).astype(np.uint8)).tobytes() for piece in pieces)


def _unpacked(data: bytes, bits: int, count: int) -> NDArray[np.int32]:
    """The inverse of `_packed`."""
    weights = (1 << np.arange(bits - 1, -1, -1)).astype(np.int32)
    q = np.empty(count, np.int32)
    for start in range(0, count, _PIECE):
        size = min(_PIECE, count - start)
        string = np.unpackbits(np.frombuffer(data, np.uint8, -(-size * bits // 8), start * bits // 8))
        q[start : start + size] = string[: size * bits].reshape(size, bits) @ weights
    return q
