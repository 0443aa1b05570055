"""The bytes of a fitted network: side information, then one stream for each grid and one for all other tensors.

    body    := coded bits, side*, stream*
    coded   := one bit a tensor, lowest bit first: 0 says that the tensor is all zero and nothing follows of it
    side    := of a coded tensor: all groups' step indexes i8, the scale indexes i8 of their classes, their taps i8
    stream  := length varint, a stream of `bitstream.entropy`

Tensors stand in the order of the shapes that a codec gives. A weight has one scale a group and the mean 0, and is one
batch. A grid or local table is coded slice by slice: its mean is `tap` 64ths of the symbol at the same place in the
slice before. A large grid has means and scale classes by `contexts`, and two passes over each slice. Batches hold at
most 2^20 symbols.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.entropy import CHECKSUM_BYTES, MEAN_STEPS, StreamError, SymbolReader, SymbolWriter
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.varint import FieldReader, uvarint
from nvc_engine.codecs.parameters.contexts import odd_sites, slice_laws
from nvc_engine.codecs.parameters.fitting import TAP_STEPS
from nvc_engine.codecs.parameters.symbols import Symbols, group_count, law_sizes

BATCH = 1 << 20
# The likeliest symbol of all takes more than 2^-12 bits.
MOST_SYMBOLS_A_BYTE = 1 << 15

Ints = NDArray[np.int32]
Shapes = Mapping[str, tuple[int, ...]]


def encode_parameters(shapes: Shapes, symbols: Mapping[str, Symbols]) -> bytes:
    """The symbols of all tensors as bytes."""
    coded = [bool(symbols[name].q.any()) for name in shapes]
    out = bytearray(np.packbits(coded, bitorder="little").tobytes())
    names = [name for name, any_coded in zip(shapes, coded, strict=True) if any_coded]
    for name in names:
        out += _side(symbols[name])
    for members in _streams(names):
        writer = SymbolWriter()
        for name in members:
            for place, means, scales in _batches(name, symbols[name]):
                writer.encode(symbols[name].q.reshape(-1)[place], means, scales)
        stream = writer.finish()
        out += uvarint(len(stream)) + stream
    return bytes(out)


def decode_parameters(shapes: Shapes, data: bytes) -> dict[str, Symbols]:
    """Read what `encode_parameters` wrote.

    Raises:
        StreamError: cut short, damaged, or a stream's symbols do not fit their checksum.
    """
    parts = _parse(shapes, data)
    for members, stream in parts.streams:
        coded = [parts.symbols[name] for name in members]
        if sum(each.q.size for each in coded) > MOST_SYMBOLS_A_BYTE * len(stream):
            raise StreamError("A unit of the file is damaged.")
        reader = SymbolReader(stream)
        for name, each in zip(members, coded, strict=True):
            for place, means, scales in _batches(name, each):
                each.q.reshape(-1)[place] = reader.decode(means, scales)
        reader.finish()
    return parts.symbols


def parameter_shares(shapes: Shapes, data: bytes) -> dict[str, int]:
    """Bytes by what they are spent on; together all of them. Decodes no symbol.

    A stream's checksum counts as side information.

    Raises:
        StreamError: cut short or damaged.
    """
    sizes = {"grids": 0, "weights": 0}
    for members, stream in _parse(shapes, data).streams:
        sizes["grids" if members[0].startswith("grid.") else "weights"] += max(0, len(stream) - CHECKSUM_BYTES)
    return {**sizes, "side information": len(data) - sum(sizes.values())}


def parameter_side_bytes(shapes: Shapes) -> int:
    """Bytes beside the coded symbols, where every tensor has some."""
    side = sum(group_count(name, shape) * (1 + sum(law_sizes(name, shape))) for name, shape in shapes.items())
    streams = len(_streams(shapes)) * (CHECKSUM_BYTES + len(uvarint(1 << 14)))
    return -(-len(shapes) // 8) + side + streams


@dataclass(frozen=True)
class _Parts:
    """A unit taken apart: every tensor with its side information, symbols still zero, and the streams that fill them
    with the tensors of each."""

    symbols: dict[str, Symbols]
    streams: list[tuple[list[str], bytes]]


def _parse(shapes: Shapes, data: bytes) -> _Parts:
    reader = FieldReader(data)
    try:
        flags = np.frombuffer(reader.take(-(-len(shapes) // 8)), np.uint8)
        coded = np.unpackbits(flags, bitorder="little").astype(bool)
        if coded[len(shapes) :].any():
            raise StreamError("A unit of the file is damaged.")
        symbols = {
            name: _read_side(reader, name, shape) if has_any else _all_zero(name, shape)
            for (name, shape), has_any in zip(shapes.items(), coded, strict=False)
        }
        names = [name for name, has_any in zip(shapes, coded, strict=False) if has_any]
        streams = [(members, reader.take(reader.uvarint())) for members in _streams(names)]
        reader.end()
    except MalformedError as error:
        raise StreamError("A unit of the file is cut short or damaged.") from error
    return _Parts(symbols, streams)


def _streams(names: Iterable[str]) -> list[list[str]]:
    """The tensors of each stream: a grid has one of its own, all else shares the last."""
    grids = [[name] for name in names if name.startswith("grid.")]
    weights = [name for name in names if not name.startswith("grid.")]
    return [*grids, weights] if weights else grids


def _side(coded: Symbols) -> bytes:
    return b"".join(part.astype(np.int8).tobytes() for part in (coded.step_index, coded.scale_index, coded.taps))


def _read_side(reader: FieldReader, name: str, shape: tuple[int, ...]) -> Symbols:
    groups = group_count(name, shape)
    classes, taps = law_sizes(name, shape)
    side = np.frombuffer(reader.take(groups * (1 + classes + taps)), np.int8).astype(np.int32)
    steps, scales, rest = np.split(side, [groups, groups * (1 + classes)])
    if taps == 1 and (int(rest.min()) < 0 or int(rest.max()) > TAP_STEPS):
        raise StreamError("A unit of the file is damaged.")
    return Symbols(np.zeros(shape, np.int32), steps, scales.reshape(groups, classes), rest.reshape(groups, taps))


def _all_zero(name: str, shape: tuple[int, ...]) -> Symbols:
    """A tensor of which nothing is coded; takes no memory."""
    groups = group_count(name, shape)
    steps, scales, taps = (np.zeros((groups, size), np.int32) for size in (1, *law_sizes(name, shape)))
    return Symbols(np.broadcast_to(np.int32(0), shape), steps[:, 0], scales, taps)


def _batches(name: str, coded: Symbols) -> Iterator[tuple[NDArray[np.intp], Ints, Ints]]:
    """A tensor's batches in coding order: places in its flat symbols, the means of their laws and their scale indexes,
    all [N].

    A batch's laws are taken when it is asked for, so that a decoder fills in the one before first.
    """
    classes, taps = law_sizes(name, coded.q.shape)
    number_of_slices = coded.q.shape[0] if taps else 1
    size = coded.q.size // number_of_slices
    groups = len(coded.scale_index)
    passes = [np.arange(size)]
    if classes > 1:
        odd = np.repeat(odd_sites(*coded.q.shape[1:3]).ravel(), groups)
        passes = [np.flatnonzero(~odd), np.flatnonzero(odd)]
    for number in range(number_of_slices):
        for sites in passes:
            mean, members = _laws(coded, number, classes)
            scales = coded.scale_index[np.arange(size) % groups, members]
            for start in range(0, sites.size, BATCH):
                chosen = sites[start : start + BATCH]
                yield number * size + chosen, mean[chosen], scales[chosen]


def _laws(coded: Symbols, number: int, classes: int) -> tuple[Ints, Ints]:
    """Means in the coder's steps and scale classes of the symbols of one slice, or of a whole weight, flat."""
    finer = TAP_STEPS // MEAN_STEPS
    if classes > 1:
        mean, members = (law.reshape(-1) for law in slice_laws(coded.q, number, coded.taps))
    elif number:
        mean = (coded.q[number - 1] * coded.taps[:, 0]).reshape(-1)
        members = np.zeros_like(mean)
    else:
        mean = np.zeros(coded.q.size // (coded.q.shape[0] if coded.taps.size else 1), np.int32)
        members = mean
    return (mean + finer // 2) // finer, members
