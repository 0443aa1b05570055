"""What is drawn at the pointer: the same few pixels of every picture, large, and their code values."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontDatabase, QFontMetricsF, QPainter, QPen

from nvc_engine.protocol.messages import PixelRead
from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.models.pixel_values import PixelPlace
from nvc_studio.translation import tr
from nvc_studio.views.frame_labels import INK

LOUPE_ZOOM = 8.0
"""Logical pixels to one pixel of A."""
_TILE = 152.0
_GAP = 4.0
_PADDING = 8.0
_PANEL = QColor(16, 17, 20, 235)
_FAINT = QColor(160, 162, 168)


@dataclass(frozen=True)
class PixelRow:
    """A line of the table: whose values, and Y, U, V, R, G, B; "" where one is not known."""

    title: str
    values: tuple[str, ...]


def pixel_rows(letters: str, values: Sequence[PixelRead | None]) -> list[PixelRow]:
    """A line for each source, then one for what each other differs from A.

    Differences of Y, U and V are left out where the bits of the sources differ: such values do not compare.
    """
    rows, apart = [], []
    first = values[0] if values else None
    for letter, value in zip(letters, values, strict=False):
        numbers = (*value.yuv, *value.rgb) if value else ()
        rows.append(PixelRow(letter, tuple(map(str, numbers)) or ("",) * 6))
        if value is None or first is None or value is first:
            continue
        differences = [other - own for own, other in zip((*first.yuv, *first.rgb), numbers, strict=True)]
        words = [f"{difference:+d}" if difference else "0" for difference in differences]
        if value.bit_depth != first.bit_depth:
            words[:3] = ["–"] * 3
        apart.append(PixelRow(f"{letter} − A", tuple(words)))
    return rows + apart


def draw_pixel_table(
    painter: QPainter,
    whole: QRectF,
    place: PixelPlace,
    rows: Sequence[PixelRow],
    depths: Sequence[int],
    *,
    left: bool = False,
) -> QRectF:
    """Draw the values at the right edge of `whole` (or `left`), below its labels; returns their box."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(painter.font().pointSizeF())
    painter.save()
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    line, head, cell = metrics.height() + 2, metrics.horizontalAdvance("B − A  "), metrics.horizontalAdvance("+0000 ")
    width = head + 6 * cell + 2 * _PADDING
    box = QRectF(whole.left() + 8, whole.top() + 40, width, (len(rows) + 2) * line + 2 * _PADDING)
    if not left:
        box.moveRight(whole.right() - 8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PANEL)
    painter.drawRoundedRect(box, 4, 4)
    begin, top = box.left() + _PADDING, box.top() + _PADDING
    known = sorted({depth for depth in depths if depth})
    words = [tr("x {x}  y {y}", x=place.x, y=place.y)]
    if known:
        words.append(tr("{depths} bit", depths=tr(" and ").join(map(str, known))))
    painter.setPen(_FAINT)
    painter.drawText(QPointF(begin, top + metrics.ascent()), "   ".join(words))
    for column, title in enumerate("YUVRGB"):
        _draw_cell(painter, begin + head + column * cell, top + line, cell, line, title)
    for number, row in enumerate(rows, 2):
        painter.setPen(INK)
        painter.drawText(QPointF(begin, top + number * line + metrics.ascent()), row.title)
        for column, text in enumerate(row.values):
            _draw_cell(painter, begin + head + column * cell, top + number * line, cell, line, text)
    painter.restore()
    return box


def _draw_cell(painter: QPainter, x: float, y: float, width: float, height: float, text: str) -> None:
    painter.drawText(QRectF(x, y, width, height), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def draw_loupe(
    painter: QPainter, whole: QRectF, at: QPointF, point: QPointF, pictures: Sequence[tuple[str, FramePicture]]
) -> QRectF:
    """Draw what lies around `point` in each picture, in tiles beside the pointer `at`; returns their box.

    `point` is a place in the pictures, in 0..1 across and down; pictures are given with the letter of each.
    """
    width = len(pictures) * (_TILE + _GAP) + _GAP
    height = _TILE + 2 * _GAP
    left = at.x() + 24 if at.x() + 24 + width <= whole.right() else at.x() - 24 - width
    top = at.y() + 24 if at.y() + 24 + height <= whole.bottom() else at.y() - 24 - height
    box = QRectF(max(left, whole.left()), max(top, whole.top()), width, height)
    size = pictures[0][1].size
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.fillRect(box, _PANEL)
    for number, (letter, picture) in enumerate(pictures):
        tile = QRectF(box.left() + _GAP + number * (_TILE + _GAP), box.top() + _GAP, _TILE, _TILE)
        painter.setClipRect(tile)
        across, down = size.width() * LOUPE_ZOOM, size.height() * LOUPE_ZOOM
        corner = QPointF(tile.center().x() - point.x() * across, tile.center().y() - point.y() * down)
        columns, rows = picture.image.width(), picture.image.height()
        seen = QRectF(
            int((tile.left() - corner.x()) / across * columns) - 1,
            int((tile.top() - corner.y()) / down * rows) - 1,
            int(_TILE / across * columns) + 3,
            int(_TILE / down * rows) + 3,
        ).intersected(QRectF(0, 0, columns, rows))
        target = QRectF(
            corner.x() + seen.left() / columns * across,
            corner.y() + seen.top() / rows * down,
            seen.width() / columns * across,
            seen.height() / rows * down,
        )
        painter.drawImage(target, picture.image, seen)
        painter.setPen(QPen(QColor(255, 255, 255, 200), 1))
        half = LOUPE_ZOOM / 2
        painter.drawRect(QRectF(tile.center().x() - half, tile.center().y() - half, 2 * half, 2 * half))
        painter.setClipping(False)
        painter.setPen(INK)
        painter.drawText(tile.adjusted(4, 2, -4, -2), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, letter)
    painter.restore()
    return box
