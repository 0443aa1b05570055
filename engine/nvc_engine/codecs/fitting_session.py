"""An encode that fits a network to each scene: the clip cut into units, the time shared out among them, the rate met.

A codec gives a trainer of a unit, and what becomes of it; everything of the contract's session is here.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder, Report, SessionState
from nvc_engine.codecs.scene_units import UnitRange, scene_units
from nvc_engine.media.clip import Clip
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import Progress

REPORT_SECONDS = 0.25
EARLY_FRACTION = 0.1
EARLY_SECONDS = 10.0
SIZE_TOLERANCE = 0.01
SIZE_ATTEMPTS = 12
COARSER_RANGE = (-3.0, 6.0)


class FitReport(Protocol):
    """Estimates of one training step; see `Progress`."""

    @property
    def loss(self) -> float: ...
    @property
    def rate_bpp(self) -> float: ...
    @property
    def distortion_db(self) -> float: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def lambda_(self) -> float: ...


class Fit(Protocol):
    """A unit while it is fitted."""

    steps: int

    @property
    def epoch(self) -> float: ...
    def step(self, fraction: float) -> FitReport: ...
    def state(self) -> SessionState: ...
    def restore(self, state: SessionState) -> None: ...


FitOf = TypeVar("FitOf", bound=Fit)


class FittingSession(ABC, Generic[FitOf]):
    """An encode in progress (see `contract.EncodeSession`).

    Args:
        seconds: training time of the whole encode, in the units of `clock`, of which only differences count.
        unit_frames: longest unit that fits the memory plan.
    """

    def __init__(
        self,
        clip: Clip,
        order: EncodeOrder,
        seconds: float,
        unit_frames: int,
        resume: SessionState | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clip = clip
        self._order = order
        self._seconds = seconds
        self._unit_frames = unit_frames
        self._clock = clock
        self._units: list[UnitRange] = []
        self._number = 0
        self._spent = 0.0
        self._done_seconds = 0.0
        self._early_from: float | None = None
        self._last: FitReport | None = None
        self._speed = 0.0
        self._fit: FitOf | None = None
        self._resume = resume
        if resume is not None:
            values = resume.values
            self._units = [UnitRange(int(first), int(count)) for first, count in values["units"]]
            self._number = int(values["unit"])
            self._spent = float(values["spent"])
            self._done_seconds = float(values["done_seconds"])

    @abstractmethod
    def codec_config(self) -> bytes:
        """What the file's header must hold for the decoder."""

    @abstractmethod
    def _begin(self, unit: UnitRange, seed: int) -> FitOf:
        """A new fit of a unit; everything random follows from `seed`."""

    @abstractmethod
    def _goal_bytes(self, unit: UnitRange) -> int | None:
        """What the unit's bytes are to come to, or None where no rate was asked for."""

    @abstractmethod
    def _payload(self, fit: FitOf, coarser: float) -> bytes:
        """The unit's bytes; with its steps `coarser` by octaves where a rate is to be met."""

    @abstractmethod
    def _shown(self, fit: FitOf, frame: int) -> Picture:
        """Frame `frame` of the unit as it is now."""

    def finish_early(self) -> None:
        if self._early_from is None:
            self._early_from = self._spent

    def __iter__(self) -> Iterator[Report | EncodedUnit]:
        started = self._clock()
        if not self._units:
            self._units = scene_units(self._clip, self._order.first, self._order.stop, self._unit_frames)
        while self._number < len(self._units):
            unit = self._units[self._number]
            fit = self._start(unit)
            yield from self._train(fit, unit, started)
            started = self._clock()
            payload = self._finish(fit, unit)
            self._done_seconds += self._spent
            self._spent = 0.0
            self._number += 1
            self._fit = None
            if self._early_from is not None:
                self._early_from = 0.0
            yield EncodedUnit(unit.first, unit.count, payload)

    def preview(self, frame: int) -> Picture | None:
        if self._fit is None or self._number >= len(self._units):
            return None
        unit = self._units[self._number]
        if not 0 <= frame - unit.first < unit.count:
            return None
        return self._shown(self._fit, frame - unit.first)

    def state(self) -> SessionState:
        if self._resume is not None:
            return self._resume
        inner = self._fit.state() if self._fit is not None else SessionState()
        values = {
            **inner.values,
            "units": [[unit.first, unit.count] for unit in self._units],
            "unit": self._number,
            "spent": self._spent,
            "done_seconds": self._done_seconds,
        }
        return SessionState(inner.tensors, values)

    @property
    def _counts(self) -> tuple[int, ...]:
        """Frames of all units."""
        return tuple(unit.count for unit in self._units)

    def _start(self, unit: UnitRange) -> FitOf:
        """The fit of a unit, restored where the encode resumes in it."""
        fit = self._begin(unit, self._order.seed + self._number)
        if self._resume is not None and self._resume.tensors:
            fit.restore(self._resume)
        self._resume = None
        self._fit = fit
        return fit

    def _train(self, fit: FitOf, unit: UnitRange, started: float) -> Iterator[Report]:
        """Train to the end of the unit's share, reporting as it goes. `started` is when the share began to run."""
        before = reported = started
        while (fraction := self._fraction(fit, unit)) < 1:
            self._last = fit.step(fraction)
            now = self._clock()
            seconds = max(now - before, 1e-6)
            self._spent += seconds
            self._speed = 1 / seconds if not self._speed else 0.9 * self._speed + 0.1 / seconds
            before = now
            if now - reported >= REPORT_SECONDS:
                reported = now
                yield Report(self._progress(fit, unit, self._last, fraction))
                before = self._clock()

    def _fraction(self, fit: FitOf, unit: UnitRange) -> float:
        """How far the unit's training is, in 0..1. Stop-and-keep shortens what is left to a quick anneal."""
        share = self._seconds * unit.count / (self._order.stop - self._order.first)
        epochs = self._order.epochs
        fraction = self._spent / share if epochs is None else fit.epoch / epochs
        if self._early_from is None:
            return fraction
        short = min(EARLY_SECONDS, EARLY_FRACTION * share)
        if self._early_from == 0:  # a scene that has not begun gets a whole schedule, only a short one
            return self._spent / short
        return max(fraction, 1 - EARLY_FRACTION * (1 - (self._spent - self._early_from) / short))

    def _progress(self, fit: FitOf, unit: UnitRange, last: FitReport, fraction: float) -> Progress:
        whole = (unit.first + fraction * unit.count) / (self._order.stop - self._order.first)
        elapsed = self._done_seconds + self._spent
        several = len(self._units) > 1
        return Progress(
            stage=f"training scene {self._number + 1} of {len(self._units)}" if several else "training",
            stage_index=0,
            stage_count=3,
            fraction=min(whole, 1.0),
            elapsed=elapsed,
            remaining=elapsed / whole * (1 - whole) if whole > 0 else None,
            step=fit.steps,
            steps=max(fit.steps, round(fit.steps / fraction) if fraction > 0 else 0),
            epoch=fit.epoch,
            steps_per_second=self._speed,
            loss=last.loss,
            rate_bpp=last.rate_bpp,
            distortion_db=last.distortion_db,
            learning_rate=last.learning_rate,
            lambda_=last.lambda_,
        )

    def _finish(self, fit: FitOf, unit: UnitRange) -> bytes:
        """The unit's bytes; where a rate was asked for, steps are made coarser or finer until the bytes meet it."""
        goal = self._goal_bytes(unit)
        best = self._payload(fit, 0.0)
        low, high = COARSER_RANGE
        for _ in range(SIZE_ATTEMPTS):
            if goal is None or abs(len(best) - goal) <= SIZE_TOLERANCE * goal:
                break
            middle = (low + high) / 2
            payload = self._payload(fit, middle)
            low, high = (middle, high) if len(payload) > goal else (low, middle)
            best = min(best, payload, key=lambda each: abs(len(each) - goal))
        return best
