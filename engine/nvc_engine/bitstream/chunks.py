"""Chunks: four-letter type, length, payload, CRC-32C. The frame in which everything in a `.nvc` stands."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from nvc_engine.bitstream.checksums import crc32c, crc32c_of_stretch
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.varint import MAX_BYTES, FieldReader, uvarint, uvarint_size

HEAD = b"HEAD"
TIME = b"TIME"
COLOUR = b"COLR"
CONFIG = b"CONF"
PROVENANCE = b"prov"
TRACKS = b"trks"
UNIT = b"UNIT"
INDEX = b"indx"
DONE = b"DONE"

TYPE_BYTES = 4
CRC_BYTES = 4
SMALLEST_CHUNK_BYTES = TYPE_BYTES + 1 + CRC_BYTES


@dataclass(frozen=True)
class ChunkPlace:
    """Where a chunk stands in its file, in bytes: it takes `start`..`stop`, its payload `size` bytes from `offset`."""

    kind: bytes
    start: int
    offset: int
    size: int

    @property
    def stop(self) -> int:
        return self.offset + self.size + CRC_BYTES

    @property
    def critical(self) -> bool:
        """Whether a reader must understand this chunk to show the file (first letter upper case)."""
        return not self.kind[0] & 0x20


def chunk(kind: bytes, *parts: bytes) -> bytes:
    """A whole chunk with the concatenated `parts` as payload."""
    data = b"".join((kind, uvarint(sum(map(len, parts))), *parts))
    return data + struct.pack("<I", crc32c(data))


def chunk_size(payload_size: int) -> int:
    """Bytes of a whole chunk with so many bytes of payload."""
    return TYPE_BYTES + uvarint_size(payload_size) + payload_size + CRC_BYTES


def locate(file: BinaryIO, start: int, limit: int) -> ChunkPlace:
    """The chunk at offset `start`, which must end at or before `limit`. Reads its type and length alone.

    Raises MalformedError where no chunk can stand there.
    """
    if limit - start < SMALLEST_CHUNK_BYTES:
        raise MalformedError("the file ends inside a chunk")
    file.seek(start)
    fields = FieldReader(file.read(TYPE_BYTES + MAX_BYTES))
    kind = fields.take(TYPE_BYTES)
    if not (kind.isalpha() and kind.isascii()):
        raise MalformedError("a chunk's type is not four letters")
    size = fields.uvarint()
    place = ChunkPlace(kind, start, start + fields.position, size)
    if place.stop > limit:
        raise MalformedError("a chunk is longer than what is left of the file")
    return place


def read_payload(file: BinaryIO, place: ChunkPlace, maximum: int) -> bytes:
    """The payload of the chunk at `place`, its CRC checked.

    Raises MalformedError for a payload above `maximum` bytes (before any of it is read), a short file or a wrong CRC.
    """
    if place.size > maximum:
        raise MalformedError(f"a chunk of type {place.kind.decode()} is longer than its limit")
    file.seek(place.start)
    data = file.read(place.stop - place.start)
    if len(data) < place.stop - place.start:
        raise MalformedError("the file ends inside a chunk")
    body = data[:-CRC_BYTES]
    if struct.unpack("<I", data[-CRC_BYTES:])[0] != crc32c(body):
        raise MalformedError("a chunk's bytes do not match their checksum")
    return body[place.offset - place.start :]


def is_intact(file: BinaryIO, place: ChunkPlace) -> bool:
    """Whether the chunk's bytes match their CRC; reads it in blocks, so that its size does not matter."""
    crc = crc32c_of_stretch(file, place.start, place.stop - CRC_BYTES - place.start)
    return file.read(CRC_BYTES) == struct.pack("<I", crc)
