import contextlib
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.container import ContainerError, DamagedUnitError, NewerFileError, NvcReader, is_nvc
from nvc_engine.errors import EngineError

Open = Callable[[bytes], NvcReader]


def places(data: bytes, reader_of: Open) -> dict[bytes, list[chunks.ChunkPlace]]:
    found: dict[bytes, list[chunks.ChunkPlace]] = {}
    for place in reader_of(data).chunk_places():
        found.setdefault(place.kind, []).append(place)
    return found


def opened(data: bytes, reader_of: Open) -> tuple[NvcReader | None, str]:
    """The reader, or None and the sentence that it gave."""
    try:
        return reader_of(data), ""
    except ContainerError as error:
        return None, str(error)


def read_all(reader: NvcReader) -> dict[int, bytes]:
    """What every frame's unit holds, for the frames that can still be read."""
    held = {}
    for index, unit in enumerate(reader.units):
        with contextlib.suppress(DamagedUnitError):
            held.update(dict.fromkeys(range(unit.first, unit.stop), reader.payload(index)))
    return held


def test_cut_off_anywhere_it_gives_a_sentence_or_the_units_before_the_cut(sample: Any, reader_of: Open) -> None:
    whole = read_all(reader_of(sample.data))
    units = places(sample.data, reader_of)[chunks.UNIT]
    for size in range(len(sample.data)):
        reader, sentence = opened(sample.data[:size], reader_of)
        if reader is None:
            assert size < units[0].start
            assert "clip.nvc" in sentence
            continue
        complete = [unit for unit, place in zip(sample.units, units, strict=True) if place.stop <= size]
        frames = range(sum(unit.count for unit in complete))
        assert read_all(reader) == {frame: whole[frame] for frame in frames}
        assert reader.header == sample.header or size < units[0].start
        assert reader.damage
        lost = [(damage.first, damage.stop) for damage in reader.damage if damage.stop]
        assert lost == ([(len(frames), 9)] if len(frames) < 9 else [])


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80, 0xFF])
def test_one_changed_byte_anywhere_costs_at_most_what_it_stands_in(sample: Any, reader_of: Open, flip: int) -> None:
    whole = read_all(reader_of(sample.data))
    found = places(sample.data, reader_of)
    head_stop = found[chunks.COLOUR][0].stop
    for position in range(len(sample.data)):
        mutant = bytearray(sample.data)
        mutant[position] ^= flip
        reader, _ = opened(bytes(mutant), reader_of)
        if reader is None:
            assert position < head_stop
            continue
        assert position >= head_stop
        held = read_all(reader)
        assert all(held[frame] == whole[frame] for frame in held)
        hit = [
            unit
            for unit, place in zip(sample.units, found[chunks.UNIT], strict=True)
            if place.start <= position < place.stop
        ]
        lost = {frame for unit in hit for frame in range(unit.first, unit.first + unit.count)}
        assert set(whole) - set(held) == lost
        with contextlib.suppress(ContainerError):
            assert reader.tracks() in (sample.tracks, None)


def test_a_damaged_unit_is_named_by_its_frames(sample: Any, reader_of: Open) -> None:
    place = places(sample.data, reader_of)[chunks.UNIT][2]
    mutant = bytearray(sample.data)
    mutant[place.offset + 5] ^= 1
    reader = reader_of(bytes(mutant))
    with pytest.raises(DamagedUnitError, match=r"clip\.nvc is damaged: frames 5 to 8 are lost") as caught:
        reader.payload(2)
    assert (caught.value.first, caught.value.stop) == (5, 9)
    assert reader.payload(0) == sample.units[0].payload


def test_without_its_index_a_file_with_a_damaged_unit_still_gives_the_others(sample: Any, reader_of: Open) -> None:
    found = places(sample.data, reader_of)
    mutant = bytearray(sample.data[: found[chunks.INDEX][0].start])
    mutant[found[chunks.UNIT][0].offset + 5] ^= 1
    reader = reader_of(bytes(mutant))
    assert [(unit.first, unit.count) for unit in reader.units] == [(4, 1), (5, 4)]
    assert (0, 4) in [(damage.first, damage.stop) for damage in reader.damage]
    assert reader.unit_of(2) is None
    assert reader.missing_around(2) == (0, 4)


def test_an_index_that_lies_loses_units_but_gives_no_wrong_ones(sample: Any, reader_of: Open) -> None:
    found = places(sample.data, reader_of)
    start = found[chunks.INDEX][0].start
    lie = bytes((1, 0, 4, *b"\x0b", 30))  # one unit of frames 0 to 3 at byte 11, 30 bytes long
    data = sample.data[:start] + chunks.chunk(chunks.INDEX, lie) + chunks.chunk(chunks.DONE, struct.pack("<Q", start))
    assert read_all(reader_of(data)) == {}


def test_bytes_behind_the_end_are_reported_and_cost_nothing(sample: Any, reader_of: Open) -> None:
    reader = reader_of(sample.data + b"junk")
    assert read_all(reader) == read_all(reader_of(sample.data))
    assert any("4 bytes follow" in damage.sentence for damage in reader.damage)


