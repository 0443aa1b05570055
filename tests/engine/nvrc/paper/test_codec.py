"""The published networks through the codec's own doors: plan, session, file configuration, decoder."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import EncodedUnit, EncodeSession, Report, SessionState
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.nvrc.layout import NetworkShape
from nvc_engine.codecs.nvrc.paper.arrays import GridLaw, GridSteps, Hierarchy, ModelCoding, WeightLaw
from nvc_engine.codecs.nvrc.paper.configurations import FAMILIES, configuration
from nvc_engine.codecs.nvrc.paper.file_config import PAPER_VERSION, FileConfig
from nvc_engine.codecs.nvrc.paper.pictures import Objective
from nvc_engine.codecs.nvrc.paper.planning import hierarchy_of, plan_paper_encode, recipe_of
from nvc_engine.codecs.nvrc.paper.schedule import Method
from nvc_engine.codecs.nvrc.paper.session import PaperSession
from nvc_engine.codecs.nvrc.settings import PRESETS, NvrcSettings
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.registry import codec
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Colour, Matrix
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest

WIDTH, HEIGHT = 38, 26
TINY = {"first_width": 8, "most_blocks": 1, "precision": "float32"}
QUICK = {**TINY, "grid_law": "tensor"}
NVRC = codec("nvrc")


class DrawnClip:
    """A moving gradient of any depth and sampling."""

    def __init__(self, frames: int, bit_depth: int = 8, chroma: Chroma = Chroma.C420) -> None:
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
            chroma=chroma,
            colour=Colour(Matrix.BT601),
        )

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        info = self.info
        kind = np.uint8 if info.bit_depth == 8 else np.uint16
        for index in range(start, info.frame_count if stop is None else stop):
            rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
            unit = 1 << info.bit_depth - 8
            luma = unit * (60 + 2 * rows + columns + 2 * index)
            flat = np.full(info.chroma.plane_shape(HEIGHT, WIDTH), 128 * unit)
            yield Picture(luma.astype(kind), flat.astype(kind), flat.astype(kind), info.bit_depth, info.chroma)

    def picture(self, index: int) -> Picture:
        return next(iter(self.pictures(index)))

    def close(self) -> None:
        """Nothing is open."""


def session_of(clip: DrawnClip, resume: SessionState | None = None, **wishes: Any) -> tuple[EncodeSession, Any]:
    request = JobRequest(source="drawn", output="out.nvc", **{"preset": "s1", "settings": TINY, "epochs": 2, **wishes})
    _, order = resolve_order(clip.info, request, "cpu")
    return NVRC.encode(clip, order, resume), order


def units_of(session: EncodeSession) -> list[EncodedUnit]:
    return [event for event in session if isinstance(event, EncodedUnit)]


def header_of(clip: DrawnClip, session: EncodeSession, order: Any) -> Header:
    return file_header("nvrc", NVRC.bitstream_version, order, clip.info, session.codec_config())


def decoded(clip: DrawnClip, session: EncodeSession, order: Any, unit: EncodedUnit) -> list[Picture]:
    decoder = NVRC.decoder(header_of(clip, session, order))
    stop = unit.first + unit.count
    assert sum(decoder.shares(unit.payload, unit.first, unit.count).values()) == len(unit.payload)
    return list(decoder.frames(unit.payload, unit.first, unit.count, unit.first, stop))


def test_s1_as_published_goes_through_its_bytes() -> None:
    clip = DrawnClip(2)
    session, order = session_of(clip, settings={}, epochs=1)
    (unit,) = units_of(session)
    pictures = decoded(clip, session, order, unit)
    assert len(pictures) == 2
    config = FileConfig.unpack(session.codec_config())
    assert config == FileConfig(configuration("s1", HEIGHT, WIDTH), Hierarchy(), Objective.YUV)
    assert config.network.widths[0] == 224


@pytest.mark.parametrize(
    ("clip", "settings"),
    [
        (DrawnClip(3, bit_depth=10), {"objective": "yuv", "structure": "bunny-xxs"}),
        (DrawnClip(3), {"objective": "rgb", "patch": 8, "grid_law": "tensor"}),
        (DrawnClip(3, bit_depth=10), {"objective": "rgb", "model_coding": "raw", "grid_law": "tensor"}),
        (DrawnClip(3, chroma=Chroma.GRAY), {"grid_law": "tensor", "weight_law": "tensor"}),
        (DrawnClip(3), {"method": "hinerv", "levels": 6}),
    ],
    ids=["deep", "rgb", "deep-rgb-raw", "gray", "hinerv"],
)
def test_every_kind_of_file_decodes_to_pictures_of_its_kind(clip: DrawnClip, settings: dict[str, Any]) -> None:
    session, order = session_of(clip, settings={**TINY, **settings})
    (unit,) = units_of(session)
    for picture in decoded(clip, session, order, unit):
        assert (picture.height, picture.width) == (HEIGHT, WIDTH)
        assert (picture.bit_depth, picture.chroma) == (clip.info.bit_depth, clip.info.chroma)
        assert picture.u.shape == (HEIGHT // 2, WIDTH // 2)
    away = np.abs(picture.y.astype(float) - clip.picture(2).y).mean() / (1 << clip.info.bit_depth)
    assert away < 0.25


@pytest.mark.parametrize("alternating", [True, False])
def test_reports_say_what_the_rate_is_spent_on(alternating: bool) -> None:
    clip = DrawnClip(3)
    _, order = session_of(clip, settings={**TINY, "alternating": alternating}, epochs=10)
    planned = plan_paper_encode(clip.info, order)
    session = PaperSession(clip, order, planned, None, clock=itertools.count().__next__)
    *reports, unit = session
    assert isinstance(unit, EncodedUnit)
    told = [event.progress for event in reports if isinstance(event, Report) and event.progress.rate_shares]
    for progress in told:
        assert [name for name, _ in progress.rate_shares] == ["grids", "matrices", "models"]
        assert sum(bpp for _, bpp in progress.rate_shares) == pytest.approx(progress.rate_bpp)
    spent = NVRC.decoder(header_of(clip, session, order)).shares(unit.payload, 0, 3)
    last = dict(told[-1].rate_shares)
    wanted = spent["grids"] / (spent["grids"] + spent["matrices"])
    assert last["grids"] / (last["grids"] + last["matrices"]) == pytest.approx(wanted, abs=0.1)


def test_a_resumed_encode_gives_the_bytes_of_an_uninterrupted_one() -> None:
    clip = DrawnClip(3)
    whole = units_of(session_of(clip, settings=QUICK)[0])
    _, order = session_of(clip, settings=QUICK)
    seconds = itertools.count()
    session = PaperSession(clip, order, plan_paper_encode(clip.info, order), None, clock=lambda: next(seconds))
    for event in session:
        assert isinstance(event, Report)
        if event.progress.step == 4:
            break
    preview = session.preview(1)
    assert preview is not None
    assert preview.y.shape == (HEIGHT, WIDTH)
    assert units_of(session_of(clip, session.state(), settings=QUICK)[0]) == whole


def test_a_size_is_met() -> None:
    clip = DrawnClip(3)
    plain = len(units_of(session_of(clip, settings=QUICK)[0])[0].payload)
    goal = Goal(GoalKind.SIZE, round(0.7 * plain))
    session, order = session_of(clip, goal=goal, settings=QUICK)
    (unit,) = units_of(session)
    wanted = plan_paper_encode(clip.info, order).unit_bytes(3)
    assert wanted is not None
    assert abs(len(unit.payload) - wanted) < 0.1 * wanted


@pytest.mark.parametrize("name", FAMILIES)
def test_every_published_network_has_a_preset_and_a_plan(name: str) -> None:
    info = replace(DrawnClip(150).info, width=1920, height=1080)
    _, order = resolve_order(info, JobRequest(source="drawn", output="out.nvc", preset=name, epochs=1), "cpu")
    plan = NVRC.plan(info, order)
    layout_parameters = {"s1": 2_027_759, "mcl-xxs": 777_203}
    assert plan.parameters == layout_parameters.get(name, plan.parameters)
    assert plan.kmac_per_pixel > 20
    assert NVRC.bitstream_version == PAPER_VERSION


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, Hierarchy()),
        ({"weight_law": "tensor"}, Hierarchy(weight_law=WeightLaw.TENSOR)),
        ({"grid_law": "tensor"}, Hierarchy(grid_law=GridLaw.TENSOR)),
        ({"model_coding": "raw"}, Hierarchy(model_coding=ModelCoding.RAW)),
        ({"grid_steps": "fixed"}, Hierarchy(grid_steps=GridSteps.FIXED)),
        ({"method": "hinerv"}, Hierarchy(GridLaw.TENSOR, GridSteps.TENSOR, WeightLaw.TENSOR)),
    ],
)
def test_settings_switch_the_ablations(settings: dict[str, Any], expected: Hierarchy) -> None:
    assert hierarchy_of(NvrcSettings(structure="s1", **settings)) == expected


def test_settings_switch_the_training() -> None:
    recipe = recipe_of(NvrcSettings(structure="s1", alternating=False, rate_from_start=False, objective="rgb"), "cpu")
    assert (recipe.alternating, recipe.schedule.rate_from_start, recipe.objective) == (False, False, Objective.RGB)
    assert recipe_of(NvrcSettings(structure="s1", method="hinerv"), "cpu").schedule.method is Method.HINERV


def test_presets_and_decoders_are_told_apart() -> None:
    assert {facts.name for facts in PRESETS} >= {"light", "motion", "s1", "s4", "bunny-xxs", "uvg-xxl"}
    clip = DrawnClip(2)
    session, order = session_of(clip)
    header = header_of(clip, session, order)
    assert type(NVRC.decoder(header)).__name__ == "PaperDecoder"
    light = NetworkShape(4, (2,), (8,), (1,), (2,), 2, 2, 2, 1, 2, (1,), (2,)).pack()
    assert light[0] == header.codec_config[0] == 1
    for version in (2, 3):
        decoder = NVRC.decoder(replace(header, codec_version=version, codec_config=light))
        assert type(decoder).__name__ == "NvrcDecoder"


@pytest.mark.parametrize(
    ("version", "config"),
    [
        (3, b""),
        (3, b"\x09" + b"\0" * 30),
        (3, b"\x01\x07" + b"\0" * 30),
        (4, b"\x01"),
        (1, b""),
        (
            3,
            FileConfig(
                replace(configuration("s1", 1080, 1920), strides=(9, 1, 1, 1)), Hierarchy(), Objective.YUV
            ).pack(),
        ),
    ],
)
def test_a_configuration_that_is_none_is_refused(version: int, config: bytes) -> None:
    session, order = session_of(DrawnClip(2))
    header = replace(header_of(DrawnClip(2), session, order), codec_version=version, codec_config=config)
    with pytest.raises(EngineError):
        NVRC.decoder(header)


def test_a_network_beyond_the_limits_is_refused_before_it_takes_memory() -> None:
    clip = DrawnClip(2)
    session, order = session_of(clip)
    large = replace(configuration("s4", 1080, 1920), widths=(1024,) * 4, depths=(8,) * 4, expansions=(8,) * 4)
    config = FileConfig(large, Hierarchy(), Objective.YUV).pack()
    decoder = NVRC.decoder(replace(header_of(clip, session, order), codec_config=config))
    with pytest.raises(EngineError, match="larger network"):
        decoder.shares(b"", 0, 2)
    wide = replace(header_of(clip, session, order), width=16384, height=8192)
    with pytest.raises(EngineError, match="larger network"):
        NVRC.decoder(replace(wide, codec_config=FileConfig(large, Hierarchy(), Objective.YUV).pack())).shares(b"", 0, 2)
