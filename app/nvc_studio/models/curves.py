"""Curves of a running encode, grown report by report in arrays that are made in advance."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from nvc_engine.protocol.messages import Progress
from nvc_studio.translation import mark

_FIRST_ROOM = 1024

Reader = Callable[[Progress], tuple[float, float] | None]


class Quantity(StrEnum):
    """What a report says that can be drawn over the training steps."""

    LOSS = "loss"
    RATE = "rate_bpp"
    DISTORTION = "distortion_db"
    LEARNING_RATE = "learning_rate"
    SPEED = "steps_per_second"


QUANTITY_TITLES = {
    Quantity.LOSS: mark("Loss"),
    Quantity.RATE: mark("Rate (bpp)"),
    Quantity.DISTORTION: mark("PSNR (dB)"),
    Quantity.LEARNING_RATE: mark("Learning rate"),
    Quantity.SPEED: mark("Steps per second"),
}
LOGARITHMIC = frozenset({Quantity.LOSS, Quantity.LEARNING_RATE})


class GrowingCurve:
    """The points that `read` finds in a history of reports; only what is new is read."""

    def __init__(self, read: Reader) -> None:
        self._reader = read
        self._history: Sequence[Progress] | None = None
        self._read = 0
        self._count = 0
        self._changed = False
        self._x: NDArray[np.float64] = np.empty(_FIRST_ROOM)
        self._y: NDArray[np.float64] = np.empty(_FIRST_ROOM)

    def follow(self, history: Sequence[Progress]) -> bool:
        """Take over what `history` has more than before, or all of it where it is another. True if points changed."""
        fresh = history is not self._history or len(history) < self._read
        self._changed = fresh
        if fresh:
            self._history, self._read, self._count = history, 0, 0
        for report in history[self._read :]:
            point = self._reader(report)
            if point is not None:
                self._take(report, *point)
        self._read = len(history)
        return self._changed

    @property
    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y so far; views, valid until the next `follow`."""
        return self._x[: self._count], self._y[: self._count]

    def _take(self, report: Progress, x: float, y: float) -> None:
        self._append(x, y)

    def _append(self, x: float, y: float) -> None:
        if self._count == len(self._x):
            self._x = np.concatenate([self._x, np.empty_like(self._x)])
            self._y = np.concatenate([self._y, np.empty_like(self._y)])
        self._x[self._count], self._y[self._count] = x, y
        self._count += 1
        self._changed = True


class RisingCurve(GrowingCurve):
    """A curve over the training steps of all stages, one after the other, where each counts its own from 0.

    Where an encode has gone back to a checkpoint, what it had learned after that goes from the curve.
    """

    def __init__(self, read: Reader) -> None:
        super().__init__(read)
        self._begins: dict[str, float] = {}
        self._begin = 0.0

    def _take(self, report: Progress, x: float, y: float) -> None:
        if self._count == 0:
            self._begins.clear()
            self._begin = 0.0
        last = float(self._x[self._count - 1]) if self._count else 0.0
        # What follows the training (writing, measuring) counts on; another scene begins anew.
        begin = self._begin if self._begin + x >= last else last
        self._begin = self._begins.setdefault(report.stage, begin)
        x += self._begin
        if self._count and x <= self._x[self._count - 1]:
            self._count = int(np.searchsorted(self._x[: self._count], x))
            self._begins = {stage: begin for stage, begin in self._begins.items() if begin < x}
        self._append(x, y)


def training_curve(quantity: Quantity) -> RisingCurve:
    """(step, value) of one quantity; what a logarithmic axis cannot show is left out."""

    def read(report: Progress) -> tuple[float, float] | None:
        value = getattr(report, quantity.value)
        if value is None or not isfinite(value) or (value <= 0 and quantity in LOGARITHMIC):
            return None
        return report.step, value

    return RisingCurve(read)


def rd_trail() -> GrowingCurve:
    """The trainer's estimates as (bpp, PSNR-YUV dB), in the order in which they came."""

    def read(report: Progress) -> tuple[float, float] | None:
        rate, level = report.rate_bpp, report.distortion_db
        if rate is None or level is None or not (isfinite(rate) and isfinite(level)) or rate <= 0:
            return None
        return rate, level

    return GrowingCurve(read)
