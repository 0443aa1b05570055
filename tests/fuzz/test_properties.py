"""Whatever the bytes: each reader gives what follows the format, or its own error."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.header import parse_header, with_provenance
from nvc_engine.bitstream.index import index_payload, parse_index, unit_at
from nvc_engine.bitstream.varint import FieldReader, uvarint
from nvc_engine.codecs.nvrc.coding import decode_unit
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.errors import EngineError
from nvc_engine.media import ebml
from nvc_engine.media.clip import ClipError
from nvc_engine.media.matroska_tracks import CarriedFile

NUMBERS = st.one_of(st.integers(0, 300), st.integers(0, 2**64 - 1))
SHAPE = NetworkShape(2, (2,), (4,), (1,), (2,), 1, 1, 1, 1, 1, (0,), (1,))
LAYOUT = Layout(SHAPE, 2, 9, 7)
TIMING = bytes.fromhex("6360640200")  # deflated: 0, then two frames of one tick each
HEAD = b"\4nvrc" + bytes((2, 7, 9, 3, 1, 25, 25, 1, 1, 1, 0, 8, 1))


@given(st.binary(max_size=40), st.integers(0, 2**64 - 1))
def test_a_number_lies_within_its_bounds_or_is_refused(data: bytes, maximum: int) -> None:
    fields = FieldReader(data)
    try:
        value = fields.uvarint(maximum)
    except MalformedError:
        return
    assert 0 <= value <= maximum
    assert data[: fields.position] == uvarint(value)


@given(st.lists(NUMBERS, max_size=30), st.integers(1, 2**20), st.integers(0, 2**40))
def test_an_index_gives_units_in_order_inside_the_file(numbers: list[int], frames: int, limit: int) -> None:
    payload = b"".join(map(uvarint, numbers))
    try:
        units = parse_index(payload, frames, limit)
    except MalformedError:
        return
    for before, unit in itertools.pairwise(units):
        assert before.stop <= unit.first
        assert before.place.stop <= unit.place.start
    assert all(unit.stop <= frames and unit.place.stop <= limit for unit in units)
    assert index_payload(units) == payload


@given(st.lists(st.tuples(*[st.integers(0, 500)] * 4), max_size=20))
def test_an_index_comes_back(gaps: list[tuple[int, int, int, int]]) -> None:
    units = []
    frame = place = 0
    for gap, count, distance, size in gaps:
        unit = unit_at(place + distance, frame + gap, count + 1, size)
        units.append(unit)
        frame, place = unit.stop, unit.place.stop
    assert parse_index(index_payload(units), max(frame, 1), place) == tuple(units)


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=8))
def test_a_header_of_any_bytes_is_refused_with_its_own_error(head: bytes, timing: bytes, colour: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_header({chunks.HEAD: b"\0" + head, chunks.TIME: timing, chunks.COLOUR: colour})


@given(st.integers(0, len(HEAD) - 1), st.integers(0, 255), st.integers(0, 255))
def test_a_changed_header_keeps_to_the_limits(place: int, value: int, matrix: int) -> None:
    head = HEAD[:place] + bytes((value,)) + HEAD[place + 1 :]
    try:
        header = parse_header({chunks.HEAD: head, chunks.TIME: TIMING, chunks.COLOUR: bytes((matrix, 1, 1, 0))})
    except MalformedError:
        return
    assert header.frame_count == 3
    assert all(0 < each < 16385 for each in (header.width, header.height))
    assert all(later > earlier for earlier, later in itertools.pairwise(header.timestamps))


@given(st.binary(max_size=60))
def test_provenance_of_any_bytes_is_texts_or_refused(payload: bytes) -> None:
    header = parse_header({chunks.HEAD: HEAD, chunks.TIME: TIMING, chunks.COLOUR: b"\1\1\1\0"})
    try:
        told = with_provenance(header, payload)
    except MalformedError:
        return
    assert isinstance(told.settings, str)


@given(st.binary(max_size=40))
def test_a_network_shape_is_what_its_bytes_say_or_refused(data: bytes) -> None:
    try:
        shape = NetworkShape.unpack(data)
    except EngineError:
        return
    assert shape.pack() == data


@given(st.binary(max_size=80))
def test_a_unit_of_any_bytes_is_refused_with_its_own_error(data: bytes) -> None:
    with pytest.raises(StreamError):
        decode_unit(LAYOUT, data)


@given(st.binary(max_size=200))
def test_elements_of_any_bytes_lie_in_order_or_are_refused(data: bytes) -> None:
    try:
        found = list(ebml.elements(memoryview(data)))
    except ClipError:
        return
    assert sum(len(content) for _, content in found) <= len(data)


@given(st.binary(max_size=120))
def test_carried_tracks_of_any_bytes_are_read_or_refused(body: bytes) -> None:
    blob = ebml.element(0x18538067, ebml.element(0x1654AE6B, ebml.element(0xAE, body)))
    try:
        carried = CarriedFile.read(blob)
    except ClipError:
        return
    assert len(carried.tracks) == 1
