"""Whole MVC encodes through the contract: units, checkpoints, goals, stop-and-keep, previews, random access."""

import importlib.util
import itertools
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nvc_engine.bitstream.container import overhead_bytes
from nvc_engine.codecs.contract import Decoder, EncodedUnit, EncodeOrder, EncodeSession, Report, SessionState, Wishes
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.mvc.choosing import choose_preset
from nvc_engine.codecs.mvc.coding import decode_unit
from nvc_engine.codecs.mvc.decoding import FrameRenderer
from nvc_engine.codecs.mvc.planning import plan_encode
from nvc_engine.codecs.mvc.session import MvcSession
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.registry import codec
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, Scalar

_spec = importlib.util.spec_from_file_location("mvc_drawn_clip", Path(__file__).parent / "drawn_clip.py")
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = _module
_spec.loader.exec_module(_module)
DrawnClip, HEIGHT = _module.DrawnClip, _module.HEIGHT

SMALL: dict[str, Scalar] = {
    "features": 4, "lower_width": 4, "token_width": 8, "stem_hidden": 8, "time_width": 8, "ffn_hidden": 8,
    "head_width": 4, "levels": 8, "cell": 16,
}  # fmt: skip
FIXED: dict[str, Scalar] = {**SMALL, "coding": "fixed", "weight_bits": 7}


def order_for(clip: Any, settings: Mapping[str, Scalar] = SMALL, **wishes: object) -> EncodeOrder:
    request = JobRequest("drawn", "out.nvc", codec="mvc", preset="xs", settings=dict(settings), **wishes)  # type: ignore[arg-type]
    return resolve_order(clip.info, request, "cpu")[1]


def session_for(clip: Any, order: EncodeOrder, resume: SessionState | None = None) -> EncodeSession:
    return codec("mvc").encode(clip, order, resume)


def units_of(session: EncodeSession) -> list[EncodedUnit]:
    return [event for event in session if isinstance(event, EncodedUnit)]


def decoder_for(clip: Any, order: EncodeOrder, session: EncodeSession) -> Decoder:
    version = codec("mvc").bitstream_version
    return codec("mvc").decoder(file_header("mvc", version, order, clip.info, session.codec_config()))


def all_frames(decoder: Decoder, unit: EncodedUnit) -> list[Picture]:
    return list(decoder.frames(unit.payload, unit.first, unit.count, unit.first, unit.first + unit.count))


def luma_error(picture: Picture, reference: Picture) -> float:
    return float(np.mean((picture.y.astype(float) - reference.y) ** 2))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    clip = DrawnClip(4)
    order = order_for(clip, epochs=3)
    first, again = units_of(session_for(clip, order)), units_of(session_for(clip, order))
    other = units_of(session_for(clip, replace(order, seed=1)))
    assert first == again
    assert first[0].payload != other[0].payload


@pytest.mark.parametrize(
    "settings",
    [
        SMALL,
        FIXED,
        {**SMALL, "crspe": "free", "lift": "norm", "optimiser": "muon"},
        {**SMALL, "crspe": "off", "precision": "bfloat16"},
    ],
    ids=["entropy", "fixed", "free", "off"],
)
def test_a_resumed_encode_gives_the_bytes_of_an_uninterrupted_one(settings: Mapping[str, Scalar]) -> None:
    clip = DrawnClip(4)
    order = order_for(clip, settings, epochs=6)
    planned = plan_encode(clip.info, order)
    ticks = itertools.count()

    def session(resume: SessionState | None = None) -> MvcSession:
        return MvcSession(clip, order, planned, resume, clock=lambda: next(ticks))

    whole = units_of(session())
    interrupted = session()
    reports = iter(interrupted)
    for _ in range(10):
        assert isinstance(next(reports), Report)
    assert units_of(session(interrupted.state())) == whole


def test_a_hard_cut_begins_a_unit_and_units_tile_the_range() -> None:
    clip = DrawnClip(30, cut=14)
    units = units_of(session_for(clip, order_for(clip, epochs=1, first=2)))
    assert [(unit.first, unit.count) for unit in units] == [(0, 12), (12, 16)]


