"""Repairing rebuilds what is intact, byte for byte, and never costs anything that was still there."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nvc_engine.bitstream import chunks
from nvc_engine.bitstream.container import ContainerError, NvcReader
from nvc_engine.bitstream.repair import repair
from nvc_engine.media.output import OutputError

Open = Callable[[bytes], NvcReader]


@pytest.fixture
def path(tmp_path: Path, sample: Any) -> Path:
    """The sample as a file, in a folder of its own."""
    path = tmp_path / "clip.nvc"
    path.write_bytes(sample.data)
    return path


@pytest.fixture
def found(sample: Any, reader_of: Open) -> dict[bytes, list[chunks.ChunkPlace]]:
    """Where the sample's chunks stand, by type."""
    places: dict[bytes, list[chunks.ChunkPlace]] = {}
    for place in reader_of(sample.data).chunk_places():
        places.setdefault(place.kind, []).append(place)
    return places


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 0x10
    path.write_bytes(data)


def only_gaps(path: Path) -> list[tuple[int, int]]:
    """What a file lacks; nothing else may be wrong with it."""
    with NvcReader.open(path) as reader:
        assert all(damage.stop > damage.first for damage in reader.damage), reader.damage
        for index in range(len(reader.units)):
            reader.payload(index)
        return [(damage.first, damage.stop) for damage in reader.damage]


def test_a_sound_file_is_left_alone(path: Path, sample: Any, tmp_path: Path) -> None:
    before = path.stat()
    for output in (None, tmp_path / "other.nvc"):
        done = repair(path, output)
        assert (done.output, done.frames, done.units, done.lost, done.left_out) == (None, 9, 3, (), ())
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.read_bytes() == sample.data
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_without_its_index_becomes_what_it_was(path: Path, sample: Any, found: Any) -> None:
    for cut in (found[chunks.INDEX][0].start, found[chunks.DONE][0].start, len(sample.data) - 1):
        path.write_bytes(sample.data[:cut])
        done = repair(path)
        assert (done.output, done.lost) == (path, ())
        assert path.read_bytes() == sample.data


@pytest.mark.parametrize("kind", [chunks.INDEX, chunks.DONE])
def test_a_damaged_index_or_end_is_written_anew(path: Path, sample: Any, found: Any, kind: bytes) -> None:
    for offset in range(found[kind][0].start, found[kind][0].stop):
        path.write_bytes(sample.data)
        flip(path, offset)
        repair(path)
        assert path.read_bytes() == sample.data


def test_an_index_that_lies_is_replaced(path: Path, sample: Any, found: Any) -> None:
    start = found[chunks.INDEX][0].start
    lie = chunks.chunk(chunks.INDEX, bytes((1, 0, 4, *b"\x0b", 30)))
    path.write_bytes(sample.data[:start] + lie + chunks.chunk(chunks.DONE, start.to_bytes(8, "little")))
    repair(path)
    assert path.read_bytes() == sample.data


def test_what_a_killed_writer_left_keeps_its_whole_units(path: Path, sample: Any, found: Any) -> None:
    units = found[chunks.UNIT]
    for cut in range(units[0].stop, found[chunks.INDEX][0].start, 5):
        path.write_bytes(sample.data[:cut])
        done = repair(path)
        whole = [unit for unit, place in zip(sample.units, units, strict=True) if place.stop <= cut]
        frames = whole[-1].first + whole[-1].count
        assert done.output == path
        assert list(done.lost) == only_gaps(path) == ([(frames, 9)] if frames < 9 else [])
        with NvcReader.open(path) as reader:
            assert [reader.payload(k) for k in range(len(whole))] == [unit.payload for unit in whole]
            assert reader.header == sample.header
            assert reader.tracks() == sample.tracks


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_damaged_unit_becomes_a_gap(path: Path, sample: Any, found: Any, broken: int) -> None:
    place = found[chunks.UNIT][broken]
    flip(path, place.stop - 1)
    unit = sample.units[broken]
    done = repair(path)
    assert done.lost == ((unit.first, unit.first + unit.count),)
    assert only_gaps(path) == list(done.lost)
    assert any(f"{place.stop - place.start} damaged bytes" in sentence for sentence in done.left_out)
    repaired = path.read_bytes()
    for other in (0, 1, 2):
        there = found[chunks.UNIT][other]
        assert (sample.data[there.start : there.stop] in repaired) == (other != broken)
    assert repaired.startswith(sample.data[: found[chunks.UNIT][0].start])
    again = repair(path)
    assert (again.output, again.lost) == (None, done.lost)
    assert path.read_bytes() == repaired


