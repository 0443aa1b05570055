"""Colour: what the code values mean, and the one conversion between YUV and RGB for training, view and metrics.

Conversion follows ITU-R BT.601, BT.709 and BT.2020 (non-constant luminance): with luma weights Kr and Kb,
Y' = Kr R' + (1 - Kr - Kb) G' + Kb B', Pb = (B' - Y') / 2(1 - Kb), Pr = (R' - Y') / 2(1 - Kr); limited range holds
Y' in 16..235 and chroma in 16..240 of 8 bits, scaled by 2^(bits - 8) above. Transfer and primaries are left alone.
Chroma siting is that of `chroma_sampling`.
"""

import threading
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

import av
import av.filter
import numpy as np
from numpy.typing import NDArray

from nvc_engine.media.chroma_sampling import Samples, downsample, halve_rows, upsample
from nvc_engine.media.frames import frame_of
from nvc_engine.media.picture import Chroma, Picture, Plane

Level = TypeVar("Level", np.uint8, np.uint16)


class Matrix(StrEnum):
    """YUV matrices by their usual names; `code` is the number of ITU-T H.273."""

    BT601 = "bt601"
    BT709 = "bt709"
    BT2020 = "bt2020"
    RGB = "rgb"

    @property
    def code(self) -> int:
        return {Matrix.BT601: 6, Matrix.BT709: 1, Matrix.BT2020: 9}.get(self, 0)

    @property
    def luma_weights(self) -> tuple[float, float]:
        """(Kr, Kb). Raises ValueError for `RGB`, which has none."""
        weights = {Matrix.BT601: (0.299, 0.114), Matrix.BT709: (0.2126, 0.0722), Matrix.BT2020: (0.2627, 0.0593)}
        if self not in weights:
            raise ValueError("RGB has no luma weights")
        return weights[self]


@dataclass(frozen=True)
class Colour:
    """Meaning of the code values. `primaries` and `transfer` are H.273 numbers (2: unspecified); `assumed` says that
    the stream did not state matrix or range and the studio chose them by size."""

    matrix: Matrix = Matrix.BT709
    primaries: int = 2
    transfer: int = 2
    full_range: bool = False
    assumed: bool = False


@dataclass(frozen=True)
class _Scale:
    """Code value = offset + span * signal: luma signals in 0..1, chroma signals in -0.5..0.5."""

    luma_offset: float
    luma_span: float
    chroma_offset: float
    chroma_span: float


def _scale(bit_depth: int, full_range: bool) -> _Scale:
    if full_range:
        peak = float((1 << bit_depth) - 1)
        return _Scale(0.0, peak, float(1 << (bit_depth - 1)), peak)
    unit = 2.0 ** (bit_depth - 8)
    return _Scale(16 * unit, 219 * unit, 128 * unit, 224 * unit)


def to_rgb(picture: Picture, colour: Colour) -> NDArray[np.uint8]:
    """8-bit full-range R'G'B' [H, W, 3] of a picture of any depth and sampling, rounded to nearest."""
    return _to_rgb(picture, colour, np.empty((picture.height, picture.width, 3), np.uint8))


def to_rgb_16bit(picture: Picture, colour: Colour) -> NDArray[np.uint16]:
    """The same in 16 bits, for pictures of more than 8."""
    return _to_rgb(picture, colour, np.empty((picture.height, picture.width, 3), np.uint16))


def _to_rgb(picture: Picture, colour: Colour, rgb: NDArray[Level]) -> NDArray[Level]:
    peak = np.iinfo(rgb.dtype).max
    scale = _scale(picture.bit_depth, colour.full_range)
    luma = (picture.y.astype(np.float32) - np.float32(scale.luma_offset)) * np.float32(peak / scale.luma_span)
    if colour.matrix is Matrix.RGB:
        for channel, plane in enumerate((picture.v, picture.y, picture.u)):
            samples = upsample(plane, picture.chroma, *picture.y.shape) if plane is not picture.y else plane
            levels = (samples - np.float32(scale.luma_offset)) * np.float32(peak / scale.luma_span)
            rgb[..., channel] = _to_levels(levels, peak)
        return rgb
    kr, kb = colour.matrix.luma_weights
    pb = _chroma_signal(picture.u, picture, scale, peak)
    pr = _chroma_signal(picture.v, picture, scale, peak)
    rgb[..., 0] = _to_levels(luma + pr * np.float32(2 * (1 - kr)), peak)
    rgb[..., 2] = _to_levels(luma + pb * np.float32(2 * (1 - kb)), peak)
    green = 1 - kr - kb
    pb *= np.float32(2 * (1 - kb) * kb / green)
    pr *= np.float32(2 * (1 - kr) * kr / green)
    luma -= pb
    luma -= pr
    rgb[..., 1] = _to_levels(luma, peak)
    return rgb


