"""How an encode meets a size or a quality: step indexes of groups, from what groups took in the pass before.

Indexes here are real numbers: the encoder rounds them, and what is left over changes what a bit is worth to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nvc_engine.bitstream.container import Header, overhead_bytes
from nvc_engine.codecs.nvrc.motion.steps import INDEX_MAX, PER_OCTAVE

BYTES_AN_OCTAVE = 1.3
DB_AN_OCTAVE = 5.0
MOST_PASSES = 4
CLOSE_SIZE = 0.02
CLOSE_DECIBELS = 0.05


@dataclass(frozen=True)
class GroupResult:
    """What a group took in a pass: its step index (not rounded), bytes, frames, and their PSNR-YUV in dB added up."""

    step: float
    bytes: int
    frames: int
    decibels: float


class Aim(Protocol):
    """What a whole encode is to meet."""

    def step(self, before: Sequence[GroupResult], done: Sequence[GroupResult]) -> float:
        """The step index of the next group: `before` are all groups of the pass before, `done` those of this one."""
        ...

    def miss(self, sizes: Sequence[tuple[int, int]], done: Sequence[GroupResult]) -> float:
        """How far a finished pass is off; `sizes` are (frames, bytes) of each unit."""
        ...

    def close(self, miss: float) -> bool:
        """Whether that is near enough."""
        ...


@dataclass(frozen=True)
class SizeAim:
    """A file of `size` bytes, audio and subtitles (`track_bytes`) left out of it."""

    size: float
    header: Header
    track_bytes: int

    def step(self, before: Sequence[GroupResult], done: Sequence[GroupResult]) -> float:
        anchor = before[len(done)].step
        taken = sum(group.bytes for group in done)
        coming = [(group.bytes, group.step) for group in before[len(done) :]]
        expected = sum(size * 2 ** ((step - anchor) * BYTES_AN_OCTAVE / PER_OCTAVE) for size, step in coming)
        sizes = [(sum(group.frames for group in before), round(self.size))]
        left = self.size - overhead_bytes(self.header, sizes, self.track_bytes) - taken
        octaves = math.log2(max(expected, 1.0) / max(left, 1.0)) / BYTES_AN_OCTAVE
        return _limited(anchor + PER_OCTAVE * octaves)

    def miss(self, sizes: Sequence[tuple[int, int]], done: Sequence[GroupResult]) -> float:
        total = sum(size for _, size in sizes) + overhead_bytes(self.header, sizes, self.track_bytes)
        return total / self.size - 1

    def close(self, miss: float) -> bool:
        return abs(miss) < CLOSE_SIZE


@dataclass(frozen=True)
class QualityAim:
    """A mean PSNR-YUV of `decibels` over all frames."""

    decibels: float

    def step(self, before: Sequence[GroupResult], done: Sequence[GroupResult]) -> float:
        anchor = before[len(done)].step
        reached = sum(group.decibels for group in done)
        coming = before[len(done) :]
        expected = sum(
            group.decibels + group.frames * (group.step - anchor) * DB_AN_OCTAVE / PER_OCTAVE for group in coming
        )
        wanted = self.decibels * sum(group.frames for group in before)
        over = (reached + expected - wanted) / sum(group.frames for group in coming)
        return _limited(anchor + PER_OCTAVE * over / DB_AN_OCTAVE)

    def miss(self, sizes: Sequence[tuple[int, int]], done: Sequence[GroupResult]) -> float:
        return sum(group.decibels for group in done) / sum(group.frames for group in done) - self.decibels

    def close(self, miss: float) -> bool:
        return abs(miss) < CLOSE_DECIBELS


def _limited(index: float) -> float:
    return min(max(index, 0.0), float(INDEX_MAX))
