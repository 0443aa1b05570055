"""Which frame of a test is to be compared with which frame of its reference."""

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction

from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo


class PairingError(EngineError):
    """Two clips do not show the same frames."""


@dataclass(frozen=True)
class Pairing:
    """`pairs` of (reference frame, test frame), both rising, and what was left over, in sentences."""

    pairs: tuple[tuple[int, int], ...]
    notes: tuple[str, ...] = ()


def pair_frames(reference: ClipInfo, test: ClipInfo, offset: int = 0) -> Pairing:
    """Pair by number where the counts agree or an `offset` is given, else by time from the first frame.

    Args:
        offset: the reference's frame that the test's frame 0 shows.

    Raises:
        PairingError: the offset is impossible, or frames within the common time have no counterpart.
    """
    available = reference.frame_count - offset
    if offset < 0 or available < 1:
        raise PairingError(f"Frame {offset} is no frame of {reference.path.name}, which has {reference.frame_count}.")
    if test.frame_count == available or (offset and test.frame_count < available):
        pairs = tuple((offset + number, number) for number in range(test.frame_count))
        return Pairing(pairs, _time_notes(reference, test, offset))
    if offset:
        raise PairingError(
            f"{test.path.name} has {test.frame_count} frames, but {reference.path.name} has only {available} "
            f"from frame {offset} on."
        )
    return _by_time(reference, test)


def _time_notes(reference: ClipInfo, test: ClipInfo, offset: int) -> tuple[str, ...]:
    """Whether frames that are paired by number are shown at other times, counted from each clip's first frame."""
    reference_times, test_times = _from_first(reference)[offset:], _from_first(test)
    tolerance = min(1 / reference.rate, 1 / test.rate) / 2
    apart = max(abs(a - reference_times[0] - b) for a, b in zip(reference_times, test_times, strict=False))
    if apart < tolerance:
        return ()
    return (f"Frames are paired by number, though their times differ by up to {float(apart):.3f} s.",)


def _by_time(reference: ClipInfo, test: ClipInfo) -> Pairing:
    reference_times, test_times = _from_first(reference), _from_first(test)
    tolerance = min(1 / reference.rate, 1 / test.rate) / 2
    pairs: list[tuple[int, int]] = []
    for number, time in enumerate(test_times):
        nearest = _nearest(reference_times, time)
        taken = pairs[-1][0] if pairs else -1
        if abs(reference_times[nearest] - time) < tolerance and nearest > taken:
            pairs.append((nearest, number))
        elif time <= reference_times[-1] + tolerance:
            raise PairingError(
                f"Frame {number} of {test.path.name} ({float(time):.3f} s from its first frame) has no counterpart in "
                f"{reference.path.name}; the two clips do not show the same frames."
            )
    last = pairs[-1][0]
    if last + 1 != len(pairs):
        missing = next(number for number, (paired, _) in enumerate(pairs) if paired != number)
        raise PairingError(
            f"Frame {missing} of {reference.path.name} ({float(reference_times[missing]):.3f} s from its first frame) "
            f"has no counterpart in {test.path.name}; the two clips do not show the same frames."
        )
    notes = ["The clips differ in their number of frames; frames are paired by time."]
    for info, left in ((reference, len(reference_times) - len(pairs)), (test, len(test_times) - len(pairs))):
        if left:
            notes.append(f"The last {left} frames of {info.path.name} have no counterpart and are left out.")
    return Pairing(tuple(pairs), tuple(notes))


def _from_first(info: ClipInfo) -> list[Fraction]:
    return [(time - info.timestamps[0]) * info.time_base for time in info.timestamps]


def _nearest(times: list[Fraction], time: Fraction) -> int:
    after = bisect_left(times, time)
    if after == len(times):
        return after - 1
    if after and time - times[after - 1] <= times[after] - time:
        return after - 1
    return after