def from_rgb(rgb: NDArray[np.uint8], colour: Colour, chroma: Chroma = Chroma.C444) -> Picture:
    """The 8-bit picture of 8-bit full-range R'G'B' [H, W, 3]; chroma is filtered before it is rounded."""
    return from_signals(rgb.astype(np.float32) * np.float32(1 / 255), colour, chroma)


def from_signals(signals: Samples, colour: Colour, chroma: Chroma = Chroma.C444, bit_depth: int = 8) -> Picture:
    """The same from R'G'B' signals [H, W, 3] in 0..1, with `bit_depth` bits a sample."""
    scale = _scale(bit_depth, colour.full_range)
    peak = (1 << bit_depth) - 1
    red, green, blue = signals[..., 0], signals[..., 1], signals[..., 2]
    if colour.matrix is Matrix.RGB:
        span, offset = np.float32(scale.luma_span), np.float32(scale.luma_offset)
        g, b, r = (_to_levels(channel * span + offset, peak) for channel in (green, blue, red))
        return Picture(g, b, r, bit_depth, Chroma.C444)
    kr, kb = colour.matrix.luma_weights
    luma = red * np.float32(kr) + green * np.float32(1 - kr - kb) + blue * np.float32(kb)
    pb = downsample((blue - luma) * np.float32(0.5 / (1 - kb)), chroma)
    pr = downsample((red - luma) * np.float32(0.5 / (1 - kr)), chroma)
    span, offset = np.float32(scale.chroma_span), np.float32(scale.chroma_offset)
    return Picture(
        _to_levels(luma * np.float32(scale.luma_span) + np.float32(scale.luma_offset), peak),
        _to_levels(pb * span + offset, peak),
        _to_levels(pr * span + offset, peak),
        bit_depth,
        chroma,
    )


def to_420(picture: Picture, colour: Colour, bit_depth: int) -> Picture:
    """The picture in 4:2:0 of `bit_depth` bits, same matrix and range; itself where it is that already."""
    if picture.chroma is not Chroma.C420:
        u, v = (_halved(plane, picture) for plane in (picture.u, picture.v))
        picture = Picture(picture.y, u, v, picture.bit_depth, Chroma.C420)
    return to_depth(picture, colour, bit_depth)


def to_depth(picture: Picture, colour: Colour, bit_depth: int) -> Picture:
    """The picture with `bit_depth` bits a sample, rounded to nearest; itself where it has them already."""
    if picture.bit_depth == bit_depth:
        return picture
    peak = (1 << bit_depth) - 1
    factor = peak / ((1 << picture.bit_depth) - 1) if colour.full_range else 2.0 ** (bit_depth - picture.bit_depth)
    y, u, v = (
        _to_levels(plane.astype(np.float32) * np.float32(factor), peak) for plane in (picture.y, picture.u, picture.v)
    )
    return Picture(y, u, v, bit_depth, picture.chroma)


def _halved(plane: Plane, picture: Picture) -> Plane:
    """A chroma plane in 4:2:0, of the picture's own depth."""
    if picture.chroma is Chroma.C444:
        samples = downsample(plane.astype(np.float32), Chroma.C420)
    elif picture.chroma is Chroma.C422:
        samples = halve_rows(plane.astype(np.float32))
    else:
        return plane
    return _to_levels(samples, (1 << picture.bit_depth) - 1)


def _chroma_signal(plane: Plane, picture: Picture, scale: _Scale, peak: int) -> Samples:
    """Chroma times `peak`, from -peak / 2 to peak / 2, at luma size."""
    small = (plane.astype(np.float32) - np.float32(scale.chroma_offset)) * np.float32(peak / scale.chroma_span)
    return upsample(small, picture.chroma, picture.height, picture.width)


def _to_levels(levels: Samples, peak: int) -> Plane:
    """Round half up and clip to 0..peak; one byte a sample where that is enough."""
    rounded = levels + np.float32(0.5)
    np.clip(rounded, 0, peak, out=rounded)
    return rounded.astype(np.uint8) if peak <= 255 else rounded.astype(np.uint16)


