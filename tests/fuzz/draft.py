"""A `.nvc` taken apart, to be changed and put together again with checksums that are right."""

import random
import struct
import zlib
from dataclasses import dataclass, field

from raw import any_number, in_place
from seeds import Seed

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import chunk
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.index import index_payload, unit_at
from nvc_engine.bitstream.signature import START
from nvc_engine.bitstream.varint import FieldReader, text_field, uvarint
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.parameters.coding import Shapes
from nvc_engine.codecs.parameters.symbols import group_count, law_sizes

HEAD_FIELDS = (
    "codec_version",
    "width",
    "height",
    "frames",
    "time_num",
    "time_den",
    "rate_num",
    "rate_den",
    "aspect_num",
    "aspect_den",
    "rotation",
    "bit_depth",
    "chroma",
)
MASK = (1 << 64) - 1


@dataclass
class Draft:
    """Chunks to be written in this order, each with a right CRC.

    Attributes:
        index: payload of the index; None makes one that fits the units.
        index_at: offset that the end states; None is the right one.
        with_index, with_done: whether they are written at all.
        tail: bytes behind the end.
    """

    seed: Seed
    chunks: list[tuple[bytes, bytes]] = field(default_factory=list)
    index: bytes | None = None
    index_at: int | None = None
    with_index: bool = True
    with_done: bool = True
    tail: bytes = b""

    def place(self, kind: bytes) -> int | None:
        """Where the first chunk of this type stands in `chunks`."""
        return next((number for number, each in enumerate(self.chunks) if each[0] == kind), None)

    def payload(self, kind: bytes) -> bytes:
        """The payload of the first chunk of this type, b"" where there is none."""
        number = self.place(kind)
        return b"" if number is None else self.chunks[number][1]

    def put(self, kind: bytes, payload: bytes) -> None:
        """Replace the first chunk of this type, or add one before the first unit."""
        number = self.place(kind)
        if number is None:
            before = self.place(chunks.UNIT)
            self.chunks.insert(len(self.chunks) if before is None else before, (kind, payload))
        else:
            self.chunks[number] = (kind, payload)

    def unit_numbers(self) -> list[int]:
        return [number for number, each in enumerate(self.chunks) if each[0] == chunks.UNIT]

    def data(self) -> bytes:
        """The file."""
        out = bytearray(START)
        units = []
        for kind, payload in self.chunks:
            if kind == chunks.UNIT:
                try:
                    fields = FieldReader(payload)
                    units.append(unit_at(len(out), fields.uvarint(), fields.uvarint(), fields.remaining))
                except MalformedError:
                    pass
            out += chunk(kind, payload)
        index_at = len(out)
        if self.with_index:
            out += chunk(chunks.INDEX, fitting_index(units) if self.index is None else self.index)
        if self.with_done:
            out += chunk(chunks.DONE, struct.pack("<Q", (index_at if self.index_at is None else self.index_at) & MASK))
        return bytes(out + self.tail)


def draft_of(seed: Seed) -> Draft:
    return Draft(seed, list(seed.chunks))


def fitting_index(units: list) -> bytes:
    """The index of these units, or one without any where they are such that none can be written."""
    try:
        return index_payload(units)
    except ValueError:
        return uvarint(0)


def index_numbers(draft: Draft) -> list[int]:
    """The right index as a list of its numbers."""
    whole = draft.data()
    start = struct.unpack("<Q", whole[-12:-4])[0]
    fields = FieldReader(whole[start + 4 :])
    fields.uvarint()
    count = fields.uvarint()
    return [count, *(fields.uvarint() for _ in range(4 * count))]


def head_fields(payload: bytes) -> tuple[str, dict[str, int]]:
    """The codec's name and the numbers of a HEAD."""
    fields = FieldReader(payload)
    name = fields.text(64)
    return name, {field_name: fields.uvarint() for field_name in HEAD_FIELDS}


def head_payload(name: str, numbers: dict[str, int]) -> bytes:
    return text_field(name) + b"".join(uvarint(value & MASK) for value in numbers.values())


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def inflated(data: bytes) -> bytes:
    return zlib.decompress(data, -15)


@dataclass
class UnitParts:
    """A unit of a fitted network taken apart; `head`, `coded` and `side` are bytes as they stand, `stream_sizes` what
    is stated of the streams."""

    version: int
    frames: int
    head: bytes
    coded: bytes
    side: bytes
    streams: list[bytes]
    stream_sizes: list[int]

    def payload(self) -> bytes:
        out = bytes((self.version & 0xFF,)) + uvarint(self.frames & MASK) + self.head + self.coded + self.side
        for size, stream in zip(self.stream_sizes, self.streams, strict=True):
            out += uvarint(size & MASK) + stream
        return out


def unit_parts(shapes: Shapes, payload: bytes, head_bytes: int = 0) -> UnitParts:
    """Take a sound unit apart; `head_bytes` stand between its frames and its tensors."""
    fields = FieldReader(payload)
    version, frames, head = fields.byte(), fields.uvarint(), fields.take(head_bytes)
    coded = fields.take(-(-len(shapes) // 8))
    side = b""
    for number, (name, shape) in enumerate(shapes.items()):
        if coded[number // 8] >> (number % 8) & 1:
            side += fields.take(group_count(name, shape) * (1 + sum(law_sizes(name, shape))))
    streams = []
    while fields.remaining:
        streams.append(fields.take(fields.uvarint()))
    return UnitParts(version, frames, head, coded, side, streams, [len(stream) for stream in streams])


def change_part(rng: random.Random, parts: UnitParts) -> None:
    """Change a field: version, frames, coded bits, side information, stream lengths, words of a stream."""
    choice = rng.randrange(9)
    if choice == 0:
        parts.version = rng.choice((0, 1, 2, 3, 255))
    elif choice == 1:
        parts.frames = any_number(rng, parts.frames)
    elif choice == 2:
        parts.coded = in_place(rng, parts.coded)
    elif choice in (3, 4) and parts.side:
        parts.side = in_place(rng, parts.side)
    elif choice == 5 and parts.streams:
        place = rng.randrange(len(parts.streams))
        parts.stream_sizes[place] = any_number(rng, parts.stream_sizes[place])
    elif parts.streams:
        place = rng.randrange(len(parts.streams))
        stream = parts.streams[place]
        changed = (
            in_place(rng, stream) if stream else b"\0",
            stream[: rng.randrange(len(stream) + 1)],
            stream[:4] + bytes(4) * rng.choice((1, 9, 200)),
            stream[:4] + b"\xff" * 4 * rng.choice((1, 9, 200)),
            stream + rng.randbytes(4 * rng.choice((1, 50))),
            b"",
        )
        parts.streams[place] = rng.choice(changed)
        parts.stream_sizes[place] = len(parts.streams[place])


def empty_unit(layout: Layout) -> bytes:
    """A sound unit of which every tensor is zero."""
    return bytes((2,)) + uvarint(layout.frames) + bytes(-(-len(layout.parameter_shapes()) // 8))
