"""The last step towards a goal: what is left of a miss after training is settled by the quantiser, on real results."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Tried(Generic[T]):
    """What coarser steps gave: `value` is what the goal speaks of, `result` what was made."""

    value: float
    result: T


@dataclass(frozen=True)
class Reach:
    """How far steps may be changed, in octaves: `finest` <= 0 <= `coarsest`; and how often to try."""

    finest: float
    coarsest: float
    attempts: int = 10


def nearest(attempt: Callable[[float], Tried[T]], goal: float, tolerance: float, reach: Reach) -> Iterator[Tried[T]]:
    """Change steps by bisection until a value lies within `tolerance` of `goal`; values fall as steps get coarser.

    Yields the nearest so far after each attempt, unchanged steps first; the last one is the answer.
    """
    best = attempt(0.0)
    yield best
    low, high = (0.0, reach.coarsest) if best.value > goal else (reach.finest, 0.0)
    for _ in range(reach.attempts if low < high else 0):
        if abs(best.value - goal) <= tolerance:
            return
        middle = (low + high) / 2
        tried = attempt(middle)
        if abs(tried.value - goal) < abs(best.value - goal):
            best = tried
        low, high = (middle, high) if tried.value > goal else (low, middle)
        yield best