# --- for the eye -----------------------------------------------------------------------------------------------------

_MATRIX_OF_FILTER = {Matrix.BT601: "smpte170m", Matrix.BT709: "bt709", Matrix.BT2020: "bt2020nc"}
_GRAPHS_PER_THREAD = 8
_SMALLEST_SCALED = 16  # below it libswscale takes coarser roads
_graphs = threading.local()


def to_bgrx(picture: Picture, colour: Colour, out: memoryview | bytearray | NDArray[np.uint8]) -> None:
    """Write the picture as B, G, R, 255 into `out`, rows 4 * width bytes apart: `to_rgb` for viewing.

    It goes through libswscale with matrix, range and siting given, several times faster than `to_rgb`, and stays
    within 2 code values of it. `out` may be longer than the picture; what lies behind is left alone.

    Raises:
        ValueError: `out` is too small.
    """
    pixels = _pixels(picture, out)
    if _is_exact(picture, colour):
        pixels[..., :3] = to_rgb(picture, colour)[..., ::-1]
        pixels[..., 3] = 255
    else:
        pixels[...] = _scaled(picture, colour, "bgra")


def to_rgb30(picture: Picture, colour: Colour, out: memoryview | bytearray | NDArray[np.uint8]) -> None:
    """The same with 10 bits each of R, G and B in words of 32, B lowest, the two highest bits set; little-endian."""
    pixels = _pixels(picture, out).view(np.uint32)[..., 0]
    if _is_exact(picture, colour):
        red, green, blue = np.moveaxis((to_rgb_16bit(picture, colour) >> 6).astype(np.uint32), -1, 0)
        pixels[...] = (red << 20) | (green << 10) | blue
    else:
        pixels[...] = _scaled(picture, colour, "x2rgb10le").view(np.uint32)[..., 0]
    np.bitwise_or(pixels, np.uint32(0xC0000000), out=pixels)


def _pixels(picture: Picture, out: memoryview | bytearray | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """[H, W, 4], the beginning of `out`."""
    height, width = picture.height, picture.width
    area = out.reshape(-1) if isinstance(out, np.ndarray) else np.frombuffer(out, np.uint8)
    if area.size < 4 * width * height:
        raise ValueError(f"{area.size} bytes cannot hold a picture of {width} x {height} in BGRX")
    return area[: 4 * width * height].reshape(height, width, 4)


def _is_exact(picture: Picture, colour: Colour) -> bool:
    """Whether libswscale has no good road for this one."""
    return colour.matrix is Matrix.RGB or min(picture.width, picture.height) < _SMALLEST_SCALED


def _scaled(picture: Picture, colour: Colour, target: str) -> NDArray[np.uint8]:
    """[H, W, 4] bytes of the picture in a pixel format of 4 bytes."""
    frame = frame_of(picture, even=True)
    frame.pts = 0
    graph = _graph(frame.format.name, frame.width, frame.height, colour.matrix, colour.full_range, target)
    graph.push(frame)
    converted = graph.pull()
    assert isinstance(converted, av.VideoFrame)
    plane = converted.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(frame.height, plane.line_size // 4, 4)
    return rows[: picture.height, : picture.width]


def _graph(
    pixel_format: str, width: int, height: int, matrix: Matrix, full_range: bool, target: str
) -> av.filter.Graph:
    """The converter for such pictures; a few are kept for each thread, since making one costs as much as a frame."""
    if not hasattr(_graphs, "kept"):
        _graphs.kept = {}
    kept: dict[tuple[str, int, int, Matrix, bool, str], av.filter.Graph] = _graphs.kept
    key = (pixel_format, width, height, matrix, full_range, target)
    if key not in kept:
        if len(kept) >= _GRAPHS_PER_THREAD:
            del kept[next(iter(kept))]
        graph = av.filter.Graph()
        graph.threads = 1
        graph.link_nodes(
            graph.add_buffer(
                width=width, height=height, format=av.VideoFormat(pixel_format, width, height), time_base=Fraction(1)
            ),
            graph.add(
                "scale",
                "flags=bilinear+full_chroma_int+accurate_rnd:in_chroma_loc=left:out_range=pc"
                f":in_color_matrix={_MATRIX_OF_FILTER[matrix]}:in_range={'pc' if full_range else 'tv'}",
            ),
            graph.add("format", target),
            graph.add("buffersink"),
        ).configure()
        kept[key] = graph
    return kept[key]
