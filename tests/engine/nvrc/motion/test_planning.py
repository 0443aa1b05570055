"""How long an encode along motion is said to take: passes alone, or with the learning of filters."""

import pytest

from nvc_engine.codecs.nvrc.motion.planning import SECONDS_A_PIXEL
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.registry import codec
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest


def planned_passes(info: ClipInfo, passes_of_budget: float, goal: Goal | None = None) -> float:
    """Planned seconds, with a budget, both in passes over the clip."""
    a_pass = info.frame_count * info.width * info.height * SECONDS_A_PIXEL
    request = JobRequest("drawn", "out.nvc", preset="motion", goal=goal, minutes=passes_of_budget * a_pass / 60)
    _, order = resolve_order(info, request, "cpu")
    return codec("nvrc").plan(info, order).seconds / a_pass


def test_where_time_is_short_it_is_that_of_passes(info: ClipInfo) -> None:
    assert planned_passes(info, 0.1) == planned_passes(info, 2.2) == pytest.approx(1)
    assert planned_passes(info, 0.1, Goal(GoalKind.BPP, 0.05)) == pytest.approx(2)


def test_where_there_is_enough_it_is_about_the_budget(info: ClipInfo) -> None:
    assert planned_passes(info, 20.0) == pytest.approx(20, rel=0.05)
    assert planned_passes(info, 20.0, Goal(GoalKind.PSNR, 35.0)) == pytest.approx(20, rel=0.05)
