"""Writing a `.nvc`, front to back."""

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.errors import ContainerError
from nvc_engine.bitstream.header import Header, header_chunks
from nvc_engine.bitstream.index import Unit, index_payload, unit_at
from nvc_engine.bitstream.limits import MAX_TRACK_BYTES, MAX_UNIT_BYTES, MAX_UNITS
from nvc_engine.bitstream.signature import START
from nvc_engine.media.output import writing_beside


class UnitData(Protocol):
    """A unit to write: its codec's bytes for frames `first`..`first + count`."""

    @property
    def first(self) -> int: ...

    @property
    def count(self) -> int: ...

    @property
    def payload(self) -> bytes: ...


class NvcWriter:
    """Writes a `.nvc` to `file`, whose position must be 0: first all but the units, then each unit as it comes.

    A file that ends after any unit, because its writer was killed, opens up to that unit.
    Raises ContainerError with a sentence for a header, a unit or tracks that no file may have, OSError as the file
    does.
    """

    def __init__(self, file: BinaryIO, header: Header, tracks: bytes | None = None) -> None:
        self._file = file
        self._frames = header.frame_count
        self._units: list[Unit] = []
        self._next_frame = 0
        self.byte_count = 0
        written = header_chunks(header)
        if tracks is not None and len(tracks) > MAX_TRACK_BYTES:
            raise ContainerError(f"Audio and subtitles take {len(tracks)} bytes; a .nvc holds {MAX_TRACK_BYTES}.")
        self._write(START)
        for kind, payload in written:
            self._write(chunks.chunk(kind, payload))
        if tracks is not None:
            self._write(chunks.chunk(chunks.TRACKS, tracks))

    def add(self, unit: UnitData) -> None:
        """Write the next unit; it must start where the one before it ended."""
        if unit.first != self._next_frame or unit.count < 1 or unit.first + unit.count > self._frames:
            raise ContainerError(
                f"The codec gave frames {unit.first} to {unit.first + unit.count - 1} where the file of "
                f"{self._frames} frames goes on at frame {self._next_frame}."
            )
        if len(unit.payload) > MAX_UNIT_BYTES:
            raise ContainerError(f"A unit takes {len(unit.payload)} bytes; a .nvc holds units of {MAX_UNIT_BYTES}.")
        if len(self._units) == MAX_UNITS:
            raise ContainerError(f"A .nvc holds {MAX_UNITS} units; choose longer ones.")
        entry = unit_at(self.byte_count, unit.first, unit.count, len(unit.payload))
        self._write(chunks.chunk(chunks.UNIT, entry.prefix, unit.payload))
        self._units.append(entry)
        self._next_frame = entry.stop

    def finish(self) -> int:
        """Write the index and the end, and return the size of the file in bytes."""
        if self._next_frame != self._frames:
            raise ContainerError(f"The codec gave {self._next_frame} of the file's {self._frames} frames.")
        self._write(closing_chunks(self._units, self.byte_count))
        return self.byte_count

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self.byte_count += len(data)


def write_nvc(
    path: Path, header: Header, units: Iterable[UnitData], tracks: bytes | None = None, *, overwrite: bool = False
) -> int:
    """Write a whole `.nvc` beside `path` and rename it when it is complete; returns its size in bytes.

    Raises OutputError where `path` cannot be written (or exists, without `overwrite`), ContainerError where the header
    or the units do not fit a `.nvc`.
    """
    with writing_beside(path, overwrite) as part, part.open("wb") as file:
        writer = NvcWriter(file, header, tracks)
        for unit in units:
            writer.add(unit)
        return writer.finish()


def closing_chunks(units: Sequence[Unit], index_start: int) -> bytes:
    """What ends a file with these units: the index, which stands at offset `index_start`, and the end that names it."""
    index = chunks.chunk(chunks.INDEX, index_payload(units))
    return index + chunks.chunk(chunks.DONE, struct.pack("<Q", index_start))


def overhead_bytes(header: Header, units: Sequence[tuple[int, int]], track_byte_count: int = 0) -> int:
    """Bytes of a file that are neither the units' payloads nor tracks; the codec's configuration is among them.

    `units` gives (frames, payload bytes) of each unit, `track_byte_count` the bytes of the chunk that carries audio and
    subtitles. Exact: the file takes this, the payloads and the tracks.
    """
    head = len(START) + sum(len(chunks.chunk(kind, payload)) for kind, payload in header_chunks(header))
    entries = []
    frame, place = 0, head + track_byte_count
    for count, size in units:
        entry = unit_at(place, frame, count, size)
        entries.append(entry)
        frame, place = entry.stop, entry.place.stop
    payloads = sum(size for _, size in units)
    return place - payloads - track_byte_count + len(closing_chunks(entries, place))