@pytest.mark.parametrize("settings", [SMALL, FIXED], ids=["entropy", "fixed"])
def test_training_brings_the_decode_near_the_source(settings: Mapping[str, Scalar]) -> None:
    clip = DrawnClip(5)
    faster = {**settings, "optimiser": "adam", "learning_rate": 5e-3, "gain": "raw"}
    goal = None if "coding" in settings else Goal(GoalKind.QUALITY, 40)
    order = order_for(clip, faster, epochs=16, goal=goal)
    session = session_for(clip, order)
    (unit,) = units_of(session)
    frames = all_frames(decoder_for(clip, order, session), unit)
    for index, frame in enumerate(frames):
        source = clip.picture(index)
        assert luma_error(frame, source) < 0.15 * float(source.y.var()), "far nearer than any flat picture"


def test_any_frame_decodes_alone_as_it_does_among_the_others() -> None:
    clip = DrawnClip(5, bit_depth=10)
    order = order_for(clip, epochs=4)
    session = session_for(clip, order)
    (unit,) = units_of(session)
    together = all_frames(decoder_for(clip, order, session), unit)
    for frame in (3, 0):
        decoder = decoder_for(clip, order, session)
        (alone,) = decoder.frames(unit.payload, 0, 5, frame, frame + 1)
        assert alone.bit_depth == 10
        for plane in ("y", "u", "v"):
            assert np.array_equal(getattr(alone, plane), getattr(together[frame], plane))
        assert sum(decoder.frame_bytes(unit.payload, 0, 5)) == len(unit.payload)


def test_the_preview_is_what_the_file_will_show() -> None:
    clip = DrawnClip(4)
    order = order_for(clip, epochs=6)
    ticks = itertools.count()
    session = MvcSession(clip, order, plan_encode(clip.info, order), None, clock=lambda: next(ticks))
    assert session.preview(0) is None
    previews: list[Picture] = []
    for event in session:
        if isinstance(event, EncodedUnit):
            (decoded,) = decoder_for(clip, order, session).frames(event.payload, 0, 4, 2, 3)
        else:
            assert event.progress.rate_bpp is not None
            assert session.preview(4) is None
            picture = session.preview(2)
            assert picture is not None
            previews.append(picture)
    assert decoded.y.shape == (HEIGHT, 50)
    # The last preview was taken before the last step, and steps lie on a grid in the file.
    assert luma_error(previews[-1], decoded) < 25 < luma_error(previews[0], decoded) + 25


@pytest.mark.parametrize("settings", [SMALL, FIXED], ids=["entropy", "fixed"])
def test_reports_say_what_the_rate_is_spent_on(settings: Mapping[str, Scalar]) -> None:
    clip = DrawnClip(4)
    order = order_for(clip, settings, epochs=8)
    session = MvcSession(clip, order, plan_encode(clip.info, order), None, clock=itertools.count().__next__)
    *reports, unit = session
    assert isinstance(unit, EncodedUnit)
    for event in reports:
        assert isinstance(event, Report)
        last = event.progress
        assert [name for name, _ in last.rate_shares] == ([] if settings is FIXED else ["embedding", "weights"])
        assert sum(bpp for _, bpp in last.rate_shares) == pytest.approx(last.rate_bpp)
    if settings is SMALL:
        spent = decoder_for(clip, order, session).shares(unit.payload, 0, 4)
        told = dict(last.rate_shares)
        wanted = spent["embedding"] / (spent["embedding"] + spent["weights"])
        assert told["embedding"] / sum(told.values()) == pytest.approx(wanted, abs=0.05)


def test_what_is_trained_under_hard_rounding_is_what_the_file_holds() -> None:
    clip = DrawnClip(4)
    order = order_for(clip, epochs=1)
    session = MvcSession(clip, order, plan_encode(clip.info, order), None)
    fit = session.whole()
    for fraction in (0.0, 0.5, 0.86, 0.9, 0.95):
        fit.step(fraction)
    unit = EncodedUnit(0, 4, session.unit_payload(fit))
    renderer = FrameRenderer(fit.layout, decode_unit(fit.layout, unit.payload).theta, torch.device("cpu"))
    assert torch.allclose(fit.render(1), renderer.frame(1), atol=1e-4)


