"""FORMAT.md is true and enough: a reader and a renderer written from it alone agree with the engine's own."""

import importlib.util
import re
import struct
import sys
import zlib
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from nvc_engine.bitstream.container import Header
from nvc_engine.bitstream.decisions import DecisionWriter
from nvc_engine.bitstream.entropy import SymbolWriter
from nvc_engine.bitstream.tables import Law
from nvc_engine.codecs.nvrc.coding import decode_unit, encode_unit
from nvc_engine.codecs.nvrc.decoding import BITSTREAM_VERSION, NvrcDecoder
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.motion.encoding import Choice, Recipe, UnitEncoder
from nvc_engine.codecs.nvrc.motion.frames import Planes, UnitState
from nvc_engine.codecs.nvrc.motion.prior import prior_nets
from nvc_engine.codecs.nvrc.motion.smoothing import SmoothNet
from nvc_engine.codecs.nvrc.motion.sources import code_values
from nvc_engine.codecs.nvrc.motion.unit import Group, Unit
from nvc_engine.codecs.parameters.symbols import Symbols, group_count, is_grid, law_sizes, symbol_checksum
from nvc_engine.media.colour import Colour

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "engine" / "nvc_engine" / "bitstream" / "FORMAT.md"


def beside(name: str) -> ModuleType:
    """A module in this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


page = beside("format_reader")
renderer = beside("format_renderer")
motion_page = beside("format_reader_motion")
LAWS = HERE.parents[2] / "resources" / "weights" / "nvrc" / "laws-1.safetensors"


class TestContainer:
    def test_the_checksum_is_the_one_that_the_page_names(self) -> None:
        assert page.crc32c(b"123456789") == 0xE3069283

    def test_chunks_and_their_checksums(self, sample: Any) -> None:
        kinds = [chunk.kind for chunk in page.list_chunks(sample.data)]
        assert kinds == ["HEAD", "TIME", "COLR", "CONF", "prov", "trks", "UNIT", "UNIT", "UNIT", "indx", "DONE"]

    def test_head(self, sample: Any) -> None:
        head = page.read_head(page.list_chunks(sample.data)[0].payload)
        assert (head.codec, head.codec_version, head.width, head.height, head.frames) == ("some-codec", 3, 427, 239, 9)
        assert (head.time_base, head.rate, head.sample_aspect) == ((1, 1000), (30000, 1001), (4, 3))
        assert (head.rotation, head.bit_depth, head.chroma) == (3, 8, 1)

    def test_timestamps(self, sample: Any) -> None:
        assert tuple(page.read_times(page.list_chunks(sample.data)[1].payload)) == sample.header.timestamps

    def test_the_examples_of_the_page(self) -> None:
        fields = page.Fields(bytes.fromhex("00 80 04 2F AC 02 01 02"))
        assert [fields.sv(), fields.uv(), fields.uv(), fields.uv(), fields.sv(), fields.sv()] == [
            0,
            512,
            47,
            300,
            -1,
            1,
        ]

    def test_colour_config_provenance_and_tracks(self, sample: Any) -> None:
        by_kind = {chunk.kind: chunk.payload for chunk in page.list_chunks(sample.data)}
        assert by_kind["COLR"] == bytes((6, 5, 6, 3))
        assert by_kind["CONF"] == sample.header.codec_config
        fields = page.inflated(by_kind["prov"])
        assert [fields.text(), fields.text(), fields.text()] == ["nvc-engine 0.1.0", "light", '{"width":32}']
        assert not fields.more
        assert by_kind["trks"] == sample.tracks

    def test_units_and_the_index_that_finds_them_from_the_end(self, sample: Any) -> None:
        listed = page.list_chunks(sample.data)
        chunks = [chunk for chunk in listed if chunk.kind == "UNIT"]
        for chunk, unit in zip(chunks, sample.units, strict=True):
            assert page.read_unit_chunk(chunk.payload) == page.Unit(unit.first, unit.count, unit.payload)
        done = sample.data[-17:]
        assert done[:5] == b"DONE\x08"
        index_at = struct.unpack("<Q", done[5:13])[0]
        (index,) = (chunk.payload for chunk in listed if chunk.kind == "indx" and chunk.offset == index_at)
        frame = place = 0
        for chunk, unit, row in zip(chunks, sample.units, page.read_index(index), strict=True):
            gap, frames, distance, size = row
            assert (frame + gap, frames, size) == (unit.first, unit.count, len(unit.payload))
            assert place + distance == chunk.offset
            frame += gap + frames
            place = chunk.stop


class TestEntropyCoding:
    def test_the_fingerprints_of_the_page_are_those_of_its_numbers(self) -> None:
        rows = re.findall(r"(-?\d+)  ([0-9A-F]{8})  ([0-9A-F]{8})", PAGE.read_text("utf-8"))
        assert sorted(int(row[0]) for row in rows) == list(range(-16, 17))
        for k, *expected in rows:
            for law, fingerprint in zip((page.LAPLACE, page.GAUSS), expected, strict=True):
                numbers = page.tails(law, int(k))
                assert zlib.crc32(struct.pack(f"<{len(numbers)}Q", *numbers)) == int(fingerprint, 16)

    @pytest.mark.parametrize("law", list(Law))
    def test_streams_with_every_kind_of_law(self, law: Law) -> None:
        random = np.random.default_rng(5)
        writer = SymbolWriter(law)
        batches = []
        for count in (1, 400, 0, 900):
            mean = random.integers(-2000, 2000, count).astype(np.int32)
            scale = random.integers(-18, 43, count).astype(np.int32)
            spread = 2.0 ** (scale / 4) * random.choice([1.0, 3.0, 30.0], count)
            symbols = np.rint(random.laplace(mean / 16, spread)).clip(-32767, 32767).astype(np.int32)
            batches.append((symbols, mean, scale))
        batches.append((np.array([32767, -32767, 0], np.int32), np.zeros(3, np.int32), np.full(3, -16, np.int32)))
        for batch in batches:
            writer.encode(*batch)
        stream = page.SymbolStream(writer.finish(), page.LAPLACE if law is Law.LAPLACE else page.GAUSS)
        for symbols, mean, scale in batches:
            assert stream.batch(mean.tolist(), scale.tolist()) == symbols.tolist()
        assert stream.crc == stream.checksum


SHAPES = {
    "every kind of tensor": NetworkShape(
        cell=4,
        strides=(1, 2),
        widths=(5, 4),
        depths=(1, 2),
        expansions=(2, 1),
        base_channels=2,
        base_levels=3,
        base_period=2,
        local_channels=3,
        local_levels=2,
        stage_channels=(0, 2),
        stage_periods=(1, 3),
    ),
    "with contexts": NetworkShape(
        cell=2,
        strides=(2,),
        widths=(5,),
        depths=(1,),
        expansions=(2,),
        base_channels=2,
        base_levels=1,
        base_period=1,
        local_channels=1,
        local_levels=1,
        stage_channels=(2,),
        stage_periods=(1,),
    ),
    "three stages of cells of 2": NetworkShape(
        cell=2,
        strides=(3, 1, 2),
        widths=(4, 6, 6),
        depths=(1, 1, 1),
        expansions=(1, 2, 3),
        base_channels=1,
        base_levels=1,
        base_period=255,
        local_channels=1,
        local_levels=3,
        stage_channels=(1, 0, 3),
        stage_periods=(2, 1, 7),
    ),
}
FRAMES, HEIGHT, WIDTH = 5, 27, 39


def drawn(layout: Layout, seed: int, scales: tuple[int, int], beyond: int, empty: bool) -> dict[str, Symbols]:
    """Random symbols of laws with scale indexes in `scales`; some groups are `beyond` times as wide as their law says,
    and of four tensors one is all zero where `empty` says so."""
    random = np.random.default_rng(seed)
    made = {}
    for number, (name, shape) in enumerate(layout.parameter_shapes().items()):
        groups = group_count(name, shape)
        classes, taps = law_sizes(name, shape)
        scale = random.integers(*scales, (groups, classes))
        spread = 2.0 ** (np.minimum(scale[:, 0], 40) / 4) * random.choice([1, 1, beyond], groups)
        q = np.rint(random.laplace(0, spread, shape)).clip(-32767, 32767)
        if empty and number % 4 == 1:
            q[:] = 0
        tap = random.integers(0, 65, (groups, taps)) if taps == 1 else random.integers(-127, 128, (groups, taps))
        # Values of about 1 over the root of a unit's inputs: the network neither dies nor saturates.
        wanted = 1.0 if is_grid(name) else 1 / np.sqrt(max(1, np.prod(shape[1:])))
        step = np.rint(8 * np.log2(2 * wanted / spread)).clip(-128, 127)
        made[name] = Symbols(*(part.astype(np.int32) for part in (q, step, scale, tap)))
    return made


@pytest.fixture(params=SHAPES, name="layout")
def _layout(request: pytest.FixtureRequest) -> Layout:
    return Layout(SHAPES[request.param], FRAMES, HEIGHT, WIDTH)


class TestNvrc:
    def test_shapes_in_coding_order(self, layout: Layout) -> None:
        network = page.read_network(layout.shape.pack())
        for frames in (1, 2, 3, 5, 7, 12, 25):
            own = Layout(layout.shape, frames, HEIGHT, WIDTH).parameter_shapes()
            assert list(network.shapes(frames, HEIGHT, WIDTH).values()) == list(own.values())

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_symbols_are_those_that_were_written(self, layout: Layout, seed: int) -> None:
        symbols = drawn(layout, seed, (-16, 41), beyond=40, empty=True)
        payload = encode_unit(layout, symbols)
        decoded = decode_unit(layout, payload)
        network = page.read_network(layout.shape.pack())
        read = page.read_nvrc_unit(network, HEIGHT, WIDTH, payload)
        for parameter, own in zip(read.values(), decoded.values(), strict=True):
            assert parameter.symbols == own.q.reshape(-1).tolist()
            if own.q.any():
                assert parameter.steps == tuple(own.step_index.tolist())
        assert page.symbol_checksum(read) == symbol_checksum(symbols.values())
        assert any(not own.q.any() for own in decoded.values())

    @pytest.mark.parametrize("bit_depth", [8, 10])
    def test_frames_are_those_of_the_decoder(self, layout: Layout, bit_depth: int) -> None:
        payload = encode_unit(layout, drawn(layout, 4, (4, 17), beyond=1, empty=False))
        network = page.read_network(layout.shape.pack())
        read = page.read_nvrc_unit(network, HEIGHT, WIDTH, payload)
        second = renderer.FormatRenderer(network, read, FRAMES, HEIGHT, WIDTH)
        header = Header(
            codec="nvrc",
            codec_version=BITSTREAM_VERSION,
            width=WIDTH,
            height=HEIGHT,
            timestamps=tuple(range(FRAMES)),
            time_base=Fraction(1, 25),
            rate=Fraction(25),
            colour=Colour(),
            bit_depth=bit_depth,
            codec_config=layout.shape.pack(),
        )
        spreads, planes = [], []
        for frame, picture in enumerate(NvrcDecoder(header, "cpu").frames(payload, 0, FRAMES, 0, FRAMES)):
            own = [picture.y, picture.u, picture.v]
            for expected, plane in zip(second.planes(frame, bit_depth), own, strict=True):
                assert int(np.abs(plane.astype(np.int64) - expected).max()) <= 1
                assert np.mean(plane != expected) < 0.02, "only what lies at a rounding's edge may differ"
                spreads.append(int(expected.max() - expected.min()) >> (bit_depth - 8))
            planes.append(picture.y.astype(np.int64))
        assert max(spreads) > 100, "the pictures have content to differ in"
        assert int(np.abs(planes[0] - planes[-1]).max()) > 20, "and change from frame to frame"


class TestMotion:
    def test_streams_of_decisions_under_every_law(self) -> None:
        random = np.random.default_rng(2)
        writer = DecisionWriter()
        batches = []
        for count in (700, 1, 0, 1300):
            laws = random.integers(0, 65, count).astype(np.int32)
            batches.append((laws, random.integers(0, 2, count).astype(np.int32)))
            writer.code(*batches[-1])
        laws = random.integers(0, 64, (300, 3)).astype(np.int32)
        numbers = np.rint(random.laplace(0, 12, 300)).astype(np.int32)
        numbers[:4] = 15, -16, 32781, -14
        code_values(writer, laws, numbers)
        stream = motion_page.DecisionStream(writer.finish())
        for each, bits in batches:
            assert stream.batch(each).astype(int).tolist() == bits.tolist()
        assert stream.numbers(laws).tolist() == numbers.tolist()
        assert stream.crc == stream.checksum

    def test_frames_of_ten_bits_through_a_filter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All that a unit may have: several anchors, vectors far outside, a filter of large weights in every sample."""
        monkeypatch.setattr(Choice, "mended", lambda *_: True)
        random = np.random.default_rng(4)
        sizes = (16, 8, 8, 6)
        weights = [random.integers(-31, 32, (sizes[n + 1], sizes[n], 3, 3)).astype(np.int32) for n in range(3)]
        offsets = [random.integers(-9000, 9001, size).astype(np.int32) for size in sizes[1:]]
        state = UnitState((32, 48), 1023, prior_nets(), SmoothNet(tuple(weights), tuple(offsets)))
        texture = np.kron(random.integers(100, 900, (12, 16)), np.ones((8, 8), int)) + random.integers(0, 90, (96, 128))

        def planes_of(frame: int) -> Planes:
            top, left = 3 * frame, 40 if frame == 3 else 5 * frame
            luma = texture[top : top + 32, left : left + 48].astype(np.int32)
            return luma, luma[::2, ::2] // 2 + 300, 900 - luma[1::2, ::2] // 2

        recipe = Recipe(period=3)
        encoder = UnitEncoder(6, planes_of, state, recipe)
        encoder_frames: dict[int, Planes] = {}
        groups = []
        for number in range(len(encoder.groups)):
            for event in encoder.encode(number, 70):
                if isinstance(event, Group):
                    groups.append(event)
                else:
                    encoder_frames[event[0]] = event[1]
        payload = Unit(6, recipe.period, recipe.layers, state.smooth, tuple(groups)).pack()
        unit = motion_page.MotionUnit(motion_page.LawNetworks.read(LAWS), 32, 48, 10, payload)
        for number, planes in enumerate(unit.frames):
            for plane, same in zip(planes, encoder_frames[number], strict=True):
                assert np.array_equal(plane, same)
