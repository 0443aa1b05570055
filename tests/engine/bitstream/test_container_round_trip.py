import io
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nvc_engine.bitstream.container import ContainerError, Header, NvcReader, NvcWriter, overhead_bytes, write_nvc
from nvc_engine.bitstream.header import CHROMA_CODES, MATRIX_CODES
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Colour, Matrix
from nvc_engine.media.picture import Chroma

ratios = st.fractions(min_value=Fraction(1, 10**9), max_value=10**9, max_denominator=10**9)


@st.composite
def headers(draw: st.DrawFn) -> Header:
    start = draw(st.integers(-(2**40), 2**40))
    steps = draw(st.lists(st.integers(1, 2**20) | st.just(512), max_size=60))
    return Header(
        codec=draw(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,31}", fullmatch=True)),
        codec_version=draw(st.integers(1, 65535)),
        width=draw(st.integers(1, 8192)),
        height=draw(st.integers(1, 16384)),
        timestamps=tuple(accumulate(steps, initial=start)),
        time_base=draw(ratios),
        rate=draw(ratios),
        colour=Colour(
            draw(st.sampled_from(Matrix)),
            draw(st.integers(0, 255)),
            draw(st.integers(0, 255)),
            draw(st.booleans()),
            draw(st.booleans()),
        ),
        rotation=draw(st.sampled_from((0, 90, 180, 270))),
        sample_aspect=draw(ratios),
        bit_depth=draw(st.sampled_from((8, 9, 10, 12, 14, 16))),
        chroma=draw(st.sampled_from(Chroma)),
        build=draw(st.text(max_size=20)),
        preset=draw(st.text(max_size=20)),
        settings=draw(st.text(max_size=200)),
        codec_config=draw(st.binary(max_size=100)),
    )


@st.composite
def units_of(draw: st.DrawFn, frames: int) -> list[EncodedUnit]:
    cuts = sorted({0, frames, *draw(st.lists(st.integers(0, frames), max_size=5))})
    return [EncodedUnit(first, stop - first, draw(st.binary(max_size=300))) for first, stop in pairwise(cuts)]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_everything_that_is_written_is_read(data: st.DataObject) -> None:
    header = data.draw(headers())
    units = data.draw(units_of(header.frame_count))
    tracks = data.draw(st.none() | st.binary(max_size=100))
    file = io.BytesIO()
    writer = NvcWriter(file, header, tracks)
    for unit in units:
        writer.add(unit)
    size = writer.finish()
    reader = NvcReader(file, Path("clip.nvc"))
    assert reader.header == header
    assert reader.damage == ()
    assert reader.byte_count == size == len(file.getvalue())
    assert [(unit.first, unit.count) for unit in reader.units] == [(unit.first, unit.count) for unit in units]
    assert [reader.payload(index) for index in range(len(units))] == [unit.payload for unit in units]
    assert reader.tracks() == tracks
    payloads = sum(len(unit.payload) for unit in units)
    shapes = [(unit.count, len(unit.payload)) for unit in units]
    carried = reader.track_byte_count
    assert size == overhead_bytes(header, shapes, carried) + payloads + carried
    assert [place.kind for place in reader.chunk_places()][-2:] == [b"indx", b"DONE"]


def test_matrices_and_chroma_samplings_all_have_a_code() -> None:
    assert set(MATRIX_CODES) == set(Matrix)
    assert set(CHROMA_CODES) == set(Chroma)


def plain_header(**changes: Any) -> Header:
    facts: dict[str, Any] = {
        "codec": "nvrc",
        "codec_version": 1,
        "width": 320,
        "height": 180,
        "timestamps": tuple(range(0, 48 * 512, 512)),
        "time_base": Fraction(1, 12800),
        "rate": Fraction(25),
        "colour": Colour(),
    }
    return Header(**{**facts, **changes})


def test_a_small_file_spends_little_on_its_container() -> None:
    assert overhead_bytes(plain_header(), [(24, 5000), (24, 5000)]) < 150


def test_milliseconds_of_an_uneven_rate_cost_little() -> None:
    """24 frames a second in milliseconds step 42, 41, 42 …; the pattern is not paid for anew in every period."""
    even = overhead_bytes(plain_header(timestamps=tuple(range(132))), [(132, 0)])
    uneven = plain_header(timestamps=tuple(round(Fraction(1000 * i, 24)) for i in range(132)))
    assert overhead_bytes(uneven, [(132, 0)]) < even + 25


def test_write_nvc_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "clip.nvc"
    header = plain_header()
    size = write_nvc(path, header, iter([EncodedUnit(0, 48, b"all")]), b"sound")
    assert path.stat().st_size == size
    assert [file.name for file in tmp_path.iterdir()] == ["clip.nvc"]
    with NvcReader.open(path) as reader:
        assert reader.header == header
        assert reader.payload(0) == b"all"
        assert reader.tracks() == b"sound"


def test_write_nvc_leaves_nothing_where_the_codec_fails(tmp_path: Path) -> None:
    with pytest.raises(ContainerError, match="24 of the file's 48"):
        write_nvc(tmp_path / "clip.nvc", plain_header(), [EncodedUnit(0, 24, b"half")])
    assert list(tmp_path.iterdir()) == []


def test_write_nvc_replaces_a_file_only_where_it_may(tmp_path: Path) -> None:
    path = tmp_path / "clip.nvc"
    path.write_bytes(b"precious")
    with pytest.raises(EngineError):
        write_nvc(path, plain_header(), [EncodedUnit(0, 48, b"new")])
    assert path.read_bytes() == b"precious"
    write_nvc(path, plain_header(), [EncodedUnit(0, 48, b"new")], overwrite=True)
    with NvcReader.open(path) as reader:
        assert reader.payload(0) == b"new"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 16385}, "up to 16384"),
        ({"width": 16384, "height": 16384}, "pixels"),
        ({"height": 0}, "up to"),
        ({"timestamps": ()}, "frames"),
        ({"timestamps": (0, 5, 5)}, "rise"),
        ({"timestamps": (0, 2**63)}, "too large"),
        ({"rotation": 45}, "45"),
        ({"bit_depth": 7}, "7"),
        ({"bit_depth": 11}, "11"),
        ({"codec": "A codec"}, "named"),
        ({"codec_version": 0}, "version"),
        ({"rate": Fraction(0)}, "rate"),
        ({"codec_config": bytes((1 << 20) + 1)}, "configuration"),
        ({"settings": "x" * 70000}, "settings"),
        ({"colour": Colour(primaries=300)}, "primaries"),
    ],
)
def test_a_header_that_no_file_may_have_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ContainerError, match=words):
        NvcWriter(io.BytesIO(), plain_header(**changes))


@pytest.mark.parametrize(("first", "count"), [(1, 3), (0, 0), (0, 49)])
def test_units_must_follow_each_other_within_the_clip(first: int, count: int) -> None:
    writer = NvcWriter(io.BytesIO(), plain_header())
    with pytest.raises(ContainerError):
        writer.add(EncodedUnit(first, count, b""))


def test_units_are_found_by_frame(sample: Any, reader_of: Callable[[bytes], NvcReader]) -> None:
    reader = reader_of(sample.data)
    assert [reader.unit_of(frame) for frame in range(9)] == [0, 0, 0, 0, 1, 2, 2, 2, 2]
