"""Pictures as numbered PNG files in RGB: of 8 bits, or of 16 where the pictures have more than 8."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import to_rgb, to_rgb_16bit
from nvc_engine.media.picture import Picture

Samples = NDArray[np.uint8] | NDArray[np.uint16]


def frame_name(index: int) -> str:
    """The file name of one frame."""
    return f"frame{index:06d}.png"


def write_png_folder(folder: Path, pictures: Iterable[Picture], info: ClipInfo) -> None:
    """Make `folder` and write every picture into it, converted by the clip's own colour."""
    folder.mkdir()
    for index, picture in enumerate(pictures):
        convert = to_rgb if picture.bit_depth == 8 else to_rgb_16bit
        (folder / frame_name(index)).write_bytes(png_bytes(convert(picture, info.colour)))


def png_bytes(rgb: Samples) -> bytes:
    """A PNG file of RGB samples [H, W, 3]."""
    encoder = av.CodecContext.create("png", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = rgb.shape[1], rgb.shape[0]
    encoder.pix_fmt = "rgb24" if rgb.dtype == np.uint8 else "rgb48be"
    encoder.time_base = Fraction(1, 25)
    samples: Any = np.ascontiguousarray(rgb)
    frame = av.VideoFrame.from_ndarray(samples, encoder.pix_fmt)
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)
