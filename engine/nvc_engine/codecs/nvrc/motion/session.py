"""A whole motion-aligned encode: units coded group by group, in one pass or, towards a goal, more."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.bitstream.varint import FieldReader
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder, Report, SessionState
from nvc_engine.codecs.file_header import stored_chroma
from nvc_engine.codecs.nvrc.motion.aiming import MOST_PASSES, GroupResult, mean_decibels
from nvc_engine.codecs.nvrc.motion.encoding import UnitEncoder
from nvc_engine.codecs.nvrc.motion.estimates import as_it_stands, rate_shares, with_bytes
from nvc_engine.codecs.nvrc.motion.frames import Planes, UnitState
from nvc_engine.codecs.nvrc.motion.keeping import kept_state, restore_state
from nvc_engine.codecs.nvrc.motion.pictures import padded_size, to_picture, to_planes
from nvc_engine.codecs.nvrc.motion.planning import (
    LEAST_LEARNING_SECONDS,
    PASSES_TO_A_GOAL,
    SECONDS_A_PIXEL,
    MotionPlan,
    expected_seconds,
    learning_seconds,
)
from nvc_engine.codecs.nvrc.motion.prior import prior_nets
from nvc_engine.codecs.nvrc.motion.recalling import recalled_lessons
from nvc_engine.codecs.nvrc.motion.smooth_learning import Lesson, SmoothTrainer
from nvc_engine.codecs.nvrc.motion.smoothing import SmoothNet
from nvc_engine.codecs.nvrc.motion.steps import COARSEST
from nvc_engine.codecs.nvrc.motion.unit import Group, Unit
from nvc_engine.codecs.scene_units import UnitRange, scene_units
from nvc_engine.media.clip import Clip
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import Progress
from nvc_engine.quality.psnr import psnr, psnr_yuv

STREAMS = "streams"
LEARNING = "learning/"
REPORT_SECONDS = 0.25


@dataclass
class _Learning:
    """How far the learning of a unit's filter is: seconds, steps, when it was reported last, and the error left."""

    trainer: SmoothTrainer
    spent: float = 0.0
    steps: int = 0
    reported: float = 0.0
    left: float = 1.0


