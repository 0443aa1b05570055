import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from nvc_engine.codecs.goals import goal_bpp, missed_goal
from nvc_engine.codecs.order import resolve_order
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, Result


@pytest.fixture
def info(rendered_clip: Any, deflate_codec: Any) -> ClipInfo:
    return replace(rendered_clip.info, width=320, height=180)


def job(**changes: Any) -> JobRequest:
    facts: dict[str, Any] = {"source": "in.mkv", "output": "out.nvc", "codec": "deflate"}
    return JobRequest(**{**facts, **changes})


def test_what_is_not_asked_is_filled_in(info: ClipInfo, deflate_codec: Any) -> None:
    codec, order = resolve_order(info, job(), "cpu")
    assert codec is deflate_codec
    assert (order.preset, order.settings.level) == ("plain", 6)
    assert (order.first, order.stop) == (0, 10)
    assert (order.goal, order.minutes, order.epochs, order.seed, order.device) == (None, None, None, 0, "cpu")


def test_what_is_asked_is_taken(info: ClipInfo) -> None:
    goal = Goal(GoalKind.BPP, 0.2)
    request = job(preset="small", settings={"level": "7"}, goal=goal, minutes=0.5, first=2, stop=9, seed=5)
    _, order = resolve_order(info, request, "cpu")
    assert (order.preset, order.settings.level, order.goal, order.minutes) == ("small", 7, goal, 0.5)
    assert (order.first, order.stop, order.seed) == (2, 9, 5)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"codec": "dream"}, "no codec 'dream'"),
        ({"preset": "huge"}, "no preset 'huge'"),
        ({"settings": {"depth": 3}}, "no setting 'depth'"),
        ({"settings": {"level": 12}}, "between 1 and 9"),
        ({"first": 5, "stop": 5}, "empty"),
        ({"first": 7, "stop": 3}, "empty"),
        ({"first": -1}, "outside the clip"),
        ({"first": 10}, "outside the clip"),
        ({"stop": 11}, "outside the clip"),
        ({"stop": 0}, "empty"),
        ({"minutes": 1.0, "epochs": 3}, "not both"),
        ({"minutes": 0.0}, "minutes"),
        ({"minutes": math.nan}, "minutes"),
        ({"minutes": math.inf}, "minutes"),
        ({"epochs": 0}, "epochs"),
        ({"seed": -1}, "seed"),
        ({"goal": Goal(GoalKind.BPP, 0.0)}, "out of range"),
        ({"goal": Goal(GoalKind.BPP, 25.0)}, "out of range"),
        ({"goal": Goal(GoalKind.BPP, math.nan)}, "must be a number"),
        ({"goal": Goal(GoalKind.BITRATE, -5.0)}, "out of range"),
        ({"goal": Goal(GoalKind.BITRATE, 1e9)}, "bits per pixel here"),
        ({"goal": Goal(GoalKind.SIZE, 100.0)}, "too small"),
        ({"goal": Goal(GoalKind.SIZE, 1e9)}, "out of range"),
        ({"goal": Goal(GoalKind.PSNR, 38.0)}, "Deflate cannot aim at a PSNR"),
        ({"goal": Goal(GoalKind.QUALITY, 0.5)}, "Step must lie between 1 and 51"),
        ({"goal": Goal(GoalKind.QUALITY, 60.0)}, "Step must lie between 1 and 51"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(info: ClipInfo, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        resolve_order(info, job(**changes), "cpu")


def test_time_means_nothing_to_a_codec_that_does_not_train(
    info: ClipInfo, deflate_codec: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = replace(deflate_codec.facts(), trains=False)
    monkeypatch.setattr(deflate_codec, "facts", lambda: facts)
    with pytest.raises(UsageError, match="does not train"):
        resolve_order(info, job(minutes=1.0), "cpu")


def test_a_device_that_is_not_there_gets_a_sentence(info: ClipInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(UsageError, match="no CUDA device"):
        resolve_order(info, job(), "cuda")
    with pytest.raises(UsageError, match="no device 'tpu'"):
        resolve_order(info, job(), "tpu")


def test_pictures_too_large_for_the_file_are_refused_before_any_work(info: ClipInfo) -> None:
    with pytest.raises(UsageError, match="20000 x 180"):
        resolve_order(replace(info, width=20000), job(), "cpu")


def test_a_size_pays_for_the_audio_first(info: ClipInfo) -> None:
    with_audio = replace(info, track_byte_count=50_000)
    with pytest.raises(UsageError, match="audio and subtitles take 50000"):
        resolve_order(with_audio, job(goal=Goal(GoalKind.SIZE, 49_000.0)), "cpu")
    bpp = goal_bpp(Goal(GoalKind.SIZE, 60_000.0), with_audio, 0, 10)
    assert bpp == pytest.approx(10_000 * 8 / (320 * 180 * 10))


@pytest.mark.parametrize("psnr", [9.0, 71.0])
def test_a_psnr_has_bounds(info: ClipInfo, deflate_codec: Any, monkeypatch: pytest.MonkeyPatch, psnr: float) -> None:
    facts = replace(deflate_codec.facts(), goals=tuple(GoalKind))
    monkeypatch.setattr(deflate_codec, "facts", lambda: facts)
    assert resolve_order(info, job(goal=Goal(GoalKind.PSNR, 38.0)), "cpu")[1].goal == Goal(GoalKind.PSNR, 38.0)
    with pytest.raises(UsageError, match="between 10 and 70 dB"):
        resolve_order(info, job(goal=Goal(GoalKind.PSNR, psnr)), "cpu")


@pytest.mark.parametrize(
    ("kind", "met", "missed", "words"),
    [
        (GoalKind.BPP, 0.103, 0.09, "The goal was 0.09000 bpp and the file has 0.10000: a smaller preset"),
        (GoalKind.BPP, 0.098, 0.11, "The goal was 0.11000 bpp and the file has 0.10000: a larger preset"),
        (GoalKind.BITRATE, 205.0, 250.0, "The goal was 250.00 kb/s and the file has 200.00"),
        (GoalKind.SIZE, 980.0, 900.0, "The goal was 900 bytes and the file has 1000"),
        (GoalKind.PSNR, 36.09, 36.2, "The goal was 36.20 dB of PSNR-YUV and the file has 36.00: a larger preset"),
        (GoalKind.PSNR, 35.91, 35.0, "a smaller preset"),
        (GoalKind.QUALITY, 3.0, None, ""),
    ],
)
def test_a_missed_goal_is_said_with_both_numbers(kind: GoalKind, met: float, missed: float | None, words: str) -> None:
    result = Result(1000, 0.1, 200.0, 10, 64, 48, "x", "p", 1.0, 36.0, 36.0, 36.0, 36.0, 36.0, None)
    assert missed_goal(Goal(kind, met), result) == ""
    assert missed_goal(None, result) == ""
    if missed is not None:
        assert words in missed_goal(Goal(kind, missed), result)


def test_goals_in_bits_per_pixel(info: ClipInfo) -> None:
    pixels = 320 * 180
    assert goal_bpp(None, info, 0, 10) is None
    assert goal_bpp(Goal(GoalKind.QUALITY, 3.0), info, 0, 10) is None
    assert goal_bpp(Goal(GoalKind.BPP, 0.1), info, 0, 10) == 0.1
    assert goal_bpp(Goal(GoalKind.SIZE, 5760.0), info, 0, 10) == pytest.approx(5760 * 8 / (10 * pixels))
    # Frames 0 to 7 come 40 ms apart, so 8 of them last 0.32 s.
    assert goal_bpp(Goal(GoalKind.BITRATE, 90.0), info, 0, 8) == pytest.approx(90_000 * 0.32 / (8 * pixels))
    assert goal_bpp(Goal(GoalKind.BITRATE, 90.0), info, 3, 4) == pytest.approx(90_000 * 0.04 / pixels)


def test_what_no_file_can_hold_is_refused_before_any_work(info: ClipInfo) -> None:
    with pytest.raises(UsageError, match="time base"):
        resolve_order(replace(info, time_base=Fraction(1, 1 << 70)), job(), "cpu")
