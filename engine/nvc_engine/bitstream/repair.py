"""Rebuilding a `.nvc` from what of it is intact: header, units and tracks as they are, index and end anew."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nvc_engine.bitstream.chunks import ChunkPlace
from nvc_engine.bitstream.errors import ContainerError
from nvc_engine.bitstream.gathering import Gathered, gather
from nvc_engine.bitstream.index import Unit, unit_at
from nvc_engine.bitstream.reader import NvcReader
from nvc_engine.bitstream.signature import START
from nvc_engine.bitstream.writer import closing_chunks
from nvc_engine.media.output import writing_beside

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Repair:
    """What came of a repair.

    Attributes:
        output: the repaired file, or None where nothing was wrong and nothing was written.
        frames, units: the frames that the file is to have, and the units that are intact.
        lost: ranges first..stop of frames that no intact unit holds; the repaired file has gaps there.
        left_out: sentences on what could not be taken over.
    """

    output: Path | None
    frames: int
    units: int
    lost: tuple[tuple[int, int], ...]
    left_out: tuple[str, ...]


def repair(path: Path, output: Path | None = None, *, overwrite: bool = False) -> Repair:
    """Write what of `path` is intact to `output`, with an index and an end that fit it; a sound file is left alone.

    Without `output` the file itself is replaced, once the repaired one is complete, and only where nothing but damaged
    units and the end of the file is left out. Chunks are copied byte for byte, in their order, block by block. Nothing
    is decoded: what is intact is what its CRC says.

    Raises:
        ContainerError: the file cannot be opened, holds no intact unit, or may not be replaced.
        OutputError: the repaired file cannot be written, or exists and may not be overwritten.
    """
    with NvcReader.open(path) as reader:
        frames, size = reader.header.frame_count, reader.byte_count
    with path.open("rb") as file:
        found = gather(file, size, frames)
        sound = not (found.damaged_stretches or found.unused_units) and found.searched and found.in_order(file)
    lost = tuple(found.lost(frames))
    if sound:
        return Repair(None, frames, len(found.units), lost, ())
    if not found.units:
        raise ContainerError(f"{path.name} holds no intact unit; there is nothing to repair it from.")
    target = output or path
    in_place = target.resolve() == path.resolve()
    if in_place:
        _check_replaceable(path, found)
        target = path.resolve()  # not the link that may lead to it
    with writing_beside(target, overwrite or in_place) as part:
        with path.open("rb") as file, part.open("wb") as out:
            _rebuild(file, found, out, path)
        shutil.copymode(path, part)
    return Repair(target, frames, len(found.units), lost, tuple(_left_out(found)))


def _check_replaceable(path: Path, found: Gathered) -> None:
    """Raises ContainerError where the repaired file would lack something of the original that may be worth keeping."""
    reason = ""
    if not found.searched:
        reason = "so much of it looks like units and is none that the search was given up"
    elif found.unused_units:
        reason = f"{found.unused_units} of its intact units contradict others and would be left out"
    elif found.damaged_before_units:
        reason = "something before its first unit is damaged (settings, audio or subtitles) and would be left out"
    elif found.trailing_bytes:
        reason = f"the {found.trailing_bytes} bytes behind its end would be left out"
    if reason:
        raise ContainerError(f"{path.name} is not replaced by its repair, because {reason}; name another file with -o.")


def _left_out(found: Gathered) -> list[str]:
    sentences = []
    if found.damaged_bytes:
        sentences.append(f"{found.damaged_bytes} damaged bytes were left out, the first at byte {found.first_damaged}.")
    if found.damaged_before_units:
        sentences.append("Some of them stood before the first unit: settings, audio or subtitles may be lost.")
    if found.unused_units:
        sentences.append(f"{found.unused_units} intact units that contradict others were left out.")
    if found.trailing_bytes:
        sentences.append(f"{found.trailing_bytes} bytes behind the file's end were left out.")
    if not found.searched:
        sentences.append("The search for further units was given up: too much looks like one and is none.")
    return sentences


def _rebuild(file: BinaryIO, found: Gathered, out: BinaryIO, path: Path) -> None:
    """Write the whole repaired file to `out`."""
    known = {unit.place.start: unit for unit in found.units}
    moved: list[Unit] = []
    out.write(START)
    position = len(START)
    for place in found.kept:
        unit = known.get(place.start)
        if unit is not None:
            moved.append(unit_at(position, unit.first, unit.count, unit.size))
        _copy(file, place, out, path)
        position += place.stop - place.start
    out.write(closing_chunks(moved, position))


def _copy(file: BinaryIO, place: ChunkPlace, out: BinaryIO, path: Path) -> None:
    """Copy a chunk as it stands. Raises ContainerError where the file has become shorter since it was looked at."""
    file.seek(place.start)
    left = place.stop - place.start
    while left:
        block = file.read(min(left, BLOCK_BYTES))
        if not block:
            raise ContainerError(f"{path.name} changed while it was repaired; try again when nothing writes to it.")
        out.write(block)
        left -= len(block)
