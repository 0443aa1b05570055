"""What was encoded decodes elsewhere, from anywhere, and in part."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nvc_engine.codecs.sevc.codec import SevcCodec
from nvc_engine.codecs.sevc.decoding import SevcDecoder
from nvc_engine.codecs.verifying import verify
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import Goal, GoalKind

from .conftest import Encoded, WavesClip

SCRIPT = Path(__file__).parent / "decode_here.py"
VARIABLES = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "OMP_NUM_THREADS")
Encode = Callable[..., Encoded]


def same(one: Picture, other: Picture) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("y", "u", "v"))


def decoded(encoded: Encoded) -> list[Picture]:
    decoder = SevcDecoder(encoded.header, "cpu")
    return [
        picture
        for unit in encoded.units
        for picture in decoder.frames(unit.payload, unit.first, unit.count, unit.first, unit.first + unit.count)
    ]


def decoded_elsewhere(output: Path, file: Path, **variables: str) -> Any:
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environment |= {"OMP_WAIT_POLICY": "PASSIVE", **variables}
    command = [sys.executable, "-P", str(SCRIPT), str(output), str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return np.load(output)


@pytest.mark.skipif(
    platform.machine() != "x86_64" or sys.platform != "linux", reason="the variables choose among x86's instructions"
)
def test_every_arithmetic_decodes_the_same_symbols(
    tmp_path: Path, encode: Encode, written: Callable[[Path, Encoded], Path]
) -> None:
    encoded = encode(WavesClip(80, 64, 5), intra_period=3)
    file = written(tmp_path / "clip.nvc", encoded)
    here = decoded(encoded)
    decoder = SevcDecoder(encoded.header, "cpu")
    checksums = [decoder.symbol_checksum(unit.payload, unit.first, unit.count) for unit in encoded.units]
    assert len(set(checksums)) == 2
    cases = {
        "AVX512": {"OMP_NUM_THREADS": "1"},
        "DEFAULT": {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "OMP_NUM_THREADS": "1"},
        "AVX2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "OMP_NUM_THREADS": "2"},
    }
    for capability, variables in cases.items():
        there = decoded_elsewhere(tmp_path / f"{capability}.npz", file, **variables)
        if "ATEN_CPU_CAPABILITY" in variables:
            assert str(there["capability"]) == capability
        assert there["checksums"].tolist() == checksums
        for name in ("y", "u", "v"):
            expected = np.stack([getattr(picture, name) for picture in here]).astype(int)
            assert int(np.abs(there[name].astype(int) - expected).max()) <= 1


def test_the_file_verifies_and_shows_what_the_encoder_saw(
    tmp_path: Path,
    sevc: SevcCodec,
    order: Callable[..., Any],
    encode: Encode,
    written: Callable[[Path, Encoded], Path],
) -> None:
    clip = WavesClip(70, 67, 4)
    encoded = encode(clip, intra_period=3)
    report = verify(written(tmp_path / "clip.nvc", encoded))
    assert report.ok, report
    assert [unit.stop for unit in report.units] == [3, 4]
    session = sevc.encode(clip, order(clip, intra_period=3))
    seen = {}
    for event in session:
        for frame in range(4):
            picture = session.preview(frame)
            if picture is not None:
                seen[frame] = picture
        del event
    pictures = decoded(encoded)
    assert len(pictures) == len(seen) == 4
    assert all(same(picture, seen[frame]) for frame, picture in enumerate(pictures))
    assert pictures[0].y.shape == (67, 70)
    assert pictures[0].u.shape == (34, 35)
    assert not same(pictures[0], pictures[2])


def test_a_seek_shows_what_playing_shows(encode: Encode) -> None:
    encoded = encode(WavesClip(count=5))
    (unit,) = encoded.units
    played = decoded(encoded)
    decoder = SevcDecoder(encoded.header, "cpu")
    for frame in (3, 1, 2, 4, 4, 0):
        (picture,) = decoder.frames(unit.payload, 0, 5, frame, frame + 1)
        assert same(picture, played[frame])
    whole = SevcDecoder(encoded.header, "cpu").symbol_checksum(unit.payload, 0, 5)
    assert decoder.symbol_checksum(unit.payload, 0, 5) == whole


def test_the_base_layer_decodes_without_the_enhancement_layer(encode: Encode) -> None:
    clip = WavesClip(64, 80, 3)
    encoded = encode(clip)
    (unit,) = encoded.units
    decoder = SevcDecoder(encoded.header, "cpu")
    small = list(decoder.base_frames(unit.payload, 0, 3, 0, 3))
    assert [picture.y.shape for picture in small] == [(20, 16)] * 3
    broken = bytearray(unit.payload)
    broken[-40:] = bytes(40)  # the last frame's enhancement layer
    again = list(SevcDecoder(encoded.header, "cpu").base_frames(bytes(broken), 0, 3, 0, 3))
    assert all(same(one, other) for one, other in zip(small, again, strict=True))
    assert not same(small[1], small[2])
    (last,) = decoder.base_frames(unit.payload, 0, 3, 2, 3)
    assert same(last, small[2])


def test_deep_pictures_keep_their_depth(encode: Encode) -> None:
    encoded = encode(WavesClip(count=2, bit_depth=10))
    assert encoded.header.bit_depth == 10
    pictures = decoded(encoded)
    assert all(picture.bit_depth == 10 and picture.y.dtype == np.uint16 for picture in pictures)
    assert len(np.unique(pictures[1].y)) > 256


def test_the_fast_profile_decodes_here_and_says_so_elsewhere(encode: Encode) -> None:
    encoded = encode(WavesClip(count=3), profile="fast")
    (unit,) = encoded.units
    assert len(decoded(encoded)) == 3
    place = unit.payload.index(b"torch ")
    elsewhere = unit.payload[:place] + b"ember " + unit.payload[place + 6 :]
    decoder = SevcDecoder(encoded.header, "cpu")
    with pytest.raises(EngineError, match="decodes only where it was made"):
        list(decoder.frames(elsewhere, 0, 3, 0, 3))


def test_bytes_of_frames_and_shares_add_up(encode: Encode) -> None:
    encoded = encode(WavesClip(count=3))
    (unit,) = encoded.units
    decoder = SevcDecoder(encoded.header, "cpu")
    sizes = decoder.frame_bytes(unit.payload, 0, 3)
    assert sum(sizes) == len(unit.payload)
    assert len(set(sizes)) > 1
    shares = decoder.shares(unit.payload, 0, 3)
    assert list(shares) == ["intra", "base", "enhancement", "side information"]
    assert sum(shares.values()) == len(unit.payload)
    assert shares["intra"] < sizes[0]
    assert shares["side information"] < 60


def test_higher_rate_points_take_more(encode: Encode) -> None:
    clip = WavesClip(count=2)
    low, high = (encode(clip, Goal(GoalKind.QUALITY, value)).size for value in (5.0, 60.0))
    assert high > 1.2 * low
