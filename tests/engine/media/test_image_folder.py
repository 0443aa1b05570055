"""Folders of images as clips."""

from pathlib import Path

import av
import numpy as np
import pytest

from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Matrix, to_rgb
from nvc_engine.media.opening import open_video
from nvc_engine.media.picture import Chroma
from nvc_engine.media.png_folder import png_bytes


def shade(index: int, height: int = 18, width: int = 26) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 9 + index, columns * 8, np.full_like(rows, 40 + 10 * index)], axis=-1).astype(np.uint8)


def test_images_come_in_natural_order(tmp_path: Path) -> None:
    for index in (10, 2, 1, 9):
        (tmp_path / f"shot{index}.png").write_bytes(png_bytes(shade(index)))
    (tmp_path / "readme.txt").write_text("not an image", "utf-8")
    (tmp_path / ".hidden.png").write_bytes(b"")
    clip = open_video(tmp_path)
    assert (clip.info.frame_count, clip.info.rate, clip.info.container) == (4, 25, "images")
    assert (clip.info.chroma, clip.info.colour.matrix) == (Chroma.C444, Matrix.BT601)
    assert any("RGB" in note for note in clip.info.notes)
    for number, index in enumerate((1, 2, 9, 10)):
        rgb = to_rgb(clip.picture(number), clip.info.colour).astype(int)
        assert np.abs(rgb - shade(index)).max() <= 2


def test_jpeg_stays_yuv(tmp_path: Path) -> None:
    for index in range(3):
        with av.open(str(tmp_path / f"{index}.jpg"), "w", format="mjpeg") as container:
            stream = container.add_stream("mjpeg", rate=25)
            stream.width, stream.height, stream.pix_fmt = 26, 18, "yuvj420p"
            frame = av.VideoFrame.from_ndarray(shade(index), "rgb24").reformat(format="yuvj420p")
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    info = open_video(tmp_path).info
    assert (info.chroma, info.colour.matrix, info.colour.full_range) == (Chroma.C420, Matrix.BT601, True)


def test_commonest_kind_is_taken(tmp_path: Path) -> None:
    for index in range(3):
        (tmp_path / f"{index}.png").write_bytes(png_bytes(shade(index)))
    (tmp_path / "cover.jpg").write_bytes(b"anything")
    info = open_video(tmp_path).info
    assert info.frame_count == 3
    assert any("left out" in note for note in info.notes)


def test_folder_without_images(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="holds no images"):
        open_video(tmp_path)


def test_image_of_another_size_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(png_bytes(shade(1)))
    (tmp_path / "2.png").write_bytes(png_bytes(shade(2, 20, 20)))
    clip = open_video(tmp_path)
    with pytest.raises(EngineError, match=r"Frame 1 of .* is 20 x 20"):
        clip.picture(1)


def test_damaged_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(png_bytes(shade(1)))
    (tmp_path / "2.png").write_bytes(png_bytes(shade(2))[:40])
    clip = open_video(tmp_path)
    with pytest.raises(EngineError, match=r"2\.png"):
        clip.picture(1)
