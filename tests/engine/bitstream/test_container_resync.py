"""Units behind a break in the chain of chunks are found again, without any index, and without much reading."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.container import ContainerError, DamagedUnitError, NvcReader
from nvc_engine.bitstream.resync import CREDIT_BYTES, SMALLEST_BLOCK_BYTES
from nvc_engine.bitstream.varint import uvarint

Open = Callable[[bytes], NvcReader]


def places(data: bytes, reader_of: Open) -> dict[bytes, list[chunks.ChunkPlace]]:
    found: dict[bytes, list[chunks.ChunkPlace]] = {}
    for place in reader_of(data).chunk_places():
        found.setdefault(place.kind, []).append(place)
    return found


def with_byte(data: bytes, offset: int, value: int) -> bytes:
    return data[:offset] + bytes((value,)) + data[offset + 1 :]


def spans(reader: NvcReader) -> list[tuple[int, int]]:
    return [(unit.first, unit.count) for unit in reader.units]


class CountingFile(io.BytesIO):
    """A file that counts what is read of it."""

    bytes_read = 0
    longest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.bytes_read += len(data)
        self.longest = max(self.longest, len(data))
        return data


@pytest.mark.parametrize("length", [0, 1, 5, 0x40, 0x7F, 0x80, 0xFF])
@pytest.mark.parametrize("broken", [0, 1, 2])
@pytest.mark.parametrize("without", ["index", "crc of the index", "end"])
def test_a_damaged_length_costs_its_own_unit_even_without_an_index(
    sample: Any, reader_of: Open, broken: int, length: int, without: str
) -> None:
    found = places(sample.data, reader_of)
    length_at = found[chunks.UNIT][broken].start + chunks.TYPE_BYTES
    assert sample.data[length_at] != length
    data = with_byte(sample.data, length_at, length)
    index = found[chunks.INDEX][0]
    if without == "index":
        data = data[: index.start]
    elif without == "end":
        data = data[: index.stop]
    else:
        data = with_byte(data, index.stop - 1, data[index.stop - 1] ^ 1)
    reader = reader_of(data)
    others = [(unit.first, unit.count) for n, unit in enumerate(sample.units) if n != broken]
    assert spans(reader) == others
    kept = [unit.payload for n, unit in enumerate(sample.units) if n != broken]
    assert [reader.payload(k) for k in range(len(kept))] == kept
    lost = sample.units[broken]
    assert (lost.first, lost.first + lost.count) in [(damage.first, damage.stop) for damage in reader.damage]


def test_a_length_that_leads_exactly_to_a_later_unit_skips_none(sample: Any, reader_of: Open) -> None:
    """What a damaged chunk says of its end is believed no sooner than the places before it have been looked at."""
    found = places(sample.data, reader_of)
    first, _, third = found[chunks.UNIT]
    length = third.start - first.offset - chunks.CRC_BYTES
    data = with_byte(sample.data[: found[chunks.INDEX][0].start], first.start + chunks.TYPE_BYTES, length)
    assert spans(reader_of(data)) == [(4, 1), (5, 4)]


def test_bytes_that_were_added_or_lost_cost_the_unit_that_they_stand_in(sample: Any, reader_of: Open) -> None:
    middle = places(sample.data, reader_of)[chunks.UNIT][0].offset + 8
    for data in (sample.data[:middle] + b"!!" + sample.data[middle:], sample.data[:middle] + sample.data[middle + 3 :]):
        assert spans(reader_of(data)) == [(4, 1), (5, 4)]


@pytest.mark.parametrize("blocks", [1, 3])
def test_a_unit_is_found_wherever_it_stands_in_what_is_read_at_once(sample: Any, reader_of: Open, blocks: int) -> None:
    found = places(sample.data, reader_of)
    start = found[chunks.UNIT][2].start
    third = sample.data[start : found[chunks.UNIT][2].stop]
    for size in range(blocks * SMALLEST_BLOCK_BYTES - 20, blocks * SMALLEST_BLOCK_BYTES + 20):
        assert spans(reader_of(sample.data[:start] + bytes(size) + third)) == [(0, 4), (4, 1), (5, 4)]


@pytest.mark.parametrize("kind", [chunks.CONFIG, chunks.PROVENANCE])
def test_a_damaged_length_before_the_units_costs_its_own_chunk(sample: Any, reader_of: Open, kind: bytes) -> None:
    found = places(sample.data, reader_of)
    data = with_byte(sample.data, found[kind][0].start + chunks.TYPE_BYTES, 3)
    for cut in (len(data), found[chunks.INDEX][0].start):
        reader = reader_of(data[:cut])
        assert len(reader.units) == 3
        assert reader.tracks() == sample.tracks
        assert (reader.header.codec_config, reader.header.settings) == (
            (b"", sample.header.settings) if kind == chunks.CONFIG else (sample.header.codec_config, "")
        )
        assert any(kind.decode() in damage.sentence for damage in reader.damage)


def test_a_damaged_length_of_the_tracks_costs_the_tracks(sample: Any, reader_of: Open) -> None:
    found = places(sample.data, reader_of)
    data = with_byte(sample.data, found[chunks.TRACKS][0].start + chunks.TYPE_BYTES, 5)
    for cut in (len(data), found[chunks.INDEX][0].start):
        reader = reader_of(data[:cut])
        assert len(reader.units) == 3
        assert reader.tracks() is None
        assert any("trks" in damage.sentence for damage in reader.damage)


def test_a_file_may_say_that_it_has_no_index(sample: Any, reader_of: Open) -> None:
    start = places(sample.data, reader_of)[chunks.INDEX][0].start
    reader = reader_of(sample.data[:start] + chunks.chunk(chunks.DONE, bytes(8)))
    assert len(reader.units) == 3
    assert reader.damage == ()


HOSTILE = {
    "types alone": b"UNIT",
    "longer than the file": b"UNIT" + b"\xff" * 8 + b"\x7f",
    "short": b"UNIT\x05",
    "empty": b"UNIT\x00",
    "overlapping": b"UNIT" + uvarint(900_000),
    "pages": b"UNIT" + uvarint(4000),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("in_tracks", [False, True])
def test_what_looks_like_units_and_is_none_is_not_read_again_and_again(
    sample: Any, reader_of: Open, name: str, in_tracks: bool
) -> None:
    found = places(sample.data, reader_of)
    piece = HOSTILE[name]
    filling = piece * ((2 << 20) // len(piece))
    if in_tracks:
        body = chunks.chunk(chunks.TRACKS, filling)[:-1] + b"!"
        head = sample.data[: found[chunks.TRACKS][0].start]
    else:
        body, head = filling, sample.data[: found[chunks.UNIT][0].start]
    file = CountingFile(head + body)
    reader = NvcReader(file, Path("clip.nvc"))
    assert reader.units == ()
    assert (0, 9) in [(damage.first, damage.stop) for damage in reader.damage]
    searches = 2 if in_tracks else 1
    assert file.bytes_read < searches * (CREDIT_BYTES + 2 * len(filling)) + 8 * len(filling)
    assert file.longest <= 2 << 20


def test_more_units_than_a_file_may_have_end_the_reading(sample: Any, reader_of: Open) -> None:
    head = sample.data[: places(sample.data, reader_of)[chunks.UNIT][0].start]
    file = CountingFile(head + chunks.chunk(chunks.UNIT, b"\x00\x01") * 200_000)
    reader = NvcReader(file, Path("clip.nvc"))
    assert spans(reader) == [(0, 1)]
    assert any("given up" in damage.sentence for damage in reader.damage)


def test_a_unit_inside_a_damaged_one_gives_no_frame_twice(sample: Any, reader_of: Open) -> None:
    """A payload may hold what looks like a whole unit; found in a damaged one, it takes no frames from the others."""
    found = places(sample.data, reader_of)
    start, stop = found[chunks.UNIT][2].start, found[chunks.UNIT][2].stop
    inner = chunks.chunk(chunks.UNIT, b"\x00\x09" + b"all frames")
    outer = bytearray(chunks.chunk(chunks.UNIT, b"\x05\x04", inner))
    outer[-1] ^= 1
    reader = reader_of(sample.data[:start] + bytes(outer) + sample.data[stop : found[chunks.INDEX][0].start])
    assert spans(reader) == [(0, 4), (4, 1)]
    with pytest.raises(DamagedUnitError):
        reader_of(with_byte(sample.data, start + 9, 1)).payload(2)


def test_a_file_without_its_first_chunk_is_not_searched(sample: Any) -> None:
    head = places(sample.data, lambda data: NvcReader(io.BytesIO(data), Path("clip.nvc")))[chunks.HEAD][0]
    file = CountingFile(with_byte(sample.data, head.offset + 2, 7) + bytes(1 << 20))
    with pytest.raises(ContainerError, match="HEAD"):
        NvcReader(file, Path("clip.nvc"))
    assert file.bytes_read < 1000
