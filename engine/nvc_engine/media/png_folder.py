"""Pictures as numbered PNG files in 8-bit RGB."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import to_rgb
from nvc_engine.media.picture import Picture


def frame_name(index: int) -> str:
    """The file name of one frame."""
    return f"frame{index:06d}.png"


def write_png_folder(folder: Path, pictures: Iterable[Picture], info: ClipInfo) -> None:
    """Make `folder` and write every picture into it, converted by the clip's own colour."""
    folder.mkdir()
    for index, picture in enumerate(pictures):
        (folder / frame_name(index)).write_bytes(png_bytes(to_rgb(picture, info.colour)))


def png_bytes(rgb: NDArray[np.uint8]) -> bytes:
    """A PNG file of 8-bit RGB samples [H, W, 3]."""
    encoder = av.CodecContext.create("png", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = rgb.shape[1], rgb.shape[0]
    encoder.pix_fmt = "rgb24"
    encoder.time_base = Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24")
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)
