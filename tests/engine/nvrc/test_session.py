"""Whole NVRC encodes through the contract: units, checkpoints, goals, stop-and-keep, previews."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import Decoder, EncodedUnit, EncodeOrder, EncodeSession, Report, SessionState
from nvc_engine.codecs.nvrc.planning import plan_encode
from nvc_engine.codecs.nvrc.session import NvrcSession
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.registry import codec
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest

WIDTH, HEIGHT = 50, 38
SETTINGS = {"width": 8, "depth": 1, "expansion": 1, "base_levels": 1, "precision": "float32"}


class DrawnClip:
    """Smooth moving gradients; a hard cut to other colours where `cut` says."""

    def __init__(self, frames: int, cut: int | None = None) -> None:
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
            bit_depth=8,
            chroma=Chroma.C420,
            colour=Colour(),
        )

    def picture(self, index: int) -> Picture:
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
        luma = 60 + 2 * rows + columns + 3 * index if index < self._cut else 230 - 3 * rows - columns
        flat = np.full((-(-HEIGHT // 2), -(-WIDTH // 2)), 128 if index < self._cut else 90, np.uint8)
        return Picture(luma.clip(16, 235).astype(np.uint8), flat, flat)

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        for index in range(start, self.info.frame_count if stop is None else stop):
            yield self.picture(index)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def order_for(clip: DrawnClip, **wishes: object) -> EncodeOrder:
    request = JobRequest(source="drawn", output="out.nvc", settings=dict(SETTINGS), **wishes)  # type: ignore[arg-type]
    return resolve_order(clip.info, request, "cpu")[1]


def session_for(clip: DrawnClip, order: EncodeOrder, resume: SessionState | None = None) -> EncodeSession:
    return codec("nvrc").encode(clip, order, resume)


def units_of(session: EncodeSession) -> list[EncodedUnit]:
    return [event for event in session if isinstance(event, EncodedUnit)]


def decoder_of(clip: DrawnClip, session: EncodeSession) -> Decoder:
    info = clip.info
    header = Header(
        codec="nvrc",
        codec_version=codec("nvrc").bitstream_version,
        width=info.width,
        height=info.height,
        timestamps=info.timestamps,
        time_base=info.time_base,
        rate=info.rate,
        colour=info.colour,
        codec_config=session.codec_config(),
    )
    return codec("nvrc").decoder(header)


def decoded(clip: DrawnClip, session: EncodeSession, unit: EncodedUnit) -> list[Picture]:
    decoder = decoder_of(clip, session)
    return list(decoder.frames(unit.payload, unit.first, unit.count, unit.first, unit.first + unit.count))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    clip = DrawnClip(6)
    order = order_for(clip, epochs=4)
    first, again = units_of(session_for(clip, order)), units_of(session_for(clip, order))
    other = units_of(session_for(clip, replace(order, seed=1)))
    assert first == again
    assert first[0].payload != other[0].payload


def test_a_resumed_encode_gives_the_bytes_of_an_uninterrupted_one() -> None:
    clip = DrawnClip(6)
    order = order_for(clip, epochs=60)
    whole = units_of(session_for(clip, order))
    session = session_for(clip, order)
    events = iter(session)
    assert isinstance(next(events), Report)
    resumed = session_for(clip, order, session.state())
    assert units_of(resumed) == whole


def test_a_session_that_has_not_begun_gives_back_the_state_that_it_resumes() -> None:
    clip = DrawnClip(6)
    order = order_for(clip, epochs=60)
    session = session_for(clip, order)
    next(iter(session))
    state = session.state()
    assert session_for(clip, order, state).state() is state


def test_a_hard_cut_begins_a_unit_and_units_tile_the_range() -> None:
    clip = DrawnClip(30, cut=14)
    units = units_of(session_for(clip, order_for(clip, epochs=1, first=2)))
    assert [(unit.first, unit.count) for unit in units] == [(0, 12), (12, 16)]


def test_training_brings_the_decode_near_the_source() -> None:
    clip = DrawnClip(6)
    session = session_for(clip, order_for(clip, epochs=150, goal=Goal(GoalKind.QUALITY, 50)))
    (unit,) = units_of(session)
    error = [
        float(np.mean((picture.y.astype(float) - clip.picture(index).y) ** 2))
        for index, picture in enumerate(decoded(clip, session, unit))
    ]
    assert max(error) < 40, "over 32 dB on smooth gradients"


def test_stop_and_keep_ends_soon_with_a_file_that_decodes() -> None:
    clip = DrawnClip(6)
    order = order_for(clip, minutes=1000)
    seconds = itertools.count(0, 0.5)
    session = NvrcSession(clip, order, plan_encode(clip.info, order), None, clock=lambda: next(seconds))
    units = []
    for event in session:
        if isinstance(event, Report):
            session.finish_early()
        else:
            units.append(event)
    assert len(decoded(clip, session, units[0])) == 6


def test_reports_tell_progress_and_the_preview_shows_the_frame() -> None:
    clip = DrawnClip(6)
    order = order_for(clip, epochs=100)
    session = NvrcSession(clip, order, plan_encode(clip.info, order), None, clock=itertools.count().__next__)
    assert session.preview(0) is None
    fractions = []
    for event in session:
        if isinstance(event, Report):
            progress = event.progress
            assert [name for name, _ in progress.rate_shares] == ["grids", "weights"]
            assert sum(bpp for _, bpp in progress.rate_shares) == pytest.approx(progress.rate_bpp)
            fractions.append(progress.fraction)
            assert progress.steps >= progress.step > 0
            assert progress.rate_bpp is not None
            picture = session.preview(5)
            assert picture is not None
            assert picture.y.shape == (HEIGHT, WIDTH)
            assert session.preview(6) is None
        else:
            spent = decoder_of(clip, session).shares(event.payload, 0, 6)
            told = dict(progress.rate_shares)
            wanted = spent["grids"] / (spent["grids"] + spent["weights"])
            assert told["grids"] / sum(told.values()) == pytest.approx(wanted, abs=0.05)
    assert fractions == sorted(fractions)
    assert fractions


def test_the_plan_needs_no_encode_and_follows_the_settings() -> None:
    clip = DrawnClip(6)
    small = codec("nvrc").plan(clip.info, order_for(clip, epochs=10))
    request = JobRequest(source="drawn", output="out.nvc", settings={**SETTINGS, "width": 64}, epochs=10)
    large = codec("nvrc").plan(clip.info, resolve_order(clip.info, request, "cpu")[1])
    assert large.parameters > small.parameters
    assert large.kmac_per_pixel > small.kmac_per_pixel
    assert large.peak_memory_bytes > small.peak_memory_bytes
    assert large.seconds > small.seconds


@pytest.mark.parametrize("size", [700, 1100])
def test_a_rate_that_is_asked_for_is_met_by_the_real_bytes(size: int) -> None:
    clip = DrawnClip(12)
    order = order_for(clip, epochs=40, goal=Goal(GoalKind.SIZE, size))
    (unit,) = units_of(session_for(clip, order))
    wanted = plan_encode(clip.info, order).unit_bytes(12)
    assert wanted is not None
    assert wanted < size
    assert len(unit.payload) == pytest.approx(wanted, rel=0.03)


def test_stop_and_keep_still_fits_the_scenes_that_had_not_begun() -> None:
    clip = DrawnClip(30, cut=14)
    order = order_for(clip, minutes=2, goal=Goal(GoalKind.QUALITY, 50))
    seconds = itertools.count(0, 0.01)
    session = NvrcSession(clip, order, plan_encode(clip.info, order), None, clock=lambda: next(seconds))
    units = []
    for event in session:
        if isinstance(event, EncodedUnit):
            units.append(event)
        else:
            session.finish_early()
    assert [unit.count for unit in units] == [14, 16]
    for index, picture in enumerate(decoded(clip, session, units[1])):
        error = float(np.mean((picture.y.astype(float) - clip.picture(14 + index).y) ** 2))
        assert error < 200, "over 25 dB; random weights under a closing learning rate stay at 16 dB"
