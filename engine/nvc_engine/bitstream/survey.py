"""Finding out what an opened `.nvc` holds and where, whole or damaged."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import ChunkPlace
from nvc_engine.bitstream.errors import ContainerError, MalformedError, NewerFileError
from nvc_engine.bitstream.header import Header, parse_header, with_provenance
from nvc_engine.bitstream.index import Unit, parse_index, unit_at
from nvc_engine.bitstream.limits import (
    MAX_CONFIG_BYTES,
    MAX_FRAMES,
    MAX_HEAD_BYTES,
    MAX_OTHER_CHUNKS,
    MAX_PROVENANCE_BYTES,
    MAX_UNIT_BYTES,
    MAX_UNITS,
)
from nvc_engine.bitstream.signature import START, check_start
from nvc_engine.bitstream.varint import MAX_BYTES, FieldReader

REQUIRED = (chunks.HEAD, chunks.TIME, chunks.COLOUR)
PAYLOAD_LIMITS = {
    chunks.HEAD: MAX_HEAD_BYTES,
    chunks.TIME: 16 + 12 * MAX_FRAMES,
    chunks.COLOUR: MAX_HEAD_BYTES,
    chunks.CONFIG: MAX_CONFIG_BYTES,
    chunks.PROVENANCE: MAX_PROVENANCE_BYTES,
}

MAX_INDEX_BYTES = MAX_BYTES + 4 * MAX_BYTES * MAX_UNITS
DONE_BYTES = chunks.SMALLEST_CHUNK_BYTES + 8


@dataclass(frozen=True)
class Damage:
    """Something in the file is damaged or missing: a sentence, and the frames `first`..`stop` lost with it, if any."""

    sentence: str
    first: int = 0
    stop: int = 0


@dataclass(frozen=True)
class Contents:
    """What a file holds. `units` are in order of frames without overlap; the frames that they leave out, and all else
    that is wrong, stand in `damage`."""

    header: Header
    units: tuple[Unit, ...]
    tracks: ChunkPlace | None
    damage: tuple[Damage, ...]


def survey(file: BinaryIO, path: Path) -> Contents:
    """Read what stands before the units, then the index; where that is unusable, the whole file front to back.

    Raises ContainerError with a sentence where the file is no `.nvc` or its header cannot be read.
    """
    return _Surveyor(file, path).contents()


def walk(file: BinaryIO, start: int, limit: int) -> Iterator[ChunkPlace]:
    """The chunks from offset `start` on, DONE the last. Raises MalformedError where the chain breaks before it."""
    while True:
        place = chunks.locate(file, start, limit)
        yield place
        if place.kind == chunks.DONE:
            return
        start = place.stop


@dataclass
class _Surveyor:
    file: BinaryIO
    path: Path
    size: int = 0
    payloads: dict[bytes, bytes] = field(default_factory=dict)
    tracks: ChunkPlace | None = None
    damage: list[Damage] = field(default_factory=list)

    def contents(self) -> Contents:
        self.size = self.file.seek(0, 2)
        self.file.seek(0)
        check_start(self.file.read(len(START)), self.path)
        units_start = self._read_head()
        header = self._header()
        units = self._units_of_index(header.frame_count)
        if units is None:
            units = self._units_of_walk(units_start, header.frame_count)
        self._report_gaps(units, header.frame_count)
        return Contents(header, units, self.tracks, tuple(self.damage))

    def _read_head(self) -> int:
        """Read the chunks before the first unit; returns the offset of that unit, or of the break in the chain."""
        position = len(START)
        for _ in range(MAX_OTHER_CHUNKS):
            try:
                place = chunks.locate(self.file, position, self.size)
            except MalformedError:
                break
            if place.kind in (chunks.UNIT, chunks.INDEX, chunks.DONE):
                break
            self._take_head_chunk(place)
            position = place.stop
        return position

    def _take_head_chunk(self, place: ChunkPlace) -> None:
        kind = place.kind
        if kind in PAYLOAD_LIMITS:
            try:
                payload = chunks.read_payload(self.file, place, PAYLOAD_LIMITS[kind])
            except MalformedError:
                self.damage.append(Damage(f"The {kind.decode()} chunk at byte {place.start} is damaged."))
                return
            if kind in self.payloads:
                raise ContainerError(f"{self.path.name} is damaged: it has two {kind.decode()} chunks.")
            self.payloads[kind] = payload
        elif kind == chunks.TRACKS:
            self.tracks = place
        elif not chunks.is_intact(self.file, place):
            self.damage.append(Damage(f"The chunk at byte {place.start} is damaged."))
        elif place.critical:
            raise NewerFileError(
                f"{self.path.name} was made by a newer version of NVC Studio (it has {kind.decode()} chunks); "
                "update to open it."
            )

    def _header(self) -> Header:
        missing = [kind for kind in REQUIRED if kind not in self.payloads]
        if missing:
            raise ContainerError(
                f"{self.path.name} is damaged or cut off in its first bytes (no {missing[0].decode()} chunk) and "
                "cannot be opened."
            )
        try:
            header = parse_header(self.payloads)
        except MalformedError as error:
            raise ContainerError(f"{self.path.name} has a header that cannot be used: {error}.") from error
        if chunks.PROVENANCE not in self.payloads:
            return header
        try:
            return with_provenance(header, self.payloads[chunks.PROVENANCE])
        except MalformedError:
            self.damage.append(Damage("What the file says about its making cannot be read."))
            return header

    def _units_of_index(self, frames: int) -> tuple[Unit, ...] | None:
        """The units as the index lists them, or None where there is no index to be trusted."""
        end = self.size - DONE_BYTES
        try:
            done = chunks.locate(self.file, max(end, 0), self.size)
            if done.kind != chunks.DONE or done.stop != self.size:
                return None
            index_start = struct.unpack("<Q", chunks.read_payload(self.file, done, 8))[0]
            index = chunks.locate(self.file, min(index_start, end), end)
            if index.kind != chunks.INDEX or index.stop != end:
                return None
            return parse_index(chunks.read_payload(self.file, index, MAX_INDEX_BYTES), frames, index.start)
        except (MalformedError, struct.error):
            return None

    def _units_of_walk(self, start: int, frames: int) -> tuple[Unit, ...]:
        """The intact units from offset `start` on, as far as the chain of chunks can be followed."""
        units: list[Unit] = []
        others = 0
        position = start
        try:
            for place in walk(self.file, start, self.size):
                position = place.stop
                if place.kind != chunks.UNIT:
                    others += 1
                elif len(units) < MAX_UNITS:
                    unit = self._unit(place, units[-1].stop if units else 0, frames)
                    if unit is not None:
                        units.append(unit)
                if others > MAX_OTHER_CHUNKS:
                    raise MalformedError("too many chunks")
        except MalformedError:
            self.damage.append(
                Damage(f"The file is cut off or damaged at byte {position} of {self.size} and has no index.")
            )
        else:
            self.damage.append(Damage("The file's index is damaged; its units were found by reading all of it."))
            if position < self.size:
                self.damage.append(Damage(f"{self.size - position} bytes follow the end of the file."))
        return tuple(units)

    def _unit(self, place: ChunkPlace, frame: int, frames: int) -> Unit | None:
        """The unit at `place`, or None where it is damaged or does not go on from `frame`."""
        if place.size > MAX_UNIT_BYTES + 2 * MAX_BYTES or not chunks.is_intact(self.file, place):
            return None
        self.file.seek(place.offset)
        try:
            fields = FieldReader(self.file.read(min(place.size, 2 * MAX_BYTES)))
            first = fields.uvarint(frames - 1, minimum=frame)
            count = fields.uvarint(frames - first, minimum=1)
        except MalformedError:
            return None
        return unit_at(place.start, first, count, place.size - fields.position)

    def _report_gaps(self, units: tuple[Unit, ...], frames: int) -> None:
        frame = 0
        for first, stop in [*((unit.first, unit.stop) for unit in units), (frames, frames)]:
            if first > frame:
                self.damage.append(Damage(f"Frames {frame} to {first - 1} are missing.", frame, first))
            frame = stop
