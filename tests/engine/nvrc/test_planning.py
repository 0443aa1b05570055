"""What a plan counts: deep samples, the file's own bytes, and what will not be kept."""

from dataclasses import replace

import pytest

from nvc_engine.bitstream.container import overhead_bytes
from nvc_engine.codecs.nvrc.planning import make_plan, plan_encode
from nvc_engine.codecs.order import resolve_order
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.picture import Chroma
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest


def request(size: float | None = None) -> JobRequest:
    goal = None if size is None else Goal(GoalKind.SIZE, size)
    return JobRequest(source="drawn", output="out.nvc", epochs=10, goal=goal)


def test_deep_samples_take_twice_the_memory(info: ClipInfo) -> None:
    deep = replace(info, bit_depth=10, pixel_format="yuv420p10le")
    plans = [make_plan(each, resolve_order(each, request(), "cpu")[1]) for each in (info, deep)]
    assert plans[1].peak_memory_bytes - plans[0].peak_memory_bytes == 100 * 640 * 360 * 3 // 2


def test_large_deep_units_are_half_as_long(info: ClipInfo) -> None:
    large = replace(info, width=3840, height=2160)
    deep = replace(large, bit_depth=10)
    lengths = [plan_encode(each, resolve_order(each, request(), "cpu")[1]).unit_frames for each in (large, deep)]
    assert lengths[1] == lengths[0] // 2


@pytest.mark.parametrize("tracks", [0, 30_000])
def test_units_and_what_the_file_adds_make_the_size(info: ClipInfo, tracks: int) -> None:
    planned = plan_encode(info, resolve_order(info, request(50_000), "cpu", tracks)[1])
    counts = (20, 50, 30)
    sizes = [planned.unit_bytes(count, counts) or 0 for count in counts]
    units = list(zip(counts, sizes, strict=True))
    assert sum(sizes) + overhead_bytes(planned.header, units, tracks) + tracks == pytest.approx(50_000, abs=6)


def test_reduced_chroma_is_said(info: ClipInfo) -> None:
    full = replace(info, chroma=Chroma.C422, pixel_format="yuv422p")
    assert any("4:2:2" in note for note in make_plan(full, resolve_order(full, request(), "cpu")[1]).notes)
    assert not any("4:2:" in note for note in make_plan(info, resolve_order(info, request(), "cpu")[1]).notes)


def test_nobody_knows_the_rate_of_a_psnr(info: ClipInfo) -> None:
    plan = make_plan(info, resolve_order(info, replace(request(), goal=Goal(GoalKind.PSNR, 36.0)), "cpu")[1])
    assert (plan.bpp, plan.bytes) == (None, None)


@pytest.mark.parametrize(("bpp", "words"), [(0.0005, "a smaller one"), (0.015, ""), (2.0, "a larger one")])
def test_a_rate_that_does_not_fit_the_network_is_warned_of(info: ClipInfo, bpp: float, words: str) -> None:
    order = replace(request(), preset="light", epochs=100, goal=Goal(GoalKind.BPP, bpp))
    plan = make_plan(info, resolve_order(info, order, "cpu")[1])
    assert words in plan.warning if words else plan.warning == ""
    assert plan.bpp is not None
    assert (plan.bpp < bpp / 1.2) if words == "a larger one" else plan.bpp == bpp, (
        "no more than the network has use for"
    )
