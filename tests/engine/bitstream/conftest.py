"""A small `.nvc` with everything that one can hold."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from nvc_engine.bitstream.container import Header, NvcReader, NvcWriter
from nvc_engine.media.colour import Colour, Matrix


@dataclass(frozen=True)
class Piece:
    first: int
    count: int
    payload: bytes


@dataclass(frozen=True)
class Sample:
    header: Header
    units: tuple[Piece, ...]
    tracks: bytes
    data: bytes


@pytest.fixture(scope="session")
def sample() -> Sample:
    header = Header(
        codec="some-codec",
        codec_version=3,
        width=427,
        height=239,
        timestamps=(-7, 0, 33, 67, 100, 133, 167, 200, 1200),
        time_base=Fraction(1, 1000),
        rate=Fraction(30000, 1001),
        colour=Colour(Matrix.BT601, 5, 6, full_range=True, assumed=True),
        rotation=270,
        sample_aspect=Fraction(4, 3),
        build="nvc-engine 0.1.0",
        preset="light",
        settings='{"width":32}',
        codec_config=b"\x01config",
    )
    units = (Piece(0, 4, b"first unit" * 3), Piece(4, 1, b""), Piece(5, 4, bytes(range(40))))
    return Sample(header, units, b"audio and subtitles", nvc_bytes(header, units, b"audio and subtitles"))


def nvc_bytes(header: Header, units: Sequence[Piece], tracks: bytes | None = None) -> bytes:
    file = io.BytesIO()
    writer = NvcWriter(file, header, tracks)
    for unit in units:
        writer.add(unit)
    assert writer.finish() == len(file.getvalue())
    return file.getvalue()


@pytest.fixture
def reader_of() -> Callable[[bytes], NvcReader]:
    return lambda data: NvcReader(io.BytesIO(data), Path("clip.nvc"))
