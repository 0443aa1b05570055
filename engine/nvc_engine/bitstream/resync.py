"""Going through a `.nvc` from front to back, over damage: the chunks that are intact, and the stretches between them.

A chunk whose CRC is wrong says nothing for certain, not even how long it is. Behind the start of such a chunk the next
intact one is searched for: at every place where the type of a chunk stands that is worth finding, and at the place
where the damaged chunk says that it ends; the first of them whose CRC is right is where the chain goes on.
"""

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import ChunkPlace
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.limits import (
    MAX_CONFIG_BYTES,
    MAX_FRAMES,
    MAX_HEAD_BYTES,
    MAX_PROVENANCE_BYTES,
    MAX_TRACK_BYTES,
    MAX_UNIT_BYTES,
    MAX_UNITS,
)
from nvc_engine.bitstream.varint import MAX_BYTES

DONE_PAYLOAD_BYTES = 8
MAX_INDEX_BYTES = MAX_BYTES + 4 * MAX_BYTES * MAX_UNITS
PAYLOAD_LIMITS = {
    chunks.HEAD: MAX_HEAD_BYTES,
    chunks.TIME: 16 + 12 * MAX_FRAMES,
    chunks.COLOUR: MAX_HEAD_BYTES,
    chunks.CONFIG: MAX_CONFIG_BYTES,
    chunks.PROVENANCE: MAX_PROVENANCE_BYTES,
    chunks.TRACKS: MAX_TRACK_BYTES,
    chunks.UNIT: MAX_UNIT_BYTES + 2 * MAX_BYTES,
    chunks.INDEX: MAX_INDEX_BYTES,
    chunks.DONE: DONE_PAYLOAD_BYTES,
}
BEFORE_UNITS = (chunks.TIME, chunks.COLOUR, chunks.CONFIG, chunks.PROVENANCE, chunks.TRACKS, chunks.UNIT)
AMONG_UNITS = (chunks.UNIT,)

SMALLEST_BLOCK_BYTES = 1 << 12
LARGEST_BLOCK_BYTES = 1 << 20

# A place that looks like a chunk and is none costs its bytes to find out, and in a hostile file the places may overlap,
# which would be quadratic. So all of them together are allowed twice the file's size and this constant; each also pays
# for the page that is read to look at it. The intact chunks do not overlap and come to at most the file's size. Files
# of ours stay far below: the constant alone covers 2^16 damaged units, and by chance a type stands once in 2^32 bytes.
CREDIT_BYTES = 1 << 28
TOLL_BYTES = 1 << 12


@dataclass(frozen=True)
class Break:
    """Bytes `start`..`stop` hold no intact chunk; `searched` is False where the search behind them was given up."""

    start: int
    stop: int
    searched: bool = True


def scan(file: BinaryIO, start: int, size: int) -> Iterator[ChunkPlace | Break]:
    """The intact chunks of a file of `size` bytes from offset `start` on, and the breaks between them.

    Ends behind an intact DONE, or at the end of the file. Reads in blocks, whatever the file says of its sizes, and at
    most a few times as many bytes as the file has.
    """
    scanner = _Scanner(file, size)
    searched_kinds: Sequence[bytes] = BEFORE_UNITS
    while start < size:
        place = scanner.intact_at(start)
        if place is None:
            place = scanner.search(start, searched_kinds)
            yield Break(start, place.start if place else size, searched=place is not None or not scanner.exhausted)
        if place is None:
            return
        yield place
        if place.kind == chunks.DONE:
            return
        if place.kind == chunks.UNIT:
            searched_kinds = AMONG_UNITS
        start = place.stop


class _Scanner:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._credit = CREDIT_BYTES + 2 * size

    @property
    def exhausted(self) -> bool:
        """Whether so much looked like chunks and was none that no more is to be looked at."""
        return self._credit <= 0

    def intact_at(self, start: int) -> ChunkPlace | None:
        """The chunk at offset `start`, or None where there is none whose CRC is right."""
        if self.exhausted:
            return None
        place = self._located(start)
        if place is not None and chunks.is_intact(self._file, place):
            return place
        self._credit -= TOLL_BYTES + (place.size if place else 0)
        return None

    def search(self, broken: int, kinds: Sequence[bytes]) -> ChunkPlace | None:
        """The first intact chunk of one of `kinds` behind the start of a broken one, or where that says that it ends.

        None where there is none, or the search was given up.
        """
        damaged = self._located(broken)
        end_says = () if damaged is None else (damaged.stop,)
        before = broken
        for offset in heapq.merge(self._offsets_of(kinds, broken + 1), end_says):
            if offset > before:
                place = self.intact_at(offset)
                if place is not None:
                    return place
                if self.exhausted:
                    return None
                before = offset
        return None

    def _located(self, start: int) -> ChunkPlace | None:
        try:
            place = chunks.locate(self._file, start, self._size)
        except MalformedError:
            return None
        return place if place.size <= PAYLOAD_LIMITS.get(place.kind, place.size) else None

    def _offsets_of(self, kinds: Sequence[bytes], start: int) -> Iterator[int]:
        """Where from `start` on one of `kinds` stands, in order. Blocks begin small, since most breaks are short."""
        patterns = [re.compile(kind) for kind in kinds]
        size = SMALLEST_BLOCK_BYTES
        while start < self._size:
            self._file.seek(start)
            block = self._file.read(size + chunks.TYPE_BYTES - 1)
            if not block:
                return
            for found in heapq.merge(*(_starts(pattern, block) for pattern in patterns)):
                yield start + found
            start += size
            size = min(2 * size, LARGEST_BLOCK_BYTES)


def _starts(pattern: re.Pattern[bytes], block: bytes) -> Iterator[int]:
    return (match.start() for match in pattern.finditer(block))
