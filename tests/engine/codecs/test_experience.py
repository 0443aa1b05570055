"""Plans that learn from what encodes came to, and what is said where memory is short."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest

from nvc_engine.codecs import machine_memory
from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.experience import FILE, learn, plan_with_experience
from nvc_engine.codecs.machine_memory import check_memory, free_memory, peak_memory, total_memory, with_warning
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma
from nvc_engine.protocol.messages import Goal, GoalKind, Plan
from nvc_engine.protocol.places import home

INFO = ClipInfo(
    path=Path("drawn"), container="drawn", codec="raw", width=64, height=48, timestamps=tuple(range(20)),
    time_base=Fraction(1, 25), rate=Fraction(25), pixel_format="yuv420p", bit_depth=8, chroma=Chroma.C420,
    colour=Colour(),
)  # fmt: skip


class Planner:
    """A codec whose plans are off: a second and 100 bytes a frame, 500 MB."""

    name = "planner"

    def __init__(self, *, trains: bool, names_sizes: bool = True) -> None:
        self._trains, self._names_sizes = trains, names_sizes

    def facts(self) -> SimpleNamespace:
        return SimpleNamespace(trains=self._trains)

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan:
        frames = order.stop - order.first
        seconds = 60 * order.minutes if order.minutes else float(frames)
        bpp, size = (0.1, 100 * frames) if self._names_sizes else (None, None)
        return Plan("planner", "p", 1, 1.0, 500 << 20, seconds, bpp, size, frames, 64, 48, "cpu")


def order(stop: int, goal: Goal | None = None, minutes: float | None = None) -> EncodeOrder:
    return EncodeOrder(None, "p", goal, 0, stop, minutes=minutes)


def test_what_is_off_is_off_by_as_much_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    codec = Planner(trains=False)
    assert plan_with_experience(codec, INFO, order(20)).seconds == 20.0
    learn(codec, INFO, order(5), seconds=15.0, memory=700 << 20, size=250)
    plan = plan_with_experience(codec, INFO, order(20))
    assert (plan.seconds, plan.bytes, plan.peak_memory_bytes) == (60.0, 1000, 700 << 20)
    assert "Corrected by 1 encode done here." in plan.notes
    rated = plan_with_experience(codec, INFO, order(20, Goal(GoalKind.BPP, 0.1)))
    assert rated.bytes == 2000
    learn(codec, INFO, order(5), seconds=5.0, memory=0, size=500)
    learn(codec, INFO, order(5), seconds=10.0, memory=0, size=500)
    assert plan_with_experience(codec, INFO, order(20)).seconds == 40.0  # the one in the middle


def test_where_the_time_is_given_what_comes_beside_it_is_learned() -> None:
    codec = Planner(trains=True)
    learn(codec, INFO, order(5, minutes=0.5), seconds=34.0, memory=0, size=500)
    assert plan_with_experience(codec, INFO, order(20, minutes=10.0)).seconds == pytest.approx(600 + 16)


def test_a_size_that_no_plan_names_is_learned() -> None:
    codec = Planner(trains=False, names_sizes=False)
    assert plan_with_experience(codec, INFO, order(20)).bytes is None
    learn(codec, INFO, order(5), seconds=5.0, memory=0, size=250)
    plan = plan_with_experience(codec, INFO, order(20))
    assert (plan.bytes, plan.bpp) == (1000, pytest.approx(8 * 250 / (5 * 64 * 48)))


def test_the_size_lies_on_a_line_through_files_of_different_lengths() -> None:
    """A first frame of 700 bytes, and 50 for each further one."""
    codec = Planner(trains=False)
    for frames in (4, 8):
        learn(codec, INFO, order(frames), seconds=1.0, memory=0, size=700 + 50 * frames)
    assert plan_with_experience(codec, INFO, order(20)).bytes == 1700


def test_a_file_that_cannot_be_read_is_no_experience() -> None:
    codec = Planner(trains=False)
    for text in ("", "[]", '{"planner p counted cpu": [{"pixels": 1}]}'):
        (home() / FILE).write_text(text)
        assert plan_with_experience(codec, INFO, order(20)).seconds == 20.0
    learn(codec, INFO, order(5), seconds=15.0, memory=0, size=0)
    assert plan_with_experience(codec, INFO, order(20)).seconds == 60.0


def test_memory_that_cannot_suffice_is_refused_and_memory_that_is_short_is_said() -> None:
    plan = Planner(trains=False).plan(INFO, order(20))
    total, free = total_memory("cpu"), free_memory("cpu")
    assert total is not None
    check_memory(plan)
    too_much = replace(plan, peak_memory_bytes=total + 1)
    with pytest.raises(UsageError, match="choose a smaller preset"):
        check_memory(too_much)
    assert "choose a smaller preset" in with_warning(too_much).warning
    if free is not None:
        assert "are free now" in with_warning(replace(plan, peak_memory_bytes=total)).warning
    assert (peak_memory("cpu") or 1 << 20) >= 1 << 20


def test_a_limit_of_the_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(machine_memory, "_LIMITS", (limit,))
    limit.write_text("max\n")
    whole = total_memory("cpu")
    limit.write_text(f"{1 << 20}\n")
    assert total_memory("cpu") == 1 << 20
    assert whole is None or whole > 1 << 20
