"""What of a `.nvc` is intact, found by reading all of it, without its index."""

from dataclasses import dataclass
from typing import BinaryIO

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.chunks import ChunkPlace
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.index import Unit, index_payload, unit_at
from nvc_engine.bitstream.limits import MAX_OTHER_CHUNKS, MAX_UNITS
from nvc_engine.bitstream.resync import DONE_PAYLOAD_BYTES, MAX_INDEX_BYTES, PAYLOAD_LIMITS, Break, scan
from nvc_engine.bitstream.signature import START
from nvc_engine.bitstream.varint import MAX_BYTES, FieldReader


@dataclass
class Gathered:
    """The intact chunks of a file, all of them read and their CRCs right.

    Attributes:
        size: of the file, in bytes.
        units: in order of frames, without overlap.
        kept: what a file with these units is made of, in order of place: all intact chunks but `indx` and `DONE`.
        unused_units: intact ones that do not go on from the frames before them.
        damaged_before_units: stretches without intact chunks that begin before the first unit, so far as can be told.
        damaged_stretches, damaged_bytes, first_damaged: all such stretches, what they hold, where the first begins.
        broken_at: where the last stretch begins, if it reaches to the end of the file.
        index, done: where these stand, if they do.
        searched: False where the search for more was given up: too much looked like chunks and was none.
    """

    size: int
    units: list[Unit]
    kept: list[ChunkPlace]
    unused_units: int = 0
    damaged_before_units: int = 0
    damaged_stretches: int = 0
    damaged_bytes: int = 0
    first_damaged: int = 0
    broken_at: int | None = None
    index: ChunkPlace | None = None
    done: ChunkPlace | None = None
    searched: bool = True

    @property
    def trailing_bytes(self) -> int:
        """Bytes behind the end that the file itself states."""
        return self.size - self.done.stop if self.done else 0

    def lost(self, frames: int) -> list[tuple[int, int]]:
        """Ranges first..stop of a file of `frames` frames that no unit holds."""
        return gaps(self.units, frames)

    def in_order(self, file: BinaryIO) -> bool:
        """Whether index and end are there, last and fit what was found; a file may also state that it has no index."""
        if self.done is None or self.trailing_bytes:
            return False
        try:
            stated = int.from_bytes(chunks.read_payload(file, self.done, DONE_PAYLOAD_BYTES), "little")
            if self.index is None:
                return stated == 0
            payload = chunks.read_payload(file, self.index, MAX_INDEX_BYTES)
        except MalformedError:
            return False
        at_end = self.index.start == stated and self.index.stop == self.done.start
        return at_end and payload == index_payload(self.units)


def gather(file: BinaryIO, size: int, frames: int) -> Gathered:
    """Read a file of `size` bytes and `frames` frames from front to back for what of it is intact."""
    gathered = Gathered(size, [], [])
    others = 0
    for found in scan(file, len(START), size):
        if isinstance(found, Break):
            _take_break(gathered, file, found)
        elif found.kind == chunks.DONE:
            gathered.done = found
        elif found.kind == chunks.INDEX:
            gathered.index = found
        elif found.kind == chunks.UNIT and len(gathered.units) + gathered.unused_units < MAX_UNITS:
            _take_unit(gathered, file, found, frames)
        elif found.kind != chunks.UNIT and others < MAX_OTHER_CHUNKS:
            others += 1
            if found.kind not in PAYLOAD_LIMITS or all(found.kind != each.kind for each in gathered.kept):
                gathered.kept.append(found)  # of two TIME chunks, say, one is another file's
        else:
            gathered.searched = False
            break
    return gathered


def gaps(units: list[Unit] | tuple[Unit, ...], frames: int) -> list[tuple[int, int]]:
    """Ranges first..stop of `frames` frames that none of the units, which are in order, holds."""
    found = []
    frame = 0
    for first, stop in [*((unit.first, unit.stop) for unit in units), (frames, frames)]:
        if first > frame:
            found.append((frame, first))
        frame = stop
    return found


def _take_break(gathered: Gathered, file: BinaryIO, found: Break) -> None:
    gathered.damaged_stretches += 1
    gathered.damaged_bytes += found.stop - found.start
    if gathered.damaged_stretches == 1:
        gathered.first_damaged = found.start
    file.seek(found.start)
    if not gathered.units and file.read(chunks.TYPE_BYTES) != chunks.UNIT:
        gathered.damaged_before_units += 1
    if found.stop == gathered.size:
        gathered.broken_at = found.start
    gathered.searched = found.searched


def _take_unit(gathered: Gathered, file: BinaryIO, place: ChunkPlace, frames: int) -> None:
    unit = _unit(file, place, gathered.units[-1].stop if gathered.units else 0, frames)
    if unit is None:
        gathered.unused_units += 1
    else:
        gathered.units.append(unit)
        gathered.kept.append(place)


def _unit(file: BinaryIO, place: ChunkPlace, frame: int, frames: int) -> Unit | None:
    """The unit of the intact chunk at `place`, or None where it does not go on from `frame`."""
    file.seek(place.offset)
    try:
        fields = FieldReader(file.read(min(place.size, 2 * MAX_BYTES)))
        first = fields.uvarint(frames - 1, minimum=frame)
        count = fields.uvarint(frames - first, minimum=1)
    except MalformedError:
        return None
    return unit_at(place.start, first, count, place.size - fields.position)
