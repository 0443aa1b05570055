"""Sizes that follow from a shape, counted by hand, and what a damaged header may not ask for."""

import dataclasses

import pytest

from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.planning import network_shape
from nvc_engine.codecs.nvrc.settings import PRESETS, NvrcSettings
from nvc_engine.codecs.settings import declarations, resolve
from nvc_engine.errors import EngineError
from nvc_engine.protocol.messages import SettingFacts

SHAPE = NetworkShape(
    cell=4,
    strides=(2,),
    widths=(8,),
    depths=(2,),
    expansions=(3,),
    base_channels=1,
    base_levels=2,
    base_period=2,
    local_channels=2,
    local_levels=2,
    stage_channels=(1,),
    stage_periods=(4,),
)


class TestHeader:
    def test_round_trip(self) -> None:
        two = dataclasses.replace(
            SHAPE,
            cell=2,
            strides=(5, 2),
            widths=(96, 48),
            depths=(1, 2),
            expansions=(3, 4),
            stage_channels=(0, 2),
            stage_periods=(1, 6),
        )
        assert NetworkShape.unpack(SHAPE.pack()) == SHAPE
        assert NetworkShape.unpack(two.pack()) == two

    @pytest.mark.parametrize("length", [0, 1, 6, 12, 14])
    def test_a_wrong_length_is_refused(self, length: int) -> None:
        with pytest.raises(EngineError, match="damaged"):
            NetworkShape.unpack((SHAPE.pack() + b"\x01")[:length])

    @pytest.mark.parametrize(
        "change",
        [
            {"cell": 3},
            {"cell": 8},
            {"strides": (0,)},
            {"strides": (9,)},
            {"widths": (0,)},
            {"depths": (0,)},
            {"depths": (9,)},
            {"expansions": (0,)},
            {"base_channels": 0},
            {"base_channels": 33},
            {"base_levels": 0},
            {"base_levels": 5},
            {"base_period": 0},
            {"local_channels": 0},
            {"local_levels": 5},
            {"stage_channels": (17,)},
            {"stage_periods": (0,)},
        ],
    )
    def test_sizes_beyond_the_limits_are_refused(self, change: dict[str, object]) -> None:
        with pytest.raises(EngineError, match="limits"):
            NetworkShape.unpack(dataclasses.replace(SHAPE, **change).pack())  # type: ignore[arg-type]


class TestCounts:
    layout = Layout(SHAPE, frames=8, height=22, width=30)

    def test_sizes(self) -> None:
        assert self.layout.packed_size == (6, 8)
        assert self.layout.packed_channels == 24
        assert self.layout.base_size == (3, 4)
        assert self.layout.stage_size(0) == (6, 8)
        assert [grid.shape for grid in self.layout.base_grids()] == [(4, 3, 4, 1), (2, 1, 2, 2)]

    def test_parameters_by_hand(self) -> None:
        grids = 4 * 3 * 4 * 1 + 2 * 1 * 2 * 2 + 2 * 6 * 8 * 1
        stem = 8 * 9 * (1 + 2) + 8 * 8 * 3 + 8
        local = 8 * 2 * 2 * 2 + 4 * 2 * 2 * 4 + 8 * (2 + 4) + 8
        mix = 8 * 1
        blocks = 2 * (8 * 9 + 8 * 24 + 24 * 8)
        head = 24 * 8 + 24
        assert self.layout.parameter_count() == grids + stem + local + mix + blocks + head

    def test_multiplications_by_hand(self) -> None:
        stem = 3 * 9 * 8 * (1 * 12 + 2 * 2) + 3 * 64 * 12
        stage = 48 * (4 * 8 + 1 * 8 + 2 * (9 * 8 + 2 * 8 * 24))
        assert self.layout.macs_per_pixel() * 22 * 30 == pytest.approx(stem + stage + 48 * 24 * 8)


class TestSettings:
    @pytest.mark.parametrize("facts", declarations(NvrcSettings), ids=lambda facts: facts.name)
    @pytest.mark.parametrize("height", [16, 720, 2160])
    def test_the_ends_of_every_range_can_be_written_and_read(self, facts: SettingFacts, height: int) -> None:
        ends = facts.choices or ((False, True) if facts.type == "bool" else (facts.minimum, facts.maximum))
        for value in ends:
            settings = resolve(NvrcSettings, PRESETS[0], {facts.name: value})  # type: ignore[dict-item]
            shape = network_shape(settings, height)
            assert NetworkShape.unpack(shape.pack()) == shape

    def test_a_network_that_no_decoder_takes_is_refused_before_any_work(self) -> None:
        largest = resolve(NvrcSettings, PRESETS[0], {"width": 192, "expansion": 4})
        assert Layout(network_shape(largest, 1080), 60, 1080, 1920).decodable()
        assert not Layout(network_shape(largest, 4320), 60, 4320, 7680).decodable()


class TestLimits:
    @pytest.mark.parametrize("preset", ["light", "swift", "medium", "thorough"])
    def test_presets_can_be_decoded_at_4k(self, preset: str) -> None:
        facts = next(each for each in PRESETS if each.name == preset)
        assert Layout(network_shape(resolve(NvrcSettings, facts, {}), 2160), 96, 2160, 3840).decodable()

    @pytest.mark.parametrize(
        ("change", "frames", "size"),
        [
            ({}, 1, (8192, 16384)),
            ({"strides": (1,), "widths": (1,), "stage_channels": (0,)}, 1, (5000, 5000)),
            ({"widths": (255,)}, 1, (2160, 3840)),
            ({"depths": (8,), "widths": (248,), "expansions": (8,)}, 1, (720, 1280)),
            ({"stage_channels": (16,)}, 600, (720, 1280)),
        ],
        ids=["picture", "full base grid", "memory", "work", "parameters"],
    )
    def test_what_would_cost_too_much_is_refused(
        self, change: dict[str, object], frames: int, size: tuple[int, int]
    ) -> None:
        shape = dataclasses.replace(SHAPE, **change)  # type: ignore[arg-type]
        assert Layout(SHAPE, frames, 270, 480).decodable()
        assert not Layout(shape, frames, *size).decodable()
