"""Goals of MVC on the real bytes of whole encodes: rates and PSNRs, one scene and several; and long scenes."""

import itertools
from dataclasses import replace

import pytest

from nvc_engine.bitstream.container import overhead_bytes
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder
from nvc_engine.codecs.distortion import picture_psnr
from nvc_engine.codecs.mvc.planning import plan_encode, psnr_lambda
from nvc_engine.codecs.mvc.session import MvcSession
from nvc_engine.protocol.messages import Goal, GoalKind

from .test_session import FIXED, SMALL, DrawnClip, all_frames, decoder_for, order_for

PIXELS = 50 * 38
QUICK = {**SMALL, "optimiser": "adam", "learning_rate": 5e-3}


def encoded(clip: DrawnClip, order: EncodeOrder, steps: int, unit_frames: int = 600) -> tuple[float, float, list[int]]:
    """(bpp, mean PSNR-YUV, frames of each unit) of the file of an encode whose clock lets it take so many steps."""
    seconds = itertools.count(0.0, 1.0)
    planned = replace(plan_encode(clip.info, order), unit_frames=unit_frames)
    session = MvcSession(clip, order, planned, None, clock=lambda: planned.seconds / steps * next(seconds))
    units = [event for event in session if isinstance(event, EncodedUnit)]
    decoder = decoder_for(clip, order, session)
    psnr = [
        picture_psnr(clip.picture(unit.first + number), picture)
        for unit in units
        for number, picture in enumerate(all_frames(decoder, unit))
    ]
    sizes = [(unit.count, len(unit.payload)) for unit in units]
    total = sum(size for _, size in sizes) + overhead_bytes(planned.header, sizes)
    return 8 * total / (PIXELS * len(psnr)), sum(psnr) / len(psnr), [unit.count for unit in units]


@pytest.mark.parametrize(("frames", "cut", "psnr"), [(6, None, 22.0), (16, 9, 20.0)])
def test_a_psnr_is_met_by_the_decoded_frames_of_all_scenes(frames: int, cut: int | None, psnr: float) -> None:
    clip = DrawnClip(frames, cut)
    order = order_for(clip, QUICK, minutes=1, goal=Goal(GoalKind.PSNR, psnr))
    assert encoded(clip, order, 160)[1] == pytest.approx(psnr, abs=0.1)


def test_a_psnr_out_of_reach_gives_the_best() -> None:
    clip = DrawnClip(4)
    usual = encoded(clip, order_for(clip, QUICK, minutes=1), 60)
    wanted = encoded(clip, order_for(clip, QUICK, minutes=1, goal=Goal(GoalKind.PSNR, 60.0)), 60)
    assert usual[1] < wanted[1] < 60


@pytest.mark.parametrize(("frames", "cut", "bpp"), [(6, None, 1.2), (16, 9, 0.9)])
def test_a_rate_is_met(frames: int, cut: int | None, bpp: float) -> None:
    clip = DrawnClip(frames, cut)
    order = order_for(clip, QUICK, minutes=1, goal=Goal(GoalKind.BPP, bpp))
    assert encoded(clip, order, 120)[0] == pytest.approx(bpp, rel=0.03)


def test_a_scene_longer_than_a_unit_begins_with_the_weights_of_the_one_before() -> None:
    clip = DrawnClip(8)
    order = order_for(clip, QUICK, minutes=1)
    planned = replace(plan_encode(clip.info, order), unit_frames=4)
    seconds = itertools.count(0.0, 1.0)
    session = MvcSession(clip, order, planned, None, clock=lambda: planned.seconds / 60 * next(seconds))
    events = iter(session)
    first = next(event for event in events if isinstance(event, EncodedUnit))
    next(events)
    second = session.preview(4)
    assert second is not None
    (last,) = list(decoder_for(clip, order, session).frames(first.payload, 0, 4, 3, 4))
    assert picture_psnr(last, second) > 15, "random weights give a flat gray"
    assert picture_psnr(clip.picture(4), second) > 12


def test_fixed_bits_take_no_goal() -> None:
    clip = DrawnClip(4)
    assert psnr_lambda(30) < psnr_lambda(40)
    with pytest.raises(Exception, match="fixed bits"):
        plan_encode(clip.info, order_for(clip, FIXED, goal=Goal(GoalKind.PSNR, 30)))
