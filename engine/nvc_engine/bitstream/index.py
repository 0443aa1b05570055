"""Where the units stand: the entries that a reader works with, and the index chunk that finds them at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import ChunkPlace
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.limits import MAX_UNIT_BYTES, MAX_UNITS
from nvc_engine.bitstream.varint import FieldReader, uvarint, uvarint_size


@dataclass(frozen=True)
class Unit:
    """Frames `first`..`first + count` decode from the `size` bytes at `offset` of the file."""

    first: int
    count: int
    offset: int
    size: int

    @property
    def stop(self) -> int:
        return self.first + self.count

    @property
    def prefix(self) -> bytes:
        """What stands before the codec's bytes in the chunk's payload."""
        return uvarint(self.first) + uvarint(self.count)

    @property
    def place(self) -> ChunkPlace:
        """The unit's chunk."""
        prefix = _prefix_size(self.first, self.count)
        size = prefix + self.size
        offset = self.offset - prefix
        return ChunkPlace(chunks.UNIT, offset - chunks.TYPE_BYTES - uvarint_size(size), offset, size)


def unit_at(chunk_start: int, first: int, count: int, size: int) -> Unit:
    """The unit whose chunk starts at `chunk_start`."""
    prefix = _prefix_size(first, count)
    return Unit(first, count, chunk_start + chunks.TYPE_BYTES + uvarint_size(prefix + size) + prefix, size)


def index_payload(units: Sequence[Unit]) -> bytes:
    """Units in order of frames and of place; each is written relative to the end of the one before it."""
    out = bytearray(uvarint(len(units)))
    frame = place = 0
    for unit in units:
        out += uvarint(unit.first - frame) + uvarint(unit.count)
        out += uvarint(unit.place.start - place) + uvarint(unit.size)
        frame, place = unit.stop, unit.place.stop
    return bytes(out)


def parse_index(payload: bytes, frames: int, limit: int) -> tuple[Unit, ...]:
    """The units of an index of a file of `frames` frames whose units end at or before offset `limit`.

    Raises MalformedError where an entry leaves those bounds.
    """
    fields = FieldReader(payload)
    units = []
    frame = place = 0
    for _ in range(fields.uvarint(MAX_UNITS)):
        first = frame + fields.uvarint(frames)
        count = fields.uvarint(frames, minimum=1)
        start = place + fields.uvarint(limit)
        unit = unit_at(start, first, count, fields.uvarint(MAX_UNIT_BYTES))
        frame, place = unit.stop, unit.offset + unit.size + chunks.CRC_BYTES
        if frame > frames or place > limit:
            raise MalformedError("the index points outside the file")
        units.append(unit)
    fields.end()
    return tuple(units)


def _prefix_size(first: int, count: int) -> int:
    return uvarint_size(first) + uvarint_size(count)
