import zlib
from pathlib import Path

import pytest

from nvc_engine.bitstream.container import NvcReader, write_nvc
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.verifying import verify
from nvc_engine.errors import EngineError


def changed(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def test_a_whole_file_is_fine(nvc_file: Path) -> None:
    shares: list[float] = []
    report = verify(nvc_file, shares.append)
    assert report.ok
    assert report.lost == ()
    assert [(unit.first, unit.stop, unit.ok) for unit in report.units] == [(0, 4, True), (4, 8, True), (8, 10, True)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_damaged_unit_is_reported_and_the_others_are_fine(nvc_file: Path) -> None:
    with NvcReader.open(nvc_file) as reader:
        offset = reader.units[1].offset
    changed(nvc_file, offset)
    report = verify(nvc_file)
    assert not report.ok
    assert report.lost == ((4, 8),)
    assert "frames 4 to 7" in report.units[1].sentence
    assert [unit.ok for unit in report.units] == [True, False, True]
    assert [unit.symbols is None for unit in report.units] == [False, True, False]


def test_symbols_that_decode_otherwise_are_reported(nvc_file: Path) -> None:
    """The container's checksum is right, the symbols' own is not: a decoder that goes astray is caught."""
    with NvcReader.open(nvc_file) as reader:
        header = reader.header
        payloads = [reader.payload(index) for index in range(3)]
        spans = [(unit.first, unit.count) for unit in reader.units]
    payloads[2] = payloads[2][:4] + zlib.compress(bytes(2000))
    units = [EncodedUnit(first, count, payload) for (first, count), payload in zip(spans, payloads, strict=True)]
    write_nvc(nvc_file, header, units, overwrite=True)
    report = verify(nvc_file)
    assert report.lost == ((8, 10),)
    assert "other symbols" in report.units[2].sentence


def test_missing_frames_and_a_missing_index_are_reported(nvc_file: Path) -> None:
    with NvcReader.open(nvc_file) as reader:
        cut = reader.units[1].place.stop
    nvc_file.write_bytes(nvc_file.read_bytes()[:cut])
    report = verify(nvc_file)
    assert report.lost == ((8, 10),)
    assert any("cut off" in note for note in report.notes)


def test_what_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "clip.nvc"
    path.write_bytes(b"nothing of ours")
    with pytest.raises(EngineError):
        verify(path)
