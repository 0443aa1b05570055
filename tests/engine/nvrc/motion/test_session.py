"""Whole motion-aligned encodes: units, goals met in passes, checkpoints."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder, Report, SessionState
from nvc_engine.codecs.nvrc.motion.aiming import GroupResult
from nvc_engine.codecs.nvrc.motion.decoding import MotionDecoder
from nvc_engine.codecs.nvrc.motion.planning import MotionPlan, plan_motion
from nvc_engine.codecs.nvrc.motion.session import MotionSession
from nvc_engine.codecs.nvrc.motion.steps import COARSEST
from nvc_engine.codecs.nvrc.settings import NvrcSettings
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import Goal, GoalKind
from nvc_engine.quality.psnr import psnr

WIDTH, HEIGHT = 70, 49


class DrawnClip:
    """Rings that move to the right; a hard cut to bars where `cut` says."""

    def __init__(self, frames: int, cut: int | None = None, bit_depth: int = 8) -> None:
        self._cut = frames if cut is None else cut
        self.info = ClipInfo(
            path=Path("drawn"),
            container="drawn",
            codec="raw",
            width=WIDTH,
            height=HEIGHT,
            timestamps=tuple(range(frames)),
            time_base=Fraction(1, 25),
            rate=Fraction(25),
            pixel_format="yuv420p",
            bit_depth=bit_depth,
            chroma=Chroma.C420,
            colour=Colour(),
        )

    def picture(self, index: int) -> Picture:
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
        rings = 110 + 60 * np.sin(np.hypot(y - 20, x - 15 - 2 * index) / 3)
        luma = rings if index < self._cut else 200 - 2 * y + 10 * (x // 8 % 2)
        wide = self.info.bit_depth - 8
        dtype = np.uint8 if wide == 0 else np.uint16
        rows, columns = -(-HEIGHT // 2), -(-WIDTH // 2)
        flat = np.full((rows, columns), 128 << wide, dtype)
        return Picture((luma.clip(16, 235) * (1 << wide)).astype(dtype), flat, flat, self.info.bit_depth)

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        for index in range(start, self.info.frame_count if stop is None else stop):
            yield self.picture(index)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Clock:
    """Each look at it takes a tenth of a second."""

    now: float = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


def order_for(clip: DrawnClip, goal: Goal | None = None, minutes: float = 1e-4) -> EncodeOrder:
    return EncodeOrder(NvrcSettings(), "motion", goal, 0, clip.info.frame_count, minutes=minutes)


def session_for(
    clip: DrawnClip, order: EncodeOrder, resume: SessionState | None = None
) -> tuple[MotionSession, MotionPlan]:
    planned = plan_motion(clip.info, order)
    return MotionSession(clip, order, planned, resume, Clock()), planned


def units_of(session: MotionSession) -> list[EncodedUnit]:
    return [event for event in session if isinstance(event, EncodedUnit)]


def test_scenes_become_units_that_decode_alone() -> None:
    clip = DrawnClip(14, cut=8)
    order = order_for(clip)
    session, planned = session_for(clip, order)
    units = units_of(session)
    assert [(unit.first, unit.count) for unit in units] == [(0, 8), (8, 6)]
    decoder = MotionDecoder(planned.header, "cpu")
    for unit in units[::-1]:
        stop = unit.first + unit.count
        for frame, picture in enumerate(decoder.frames(unit.payload, unit.first, unit.count, unit.first, stop)):
            assert picture.y.shape == (HEIGHT, WIDTH)
            assert psnr(clip.picture(unit.first + frame).y, picture.y) > 24
        assert sum(decoder.shares(unit.payload, unit.first, unit.count).values()) == len(unit.payload)


def test_ten_bits_stay_ten_bits() -> None:
    clip = DrawnClip(3, bit_depth=10)
    session, planned = session_for(clip, order_for(clip))
    (unit,) = units_of(session)
    decoder = MotionDecoder(planned.header, "cpu")
    pictures = list(decoder.frames(unit.payload, 0, 3, 0, 3))
    assert all(picture.y.dtype == np.uint16 for picture in pictures)
    assert all(psnr(clip.picture(n).y, picture.y, 10) > 24 for n, picture in enumerate(pictures))


@pytest.mark.parametrize("bpp", [0.15, 0.4])
def test_a_size_is_met_in_passes(bpp: float) -> None:
    clip = DrawnClip(18)
    order = order_for(clip, Goal(GoalKind.BPP, bpp))
    session, planned = session_for(clip, order)
    units = units_of(session)
    assert planned.aim is not None
    miss = planned.aim.miss([(unit.count, len(unit.payload)) for unit in units], [])
    assert abs(miss) < 0.03


def test_a_size_that_is_out_of_reach_gets_the_coarsest_steps() -> None:
    clip = DrawnClip(4)
    order = order_for(clip, Goal(GoalKind.BPP, 0.001))
    session, planned = session_for(clip, order)
    coarsest = MotionSession(clip, order, replace(planned, step=COARSEST, aim=None), None)
    assert [unit.payload for unit in units_of(session)] == [unit.payload for unit in units_of(coarsest)]


def passes_of(*steps_and_bytes: tuple[float, int]) -> list[list[GroupResult]]:
    return [[GroupResult(step, size, 8, 240.0) for _ in range(2)] for step, size in steps_and_bytes]


def test_two_passes_tell_how_bytes_fall_with_steps() -> None:
    clip = DrawnClip(16)
    _, planned = session_for(clip, order_for(clip, Goal(GoalKind.SIZE, 4000)))
    assert planned.aim is not None
    usual = planned.aim.step(passes_of((100.0, 4000)), [], 0)
    slowly = planned.aim.step(passes_of((84.0, 5000), (100.0, 4000)), [], 0)
    assert 100 < usual < slowly


def test_one_group_that_takes_too_much_does_not_spoil_the_rest_of_its_pass() -> None:
    clip = DrawnClip(16)
    _, planned = session_for(clip, order_for(clip, Goal(GoalKind.SIZE, 4000)))
    assert planned.aim is not None
    passes = passes_of((80.0, 2000))
    begun = planned.aim.step(passes, [], 0)
    after = planned.aim.step(passes, [GroupResult(begun, 3990, 8, 240.0)], 0)
    assert begun < after <= begun + 12


def test_quality_sets_the_step() -> None:
    clip = DrawnClip(5)
    sizes = []
    for quality in (20.0, 40.0, 60.0):
        session, _ = session_for(clip, order_for(clip, Goal(GoalKind.QUALITY, quality)))
        sizes.append(sum(len(unit.payload) for unit in units_of(session)))
    assert sizes[0] < sizes[1] < sizes[2]


def test_a_checkpoint_goes_on_to_the_same_bytes() -> None:
    clip = DrawnClip(18)
    order = order_for(clip, Goal(GoalKind.BPP, 0.3))
    whole, _ = session_for(clip, order)
    expected = units_of(whole)
    session, _ = session_for(clip, order)
    for number, event in enumerate(session):
        assert isinstance(event, Report)
        if number == 17:  # of 18 frames, the last of which is a group of its own
            break
    state = session.state()
    again, _ = session_for(clip, order, SessionState(dict(state.tensors), dict(state.values)))
    assert units_of(again) == expected


def test_with_time_a_filter_is_learned() -> None:
    clip = DrawnClip(6)
    order = order_for(clip, minutes=0.15)
    session, _ = session_for(clip, order)
    stages = {event.progress.stage for event in session if isinstance(event, Report)}
    assert "learning the filter" in stages
    assert "coding, pass 2" in stages


@pytest.mark.parametrize("minutes", [0.0, 0.15])
def test_progress_tells_of_what_is_left_of_all_stages(minutes: float) -> None:
    clip = DrawnClip(6)
    session, _ = session_for(clip, order_for(clip, minutes=minutes))
    told = [event.progress for event in session if isinstance(event, Report)]
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    whole = told[-1].elapsed
    learned = [progress for progress in told if progress.stage == "learning the filter"]
    assert bool(learned) == bool(minutes)
    for progress in told[5:]:  # once a pass has told how long frames take
        assert progress.elapsed + progress.remaining == pytest.approx(whole, rel=0.15)
    for progress in learned:
        assert 0 < progress.step <= progress.steps
        assert progress.distortion_db > 20


@pytest.mark.parametrize("stage", ["coding, pass 1", "learning the filter", "coding, pass 2"])
def test_an_encode_with_a_filter_goes_on_to_the_same_bytes(stage: str) -> None:
    clip = DrawnClip(6)
    order = order_for(clip, minutes=0.15)
    expected = units_of(session_for(clip, order)[0])
    session, _ = session_for(clip, order)
    seen = 0
    for event in session:
        assert isinstance(event, Report)
        seen += event.progress.stage == stage
        if seen == 3:
            break
    state = session.state()
    again, _ = session_for(clip, order, SessionState(dict(state.tensors), dict(state.values)))
    assert units_of(again) == expected


def test_stopping_early_keeps_the_pass_that_runs() -> None:
    clip = DrawnClip(6)
    order = order_for(clip, minutes=0.15)
    session, _ = session_for(clip, order)
    stages = []
    for event in session:
        if isinstance(event, Report):
            stages.append(event.progress.stage)
            session.finish_early()
        else:
            assert event.count == 6
    assert set(stages) == {"coding, pass 1"}


def test_reports_say_what_the_rate_is_spent_on() -> None:
    clip = DrawnClip(20)
    session, planned = session_for(clip, order_for(clip, minutes=0.15))
    *reports, unit = session
    assert isinstance(unit, EncodedUnit)
    shares = [event.progress.rate_shares for event in reports if isinstance(event, Report)]
    rates = [event.progress.rate_bpp for event in reports if isinstance(event, Report)]
    begun = next(number for number, each in enumerate(shares) if each)
    assert begun == 17, "a first frame alone says nothing of the others"
    assert set(rates[:begun]) == {None}
    assert [name for name, _ in shares[-1]] == [
        "first frame", "anchors", "motion between", "residual between", "filter"
    ]  # fmt: skip
    assert [sum(bpp for _, bpp in each) for each in shares[begun:]] == pytest.approx(rates[begun:])
    without_filter = [sum(bpp for name, bpp in each if name != "filter") for each in shares[begun:]]
    assert max(without_filter) < 1.5 * min(without_filter)
    spent = MotionDecoder(planned.header, "cpu").shares(unit.payload, 0, 20)
    told = {name: bpp * 20 * WIDTH * HEIGHT / 8 for name, bpp in shares[-1]}
    assert told["first frame"] == pytest.approx(spent["first frame"], abs=8), "but for its checksum"
    assert told["motion between"] > 0 < told["residual between"]


def test_previews_are_the_frames_as_coded() -> None:
    clip = DrawnClip(4)
    session, planned = session_for(clip, order_for(clip))
    assert session.preview(0) is None
    (unit,) = units_of(session)
    (decoded,) = MotionDecoder(planned.header, "cpu").frames(unit.payload, 0, 4, 2, 3)
    shown = session.preview(2)
    assert shown is not None
    assert np.array_equal(shown.y, decoded.y)
