"""A drawing as PNG at any resolution, its edges smoothed by the exact share of each pixel that is covered."""

import itertools
import math
import struct
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from nvc_engine.charting.axes import Place
from nvc_engine.charting.drawing import Area, Drawing, Line, Words, colour_parts
from nvc_engine.charting.font import chart_font

_POINTS_AN_INCH = 72
_METRES_AN_INCH = 0.0254
_ROUND_CORNERS = 10

Canvas = NDArray[np.float32]


def png(drawing: Drawing, dpi: float = 300.0) -> bytes:
    """A PNG file that states its resolution."""
    return png_file(raster(drawing, dpi), dpi)


def raster(drawing: Drawing, dpi: float) -> NDArray[np.uint8]:
    """The drawing's pixels in RGB [H, W, 3]."""
    scale = dpi / _POINTS_AN_INCH
    height, width = round(drawing.height * scale), round(drawing.width * scale)
    canvas: Canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = colour_parts(drawing.background)
    for item in drawing.items:
        _paint(canvas, item, scale)
    return np.rint(canvas).astype(np.uint8)


def png_file(rgb: NDArray[np.uint8], dpi: float) -> bytes:
    """A PNG file of RGB samples [H, W, 3]."""
    height, width = rgb.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # the first byte of each says that it is stored unfiltered
    rows[:, 1:] = rgb.reshape(height, -1)
    dots = round(dpi / _METRES_AN_INCH)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", dots, dots, 1)),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _paint(canvas: Canvas, item: Line | Area | Words, scale: float) -> None:
    match item:
        case Line():
            pieces = _dashed(item.points, item.dashes) if item.dashes else [item.points]
            _stroke(canvas, pieces, item.width * scale, scale, item.colour)
        case Area():
            if item.fill:
                _fill(canvas, [[(x * scale, y * scale) for x, y in item.points]], item.fill)
            if item.stroke:
                _stroke(canvas, [(*item.points, item.points[0])], item.width * scale, scale, item.stroke)
        case Words():
            for letter in _letters(item, scale):
                _fill(canvas, letter, item.colour)


def _letters(item: Words, scale: float) -> Iterable[list[list[Place]]]:
    """The contours in pixels of each letter of a line of text."""
    font = chart_font()
    size = item.size * scale
    pen = -item.anchor * font.width(item.text)
    x0, y0 = item.place[0] * scale, item.place[1] * scale
    for character in item.text:
        glyph = font.glyph(character)
        contours = [[((pen + x) * size, -y * size) for x, y in contour] for contour in font.outline(glyph)]
        yield [[(x0 + y, y0 - x) if item.upwards else (x0 + x, y0 + y) for x, y in contour] for contour in contours]
        pen += font.advance(glyph)


def _stroke(canvas: Canvas, pieces: Iterable[Sequence[Place]], width: float, scale: float, colour: str) -> None:
    """Draw polylines `width` pixels wide: a rectangle a stroke, a round corner a joint."""
    radius = width / 2
    for piece in pieces:
        places = [(x * scale, y * scale) for x, y in piece]
        for (xa, ya), (xb, yb) in itertools.pairwise(places):
            length = math.hypot(xb - xa, yb - ya)
            if length > 0:
                dx, dy = -(yb - ya) / length * radius, (xb - xa) / length * radius
                _fill(
                    canvas, [[(xa - dx, ya - dy), (xb - dx, yb - dy), (xb + dx, yb + dy), (xa + dx, ya + dy)]], colour
                )
        for x, y in places[1:-1]:
            turns = [2 * math.pi * corner / _ROUND_CORNERS for corner in range(_ROUND_CORNERS)]
            _fill(canvas, [[(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]], colour)


def _dashed(points: Sequence[Place], dashes: Sequence[float]) -> list[list[Place]]:
    """The drawn pieces of a dashed polyline."""
    pieces: list[list[Place]] = [[points[0]]]
    number, left = 0, dashes[0]
    for (xa, ya), (xb, yb) in itertools.pairwise(points):
        length = math.hypot(xb - xa, yb - ya)
        done = 0.0
        while length - done > left:
            done += left
            place = (xa + (xb - xa) * done / length, ya + (yb - ya) * done / length)
            if number % 2 == 0:
                pieces[-1].append(place)
            else:
                pieces.append([place])
            number += 1
            left = dashes[number % len(dashes)]
        left -= length - done
        if number % 2 == 0:
            pieces[-1].append((xb, yb))
    return pieces


def _fill(canvas: Canvas, polygons: list[list[Place]], colour: str) -> None:
    """Fill polygons of one turning direction (holes turn the other way) with a colour."""
    places = [place for polygon in polygons for place in polygon]
    if not places:
        return
    height, width = canvas.shape[:2]
    left, right = max(0, math.floor(min(x for x, _ in places))), min(width, math.ceil(max(x for x, _ in places)) + 1)
    top, bottom = max(0, math.floor(min(y for _, y in places))), min(height, math.ceil(max(y for _, y in places)) + 1)
    if left >= right or top >= bottom:
        return
    changes = np.zeros((bottom - top, right - left + 2), np.float64)
    for polygon in polygons:
        for (xa, ya), (xb, yb) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
            _add_edge(changes, xa - left, ya - top, xb - left, yb - top)
    covered = np.minimum(np.abs(np.cumsum(changes, axis=1))[:, : right - left, None], 1.0).astype(np.float32)
    part = canvas[top:bottom, left:right]
    part += covered * (np.array(colour_parts(colour), np.float32) - part)


def _add_edge(changes: NDArray[np.float64], xa: float, ya: float, xb: float, yb: float) -> None:
    """Lay an edge to `changes` [rows, columns + 2]: summed from the left, they are each pixel's covered share."""
    if ya == yb:
        return
    sign = 1.0
    if ya > yb:
        xa, ya, xb, yb, sign = xb, yb, xa, ya, -1.0
    last = changes.shape[1] - 2
    if xa == xb:
        _add_upright(changes, min(max(xa, 0.0), last), ya, yb, sign)
        return
    slope = (xb - xa) / (yb - ya)
    for row in range(max(0, math.floor(ya)), min(changes.shape[0], math.ceil(yb))):
        upper, lower = max(ya, row), min(yb, row + 1)
        share = sign * (lower - upper)
        begin, end = sorted((xa + slope * (upper - ya), xa + slope * (lower - ya)))
        begin, end = min(max(begin, 0.0), last), min(max(end, 0.0), last)
        first, final = math.floor(begin), math.ceil(end)
        if final <= first + 1:
            middle = (begin + end) / 2 - first
            changes[row, first] += share * (1 - middle)
            changes[row, first + 1] += share * middle
            continue
        before = 0.0
        for column in range(first, final):
            # what of the edge lies left of this column's end, and how much of the column is behind it
            reach = min(column + 1, end) - begin
            inside = (reach * reach - max(column - begin, 0.0) ** 2) / (2 * (end - begin))
            inside += max(0.0, column + 1 - end) * 1.0
            changes[row, column] += share * (inside - before)
            before = inside
        changes[row, final] += share * (1 - before)


def _add_upright(changes: NDArray[np.float64], x: float, top: float, bottom: float, sign: float) -> None:
    """An upright edge, all its rows at once."""
    rows = np.arange(max(0, math.floor(top)), min(changes.shape[0], math.ceil(bottom)))
    shares = sign * (np.minimum(rows + 1, bottom) - np.maximum(rows, top))
    column = math.floor(x)
    changes[rows, column] += shares * (1 - (x - column))
    changes[rows, column + 1] += shares * (x - column)
