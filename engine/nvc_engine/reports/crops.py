"""Where codecs differ to the eye: the worst and the median frame, cut out of the source and of every decode."""

import base64
import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nvc_engine.codecs.sources import open_source
from nvc_engine.errors import EngineError
from nvc_engine.media.colour import to_rgb
from nvc_engine.media.png_folder import png_bytes
from nvc_engine.quality.rd import RdCurve, RdPoint

WIDTH, HEIGHT = 160, 120
_GRID = 8

Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Crop:
    """One cut-out: `title` says of what, `caption` how good it is, `image` is a data address of a PNG ("": none)."""

    title: str
    caption: str
    image: str


@dataclass(frozen=True)
class FrameCrops:
    """The cut-outs of one frame, the source first."""

    frame: int
    words: str
    crops: tuple[Crop, ...]


def representatives(curves: Sequence[RdCurve]) -> tuple[tuple[str, RdPoint], ...]:
    """(title, point) of each curve: the point nearest to the median rate of all points, so that rates are alike."""
    rates = sorted(point.bpp for curve in curves for point in curve.points)
    if not rates:
        return ()
    middle = math.log(rates[len(rates) // 2])
    return tuple(
        (f"{curve.title}, {point.setting}", point)
        for curve in curves
        for point in [min(curve.points, key=lambda each: abs(math.log(each.bpp) - middle))]
    )


def frame_crops(source: Path, points: Sequence[tuple[str, RdPoint]]) -> tuple[FrameCrops, ...]:
    """Cut-outs of the frame with the lowest PSNR-YUV, as the mean over `points`, and of the median one.

    Points of another number of frames than the first are left out.

    Raises:
        EngineError: the source cannot be read. Files of points that are gone leave a gap.
    """
    points = [(title, point) for title, point in points if len(point.per_frame) == len(points[0][1].per_frame)]
    if not points:
        return ()
    levels = np.mean([[scores.psnr_yuv for scores in point.per_frame] for _, point in points], axis=0)
    order = np.argsort(levels)
    chosen = {int(order[0]): "the worst frame", int(order[len(order) // 2]): "the median frame"}
    originals = _originals(source, [points[0][1].first + frame for frame in chosen])
    decodes = [_decodes(point, sorted(chosen), originals[0].shape) for _, point in points]
    return tuple(
        _of_frame(original, points, [each.get(frame) for each in decodes], frame, words)
        for original, (frame, words) in zip(originals, chosen.items(), strict=True)
    )


def _originals(source: Path, frames: Sequence[int]) -> list[Rgb]:
    clip = open_source(source)
    try:
        return [to_rgb(clip.picture(frame), clip.info.colour) for frame in frames]
    finally:
        clip.close()


def _of_frame(
    original: Rgb, points: Sequence[tuple[str, RdPoint]], decodes: Sequence[Rgb | None], frame: int, words: str
) -> FrameCrops:
    number = points[0][1].first + frame
    top, left = _most_wrong(original, [decode for decode in decodes if decode is not None])

    def cut(picture: Rgb) -> str:
        data = png_bytes(picture[top : top + HEIGHT, left : left + WIDTH])
        return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"

    crops = [Crop("source", f"frame {number}, from column {left} and row {top}", cut(original))]
    for (title, point), decode in zip(points, decodes, strict=True):
        caption = f"{point.bpp:.4f} bpp, PSNR-YUV {point.per_frame[frame].psnr_yuv:.2f} dB in this frame"
        crops.append(Crop(title, caption, "" if decode is None else cut(decode)))
    return FrameCrops(number, words, tuple(crops))


def _decodes(point: RdPoint, frames: Sequence[int], shape: tuple[int, ...]) -> dict[int, Rgb]:
    """The decoded frames in the source's size, from one opening, since a codec may have to decode all before the first;
    those that the file does not have, or all where it is gone, are left out."""
    found: dict[int, Rgb] = {}
    try:
        clip = open_source(Path(point.path))
    except EngineError:
        return found
    try:
        for frame in frames:
            with contextlib.suppress(EngineError, IndexError):
                found[frame] = to_rgb(clip.picture(frame), clip.info.colour)[: shape[0], : shape[1]]
    finally:
        clip.close()
    return found


def _most_wrong(original: Rgb, decodes: Sequence[Rgb]) -> tuple[int, int]:
    """(row, column) of the cut-out with the largest squared error over all decodes, on a grid."""
    rows, columns = original.shape[:2]
    error = np.zeros((rows, columns))
    for decode in decodes:
        error += np.square(original.astype(np.float64) - decode).sum(axis=2)
    sums = np.pad(error.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    best, place = -1.0, (0, 0)
    for top in range(0, max(1, rows - HEIGHT + 1), _GRID):
        for left in range(0, max(1, columns - WIDTH + 1), _GRID):
            bottom, right = min(rows, top + HEIGHT), min(columns, left + WIDTH)
            inside = float(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])
            if inside > best:
                best, place = inside, (top, left)
    return place
