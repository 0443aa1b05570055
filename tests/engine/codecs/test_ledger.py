"""Every byte of a file in one class: whole, damaged anywhere, cut anywhere, or lying about itself."""

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.container import ContainerError, NvcReader, overhead_bytes, write_nvc
from nvc_engine.bitstream.index import index_payload, unit_at
from nvc_engine.bitstream.signature import START
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.ledger import CONTAINER, DAMAGED, TRACKS, UNEXAMINED, Ledger, ledger

BLOB = b"audio and subtitles " * 5


@pytest.fixture
def codec(deflate_codec: Any) -> Any:
    return deflate_codec


def ledger_of(data: bytes, codec: Any, **limits: int) -> Ledger:
    """The ledger of a file of these bytes; it must account for each of them once."""
    with NvcReader(io.BytesIO(data), Path("clip.nvc")) as reader:
        found = ledger(reader, codec.decoder(reader.header), **limits)
    assert found.byte_count == len(data)
    assert sum(share.bytes for share in found.shares) == len(data)
    assert all(share.bytes > 0 for share in found.shares)
    position = len(START)
    for chunk in found.chunks:
        assert chunk.at == position
        position += chunk.bytes
    assert position == len(data)
    for unit in found.units:
        assert sum(share.bytes for share in unit.shares) == unit.bytes
    return found


def spent(found: Ledger) -> dict[str, int]:
    return {share.name: share.bytes for share in found.shares}


@pytest.fixture
def data(nvc_file: Path) -> bytes:
    """A file of three units with tracks."""
    with NvcReader.open(nvc_file) as reader:
        header = reader.header
        units = [EncodedUnit(unit.first, unit.count, reader.payload(k)) for k, unit in enumerate(reader.units)]
    write_nvc(nvc_file, header, units, BLOB, overwrite=True)
    return nvc_file.read_bytes()


def test_a_whole_file(data: bytes, codec: Any) -> None:
    found = ledger_of(data, codec)
    with NvcReader(io.BytesIO(data), Path("clip.nvc")) as reader:
        sizes = [(unit.count, unit.size) for unit in reader.units]
        overhead = overhead_bytes(reader.header, sizes, reader.track_byte_count)
        framing = reader.track_byte_count - len(BLOB)
    payloads = sum(size for _, size in sizes)
    assert list(spent(found).items()) == [
        ("planes", payloads - 12),
        ("checksum", 12),
        (TRACKS, len(BLOB)),
        (CONTAINER, overhead + framing),
    ]
    kinds = [chunk.type for chunk in found.chunks]
    assert kinds == ["HEAD", "TIME", "COLR", "prov", "trks", "UNIT", "UNIT", "UNIT", "indx", "DONE"]
    assert [chunk.unit for chunk in found.chunks if chunk.type == "UNIT"] == [0, 1, 2]
    assert [(unit.first, unit.count, unit.bytes) for unit in found.units] == [
        (first, count, size) for first, (count, size) in zip((0, 4, 8), sizes, strict=True)
    ]


def test_a_file_without_tracks_has_no_class_for_them(nvc_file: Path, codec: Any) -> None:
    assert list(spent(ledger_of(nvc_file.read_bytes(), codec))) == ["planes", "checksum", CONTAINER]


def place_of(data: bytes, kind: bytes, number: int = 0) -> chunks.ChunkPlace:
    with NvcReader(io.BytesIO(data), Path("clip.nvc")) as reader:
        return [place for place in reader.chunk_places() if place.kind == kind][number]


def changed(data: bytes, offset: int) -> bytes:
    return data[:offset] + bytes((data[offset] ^ 1,)) + data[offset + 1 :]


def test_a_damaged_unit_counts_as_damaged(data: bytes, codec: Any) -> None:
    whole, found = ledger_of(data, codec), ledger_of(changed(data, place_of(data, chunks.UNIT, 1).stop - 9), codec)
    size = whole.units[1].bytes
    assert spent(found)[DAMAGED] == size
    assert spent(found)["planes"] == spent(whole)["planes"] - (size - 4)
    assert spent(found)[CONTAINER] == spent(whole)[CONTAINER]


