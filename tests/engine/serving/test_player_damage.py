"""A damaged `.nvc` in the window: lost frames are told in a sentence, all others are shown."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nvc_engine.bitstream.container import Header, NvcReader, write_nvc
from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import EncodedUnit, EncodeOrder
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.media.colour import to_bgrx
from nvc_engine.media.opening import open_video
from nvc_engine.protocol.messages import Failed, FrameReady, GetFrame
from nvc_engine.protocol.ring import FrameRing

SMALL = {"width": 8, "depth": 1, "base_levels": 2, "detail_channels": 0}
UNIT_FRAMES = 3


@pytest.fixture
def nvc_file(tmp_path: Path) -> Path:
    """Three units of three frames, hardly trained; a unit's bytes do not say where it stands, so one serves thrice."""
    rows, columns = np.mgrid[0:48, 0:64]
    soft = (128 + 60 * np.sin(columns / 7) * np.cos(rows / 9)).astype(np.uint8).tobytes()
    frame = b"FRAME\n" + soft + bytes([120]) * (2 * 24 * 32)
    (tmp_path / "soft.y4m").write_bytes(b"YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n" + frame * UNIT_FRAMES)
    source = open_video(tmp_path / "soft.y4m")
    codec = registry.codec("nvrc")
    preset, settings = codec.settings("light", SMALL, source.info, None)
    session = codec.encode(source, EncodeOrder(settings, preset, None, 0, UNIT_FRAMES, epochs=1))
    (unit,) = [event for event in session if isinstance(event, EncodedUnit)]
    info = source.info
    header = Header(
        codec=codec.name,
        codec_version=codec.bitstream_version,
        width=info.width,
        height=info.height,
        timestamps=tuple(range(3 * UNIT_FRAMES)),
        time_base=1 / info.rate,
        rate=info.rate,
        colour=info.colour,
        codec_config=session.codec_config(),
    )
    source.close()
    path = tmp_path / "clip.nvc"
    write_nvc(path, header, (EncodedUnit(first, UNIT_FRAMES, unit.payload) for first in (0, 3, 6)))
    return path


def shown(path: Path) -> list[bytes]:
    """The pictures of a sound file as the window gets them."""
    clip = NvcClip.open(path)
    made = []
    for picture in clip.pictures():
        out = np.empty((picture.height, picture.width, 4), np.uint8)
        to_bgrx(picture, clip.info.colour, out)
        made.append(out.tobytes())
    clip.close()
    return made


def damaged(path: Path, how: str) -> tuple[int, ...]:
    """Damage the middle of a file; returns the frames that are lost."""
    data = bytearray(path.read_bytes())
    with NvcReader.open(path) as reader:
        middle, last = reader.units[1].place, reader.units[2].place
    if how == "a byte of a unit":
        data[middle.offset + 40] ^= 1
    elif how == "a length, and no index":
        data[middle.start + 4] ^= 0x11
        del data[last.stop :]
    elif how == "cut off":
        del data[last.start + 20 :]
    path.write_bytes(data)
    return (6, 7, 8) if how == "cut off" else (3, 4, 5)


@pytest.mark.parametrize("how", ["a byte of a unit", "a length, and no index", "cut off"])
def test_lost_frames_are_told_and_the_others_are_shown(window: Any, ring: FrameRing, nvc_file: Path, how: str) -> None:
    expected = shown(nvc_file)
    lost = damaged(nvc_file, how)
    opened = window.open(nvc_file)
    assert opened.facts.frames == 9
    for frame in (*range(9), *range(8, -1, -1), 4, 0, 7):
        answer = window.ask(GetFrame(window.number(), opened.clip, frame, ring.name, frame % ring.slots, "view"))
        if frame in lost:
            assert isinstance(answer, Failed), answer
            assert f"frames {lost[0]} to {lost[-1]}" in answer.sentence
            assert "clip.nvc" in answer.sentence
        else:
            assert isinstance(answer, FrameReady), answer
            with ring.slot(answer.slot) as view:
                assert bytes(view[: answer.stride * answer.height]) == expected[frame]
