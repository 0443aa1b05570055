"""An encode that fits a network to each scene: the clip cut into units, each fitted in its share of the time, each
yielded as bytes that meet what was asked for."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor

from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder, Report, SessionState
from nvc_engine.codecs.fitting_budget import Budget
from nvc_engine.codecs.rate_shares import RateShares
from nvc_engine.codecs.scene_units import UnitRange, scene_units
from nvc_engine.codecs.settling import Settled
from nvc_engine.codecs.step_report import StepReport
from nvc_engine.media.clip import Clip
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import Progress

REPORT_SECONDS = 0.25
EARLY_FRACTION = 0.1
EARLY_SECONDS = 10.0
# Coarser steps can take off what is too much; nothing can add what training has left out.
SPARE_DB, SPARE_RATE = 0.08, 0.01
MOST_MADE_GOOD_DB, MOST_MADE_GOOD = 1.0, 2.0
_BEFORE = "before/"


@dataclass(frozen=True)
class Done:
    """What the finished units came to: frames, bytes, the sum of their frames' dB (where a PSNR is asked for), and the
    lambda that the last one ended with."""

    frames: int = 0
    bytes: int = 0
    decibels: float = 0.0
    lambda_: float | None = None

    def with_unit(self, frames: int, settled: Settled, lambda_: float) -> "Done":
        decibels = self.decibels + frames * (settled.psnr or 0.0)
        return Done(self.frames + frames, self.bytes + len(settled.payload), decibels, lambda_)


class UnitFrames(Protocol):
    """The sizes of a unit."""

    @property
    def frames(self) -> int: ...


class Trainer(Protocol):
    """What fits one unit, whatever its network."""

    steps: int

    @property
    def layout(self) -> UnitFrames: ...

    @property
    def epoch(self) -> float:
        """How many times each frame has been seen."""
        ...

    @property
    def lambda_(self) -> float:
        """The weight of the distortion as it stands."""
        ...

    def step(self, fraction: float) -> StepReport: ...

    def bits_by_class(self) -> Mapping[str, float]:
        """The estimated bits of the unit after the last step, by classes as of `Decoder.shares` but for side
        information; {} where no rate is trained. Takes time, so that it is asked for reports alone."""
        ...

    def weights(self) -> dict[str, Tensor]:
        """What the next unit of the same scene may begin with."""
        ...

    def state(self) -> SessionState: ...


T = TypeVar("T", bound=Trainer)
P = TypeVar("P", bound=Budget)


class UnitSession(ABC, Generic[T, P]):
    """An encode in progress (see `contract.EncodeSession`), unit by unit; a codec says what fits a unit.

    `clock` gives seconds and only its differences count.
    """

    def __init__(
        self,
        clip: Clip,
        order: EncodeOrder,
        planned: P,
        resume: SessionState | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clip = clip
        self._order = order
        self._planned = planned
        self._clock = clock
        self._device = torch.device(order.device)
        self._units: list[UnitRange] = []
        self._number = 0
        self._spent = 0.0
        self._done_seconds = 0.0
        self._done = Done()
        self._weights: dict[str, Tensor] = {}
        self._early_from: float | None = None
        self._last: StepReport | None = None
        self._rate_shares = RateShares()
        self._speed = 0.0
        self._trainer: T | None = None
        self._resume = resume
        if resume is not None:
            values = resume.values
            self._units = [UnitRange(int(first), int(count), bool(more)) for first, count, more in values["units"]]
            self._number = int(values["unit"])
            self._spent = float(values["spent"])
            self._done_seconds = float(values["done_seconds"])
            self._done = Done(*values["done"])
            self._weights = _only(resume.tensors, _BEFORE)

    @abstractmethod
    def codec_config(self) -> bytes:
        """What the file's header holds for the decoder."""

    @abstractmethod
    def start(self, unit: UnitRange, resume: SessionState | None) -> T:
        """A trainer for a unit, restored where the encode resumes in it."""

    @abstractmethod
    def settle(self, trainer: T) -> Generator[None, None, Settled]:
        """The unit's bytes, as near to the goal as they can be brought; yields as it goes on."""

    @abstractmethod
    def picture(self, trainer: T, frame: int) -> Picture:
        """Frame `frame` of the trainer's unit as it would decode now."""

    @property
    def _counts(self) -> tuple[int, ...]:
        """Frames of all units."""
        return tuple(unit.count for unit in self._units)

    def finish_early(self) -> None:
        if self._early_from is None:
            self._early_from = self._spent

    def __iter__(self) -> Iterator[Report | EncodedUnit]:
        started = self._clock()
        if not self._units:
            self._units = scene_units(self._clip, self._order.first, self._order.stop, self._planned.unit_frames)
        while self._number < len(self._units):
            unit = self._units[self._number]
            trainer = self._start(unit)
            yield from self._train(trainer, started)
            started = self._clock()
            settled = yield from self._finish(trainer, started)
            self._done = self._done.with_unit(unit.count, settled, trainer.lambda_)
            self._weights = trainer.weights()
            self._done_seconds += self._spent
            self._spent = 0.0
            self._number += 1
            self._trainer = None
            if self._early_from is not None:
                self._early_from = 0.0
            yield EncodedUnit(unit.first, unit.count, settled.payload)

    def _start(self, unit: UnitRange) -> T:
        resume, self._resume = self._resume, None
        inside = resume if resume is not None and "steps" in resume.values else None
        self._trainer = self.start(unit, inside)
        self._rate_shares = RateShares()
        return self._trainer

    def pictures(self, unit: UnitRange) -> Iterator[Picture]:
        """The unit's frames."""
        start = self._order.first + unit.first
        return self._clip.pictures(start, start + unit.count)

    def _train(self, trainer: T, started: float) -> Iterator[Report]:
        """Train to the end of the unit's share, reporting as it goes. `started` is when the share began to run."""
        before = started
        reported = before
        while (fraction := self._fraction(trainer)) < 1:
            self._last = trainer.step(fraction)
            now = self._clock()
            seconds = max(now - before, 1e-6)
            self._spent += seconds
            self._speed = 1 / seconds if not self._speed else 0.9 * self._speed + 0.1 / seconds
            before = now
            if now - reported >= REPORT_SECONDS:
                reported = now
                self._rate_shares.note(trainer.bits_by_class())
                yield Report(self._progress(trainer, fraction))
                before = self._clock()

    def _share(self, count: int) -> float:
        """Seconds of training that a unit of `count` frames gets of the whole budget."""
        return self._planned.seconds * count / (self._order.stop - self._order.first)

    def _fraction(self, trainer: T) -> float:
        """How far the unit's training is, in 0..1. Stop-and-keep shortens what is left to a quick anneal."""
        share = self._share(trainer.layout.frames)
        epochs = self._order.epochs
        fraction = self._spent / share if epochs is None else trainer.epoch / epochs
        if self._early_from is None:
            return fraction
        short = min(EARLY_SECONDS, EARLY_FRACTION * share)
        if self._early_from == 0:  # a scene that has not begun gets a whole schedule, only a short one
            return self._spent / short
        anneal = (self._spent - self._early_from) / short
        return max(fraction, 1 - EARLY_FRACTION * (1 - anneal))

    def _progress(self, trainer: T, fraction: float) -> Progress:
        assert self._last is not None
        total = self._order.stop - self._order.first
        unit = self._units[self._number]
        whole = (unit.first + fraction * unit.count) / total
        elapsed = self._done_seconds + self._spent
        steps = trainer.steps / fraction if fraction > 0 else 0.0
        return Progress(
            stage="training" if len(self._units) == 1 else f"training scene {self._number + 1} of {len(self._units)}",
            stage_index=0,
            stage_count=3,
            fraction=min(whole, 1.0),
            elapsed=elapsed,
            remaining=elapsed / whole * (1 - whole) if whole > 0 else None,
            step=trainer.steps,
            steps=max(trainer.steps, round(steps)),
            epoch=trainer.epoch,
            steps_per_second=self._speed,
            loss=self._last.loss,
            rate_bpp=self._last.rate_bpp,
            distortion_db=self._last.distortion_db,
            learning_rate=self._last.learning_rate,
            lambda_=self._last.lambda_,
            rate_shares=self._rate_shares.of(self._last.rate_bpp),
        )

    def _finish(self, trainer: T, started: float) -> Generator[Report, None, Settled]:
        """The unit's bytes, settled; reports as it goes on."""
        steps = self.settle(trainer)
        reported = started
        while True:
            try:
                next(steps)
            except StopIteration as end:
                settled: Settled = end.value
                return settled
            now = self._clock()
            if now - reported >= REPORT_SECONDS and self._last is not None:
                reported = now
                yield Report(self._progress(trainer, 1.0))

    def _lambda(self) -> float:
        """Where a unit's lambda begins: where that of the one before ended, where it moves at all."""
        return self._planned.lambda_ if self._done.lambda_ is None else self._done.lambda_

    def _unit_bytes(self, count: int) -> int | None:
        """Bytes that a unit of `count` frames is to take: its share of what the finished ones have left."""
        frames = self._order.stop - self._order.first
        even = self._planned.unit_bytes(count, self._counts)
        whole = self._planned.unit_bytes(frames, self._counts)
        if even is None or whole is None:
            return None
        left = (whole - self._done.bytes) * count / (frames - self._done.frames)
        return round(min(max(left, even / MOST_MADE_GOOD), even * MOST_MADE_GOOD))

    def _rate_goal(self, count: int, side_bytes: int) -> float | None:
        """Bits per pixel that the symbols of a unit are to take, with something to spare; it has `side_bytes` beside
        them."""
        size = self._unit_bytes(count)
        if size is None:
            return None
        return (1 + SPARE_RATE) * max(size - side_bytes, size / 2) * 8 / (count * self._planned.pixels)

    def _psnr_goal(self, spare: float = 0.0) -> float | None:
        """dB that the present unit is to have in the mean: what is asked for, and what finished ones have missed, as
        far as one unit can make good for them."""
        goal = self._planned.psnr
        if goal is None:
            return None
        missed = goal * self._done.frames - self._done.decibels
        own = missed / (self._order.stop - self._order.first - self._done.frames)
        return goal + max(-MOST_MADE_GOOD_DB, min(MOST_MADE_GOOD_DB, own)) + spare

    def preview(self, frame: int) -> Picture | None:
        trainer, unit = self._trainer, self._units[self._number] if self._number < len(self._units) else None
        if trainer is None or unit is None or not 0 <= frame - unit.first < unit.count:
            return None
        return self.picture(trainer, frame - unit.first)

    def state(self) -> SessionState:
        if self._resume is not None:
            return self._resume
        before = {f"{_BEFORE}{name}": value for name, value in self._weights.items()}
        inner = self._trainer.state() if self._trainer is not None else SessionState(before)
        values = {
            **inner.values,
            "units": [[unit.first, unit.count, unit.continues] for unit in self._units],
            "unit": self._number,
            "spent": self._spent,
            "done_seconds": self._done_seconds,
            "done": list(astuple(self._done)),
        }
        return SessionState(inner.tensors, values)


def _only(tensors: Mapping[str, Any], prefix: str) -> dict[str, Tensor]:
    """Those whose names begin with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
