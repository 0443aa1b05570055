"""Pictures of ours out of PyAV's frames and back: which pixel formats are planes as they are, which need converting."""

from dataclasses import dataclass

import av
import numpy as np
from av.video.reformatter import ColorRange, Interpolation
from numpy.typing import NDArray

from nvc_engine.media.picture import Chroma, Picture, Plane

MAX_SIDE = 16384
"""Largest width and height, in pixels, that the studio opens."""


@dataclass(frozen=True)
class Layout:
    """How a planar YUV or gray pixel format stores its samples (little-endian above 8 bits)."""

    chroma: Chroma
    bit_depth: int


def _layouts() -> dict[str, Layout]:
    layouts = {"gray": Layout(Chroma.GRAY, 8), "gray8": Layout(Chroma.GRAY, 8)}
    for chroma in (Chroma.C420, Chroma.C422, Chroma.C444):
        for prefix in ("yuv", "yuvj", "yuva"):
            layouts[f"{prefix}{chroma}p"] = Layout(chroma, 8)
        for depth in (9, 10, 12, 14, 16):
            layouts[f"yuv{chroma}p{depth}le"] = Layout(chroma, depth)
            layouts[f"yuva{chroma}p{depth}le"] = Layout(chroma, depth)
    for depth in (9, 10, 12, 14, 16):
        layouts[f"gray{depth}le"] = Layout(Chroma.GRAY, depth)
    return layouts


LAYOUTS = _layouts()
"""The pixel formats whose planes are taken as they are (an alpha plane is left out)."""

_SAME_SAMPLES = {
    "nv12": "yuv420p",
    "nv21": "yuv420p",
    "nv16": "yuv422p",
    "nv24": "yuv444p",
    "yuyv422": "yuv422p",
    "yvyu422": "yuv422p",
    "uyvy422": "yuv422p",
    "p010le": "yuv420p10le",
    "p210le": "yuv422p10le",
    "p410le": "yuv444p10le",
    "p016le": "yuv420p16le",
    "y210le": "yuv422p10le",
}


def planar_format(name: str) -> str:
    """The planar format that frames of pixel format `name` are brought to before their planes are taken.

    "rgb24" for everything that is RGB or a palette; 8-bit "yuv444p" for rare YUV layouts.
    """
    if name in LAYOUTS:
        return name
    if name in _SAME_SAMPLES:
        return _SAME_SAMPLES[name]
    if name.endswith("be") and name[:-2] + "le" in LAYOUTS:
        return name[:-2] + "le"
    pixel_format = av.VideoFormat(name)
    if pixel_format.is_rgb or pixel_format.has_palette or name.startswith(("mono", "ya", "gray")):
        return "rgb24"
    return "yuv444p"


def reformat(frame: av.VideoFrame, name: str, *, full_range: bool) -> av.VideoFrame:
    """`frame` in pixel format `name`, the range of its code values unchanged."""
    if frame.format.name == name:
        return frame
    keep = ColorRange.JPEG if full_range else ColorRange.MPEG
    return frame.reformat(
        format=name,
        src_color_range=keep,
        dst_color_range=keep,
        interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND,
        threads=1,
    )


def plane_samples(plane: av.video.plane.VideoPlane, rows: int, row_samples: int, bit_depth: int) -> Plane:
    """Copy of one plane, [rows, row_samples], without the padding that decoders put at the end of lines."""
    line = abs(plane.line_size)
    lines = np.frombuffer(memoryview(plane), np.uint8, count=line * rows).reshape(rows, line)
    if plane.line_size < 0:
        lines = lines[::-1]
    if bit_depth <= 8:
        narrow: NDArray[np.uint8] = lines[:, :row_samples].copy()
        return narrow
    wide: NDArray[np.uint16] = lines[:, : 2 * row_samples].copy().view("<u2").astype(np.uint16, copy=False)
    return wide


def picture_of(frame: av.VideoFrame) -> Picture:
    """The planes of a frame whose format is in `LAYOUTS`."""
    layout = LAYOUTS[frame.format.name]
    rows, columns = layout.chroma.plane_shape(frame.height, frame.width)
    y = plane_samples(frame.planes[0], frame.height, frame.width, layout.bit_depth)
    if layout.chroma is Chroma.GRAY:
        u, v = neutral(y, rows, columns, layout.bit_depth), neutral(y, rows, columns, layout.bit_depth)
    else:
        u = plane_samples(frame.planes[1], rows, columns, layout.bit_depth)
        v = plane_samples(frame.planes[2], rows, columns, layout.bit_depth)
    return Picture(y, u, v, layout.bit_depth, layout.chroma)


def neutral(like: Plane, rows: int, columns: int, bit_depth: int) -> Plane:
    """A chroma plane without colour."""
    return np.full((rows, columns), 1 << (bit_depth - 1), like.dtype)


def rgb_of(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """The samples [H, W, 3] of an rgb24 frame."""
    line = frame.planes[0].line_size
    lines = np.frombuffer(memoryview(frame.planes[0]), np.uint8, count=abs(line) * frame.height)
    lines = lines.reshape(frame.height, abs(line))
    if line < 0:
        lines = lines[::-1]
    rgb: NDArray[np.uint8] = lines[:, : 3 * frame.width].reshape(frame.height, frame.width, 3).copy()
    return rgb


def format_name(chroma: Chroma, bit_depth: int) -> str:
    """The pixel format of planes of this sampling and depth."""
    base = "gray" if chroma is Chroma.GRAY else f"yuv{chroma}p"
    return base if bit_depth == 8 else f"{base}{bit_depth}le"


def pixel_format_of(picture: Picture, *, gray: bool = False) -> str:
    """The pixel format that holds a picture's planes as they are; a gray picture counts as 4:2:0 unless `gray`."""
    chroma = Chroma.C420 if picture.chroma is Chroma.GRAY and not gray else picture.chroma
    return format_name(chroma, picture.bit_depth)


def frame_of(picture: Picture, *, even: bool = False, gray: bool = False) -> av.VideoFrame:
    """A new frame with the planes of `picture` in `pixel_format_of` it; `even` enlarges it to even sides, repeating the
    last row and column."""
    width, height = picture.width, picture.height
    if even:
        width, height = width + width % 2, height + height % 2
    frame = av.VideoFrame(width, height, pixel_format_of(picture, gray=gray))
    for plane, samples in zip(frame.planes, (picture.y, picture.u, picture.v), strict=False):
        rows, columns = samples.shape
        line = plane.line_size // samples.dtype.itemsize
        lines = np.frombuffer(memoryview(plane), samples.dtype).reshape(-1, line)
        lines[:rows, :columns] = samples
        if plane.width > columns:
            lines[:rows, columns] = samples[:, -1]
        if plane.height > rows:
            lines[rows] = lines[rows - 1]
    return frame
