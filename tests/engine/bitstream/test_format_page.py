"""A second reader, written from FORMAT.md alone, in plain Python: it shares nothing with the engine's own."""

import struct
import zlib
from typing import Any


def crc32c(data: bytes) -> int:
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def uv(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def numbers(data: bytes, count: int, at: int = 0) -> tuple[list[int], int]:
    values = []
    for _ in range(count):
        value, at = uv(data, at)
        values.append(value)
    return values, at


def list_chunks(data: bytes) -> list[tuple[str, int, bytes]]:
    """(type, offset of the chunk, payload) of every chunk; asserts that the CRCs are right."""
    assert data[:8] == bytes.fromhex("89 4E 56 43 0D 0A 1A 0A")
    assert data[8] == 1
    listed = []
    at = 9
    while at < len(data):
        size, payload = uv(data, at + 4)
        stop = payload + size
        assert struct.unpack("<I", data[stop : stop + 4])[0] == crc32c(data[at:stop])
        listed.append((data[at : at + 4].decode("ascii"), at, data[payload:stop]))
        at = stop + 4
    return listed


def test_the_checksum_is_the_one_that_the_page_names() -> None:
    assert crc32c(b"123456789") == 0xE3069283


def test_chunks_and_their_checksums(sample: Any) -> None:
    listed = list_chunks(sample.data)
    kinds = [kind for kind, _, _ in listed]
    assert kinds == ["HEAD", "TIME", "COLR", "CONF", "prov", "trks", "UNIT", "UNIT", "UNIT", "indx", "DONE"]


def test_head(sample: Any) -> None:
    payload = list_chunks(sample.data)[0][2]
    length, at = uv(payload, 0)
    assert payload[at : at + length] == b"some-codec"
    fields, at = numbers(payload, 4 + 6 + 2, at + length)
    assert fields == [3, 427, 239, 9, 1, 1000, 30000, 1001, 4, 3, 3, 8]
    assert payload[at:] == b"\x01"


def test_timestamps(sample: Any) -> None:
    plain = zlib.decompress(list_chunks(sample.data)[1][2], -15)
    first, at = uv(plain, 0)
    stamps = [-(first + 1) // 2 if first & 1 else first // 2]
    while at < len(plain):
        (step, count), at = numbers(plain, 2, at)
        for _ in range(count):
            stamps.append(stamps[-1] + step)
    assert tuple(stamps) == sample.header.timestamps


def test_the_example_of_the_page() -> None:
    (first, step, count), _ = numbers(bytes.fromhex("00 80 04 2F"), 3)
    assert (first, step, count) == (0, 512, 47)


def test_colour_config_provenance_and_tracks(sample: Any) -> None:
    by_kind = {kind: payload for kind, _, payload in list_chunks(sample.data)}
    assert by_kind["COLR"] == bytes((6, 5, 6, 3))
    assert by_kind["CONF"] == sample.header.codec_config
    texts, at = [], 0
    plain = zlib.decompress(by_kind["prov"], -15)
    while at < len(plain):
        length, at = uv(plain, at)
        texts.append(plain[at : at + length].decode())
        at += length
    assert texts == ["nvc-engine 0.1.0", "light", '{"width":32}']
    assert by_kind["trks"] == sample.tracks


def test_units_and_the_index_that_finds_them_from_the_end(sample: Any) -> None:
    listed = list_chunks(sample.data)
    units = [(at, payload) for kind, at, payload in listed if kind == "UNIT"]
    for (_, payload), unit in zip(units, sample.units, strict=True):
        (first, count), at = numbers(payload, 2)
        assert (first, count, payload[at:]) == (unit.first, unit.count, unit.payload)
    done = sample.data[-17:]
    assert done[:5] == b"DONE\x08"
    index_at = struct.unpack("<Q", done[5:13])[0]
    index = next(payload for kind, at, payload in listed if kind == "indx" and at == index_at)
    count, position = uv(index, 0)
    assert count == len(units)
    frame = place = 0
    for (chunk_at, payload), unit in zip(units, sample.units, strict=True):
        (gap, frames, distance, size), position = numbers(index, 4, position)
        assert (frame + gap, frames, size) == (unit.first, unit.count, len(unit.payload))
        assert place + distance == chunk_at
        frame += gap + frames
        place = chunk_at + 4 + 1 + len(payload) + 4
    assert position == len(index)