def test_a_unit_that_its_codec_cannot_take_apart_counts_as_damaged(nvc_file: Path, codec: Any) -> None:
    with NvcReader.open(nvc_file) as reader:
        header = replace(reader.header, timestamps=(0, 1))
    write_nvc(nvc_file, header, [EncodedUnit(0, 1, b"abc"), EncodedUnit(1, 1, b"abcdef")], overwrite=True)
    found = ledger_of(nvc_file.read_bytes(), codec)
    assert (spent(found)[DAMAGED], spent(found)["planes"], spent(found)["checksum"]) == (3, 2, 4)


def test_a_wrong_length_hides_neither_what_follows_nor_the_index(data: bytes, codec: Any) -> None:
    place = place_of(data, chunks.UNIT, 1)
    found = ledger_of(changed(data, place.start + chunks.TYPE_BYTES), codec)
    assert spent(found)[DAMAGED] == found.units[1].bytes
    assert [chunk.type for chunk in found.chunks][-3:] == ["UNIT", "indx", "DONE"]


def openable(variants: Iterator[bytes], codec: Any) -> Iterator[Ledger]:
    for variant in variants:
        try:
            yield ledger_of(variant, codec)
        except ContainerError:
            continue


def test_a_cut_anywhere_leaves_all_bytes_accounted_for(data: bytes, codec: Any) -> None:
    units = place_of(data, chunks.UNIT).start
    found = list(openable((data[:size] for size in range(units, len(data), 7)), codec))
    assert len(found) == len(range(units, len(data), 7))
    first = place_of(data, chunks.UNIT)
    assert spent(ledger_of(data[: first.stop + 20], codec))[DAMAGED] == 20


def test_a_changed_byte_anywhere_leaves_all_bytes_accounted_for(data: bytes, codec: Any) -> None:
    assert len(list(openable((changed(data, offset) for offset in range(0, len(data), 5)), codec))) > len(data) / 10


def test_bytes_behind_the_end_are_accounted_for(data: bytes, codec: Any) -> None:
    found = ledger_of(data + bytes(33), codec)
    assert spent(found)[DAMAGED] == 33
    assert (found.chunks[-1].type, found.chunks[-1].bytes) == ("", 33)


def reindexed(data: bytes, entries: list[Any]) -> bytes:
    index = place_of(data, chunks.INDEX)
    done = chunks.chunk(chunks.DONE, struct.pack("<Q", index.start))
    return data[: index.start] + chunks.chunk(chunks.INDEX, index_payload(entries)) + done


@pytest.mark.parametrize("target", [chunks.HEAD, chunks.TRACKS, chunks.UNIT])
@pytest.mark.parametrize("shift", [-20, -1, 0, 3, 30])
def test_an_index_that_points_anywhere_counts_no_byte_twice(data: bytes, codec: Any, target: bytes, shift: int) -> None:
    start = max(0, place_of(data, target).start + shift)
    ledger_of(reindexed(data, [unit_at(start, 0, 4, 25), unit_at(start + 60, 4, 6, 40)]), codec)


def test_an_index_that_leaves_a_unit_out_counts_it_as_damaged(data: bytes, codec: Any) -> None:
    with NvcReader(io.BytesIO(data), Path("clip.nvc")) as reader:
        units = reader.units
    found = ledger_of(reindexed(data, [units[0], units[2]]), codec)
    assert spent(found)[DAMAGED] == units[1].place.stop - units[1].place.start


@pytest.mark.parametrize("limit", ["examined_units", "examined_bytes"])
def test_what_is_beyond_the_limits_is_not_looked_into(data: bytes, codec: Any, limit: str) -> None:
    whole = ledger_of(data, codec)
    first = whole.units[0].bytes
    found = ledger_of(data, codec, **{limit: 1 if limit == "examined_units" else first})
    assert spent(found)["planes"] == first - 4
    assert spent(found)[UNEXAMINED] == sum(unit.bytes for unit in whole.units[1:])
