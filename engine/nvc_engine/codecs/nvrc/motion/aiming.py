"""How an encode meets a size or a quality: step indexes of groups, from what groups took in the pass before.

Indexes here are real numbers: the encoder rounds them, and what is left over changes what a bit is worth to it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nvc_engine.bitstream.container import Header, overhead_bytes
from nvc_engine.codecs.nvrc.motion.steps import COARSEST, PER_OCTAVE

# By how many octaves bytes fall, and by how many dB quality, where steps grow by an octave; until two passes tell.
BYTES_AN_OCTAVE, LEAST_BYTES, MOST_BYTES = 1.3, 0.4, 2.5
DB_AN_OCTAVE, LEAST_DB, MOST_DB = 5.0, 1.5, 8.0
TELLING_OCTAVES = 0.3
MOST_ASIDE = 0.75
"""Octaves by which a group may differ from what its pass began with: one group that takes more than was expected must
not spoil all others, for there is a next pass."""
MOST_PASSES = 4
CLOSE_SIZE, CLOSE_SIZE_LATE = 0.02, 0.03
CLOSE_DECIBELS, CLOSE_DECIBELS_LATE = 0.05, 0.1


@dataclass(frozen=True)
class GroupResult:
    """What a group took in a pass: its step index (not rounded), bytes, frames, and their PSNR-YUV in dB added up.

    Of the bytes, `first` are those of a unit's first frame, `anchor` those of any other anchor, `motion` those that say
    how the frames between move; the rest is their residual."""

    step: float
    bytes: int
    frames: int
    decibels: float
    first: int = 0
    anchor: int = 0
    motion: int = 0


Passes = Sequence[Sequence[GroupResult]]
"""What finished passes took, group by group, the newest last."""


class Aim(Protocol):
    """What a whole encode is to meet."""

    def step(self, passes: Passes, done: Sequence[GroupResult], fixed: int) -> float:
        """The step index of the next group after those `done` in a pass; `fixed` are bytes that no step changes."""
        ...

    def miss(self, sizes: Sequence[tuple[int, int]], done: Sequence[GroupResult]) -> float:
        """How far a finished pass is off; `sizes` are (frames, bytes) of each unit."""
        ...

    def close(self, miss: float, *, late: bool) -> bool:
        """Whether that is near enough; `late`: the time is over, and another pass would go beyond it."""
        ...


@dataclass(frozen=True)
class SizeAim:
    """A file of `size` bytes, audio and subtitles (`track_bytes`) left out of it."""

    size: float
    header: Header
    track_bytes: int

    def step(self, passes: Passes, done: Sequence[GroupResult], fixed: int) -> float:
        before = passes[-1]
        slope = _slope(passes, lambda groups: -_octaves(groups), BYTES_AN_OCTAVE, LEAST_BYTES, MOST_BYTES)
        sizes = [(sum(group.frames for group in before), round(self.size))]
        whole = self.size - overhead_bytes(self.header, sizes, self.track_bytes) - fixed

        def common(coming: Sequence[GroupResult], left: float) -> float:
            """The step at which groups are expected to take `left` bytes."""
            expected = sum(max(group.bytes, 1) * 2 ** (group.step * slope / PER_OCTAVE) for group in coming)
            return PER_OCTAVE * math.log2(expected / max(left, 1.0)) / slope

        taken = sum(group.bytes for group in done)
        return _near(common(before[len(done) :], whole - taken), common(before, whole))

    def miss(self, sizes: Sequence[tuple[int, int]], done: Sequence[GroupResult]) -> float:
        total = sum(size for _, size in sizes) + overhead_bytes(self.header, sizes, self.track_bytes)
        return total / self.size - 1

    def close(self, miss: float, *, late: bool) -> bool:
        return abs(miss) < (CLOSE_SIZE_LATE if late else CLOSE_SIZE)


@dataclass(frozen=True)
class QualityAim:
    """A mean PSNR-YUV of `decibels` over all frames."""

    decibels: float

    def step(self, passes: Passes, done: Sequence[GroupResult], fixed: int) -> float:
        before = passes[-1]
        slope = _slope(passes, lambda groups: -mean_decibels(groups), DB_AN_OCTAVE, LEAST_DB, MOST_DB)
        frames = sum(group.frames for group in before)

        def common(coming: Sequence[GroupResult], left: float) -> float:
            """The step at which the frames of groups are expected to have `left` dB in all."""
            expected = sum(group.decibels + group.frames * group.step * slope / PER_OCTAVE for group in coming)
            return PER_OCTAVE * (expected - left) / (slope * sum(group.frames for group in coming))

        wanted = self.decibels * frames
        reached = sum(group.decibels for group in done)
        return _near(common(before[len(done) :], wanted - reached), common(before, wanted))

    def miss(self, sizes: Sequence[tuple[int, int]], done: Sequence[GroupResult]) -> float:
        return mean_decibels(done) - self.decibels

    def close(self, miss: float, *, late: bool) -> bool:
        return abs(miss) < (CLOSE_DECIBELS_LATE if late else CLOSE_DECIBELS)


def _slope(
    passes: Passes, fallen: Callable[[Sequence[GroupResult]], float], usual: float, least: float, most: float
) -> float:
    """By how much `fallen` grows an octave, as the last two passes tell if their steps lie apart."""
    if len(passes) < 2:
        return usual
    earlier, later = passes[-2:]
    apart = (_mean_step(later) - _mean_step(earlier)) / PER_OCTAVE
    if abs(apart) < TELLING_OCTAVES:
        return usual
    return min(max((fallen(later) - fallen(earlier)) / apart, least), most)


def _octaves(groups: Sequence[GroupResult]) -> float:
    return math.log2(max(1, sum(group.bytes for group in groups)))


def mean_decibels(groups: Sequence[GroupResult]) -> float:
    """PSNR-YUV in dB over all frames of the groups; 0 where there are none."""
    frames = sum(group.frames for group in groups)
    return sum(group.decibels for group in groups) / frames if frames else 0.0


def _mean_step(groups: Sequence[GroupResult]) -> float:
    return sum(group.step * group.frames for group in groups) / sum(group.frames for group in groups)


def _near(index: float, begun: float) -> float:
    """A step index near that with which a pass began, and one that there is."""
    aside = MOST_ASIDE * PER_OCTAVE
    return min(max(index, begun - aside, 0.0), begun + aside, float(COARSEST))
