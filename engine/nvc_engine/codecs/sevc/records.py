"""A unit's bytes: a head, then a record for each frame.

    unit   := version u8, frames uv, profile u8, (machine text, threads uv)?, record*
    record := rate point u8, part+
    part   := length uv, bytes (see `coding`)

The record of the first frame has one part, of the intra model; that of any other has the base layer's part and then
the enhancement layer's, so that the base layer decodes without the rest. The machine stands there in the fast profile.
"""

from dataclasses import dataclass
from enum import Enum

from nvc_engine.bitstream.entropy import CHECKSUM_BYTES, StreamError
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.varint import FieldReader, text_field, uvarint
from nvc_engine.codecs.sevc.rate_points import RATE_POINTS

UNIT_VERSION = 1
MAX_UNIT_FRAMES = 1024
MAX_THREADS = 1024
_MAX_MACHINE = 400


class Profile(Enum):
    """In what arithmetic the networks run, which a decoder must share."""

    PORTABLE = 0
    FAST = 1


@dataclass(frozen=True)
class Machine:
    """What made a unit of the fast profile: kind of arithmetic, and number of threads."""

    arithmetic: str
    threads: int


@dataclass(frozen=True)
class Record:
    """A frame's bytes: `parts` is (intra,) or (base, enhancement); `size` counts everything."""

    rate_point: int
    parts: tuple[bytes, ...]

    def pack(self) -> bytes:
        return bytes((self.rate_point,)) + b"".join(uvarint(len(part)) + part for part in self.parts)

    @property
    def size(self) -> int:
        return 1 + sum(len(uvarint(len(part))) + len(part) for part in self.parts)

    def shares(self) -> dict[str, int]:
        """Its bytes by class, which add up to `size`; a part's checksum counts as side information."""
        sizes = {"intra": 0, "base": 0, "enhancement": 0}
        names = ("intra",) if len(self.parts) == 1 else ("base", "enhancement")
        for name, part in zip(names, self.parts, strict=True):
            sizes[name] = max(0, len(part) - CHECKSUM_BYTES)
        return {**sizes, "side information": self.size - sum(sizes.values())}


@dataclass(frozen=True)
class UnitBytes:
    """A unit taken apart. `machine` is None in the portable profile."""

    machine: Machine | None
    records: tuple[Record, ...]
    head_size: int


def pack_head(frames: int, machine: Machine | None) -> bytes:
    """What stands before the records of a unit."""
    profile = Profile.PORTABLE if machine is None else Profile.FAST
    head = bytes((UNIT_VERSION,)) + uvarint(frames) + bytes((profile.value,))
    return head if machine is None else head + text_field(machine.arithmetic) + uvarint(machine.threads)


def parse_unit(data: bytes, frames: int) -> UnitBytes:
    """Take a unit of `frames` frames apart; decodes no symbols.

    Raises:
        StreamError: cut short, damaged, or of another file.
    """
    fields = FieldReader(data)
    try:
        if fields.byte() != UNIT_VERSION or fields.uvarint() != frames or not 1 <= frames <= MAX_UNIT_FRAMES:
            raise StreamError("A unit of the file does not belong to its header.")
        machine = None
        if fields.uvarint(Profile.FAST.value) == Profile.FAST.value:
            machine = Machine(fields.text(_MAX_MACHINE), fields.uvarint(MAX_THREADS, minimum=1))
        head_size = fields.position
        records = []
        for number in range(frames):
            rate_point = fields.uvarint(RATE_POINTS - 1)
            records.append(Record(rate_point, tuple(fields.take(fields.uvarint()) for _ in range(1 + (number > 0)))))
        fields.end()
    except MalformedError as error:
        raise StreamError("A unit of the file is cut short or damaged.") from error
    return UnitBytes(machine, tuple(records), head_size)
