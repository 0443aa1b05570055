"""Reading a `.nvc`: its header, its units' bytes, and what it carries along."""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import ChunkPlace
from nvc_engine.bitstream.errors import ContainerError, DamagedUnitError, MalformedError
from nvc_engine.bitstream.header import Header
from nvc_engine.bitstream.index import Unit
from nvc_engine.bitstream.limits import MAX_OTHER_CHUNKS, MAX_TRACK_BYTES, MAX_UNIT_BYTES, MAX_UNITS
from nvc_engine.bitstream.signature import START
from nvc_engine.bitstream.survey import Damage, survey
from nvc_engine.bitstream.varint import MAX_BYTES


class NvcReader:
    """An open `.nvc`. Used by one thread at a time; `close` releases the file, and so does leaving it as a context.

    Opening reads what stands before the units and the index; a unit is read and checked when it is asked for. Where
    the index is missing or damaged all of the file is read instead, and searched for units behind damaged stretches.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._contents = survey(file, path)
        self._byte_count = file.seek(0, 2)
        self._firsts = [unit.first for unit in self._contents.units]

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a `.nvc`. Raises ContainerError with a sentence where it cannot be read as one."""
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ContainerError(f"{path} is no plain file.")  # a pipe would be waited for without end
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise ContainerError(f"There is no file {path}.") from None
        except IsADirectoryError:
            raise ContainerError(f"{path} is a folder, not a .nvc file.") from None
        except OSError as error:
            raise ContainerError(f"{path} cannot be read: {error.strerror or error}.") from error
        try:
            return cls(file, path)
        except OSError as error:
            file.close()
            raise ContainerError(f"{path} cannot be read: {error.strerror or error}.") from error
        except BaseException:
            file.close()
            raise

    @property
    def path(self) -> Path:
        return self._path

    @property
    def header(self) -> Header:
        return self._contents.header

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units that were found, in order of frames and without overlap."""
        return self._contents.units

    @property
    def damage(self) -> tuple[Damage, ...]:
        """What was found damaged or missing on opening; a unit's own bytes are checked by `payload` alone."""
        return self._contents.damage

    @property
    def byte_count(self) -> int:
        """Size of the file in bytes."""
        return self._byte_count

    @property
    def track_byte_count(self) -> int:
        """What of the file belongs to carried audio and subtitles, in bytes."""
        place = self._contents.tracks
        return place.stop - place.start if place else 0

    @property
    def tracks_place(self) -> ChunkPlace | None:
        """Where carried audio and subtitles stand, or None where there are none."""
        return self._contents.tracks

    def unit_of(self, frame: int) -> int | None:
        """Index of the unit that holds `frame`, or None where that unit is missing from the file."""
        index = bisect_right(self._firsts, frame) - 1
        return index if index >= 0 and frame < self.units[index].stop else None

    def missing_around(self, frame: int) -> tuple[int, int]:
        """The frames first..stop that are missing from the file around a missing `frame`."""
        index = bisect_right(self._firsts, frame)
        first = self.units[index - 1].stop if index else 0
        stop = self.units[index].first if index < len(self.units) else self.header.frame_count
        return first, stop

    def payload(self, index: int) -> bytes:
        """The codec's bytes of unit `index`. Raises DamagedUnitError, naming the frames, where they are damaged."""
        unit = self.units[index]
        place = unit.place
        try:
            if chunks.locate(self._file, place.start, self._byte_count) != place:
                raise MalformedError("the index points elsewhere")
            data = chunks.read_payload(self._file, place, MAX_UNIT_BYTES + 2 * MAX_BYTES)
            if not data.startswith(unit.prefix):
                raise MalformedError("the index says other frames than the unit")
        except (MalformedError, OSError) as error:
            raise DamagedUnitError(
                f"{self._path.name} is damaged: frames {unit.first} to {unit.stop - 1} are lost ({error}).",
                unit.first,
                unit.stop,
            ) from error
        return data[len(unit.prefix) :]

    def tracks(self) -> bytes | None:
        """The carried audio and subtitles as they were given to the writer, or None where there are none.

        Raises ContainerError where their bytes are damaged.
        """
        place = self._contents.tracks
        if place is None:
            return None
        try:
            return chunks.read_payload(self._file, place, MAX_TRACK_BYTES)
        except (MalformedError, OSError) as error:
            raise ContainerError(
                f"{self._path.name} is damaged: its audio and subtitles are lost ({error}); the pictures are not."
            ) from error

    def chunk_places(self, start: int = len(START)) -> Iterator[ChunkPlace]:
        """The file's chunks from offset `start` on, unchecked, as far as their chain can be followed."""
        for _ in range(MAX_UNITS + MAX_OTHER_CHUNKS):
            try:
                place = chunks.locate(self._file, start, self._byte_count)
            except MalformedError:
                return
            yield place
            if place.kind == chunks.DONE:
                return
            start = place.stop

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
