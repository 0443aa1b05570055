"""Finding out what an opened `.nvc` holds and where, whole or damaged."""

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import ChunkPlace
from nvc_engine.bitstream.errors import ContainerError, MalformedError, NewerFileError
from nvc_engine.bitstream.gathering import gaps, gather
from nvc_engine.bitstream.header import Header, parse_header, with_provenance
from nvc_engine.bitstream.index import Unit, parse_index
from nvc_engine.bitstream.limits import MAX_OTHER_CHUNKS
from nvc_engine.bitstream.resync import DONE_PAYLOAD_BYTES, MAX_INDEX_BYTES, PAYLOAD_LIMITS, Break, scan
from nvc_engine.bitstream.signature import START, check_start

REQUIRED = (chunks.HEAD, chunks.TIME, chunks.COLOUR)
BEHIND_HEAD = (chunks.UNIT, chunks.INDEX, chunks.DONE)
DONE_BYTES = chunks.SMALLEST_CHUNK_BYTES + DONE_PAYLOAD_BYTES


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
    """Read what stands before the units, then the index; where that is unusable, search the whole file for units.

    Raises ContainerError with a sentence where the file is no `.nvc` or its header cannot be read.
    """
    return _Surveyor(file, path).contents()


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
        broken = self._read_head()
        if broken is not None and chunks.HEAD in self.payloads:
            self._search_head(broken)
        header = self._header()
        units = self._units_of_index(header.frame_count)
        if units is None:
            units = self._units_of_search(header.frame_count)
        for first, stop in gaps(units, header.frame_count):
            self.damage.append(Damage(f"Frames {first} to {stop - 1} are missing.", first, stop))
        return Contents(header, units, self.tracks, tuple(self.damage))

    def _read_head(self) -> int | None:
        """Read the chunks before the first unit; returns how far all is sound where something in them is not.

        Audio and subtitles are large and checked when they are read: here only what follows them shows their length.
        """
        position = sound = len(START)
        for _ in range(MAX_OTHER_CHUNKS):
            try:
                place = chunks.locate(self.file, position, self.size)
                if place.kind in BEHIND_HEAD:
                    return None
                self._take(place)
            except MalformedError:
                return sound
            position = place.stop
            if place.kind != chunks.TRACKS:
                sound = position
        return None

    def _search_head(self, broken: int) -> None:
        """Take what is intact from offset `broken` up to the first unit."""
        if self.tracks is not None and self.tracks.start >= broken:
            self.tracks = None
        for found in scan(self.file, broken, self.size):
            if isinstance(found, Break):
                self.damage.append(Damage(f"{self._what_stands_at(found.start)} is damaged."))
            elif found.kind in BEHIND_HEAD:
                return
            else:
                self._take(found)

    def _what_stands_at(self, start: int) -> str:
        self.file.seek(start)
        kind = self.file.read(chunks.TYPE_BYTES)
        name = f"{kind.decode()} chunk" if kind in PAYLOAD_LIMITS else "chunk"
        return f"The {name} at byte {start}"

    def _take(self, place: ChunkPlace) -> None:
        """Note a chunk before the first unit. Raises MalformedError where it is damaged."""
        kind = place.kind
        if kind == chunks.TRACKS:
            self.tracks = place
        elif kind in PAYLOAD_LIMITS:
            payload = chunks.read_payload(self.file, place, PAYLOAD_LIMITS[kind])
            if kind in self.payloads:
                raise ContainerError(f"{self.path.name} is damaged: it has two {kind.decode()} chunks.")
            self.payloads[kind] = payload
        elif not chunks.is_intact(self.file, place):
            raise MalformedError("a chunk's bytes do not match their checksum")
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
            index_start = struct.unpack("<Q", chunks.read_payload(self.file, done, DONE_PAYLOAD_BYTES))[0]
            index = chunks.locate(self.file, min(index_start, end), end)
            if index.kind != chunks.INDEX or index.stop != end:
                return None
            return parse_index(chunks.read_payload(self.file, index, MAX_INDEX_BYTES), frames, index.start)
        except (MalformedError, struct.error):
            return None

    def _units_of_search(self, frames: int) -> tuple[Unit, ...]:
        """The intact units, found by reading the whole file."""
        gathered = gather(self.file, self.size, frames)
        sentences = []
        if gathered.damaged_stretches > (gathered.broken_at is not None):
            sentences.append(
                f"{gathered.damaged_bytes} bytes of the file are damaged, the first at byte {gathered.first_damaged}."
            )
        if gathered.done is None and gathered.searched:
            broken = self.size if gathered.broken_at is None else gathered.broken_at
            sentences.append(f"The file is cut off or damaged at byte {broken} of {self.size} and has no index.")
        elif gathered.done is not None and not gathered.in_order(self.file):
            sentences.append("The file's index is damaged; its units were found by reading all of it.")
        if gathered.trailing_bytes:
            sentences.append(f"{gathered.trailing_bytes} bytes follow the end of the file.")
        if not gathered.searched:
            sentences.append("The search for further units was given up: too much looks like one and is none.")
        self.damage.extend(Damage(sentence) for sentence in sentences)
        return tuple(gathered.units)
