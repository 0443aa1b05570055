"""Raw YUV: told or guessed from the name."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.errors import EngineError
from nvc_engine.media.opening import open_video
from nvc_engine.media.picture import Chroma
from nvc_engine.media.raw import guess_spec
from nvc_engine.protocol.messages import RawSpec


def write_raw(path: Path, planes: Callable, width: int, height: int, frames: int, pixel_format: str) -> Path:
    kind = np.uint8 if not pixel_format.endswith("le") else np.dtype("<u2")
    with path.open("wb") as file:
        for index in range(frames):
            for plane in planes(width, height, index, pixel_format=pixel_format):
                file.write(plane.astype(kind).tobytes())
    return path


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p10le", "gray"])
def test_frames_are_read_where_they_lie(tmp_path: Path, texture_planes: Callable, pixel_format: str) -> None:
    path = write_raw(tmp_path / "a.yuv", texture_planes, 35, 21, 5, pixel_format)
    clip = open_video(path, raw=RawSpec(35, 21, pixel_format, "30000/1001"))
    assert clip.info.frame_count == 5
    assert clip.info.rate.denominator == 1001
    assert clip.info.colour.assumed == (clip.info.chroma is not Chroma.GRAY)
    for index in (4, 0, 2):
        picture = clip.picture(index)
        for got, wanted in zip(
            (picture.y, picture.u, picture.v), texture_planes(35, 21, index, pixel_format=pixel_format), strict=False
        ):
            assert np.array_equal(got, wanted)
    clip.close()


def test_name_tells_the_size(tmp_path: Path, texture_planes: Callable) -> None:
    path = write_raw(tmp_path / "city_36x20_50_10b_420.yuv", texture_planes, 36, 20, 3, "yuv420p10le")
    clip = open_video(path)
    assert (clip.info.width, clip.info.height, clip.info.frame_count) == (36, 20, 3)
    assert (clip.info.bit_depth, clip.info.rate) == (10, 50)
    clip.close()


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("foo_1920x1080_60_10b_420.yuv", RawSpec(1920, 1080, "yuv420p10le", "60/1")),
        ("Beauty_1920x1080_120fps_420_8bit_YUV.yuv", RawSpec(1920, 1080, "yuv420p", "120/1")),
        ("foreman_cif.yuv", RawSpec(352, 288, "yuv420p", "25/1")),
        ("city_4cif_30fps.yuv", RawSpec(704, 576, "yuv420p", "30/1")),
        ("x_832x480_yuv422p10le_29.97.raw", RawSpec(832, 480, "yuv422p10le", "30000/1001")),
        ("clip-416x240-gray.yuv", RawSpec(416, 240, "gray", "25/1")),
        ("holiday.yuv", None),
    ],
)
def test_guess(name: str, spec: RawSpec | None) -> None:
    assert guess_spec(Path(name)) == spec


def test_tail_is_dropped_and_said(tmp_path: Path, texture_planes: Callable) -> None:
    path = write_raw(tmp_path / "a.yuv", texture_planes, 32, 16, 2, "yuv420p")
    path.write_bytes(path.read_bytes() + bytes(100))
    clip = open_video(path, raw=RawSpec(32, 16))
    assert clip.info.frame_count == 2
    assert any("100 bytes" in note for note in clip.info.notes)
    clip.close()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (RawSpec(64, 64), "less than one frame"),
        (RawSpec(0, 64), "not possible"),
        (RawSpec(1 << 30, 1 << 30), "not possible"),
        (RawSpec(16, 16, "bgr24"), "not known"),
        (RawSpec(16, 16, "yuv420p", "fast"), "not a frame rate"),
        (RawSpec(16, 16, "yuv420p", "0/1"), "not possible"),
        (None, "does not tell its size"),
    ],
)
def test_bad_specification_gets_a_sentence(tmp_path: Path, raw: RawSpec | None, words: str) -> None:
    path = tmp_path / "a.yuv"
    path.write_bytes(bytes(1000))
    with pytest.raises(EngineError, match=words):
        open_video(path, raw=raw)


def test_missing_raw_file(tmp_path: Path) -> None:
    for name in ("none.yuv", "none_16x16.yuv"):
        with pytest.raises(EngineError, match="no file"):
            open_video(tmp_path / name)
    with pytest.raises(EngineError, match="no file"):
        open_video(tmp_path / "none.yuv", raw=RawSpec(16, 16))
