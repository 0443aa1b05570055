"""Phi in a unit's bytes: psi as it is, then every array under the normal law that psi gives it (specs/nvrc.md, 2.6).

psi     := of each array: scale i8 (-128: all zero, and nothing follows), step u8, mean i16
stream  := the arrays that are not all zero, in order, a batch each; normal laws
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.entropy import StreamError, SymbolReader, SymbolWriter
from nvc_engine.bitstream.tables import Law
from nvc_engine.bitstream.varint import FieldReader
from nvc_engine.codecs.nvrc.paper.arrays import ModelArray
from nvc_engine.codecs.nvrc.paper.contexts import SCALE_MAX, SCALE_MIN
from nvc_engine.codecs.nvrc.paper.fixed_point import EXPONENT_MAX
from nvc_engine.codecs.nvrc.paper.symbols import ArraySymbols

BATCH = 1 << 20
# The likeliest symbol of all, of the narrowest law, takes more than 2^-14 bits.
MOST_SYMBOLS_A_BYTE = 1 << 17
_ALL_ZERO = 0x80
_DAMAGED = "A unit of the file is damaged."

Narrow = NDArray[np.int32]


@dataclass(frozen=True)
class Psi:
    """What codes one array of phi; None in its place says that the array is all zero."""

    step: int
    mean: int
    scale: int


def check_size(stream: bytes, symbols: int) -> None:
    if symbols > MOST_SYMBOLS_A_BYTE * len(stream):
        raise StreamError(_DAMAGED)


def pieces(size: int) -> Iterator[slice]:
    return (slice(start, start + BATCH) for start in range(0, size, BATCH))


def psi_bytes(array: ArraySymbols) -> bytes:
    if not array.q.any():
        return bytes((_ALL_ZERO,))
    return array.scale.to_bytes(1, "little", signed=True) + bytes((array.step,)) + _i16(np.array(array.mean))


def read_psi(reader: FieldReader) -> Psi | None:
    first = reader.byte()
    if first == _ALL_ZERO:
        return None
    scale = first - 256 if first > 127 else first
    step = reader.byte()
    mean = int.from_bytes(reader.take(2), "little", signed=True)
    if not SCALE_MIN <= scale <= SCALE_MAX or step > EXPONENT_MAX:
        raise StreamError(_DAMAGED)
    return Psi(step, mean, scale)


def write_coded(arrays: Iterable[ArraySymbols]) -> bytes:
    writer = SymbolWriter(Law.GAUSS)
    for array in arrays:
        if array.q.any():
            flat = array.q.reshape(-1)
            for part in pieces(flat.size):
                writer.encode(flat[part], *_alike(flat[part].size, array.mean, array.scale))
    return writer.finish()


def read_coded(
    arrays: Mapping[str, ModelArray], psi: Mapping[str, Psi | None], stream: bytes
) -> dict[str, ArraySymbols]:
    check_size(stream, sum(array.size for name, array in arrays.items() if psi[name] is not None))
    reader = SymbolReader(stream, Law.GAUSS)
    read = {}
    for name, array in arrays.items():
        law = psi[name]
        if law is None:
            read[name] = ArraySymbols(np.zeros(array.shape, np.int32))
            continue
        parts = [
            reader.decode(*_alike(min(part.stop, array.size) - part.start, law.mean, law.scale))
            for part in pieces(array.size)
        ]
        read[name] = ArraySymbols(np.concatenate(parts).reshape(array.shape), law.step, law.mean, law.scale)
    reader.finish()
    return read


def _alike(size: int, mean: int, scale: int) -> tuple[Narrow, Narrow]:
    return np.full(size, mean, np.int32), np.full(size, scale, np.int32)


def write_raw(arrays: Iterable[ArraySymbols]) -> bytes:
    return b"".join(_i16(array.q) for array in arrays)


def _i16(q: NDArray[np.integer]) -> bytes:
    return q.astype("<i2").tobytes()


def read_raw(arrays: Mapping[str, ModelArray], stream: bytes) -> dict[str, ArraySymbols]:
    if len(stream) != 2 * sum(array.size for array in arrays.values()):
        raise StreamError(_DAMAGED)
    numbers = np.frombuffer(stream, "<i2").astype(np.int32)
    edges = np.cumsum([array.size for array in arrays.values()])[:-1]
    parts = zip(arrays.items(), np.split(numbers, edges), strict=True)
    return {name: ArraySymbols(part.reshape(array.shape)) for (name, array), part in parts}