def with_chunk(sample: Any, reader_of: Open, kind: bytes) -> bytes:
    start = places(sample.data, reader_of)[chunks.UNIT][0].start
    return bytes(sample.data[:start] + chunks.chunk(kind, b"payload") + sample.data[start:])


def test_an_unknown_ancillary_chunk_is_skipped(sample: Any, reader_of: Open) -> None:
    reader = reader_of(with_chunk(sample, reader_of, b"xtra"))
    assert len(read_all(reader)) == 9


def test_an_unknown_critical_chunk_makes_the_file_newer(sample: Any, reader_of: Open) -> None:
    with pytest.raises(NewerFileError, match="newer version"):
        reader_of(with_chunk(sample, reader_of, b"XTRA"))


def test_a_newer_format_is_told_apart_from_damage(sample: Any, reader_of: Open) -> None:
    data = bytearray(sample.data)
    data[8] = 2
    with pytest.raises(NewerFileError, match="newer version of NVC Studio"):
        reader_of(bytes(data))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\x89NV", "cut off"),
        (b"RIFF....AVI LIST", "is not a .nvc file"),
        (bytes(5000), "is not a .nvc file"),
        (b"\x89NVC\r\n\x1a\n\x01", "cannot be opened"),
        (b"\x89NVC\r\n\x1a\n\x01" + bytes(500), "cannot be opened"),
    ],
)
def test_other_files_are_told_what_they_are(data: bytes, words: str, reader_of: Open) -> None:
    with pytest.raises(ContainerError, match=words):
        reader_of(data)


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: data.replace(b"\r\n", b"\n"),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: bytes(byte & 0x7F for byte in data),
        lambda data: data.decode("utf-8", "replace").encode(),
    ],
)
def test_a_text_mode_transfer_is_recognised(broken: Callable[[bytes], bytes], sample: Any, reader_of: Open) -> None:
    with pytest.raises(ContainerError, match="text mode"):
        reader_of(broken(sample.data))


def rebuilt(sample: Any, reader_of: Open, kind: bytes, payload: bytes) -> bytes:
    """The sample with the payload of one chunk replaced, its CRC right."""
    place = places(sample.data, reader_of)[kind][0]
    return bytes(sample.data[: place.start] + chunks.chunk(kind, payload) + sample.data[place.stop :])


HOSTILE = [b"", b"\x00" * 40, b"\xff" * 40, b"\x04nvrc" + b"\xff" * 30]


@pytest.mark.parametrize("kind", [chunks.HEAD, chunks.TIME, chunks.COLOUR])
@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_header_chunks_with_a_right_checksum_get_a_sentence(
    sample: Any, reader_of: Open, kind: bytes, payload: bytes
) -> None:
    with pytest.raises(ContainerError, match=r"clip\.nvc"):
        reader_of(rebuilt(sample, reader_of, kind, payload))


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_provenance_costs_the_provenance_alone(sample: Any, reader_of: Open, payload: bytes) -> None:
    reader = reader_of(rebuilt(sample, reader_of, chunks.PROVENANCE, payload))
    assert reader.header.settings == ""
    assert any("its making" in damage.sentence for damage in reader.damage)
    assert len(read_all(reader)) == 9


def test_a_deflate_bomb_is_never_unpacked(sample: Any, reader_of: Open) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(bytes(30 << 20)) + packer.flush()
    assert reader_of(rebuilt(sample, reader_of, chunks.PROVENANCE, bomb)).header.settings == ""
    with pytest.raises(ContainerError):
        reader_of(rebuilt(sample, reader_of, chunks.TIME, bomb))


def test_a_chunk_longer_than_the_file_takes_no_memory(sample: Any, reader_of: Open) -> None:
    start = places(sample.data, reader_of)[chunks.UNIT][0].start
    reader = reader_of(sample.data[:start] + b"UNIT" + b"\xff" * 8 + b"\x7f" + b"rest")
    assert reader.units == ()
    assert (0, 9) in [(damage.first, damage.stop) for damage in reader.damage]


def test_opening_what_is_not_there_or_a_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="There is no file"):
        NvcReader.open(tmp_path / "none.nvc")
    with pytest.raises(EngineError, match="folder"):
        NvcReader.open(tmp_path)


def test_a_file_that_shrinks_while_it_is_open_loses_units_only(tmp_path: Path, sample: Any) -> None:
    path = tmp_path / "clip.nvc"
    path.write_bytes(sample.data)
    with NvcReader.open(path) as reader:
        with path.open("r+b") as file:
            file.truncate(200)
        with pytest.raises(DamagedUnitError):
            reader.payload(2)


def test_files_are_known_by_their_first_bytes(tmp_path: Path, sample: Any) -> None:
    path = tmp_path / "clip"
    path.write_bytes(sample.data)
    assert is_nvc(path)
    path.write_bytes(b"YUV4MPEG2 W16")
    assert not is_nvc(path)
    assert not is_nvc(tmp_path)
    assert not is_nvc(tmp_path / "none")