def test_unknown_chunks_are_kept_in_their_place(path: Path, sample: Any, found: Any) -> None:
    extra = chunks.chunk(b"xtra", b"of a later version")
    prov = found[chunks.PROVENANCE][0].start
    unit = found[chunks.UNIT][1].start
    data = (
        sample.data[:prov] + extra + sample.data[prov:unit] + extra + sample.data[unit : found[chunks.INDEX][0].start]
    )
    path.write_bytes(data)
    repair(path)
    assert path.read_bytes().startswith(data)
    assert only_gaps(path) == []


def test_an_unknown_critical_chunk_is_left_to_newer_programs(path: Path, sample: Any, found: Any) -> None:
    start = found[chunks.UNIT][0].start
    data = sample.data[:start] + chunks.chunk(b"XTRA", b"") + sample.data[start:-3]
    path.write_bytes(data)
    with pytest.raises(ContainerError, match="newer"):
        repair(path)
    assert path.read_bytes() == data


def lossy(name: str, sample: Any, found: Any) -> bytes:
    """The sample, damaged so that its repair leaves out something that may be worth keeping."""
    data = bytearray(sample.data)
    if name == "tracks":
        data[found[chunks.TRACKS][0].offset] ^= 1
    elif name == "configuration":
        data[found[chunks.CONFIG][0].offset] ^= 1
    elif name == "behind the end":
        data += b"a letter"
    else:
        place = found[chunks.UNIT][0]
        data[found[chunks.INDEX][0].start :] = sample.data[place.start : place.stop]
    return bytes(data)


@pytest.mark.parametrize("name", ["tracks", "configuration", "behind the end", "a unit twice"])
def test_a_file_is_not_replaced_by_less(path: Path, tmp_path: Path, sample: Any, found: Any, name: str) -> None:
    data = lossy(name, sample, found)
    path.write_bytes(data)
    for output in (None, path, tmp_path / "." / "clip.nvc"):
        with pytest.raises(ContainerError, match=r"clip\.nvc is not replaced .* -o"):
            repair(path, output, overwrite=True)
    assert path.read_bytes() == data
    output = tmp_path / "repaired.nvc"
    done = repair(path, output)
    assert (done.output, done.units, done.lost) == (output, 3, ())
    assert done.left_out
    assert only_gaps(output) == []
    assert path.read_bytes() == data


def test_another_file_is_replaced_only_where_it_may(path: Path, tmp_path: Path, sample: Any) -> None:
    path.write_bytes(sample.data[:-1])
    taken = tmp_path / "taken.nvc"
    taken.write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists already"):
        repair(path, taken)
    assert taken.read_bytes() == b"mine"
    repair(path, taken, overwrite=True)
    assert taken.read_bytes() == sample.data
    assert path.read_bytes() == sample.data[:-1]


def test_where_nothing_is_intact_nothing_is_written(path: Path, tmp_path: Path, sample: Any, found: Any) -> None:
    for cut in (found[chunks.UNIT][0].stop - 1, found[chunks.COLOUR][0].stop, 20, 0):
        path.write_bytes(sample.data[:cut])
        with pytest.raises(ContainerError, match=r"clip\.nvc"):
            repair(path, tmp_path / "out.nvc")
        assert path.read_bytes() == sample.data[:cut]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="links and permissions are those of POSIX")
def test_a_link_stays_a_link_and_permissions_stay(path: Path, tmp_path: Path, sample: Any) -> None:
    path.write_bytes(sample.data[:-1])
    path.chmod(0o640)
    link = tmp_path / "link.nvc"
    link.symlink_to(path)
    repair(link)
    assert link.is_symlink()
    assert path.read_bytes() == sample.data
    assert path.stat().st_mode & 0o777 == 0o640
