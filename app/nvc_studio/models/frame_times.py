"""When each frame of a source is shown, and which frame of one source stands beside which of another."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from nvc_engine.protocol.messages import ClipFacts

# Containers round timestamps to milliseconds: two times this close are the same moment.
SAME_MOMENT = 0.0015
# Clock and float noise: a frame counts as reached this early.
_EARLY = 1e-6


@dataclass(frozen=True)
class FrameTimes:
    """The timestamps of a source, strictly rising, in units of `time_base` seconds; variable rates are honoured.

    Seconds are counted from the first frame, except in `absolute`. `rate` (frames per second) gives the length of a
    lone frame; the last frame of several lasts as long as their mean. Of `slow_motion` pictures one is a frame and the
    rest are interpolated; what is said of frames here holds of pictures then.
    """

    timestamps: tuple[int, ...] = ()
    time_base: Fraction = Fraction(1, 1000)
    rate: Fraction = Fraction(25)
    slow_motion: int = 1

    @classmethod
    def of(cls, facts: ClipFacts) -> "FrameTimes":
        """The times of an opened clip."""
        time_base, rate = _fraction(facts.time_base, Fraction(1, 1000)), _fraction(facts.rate, Fraction(25))
        return cls(facts.timestamps, time_base, rate, facts.slow_motion)

    def frames_alone(self) -> "FrameTimes":
        """The times without those of interpolated pictures."""
        return replace(self, timestamps=self.timestamps[:: self.slow_motion], slow_motion=1)

    @property
    def count(self) -> int:
        return len(self.timestamps)

    @property
    def last(self) -> int:
        """The number of the last frame, 0 where there is none."""
        return max(0, self.count - 1)

    @cached_property
    def starts(self) -> list[float]:
        """When each frame begins, in seconds from the first."""
        # Plain integers: fractions would take a second for the frames of a long film.
        first, number, of = self.timestamps[0] if self.count else 0, *self.time_base.as_integer_ratio()
        return [(stamp - first) * number / of for stamp in self.timestamps]

    @cached_property
    def duration(self) -> float:
        """Seconds from the first frame's start to the last frame's end."""
        if self.count == 0:
            return 0.0
        if self.count == 1:
            return float(1 / self.rate)
        return self.starts[-1] * self.count / (self.count - 1)

    def clamp(self, frame: int) -> int:
        """The nearest frame that exists."""
        return min(max(frame, 0), self.last)

    def exact(self, frame: int) -> Fraction:
        """When `frame` begins, in seconds from the first, exactly."""
        return (self.timestamps[frame] - self.timestamps[0]) * self.time_base if self.count else Fraction(0)

    def absolute(self, frame: int) -> float:
        """When `frame` begins by the source's own timestamps, in seconds."""
        return self.timestamps[frame] * self.time_base.numerator / self.time_base.denominator

    def start(self, frame: int) -> float:
        """When `frame` begins, in seconds from the first."""
        return self.starts[frame] if self.count else 0.0

    def end(self, frame: int) -> float:
        """When `frame` gives way to the next one, in seconds from the first."""
        return self.starts[frame + 1] if frame + 1 < self.count else self.duration

    def at(self, seconds: float) -> int:
        """The frame that is on view at `seconds`; the first or last one outside the clip."""
        return self.clamp(bisect_right(self.starts, seconds + _EARLY) - 1)

    def before(self, seconds: float) -> int:
        """The frame that is on view just before `seconds`: what playing backwards shows."""
        return self.clamp(bisect_left(self.starts, seconds - _EARLY) - 1)


class Alignment:
    """Which frame of `other` belongs beside each frame of `master`.

    By number where the counts agree. Else by time: by the sources' own timestamps where `other` is a cut of `master`
    (each of its timestamps is one of the master's), or beside slow motion the other way round; else counted from the
    first frame of each.
    """

    def __init__(self, master: FrameTimes, other: FrameTimes) -> None:
        self.locked = master.count == other.count
        self._frames = () if self.locked else tuple(_frames_by_time(master, other))
        self._other = other

    def frame(self, master_frame: int) -> int:
        """The frame of the other source, the nearest one where it has none at that time."""
        return self._other.clamp(master_frame if self.locked else self._frames[master_frame][0])

    def covered(self, master_frame: int) -> bool:
        """Whether the other source has a frame at that time."""
        return self.locked or self._frames[master_frame][1]


def _frames_by_time(master: FrameTimes, other: FrameTimes) -> list[tuple[int, bool]]:
    if not other.count:
        return [(0, False)] * master.count
    cut = _is_cut(master, other) or (master.slow_motion > 1 and _is_cut(other, master.frames_alone()))
    offset = other.absolute(0) - master.absolute(0) if cut else 0.0
    tolerance = max(SAME_MOMENT, 0.1 * other.duration / other.count)
    frames = []
    for start in master.starts:
        seconds = start - offset
        frame = other.at(seconds + tolerance)
        frames.append((frame, -tolerance <= seconds < other.duration + tolerance))
    return frames


def _is_cut(master: FrameTimes, other: FrameTimes) -> bool:
    """Whether each timestamp of `other` is also one of `master`'s, by the clock of the source."""
    moments = [master.absolute(frame) for frame in range(master.count)]
    if not moments or other.count > master.count:
        return False
    for frame in range(other.count):
        moment = other.absolute(frame)
        index = bisect_left(moments, moment - SAME_MOMENT)
        if index == len(moments) or moments[index] > moment + SAME_MOMENT:
            return False
    return True


def _fraction(text: str, otherwise: Fraction) -> Fraction:
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return otherwise
    return value if value > 0 else otherwise
