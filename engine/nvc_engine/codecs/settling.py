"""How a trained unit becomes bytes: steps are changed until the result has the size or the PSNR asked for."""

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from nvc_engine.codecs.goals import RATE_TOLERANCE
from nvc_engine.codecs.meeting_goals import Reach, Tried, nearest

SIZE_TOLERANCE = 0.015
SIZE_REACH = Reach(finest=-3.0, coarsest=6.0)
PSNR_TOLERANCE = 0.02
PSNR_REACH = Reach(finest=0.0, coarsest=4.0)
DEAD_ZONES = Reach(finest=0.0, coarsest=0.45)
SAMPLED_FRAMES = 16
ROUNDS = 2


@dataclass(frozen=True)
class Settled:
    """A unit's bytes and, where a PSNR was asked for, the mean PSNR-YUV of its decoded frames in dB."""

    payload: bytes
    psnr: float | None = None


def to_size(sized: Callable[[float], Tried[bytes]], goal: int | None) -> Generator[None, None, Settled]:
    """Bytes near `goal`, or as training left them where nobody asks, or where they cannot grow that far; `sized` makes
    them with steps coarser by octaves. Yields as it goes on."""
    left = tried = sized(0.0)
    if goal is not None:
        for each in nearest(sized, goal, SIZE_TOLERANCE * goal, SIZE_REACH):
            tried = each
            yield
        if tried.value < (1 - RATE_TOLERANCE) * goal:
            tried = left
    return Settled(tried.result)


class TrainedUnit(Protocol):
    """A unit whose training has ended."""

    @property
    def frames(self) -> int: ...

    def payload(self, coarser: float, dead_zone: float) -> bytes:
        """Its bytes with steps `coarser` by octaves (finer where that is negative) and a `dead_zone` in bins."""
        ...

    def psnrs(self, payload: bytes, frames: Sequence[int]) -> Iterator[float]:
        """PSNR-YUV in dB of each of `frames`, decoded from the bytes as a decoder does it."""
        ...


class Settling:
    """Makes the bytes of one trained unit. Both ways yield None as they go on, and return the bytes."""

    def __init__(self, unit: TrainedUnit) -> None:
        self._unit = unit

    def to_size(self, goal: int | None) -> Generator[None, None, Settled]:
        """See `to_size`; where steps jump across the size, a dead zone under steps that are still too fine."""
        too_fine = SIZE_REACH.finest

        def sized(coarser: float) -> Tried[bytes]:
            nonlocal too_fine
            tried = self._sized(coarser)
            if goal is not None and tried.value > goal:
                too_fine = max(too_fine, coarser)
            return tried

        settled = yield from to_size(sized, goal)
        if goal is None or len(settled.payload) <= (1 + SIZE_TOLERANCE) * goal:
            return settled
        best, steps = settled.payload, too_fine
        for each in nearest(lambda zone: self._sized(steps, zone), goal, SIZE_TOLERANCE * goal, DEAD_ZONES):
            best = min(best, each.result, key=lambda payload: abs(len(payload) - goal))
            yield
        return Settled(best)

    def to_psnr(self, goal: float) -> Generator[None, None, Settled]:
        """Bytes whose frames come near `goal` dB in the mean, or as near as training got.

        The search looks at some frames; all are decoded from the bytes that it finds, which shows by how much the some
        differ from all.
        """
        count = self._unit.frames
        some = sorted({count * place // SAMPLED_FRAMES for place in range(SAMPLED_FRAMES)})
        best = yield from self._decoded(self._sized(0.0).result, range(count))
        offset = best.value - self._mean(best.result, some)
        for _ in range(ROUNDS):
            if best.value <= goal + PSNR_TOLERANCE:
                break
            found = yield from self._searched(goal - offset, some)
            sampled = found.value
            found = yield from self._decoded(found.result, range(count))
            offset = found.value - sampled
            if abs(found.value - goal) < abs(best.value - goal):
                best = found
            if abs(found.value - goal) <= PSNR_TOLERANCE:
                break
        return Settled(best.result, best.value)

    def _searched(self, goal: float, frames: Sequence[int]) -> Generator[None, None, Tried[bytes]]:
        """Bytes under which `frames` come to `goal` dB in the mean: by coarser steps, and by a dead zone under the
        coarsest ones that are still too good where steps jump across the goal, as they do where a network is tiny."""
        too_good = 0.0

        def coarsened(coarser: float) -> Tried[bytes]:
            nonlocal too_good
            tried = self._sampled(coarser, frames)
            if tried.value > goal:
                too_good = max(too_good, coarser)
            return tried

        best = Tried(math.inf, b"")
        for each in nearest(coarsened, goal, PSNR_TOLERANCE, PSNR_REACH):
            best = each
            yield
        if abs(best.value - goal) > PSNR_TOLERANCE:
            steps = too_good
            for each in nearest(lambda zone: self._sampled(steps, frames, zone), goal, PSNR_TOLERANCE, DEAD_ZONES):
                best = min(best, each, key=lambda tried: abs(tried.value - goal))
                yield
        return best

    def _sized(self, coarser: float, dead_zone: float = 0.0) -> Tried[bytes]:
        payload = self._unit.payload(coarser, dead_zone)
        return Tried(float(len(payload)), payload)

    def _sampled(self, coarser: float, frames: Sequence[int], dead_zone: float = 0.0) -> Tried[bytes]:
        payload = self._sized(coarser, dead_zone).result
        return Tried(self._mean(payload, frames), payload)

    def _decoded(self, payload: bytes, frames: Sequence[int]) -> Generator[None, None, Tried[bytes]]:
        total = 0.0
        for psnr in self._unit.psnrs(payload, frames):
            total += psnr
            yield
        return Tried(total / len(frames), payload)

    def _mean(self, payload: bytes, frames: Sequence[int]) -> float:
        return sum(self._unit.psnrs(payload, frames)) / len(frames)
