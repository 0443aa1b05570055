"""What a goal leaves to each unit of a file: bytes of its payload, the file's own overhead taken off."""

from collections.abc import Sequence
from dataclasses import dataclass

from nvc_engine.bitstream.container import Header, overhead_bytes

SMALLEST_UNIT_BYTES = 64


@dataclass(frozen=True)
class RateBudget:
    """A rate for a whole file.

    Attributes:
        goal: bits per pixel of the file without its carried tracks, or None where no rate was asked for.
        track_bytes: what audio and subtitles take in the file beside that.
        header: of the file.
    """

    goal: float | None
    track_bytes: int
    header: Header

    @property
    def frames(self) -> int:
        return self.header.frame_count

    @property
    def pixels(self) -> int:
        """Of one frame."""
        return self.header.width * self.header.height

    def unit_bytes(self, count: int, counts: Sequence[int] = ()) -> int | None:
        """Bytes that a unit of `count` frames may take; `counts` are those of all units (none: one unit is all)."""
        if self.goal is None:
            return None
        total = self.goal * self.frames * self.pixels / 8
        sizes = [(each, round(total * each / self.frames)) for each in counts or (self.frames,)]
        payloads = total - overhead_bytes(self.header, sizes, self.track_bytes)
        return max(SMALLEST_UNIT_BYTES, round(payloads * count / self.frames))

    def unit_goal(self, count: int, counts: Sequence[int] = ()) -> float | None:
        """The same in bits per pixel."""
        size = self.unit_bytes(count, counts)
        return None if size is None else size * 8 / (count * self.pixels)