class MotionSession:
    """An encode in progress (see `contract.EncodeSession`). `clock` gives seconds and only its differences count."""

    def __init__(
        self,
        clip: Clip,
        order: EncodeOrder,
        planned: MotionPlan,
        resume: SessionState | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clip = clip
        self._order = order
        self._planned = planned
        self._clock = clock
        self._units: list[UnitRange] = []
        self._before: list[list[GroupResult]] = []
        self._fixed = 0
        self._done: list[GroupResult] = []
        self._groups: list[Group] = []
        self._payloads: list[bytes] = []
        self._best: list[bytes] = []
        self._best_miss: float | None = None
        self._passes = 0
        self._smooths: list[SmoothNet | None] = []
        self._coding_seconds = 0.0
        self._settled = False
        self._handed_out = 0
        self._seconds = 0.0
        self._fraction = 0.0
        self._hurry = False
        self._kept: tuple[dict[str, Tensor], dict[str, Any]] | None = None
        self._learning: _Learning | None = None
        self._learned: tuple[dict[str, Tensor], dict[str, Any]] | None = None
        self._shown: dict[int, Picture] = {}
        if resume is not None and resume.values:
            self._restore(resume)

    def codec_config(self) -> bytes:
        return self._planned.header.codec_config

    def finish_early(self) -> None:
        """Make the pass that runs the last one."""
        self._hurry = True

    def __iter__(self) -> Iterator[Report | EncodedUnit]:
        if not self._units:
            order = self._order
            self._units = scene_units(self._clip, order.first, order.stop, self._planned.unit_frames)
        while not self._settled:
            while len(self._payloads) < len(self._units):
                unit = self._units[len(self._payloads)]
                yield from self._code_unit(unit.first, unit.count)
            self._end_pass()
        while self._handed_out < len(self._units):
            unit, payload = self._units[self._handed_out], self._best[self._handed_out]
            self._handed_out += 1
            yield EncodedUnit(unit.first, unit.count, payload)

    def _code_unit(self, first: int, count: int) -> Iterator[Report]:
        """Code what is left of the unit that begins at frame `first`."""
        planned, info = self._planned, self._clip.info
        recipe = planned.recipe.for_unit(count)
        frames = self._load(first, count)
        peak = (1 << info.bit_depth) - 1
        unit = len(self._payloads)
        learns = self._passes == 0 and len(self._smooths) == unit
        lessons: list[Lesson] | None = [] if learns else None
        smooth = self._smooths[unit] if self._passes else None
        padded = padded_size(info.height, info.width)
        state = UnitState(padded, peak, prior_nets(), smooth)
        if self._kept is not None:
            restore_state(state, *self._kept)

        def planes_of(frame: int) -> Planes:
            return _wide(frames[frame])

        if lessons is not None and self._groups:
            lessons += recalled_lessons(self._groups, count, planes_of, UnitState(padded, peak, prior_nets()), recipe)
        encoder = UnitEncoder(count, planes_of, state, recipe, lessons)
        fixed = self._fixed + self._filter_bytes()
        for number in range(len(self._groups), len(encoder.groups)):
            index = planned.aim.step(self._before, self._done, fixed) if planned.aim and self._before else planned.step
            result, took = GroupResult(index, 0, 0, 0.0), 0.0
            began = self._clock()
            for event in encoder.encode(number, index):
                seconds = self._clock() - began
                self._seconds += seconds
                took += seconds
                if isinstance(event, Group):
                    self._coding_seconds += took
                    self._done.append(with_bytes(result, event, encoder.motion_bits // 8, opens_unit=number == 0))
                    self._groups.append(event)
                    self._kept = kept_state(state)
                else:
                    frame, planes = event
                    decibels = result.decibels + self._note(first + frame, frames[frame], planes)
                    result = replace(result, frames=result.frames + 1, decibels=decibels)
                    yield Report(self._progress(result))
                began = self._clock()
        if lessons is not None:
            yield from self._learn(lessons, peak, count)
        packed = Unit(count, recipe.period, recipe.layers, smooth, tuple(self._groups))
        self._payloads.append(packed.pack())
        self._groups, self._kept = [], None

    def _learn(self, lessons: list[Lesson], peak: int, count: int) -> Iterator[Report]:
        """Fit the filter in the loop to a unit of `count` frames, where there is time for it and for another pass."""
        total = self._order.stop - self._order.first
        a_pass = self._coding_seconds * total / sum(group.frames for group in self._done)
        share = learning_seconds(self._planned.seconds, a_pass) * count / total
        if not lessons or share < LEAST_LEARNING_SECONDS:
            self._smooths.append(None)
            return
        learning = self._learning = self._begin_learning(lessons, peak)
        while learning.spent < share and not self._hurry:
            began = self._clock()
            error = learning.trainer.step(learning.spent / share)
            learning.left += max(1 / (learning.steps + 1), 0.02) * (error - learning.left)
            seconds = max(self._clock() - began, 1e-6)
            learning.spent += seconds
            self._seconds += seconds
            learning.steps += 1
            if learning.spent - learning.reported >= REPORT_SECONDS:
                learning.reported = learning.spent
                yield Report(self._learning_progress(learning, share))
        self._smooths.append(learning.trainer.net())
        self._learning = None

    def _begin_learning(self, lessons: list[Lesson], peak: int) -> _Learning:
        """The learning of a unit's filter, where an earlier process has left it or from its beginning."""
        learning = _Learning(SmoothTrainer(lessons, peak, self._order.seed + len(self._payloads)))
        if self._learned is not None:
            (tensors, values), self._learned = self._learned, None
            learning = _Learning(learning.trainer, **values["how_far"])
            learning.trainer.restore(tensors, values["random"])
        return learning

    def _end_pass(self) -> None:
        """Keep the pass if it is the best so far, and begin another unless that is good enough."""
        self._passes += 1
        aim = self._planned.aim
        filtered = any(smooth is not None for smooth in self._smooths)
        first_of_filter = filtered and self._passes == 1
        beside = sum(map(len, self._payloads)) - sum(group.bytes for group in self._done)
        self._fixed = beside - (self._filter_bytes() if self._passes > 1 else 0)
        sizes = [(unit.count, len(payload)) for unit, payload in zip(self._units, self._payloads, strict=True)]
        miss = self._loss(sizes) if aim is None else abs(aim.miss(sizes, self._done))
        if self._best_miss is None or miss < self._best_miss or (aim is not None and filtered and self._passes == 2):
            self._best_miss, self._best = miss, self._payloads
        late = self._seconds >= self._planned.seconds
        enough = aim is None or aim.close(self._best_miss, late=late) or self._stuck()
        self._settled = self._hurry or (enough and not first_of_filter) or self._passes == MOST_PASSES
        self._before, self._done, self._payloads = [*self._before[-1:], self._done], [], []

    def _filter_bytes(self) -> int:
        return sum(len(smooth.pack()) for smooth in self._smooths if smooth is not None)

    def _stuck(self) -> bool:
        """Whether every group was coded under the coarsest step that there is, as in the pass before."""
        passes = (self._done, self._before[-1]) if self._before else ()
        return bool(passes) and all(group.step == COARSEST for groups in passes for group in groups)

    def _loss(self, sizes: list[tuple[int, int]]) -> float:
        """Rate and distortion of a pass in bits a pixel: R + lambda D, D the geometric mean of the planes' errors."""
        info = self._clip.info
        frames = sum(group.frames for group in self._done)
        bpp = 8 * sum(size for _, size in sizes) / (frames * info.width * info.height)
        return bpp + self._planned.lambda_ * 10 ** (-mean_decibels(self._done) / 10)

    def _load(self, first: int, count: int) -> list[tuple[NDArray[Any], ...]]:
        """The unit's frames as padded planes, in as few bytes as they need."""
        info = self._clip.info
        start = self._order.first + first
        dtype = np.uint8 if info.bit_depth == 8 else np.uint16
        return [
            tuple(plane.astype(dtype) for plane in to_planes(picture, info.colour, info.bit_depth))
            for picture in self._clip.pictures(start, start + count)
        ]

    def _note(self, frame: int, source: tuple[NDArray[Any], ...], planes: Planes) -> float:
        """Keep a decoded frame for previews; its PSNR-YUV in dB."""
        info = self._clip.info
        shown = to_picture(planes, info.height, info.width, info.bit_depth, Chroma.C420)
        given = to_picture(_wide(source), info.height, info.width, info.bit_depth, Chroma.C420)
        self._shown[frame] = shown
        y, u, v = (psnr(getattr(given, name), getattr(shown, name), info.bit_depth) for name in ("y", "u", "v"))
        return psnr_yuv(y, u, v)

    def preview(self, frame: int) -> Picture | None:
        """Frames of the unit that is being coded, and of the one before, as they were coded last."""
        shown = self._shown.get(frame)
        if shown is None or stored_chroma(self._clip.info) is Chroma.C420:
            return shown
        return Picture(shown.y, shown.u, shown.v, shown.bit_depth, Chroma.GRAY)

    def _progress(self, result: GroupResult | None = None) -> Progress:
        """How far the encode is; `result`: of the group that is being coded, as far as that is."""
        info = self._clip.info
        total = self._order.stop - self._order.first
        done = sum(group.frames for group in self._done) + (result.frames if result else 0)
        before = self._before[-1] if self._before else []
        groups = as_it_stands(self._done, before)
        pixels = total * info.width * info.height
        shares = rate_shares(groups, len(self._units), total, pixels, self._filter_bytes())
        decibels = mean_decibels(as_it_stands([*self._done, *([result] if result else [])], before))
        passes = max(self._passes + 1, 2)
        remaining = self._remaining(done)
        self._fraction = max(self._fraction, self._seconds / max(self._seconds + remaining, 1e-6))
        return Progress(
            stage=f"coding, pass {self._passes + 1}",
            stage_index=0,
            stage_count=3,
            fraction=self._fraction,
            elapsed=self._seconds,
            remaining=remaining,
            step=self._passes * total + done,
            steps=passes * total,
            steps_per_second=(self._passes * total + done) / self._seconds if self._seconds else 0.0,
            rate_bpp=sum(bpp for _, bpp in shares) if shares else None,
            distortion_db=decibels,
            rate_shares=shares,
        )

    def _learning_progress(self, learning: _Learning, share: float) -> Progress:
        """While a filter is learned, for `share` seconds in all."""
        return replace(
            self._progress(),
            stage="learning the filter",
            loss=learning.left,
            step=learning.steps,
            steps=max(learning.steps, round(learning.steps * share / learning.spent)),
            steps_per_second=learning.steps / learning.spent,
        )

    def _remaining(self, done: int) -> float:
        """Seconds expected to be left when `done` frames of a pass are coded, by how long frames have taken so far."""
        total, info = self._order.stop - self._order.first, self._clip.info
        coded = self._passes * total + sum(group.frames for group in self._done)
        if coded and (self._passes or self._smooths or self._learning):
            a_frame = self._coding_seconds / coded
        else:
            a_frame = self._seconds / done if done else SECONDS_A_PIXEL * info.width * info.height
        of_pass, aims = (total - done) * a_frame, self._planned.aim is not None
        if self._hurry:
            return of_pass
        if not self._passes:
            return max(of_pass, expected_seconds(self._planned.seconds, total * a_frame, aims=aims) - self._seconds)
        expected = (PASSES_TO_A_GOAL if aims else 1) + any(smooth is not None for smooth in self._smooths)
        return of_pass + max(0, expected - self._passes - 1) * total * a_frame

    def state(self) -> SessionState:
        tensors, values = self._kept if self._kept is not None else ({}, {})
        learned, learning = self._learning_state()
        tensors = {**tensors, **{f"{LEARNING}{name}": value for name, value in learned.items()}}
        smooths = [b"" if smooth is None else smooth.pack() for smooth in self._smooths]
        groups = [part for group in self._groups for part in (group.anchor, group.between)]
        streams = [*self._payloads, *self._best, *groups, *smooths]
        joined = np.frombuffer(b"".join(streams), np.uint8).copy()
        return SessionState(
            {**tensors, STREAMS: torch.from_numpy(joined)},
            {
                "units": [[unit.first, unit.count] for unit in self._units],
                "payloads": [len(payload) for payload in self._payloads],
                "best": [len(payload) for payload in self._best],
                "smooths": [len(packed) for packed in smooths],
                "coding_seconds": self._coding_seconds,
                "groups": [[group.step, len(group.anchor), len(group.between)] for group in self._groups],
                "before": [[list(asdict(group).values()) for group in groups] for groups in self._before],
                "done": [list(asdict(group).values()) for group in self._done],
                "miss": self._best_miss,
                "fixed": self._fixed,
                "passes": self._passes,
                "settled": self._settled,
                "handed_out": self._handed_out,
                "seconds": self._seconds,
                "kept": values or None,
                "learning": learning or None,
            },
        )

    def _learning_state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Tensors and values of the learning that is under way; nothing where there is none."""
        if self._learning is None:
            return self._learned if self._learned is not None else ({}, {})
        tensors, random = self._learning.trainer.state()
        how_far = {name: getattr(self._learning, name) for name in ("spent", "steps", "reported", "left")}
        return tensors, {"how_far": how_far, "random": random}

    def _restore(self, resume: SessionState) -> None:
        values, tensors = resume.values, dict(resume.tensors)
        joined = bytes(tensors.pop(STREAMS).numpy())

        def taken(size: int) -> bytes:
            nonlocal joined
            part, joined = joined[:size], joined[size:]
            return part

        self._units = [UnitRange(int(first), int(count)) for first, count in values["units"]]
        self._payloads = [taken(size) for size in values["payloads"]]
        self._best = [taken(size) for size in values["best"]]
        self._groups = [Group(step, taken(anchor), taken(between)) for step, anchor, between in values["groups"]]
        packed = [taken(size) for size in values["smooths"]]
        self._smooths = [SmoothNet.read(FieldReader(each)) if each else None for each in packed]
        self._coding_seconds = float(values["coding_seconds"])
        self._before = [[GroupResult(*group) for group in groups] for groups in values["before"]]
        self._done = [GroupResult(*group) for group in values["done"]]
        self._best_miss, self._fixed = values["miss"], int(values["fixed"])
        self._passes, self._settled = int(values["passes"]), bool(values["settled"])
        self._handed_out, self._seconds = int(values["handed_out"]), float(values["seconds"])
        learned = {name: tensors.pop(name) for name in list(tensors) if name.startswith(LEARNING)}
        self._kept = (tensors, values["kept"]) if values["kept"] else None
        if values["learning"]:
            plain = {name.removeprefix(LEARNING): value for name, value in learned.items()}
            self._learned = plain, values["learning"]


def _wide(planes: tuple[NDArray[Any], ...]) -> Planes:
    y, u, v = (plane.astype(np.int32) for plane in planes)
    return y, u, v
