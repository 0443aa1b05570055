"""Finished units of an encode, kept in the job's folder until the file is written, so that none is made twice."""

import contextlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.jobs import durable
from nvc_engine.jobs.begun import PARTS

_ENCODED = "encoded"
_WRITING = "writing"
_WRITTEN = "written"
_PRESET = "preset"
_FILE = "file"


@dataclass(frozen=True)
class Encoded:
    """An encode that has ended: all that the file still needs beside the units.

    Attributes:
        units: number of units.
        config: the codec's part of the file header.
        preset: name of the preset that was taken.
        seconds: what the encode took.
        made_of: by whom and of what (`digest.made_of`).
    """

    units: int
    config: bytes
    preset: str
    seconds: float
    made_of: str


class UnitFolder:
    """The units of one job. Each is a checksummed file `unit-0000` that begins with its frame range."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, index: int, unit: EncodedUnit) -> None:
        """Store unit number `index`. Raises OSError where the disk is full or not writable."""
        head = unit.first.to_bytes(8, "little") + unit.count.to_bytes(8, "little")
        durable.write(self._path(index), head + unit.payload)

    def get(self, index: int) -> EncodedUnit:
        """Unit number `index`. Raises OSError or DamagedFileError where it is not there or not whole."""
        data = durable.read(self._path(index))
        return EncodedUnit(int.from_bytes(data[:8], "little"), int.from_bytes(data[8:16], "little"), data[16:])

    def whole(self, count: int) -> bool:
        """Whether the first `count` units are all there and undamaged."""
        try:
            for index in range(count):
                self.get(index)
        except (OSError, ValueError):
            return False
        return True

    def finish(self, encoded: Encoded) -> None:
        """Note that the encode has ended. Raises OSError where the disk is full or not writable."""
        facts = {
            "units": encoded.units,
            "config": encoded.config.hex(),
            "preset": encoded.preset,
            "seconds": encoded.seconds,
            "made_of": encoded.made_of,
        }
        durable.write(self._folder / _ENCODED, json.dumps(facts).encode())

    def finished(self, made_of: str) -> Encoded | None:
        """The ended encode, where it was made of this and its units are all whole; None where there is still work to
        do."""
        try:
            facts = json.loads(durable.read(self._folder / _ENCODED))
            config, seconds = bytes.fromhex(facts["config"]), float(facts["seconds"])
            encoded = Encoded(facts["units"], config, facts["preset"], seconds, facts["made_of"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return encoded if encoded.made_of == made_of and self.whole(encoded.units) else None

    def file_for(self, output: Path) -> Path:
        """Where an encoder that writes ordinary files leaves the one that is to be laid to `output`."""
        return self._folder / f"{_FILE}{output.suffix.lower()}"

    def note_writing(self, output: Path) -> None:
        """Remember that `output` may be written: from now on what is found there may be ours."""
        durable.write(self._folder / _WRITING, os.fsencode(output))

    def writing(self, output: Path) -> bool:
        """Whether this job has begun to write `output`, so that what stands there is its own."""
        try:
            return durable.read(self._folder / _WRITING) == os.fsencode(output)
        except (OSError, ValueError):
            return False

    def note_written(self, output: Path) -> None:
        """Remember that `output` is complete."""
        durable.write(self._folder / _WRITTEN, json.dumps(_identity(output)).encode())

    def written(self, output: Path) -> bool:
        """Whether the file at `output` is the complete one of this job, untouched since."""
        try:
            return bool(json.loads(durable.read(self._folder / _WRITTEN)) == _identity(output))
        except (OSError, ValueError):
            return False

    def note_preset(self, preset: str) -> None:
        """Remember the preset that the job was begun with: another choice would not fit its checkpoint."""
        durable.write(self._folder / _PRESET, preset.encode())

    def preset(self) -> str:
        """What `note_preset` was told last, or ""."""
        try:
            return durable.read(self._folder / _PRESET).decode()
        except (OSError, ValueError):
            return ""

    def clear(self, *, keep_preset: bool = False) -> None:
        """Remove everything of an earlier try, its choice of a preset where that is not to be kept."""
        names = (_ENCODED, _WRITING, _WRITTEN) if keep_preset else (_ENCODED, _WRITING, _WRITTEN, _PRESET)
        marks = (self._folder / name for name in names)
        shutil.rmtree(self._folder / PARTS, ignore_errors=True)
        for path in (*self._folder.glob("unit-*"), *self._folder.glob(f"{_FILE}.*"), *marks):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def _path(self, index: int) -> Path:
        return self._folder / f"unit-{index:04d}"


def _identity(path: Path) -> list[str | int]:
    status = path.stat()
    return [str(path), status.st_size, status.st_mtime_ns]