def test_stop_and_keep_ends_soon_with_a_file_that_decodes() -> None:
    clip = DrawnClip(30, cut=14)
    order = order_for(clip, minutes=1000)
    seconds = itertools.count(0, 5)
    session = MvcSession(clip, order, plan_encode(clip.info, order), None, clock=lambda: next(seconds))
    units = []
    for event in session:
        if isinstance(event, EncodedUnit):
            units.append(event)
        else:
            session.finish_early()
    decoder = decoder_for(clip, order, session)
    assert [len(all_frames(decoder, unit)) for unit in units] == [14, 16]


@pytest.mark.parametrize("size", [1500, 2600])
def test_a_rate_that_is_asked_for_is_met_by_the_real_bytes(size: int) -> None:
    clip = DrawnClip(4)
    order = order_for(clip, epochs=8, goal=Goal(GoalKind.SIZE, size))
    (unit,) = units_of(session_for(clip, order))
    wanted = plan_encode(clip.info, order).unit_bytes(4)
    assert wanted is not None
    assert wanted < size
    assert len(unit.payload) == pytest.approx(wanted, rel=0.03)


def test_heads_of_training_cost_no_bits_and_resume_exactly() -> None:
    pytest.importorskip("cv2")
    clip = DrawnClip(4)
    heads = {**SMALL, "sfcm": "reg-ent", "tcl": True}
    order = order_for(clip, heads, epochs=6)
    planned = plan_encode(clip.info, order)
    assert planned.shape == plan_encode(clip.info, order_for(clip, epochs=6)).shape
    ticks = itertools.count()

    def session(resume: SessionState | None = None) -> MvcSession:
        return MvcSession(clip, order, planned, resume, clock=lambda: next(ticks))

    whole = units_of(session())
    interrupted = session()
    reports = iter(interrupted)
    for _ in range(15):
        next(reports)
    state = interrupted.state()
    assert any(name.startswith("constraint/1/bank") for name in state.tensors)
    assert units_of(session(state)) == whole
    assert whole != units_of(session_for(clip, order_for(clip, epochs=6))), "they change what is learned"


def test_fixed_bits_take_no_rate_goal() -> None:
    clip = DrawnClip(4)
    with pytest.raises(EngineError, match="fixed bits"):
        plan_encode(clip.info, order_for(clip, FIXED, goal=Goal(GoalKind.SIZE, 5000)))


def test_the_plan_of_fixed_bits_is_exact_and_others_follow_the_settings() -> None:
    clip = DrawnClip(4)
    order = order_for(clip, FIXED, epochs=1)
    (unit,) = units_of(session_for(clip, order))
    plan = codec("mvc").plan(clip.info, order)
    assert plan.bytes is not None
    overhead = overhead_bytes(plan_encode(clip.info, order).header, [(4, len(unit.payload))])
    assert plan.bytes == pytest.approx(len(unit.payload) + overhead, abs=2)
    small = codec("mvc").plan(clip.info, order_for(clip, epochs=10))
    large = codec("mvc").plan(clip.info, order_for(clip, {**SMALL, "features": 32}, epochs=10))
    for figure in ("parameters", "kmac_per_pixel", "peak_memory_bytes", "seconds", "bytes"):
        assert getattr(large, figure) > getattr(small, figure)


def test_a_rate_chooses_the_preset_that_fits_it() -> None:
    info = replace(DrawnClip(2).info, width=640, height=360, timestamps=tuple(range(300)))
    chosen = [choose_preset(info, Wishes(bpp=bpp, epochs=100)).preset for bpp in (None, 0.001, 0.02, 0.2)]
    assert chosen == ["xs", "xs", "t", "m"]


def test_a_time_that_would_not_train_it_takes_a_smaller_one_and_says_so() -> None:
    info = replace(DrawnClip(2).info, width=640, height=360, timestamps=tuple(range(128)))
    short, long = (choose_preset(info, Wishes(bpp=0.2, minutes=minutes)) for minutes in (5.0, 6000.0))
    assert (short.preset, long.preset) == ("xs", "m")
    assert "m would see each frame only" in short.reason
    request = JobRequest("drawn", "out.nvc", codec="mvc", goal=Goal(GoalKind.BPP, 0.2), minutes=5.0)
    chosen, order = resolve_order(info, request, "cpu")
    assert order.preset == "xs"
    assert short.reason in chosen.plan(info, order).notes
