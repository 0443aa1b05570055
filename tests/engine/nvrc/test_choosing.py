"""Which preset is taken by itself, and what the plan says of it."""

from dataclasses import replace
from pathlib import Path

from nvc_engine.codecs.contract import Wishes
from nvc_engine.codecs.machine_speed import StepSpeed, learn_speed
from nvc_engine.codecs.nvrc.choosing import choose_grids, choose_preset
from nvc_engine.codecs.nvrc.planning import make_plan
from nvc_engine.codecs.nvrc.speed import NAME, measure_speed
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.registry import codec
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest


def test_a_higher_rate_takes_a_larger_network(info: ClipInfo) -> None:
    names = [choose_preset(info, Wishes(bpp=bpp, epochs=100)).preset for bpp in (0.001, 0.03, 0.06, 0.5)]
    assert names[0] == "swift"
    assert names[-1] == "rich"
    assert len(set(names)) >= 3


def test_a_higher_psnr_takes_a_larger_network(info: ClipInfo) -> None:
    goals = [Goal(GoalKind.PSNR, psnr) for psnr in (24.0, 28.0, 38.0)]
    assert [choose_preset(info, Wishes(goal, epochs=100)).preset for goal in goals] == ["swift", "light", "rich"]


def test_a_short_time_takes_a_smaller_one_and_says_so(info: ClipInfo) -> None:
    learn_speed(NAME, "cpu", lambda device: StepSpeed(0.01, 0.1))
    long, short = (choose_grids(info, Wishes(bpp=0.5, minutes=minutes)) for minutes in (600.0, 1.0))
    assert long.preset == "rich"
    assert short.preset != "rich"
    assert "rich would see each frame only" in short.reason
    assert "100 frames of 640 x 360, 1 min on cpu" in short.reason


def test_a_faster_machine_takes_a_larger_one(info: ClipInfo, studio_home: Path) -> None:
    presets = []
    for seconds in (10.0, 0.001):
        (studio_home / "speed.json").unlink(missing_ok=True)
        learn_speed(NAME, "cpu", lambda device, seconds=seconds: StepSpeed(0.001, seconds))
        presets.append(choose_grids(info, Wishes(bpp=0.5, minutes=2.0)).preset)
    assert presets[0] == "swift"
    assert presets[1] == "rich"


def test_the_plan_says_why_where_nobody_named_a_preset(info: ClipInfo) -> None:
    request = JobRequest(source="drawn", output="out.nvc", epochs=30, goal=Goal(GoalKind.BPP, 0.05))
    order = resolve_order(info, request, "cpu")[1]
    assert order.preset_reason in make_plan(info, order).notes
    assert f"The preset {order.preset} for 100 frames of 640 x 360, 30 epochs" in order.preset_reason
    named = resolve_order(info, replace(request, preset="light"), "cpu")[1]
    assert named.preset_reason == ""
    assert not any("The preset" in note for note in make_plan(info, named).notes)


def test_minutes_on_a_cpu_are_spent_along_motion(info: ClipInfo) -> None:
    order = resolve_order(info, JobRequest(source="drawn", output="out.nvc", minutes=3.0), "cpu")[1]
    assert order.preset == "motion"
    assert order.preset_reason in codec("nvrc").plan(info, order).notes


def test_this_machine_can_be_measured() -> None:
    speed = measure_speed("cpu")
    assert 0 < speed.overhead < 5
    assert 0 < speed.gmac_seconds < 100
