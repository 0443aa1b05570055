"""The exact times of carried packets, which Matroska's own whole milliseconds do not hold.

Each carried track's tags say: `NVC_TIME_BASE`, seconds a tick as "num/den", and, where ticks are no whole milliseconds,
`NVC_TIMES`: the first packet's ticks on the source's clock, then the steps from each packet to the next in order of the
file, "step" or "stepxcount".
"""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise

from av.stream import Stream

MILLISECOND = Fraction(1, 1000)
_TIME_BASE_TAG = "NVC_TIME_BASE"
_TIMES_TAG = "NVC_TIMES"
_LARGEST = 1 << 60


@dataclass(frozen=True)
class TrackTimes:
    """`tick` is the step of which all times of a track are whole multiples, in seconds; `ticks` are its packets' times,
    empty where the file's own times are exact."""

    tick: Fraction = MILLISECOND
    ticks: Sequence[int] = ()

    def time(self, number: int, rough: Fraction) -> Fraction:
        """The time of packet `number` in seconds, which is at `rough` by whole milliseconds."""
        if number < len(self.ticks):
            exact = self.ticks[number] * self.tick
            # What is further off than rounding belongs to another packet: the file is not whole.
            if abs(exact - rough) <= 2 * MILLISECOND:
                return exact
        return rough


def time_tags(ticks: Sequence[int], tick: Fraction) -> dict[str, str]:
    """The tags that keep the times of a track's packets."""
    tags = {_TIME_BASE_TAG: f"{tick.numerator}/{tick.denominator}"}
    if ticks and (tick / MILLISECOND).denominator != 1:
        runs = ((step, sum(1 for _ in run)) for step, run in groupby(b - a for a, b in pairwise(ticks)))
        words = (str(step) if count == 1 else f"{step}x{count}" for step, count in runs)
        tags[_TIMES_TAG] = " ".join((str(ticks[0]), *words))
    return tags


def times_of(stream: Stream, most: int) -> TrackTimes:
    """What a carried track's tags say of its times, of at most `most` packets; of tags that make no sense, nothing."""
    stated = re.fullmatch(r"([1-9]\d{0,9})/([1-9]\d{0,9})", _tag(stream, _TIME_BASE_TAG))
    if stated is None:
        return TrackTimes()
    tick = Fraction(int(stated[1]), int(stated[2]))
    words = _tag(stream, _TIMES_TAG).split()
    if not all(re.fullmatch(r"-?\d{1,15}(x\d{1,9})?", word) for word in words):
        return TrackTimes(tick)
    ticks = array("q")
    for word in words:
        step, _, count = word.partition("x")
        last, repeats = ticks[-1] if ticks else 0, min(int(count or 1), most - len(ticks))
        if abs(last + int(step) * repeats) > _LARGEST:
            break
        ticks.extend(last + int(step) * number for number in range(1, repeats + 1))
    return TrackTimes(tick, ticks)


def _tag(stream: Stream, name: str) -> str:
    return next((value for key, value in stream.metadata.items() if key.upper() == name), "")
