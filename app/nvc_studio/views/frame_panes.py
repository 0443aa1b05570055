"""How a canvas is shared among pictures. Distances are logical pixels."""

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSizeF

GAP = 2.0


class Pane(NamedTuple):
    """A part of the canvas: `shown` is the number of its picture, None for the one that is made of two."""

    rect: QRectF
    shown: int | None


def grid(whole: QRectF, count: int, picture: QSizeF) -> list[QRectF]:
    """Equal panes for `count` pictures in reading order: two stand beside each other, more as they get largest."""
    columns = _columns(whole, count, picture)
    rows = -(-count // columns)
    width = (whole.width() - GAP * (columns - 1)) / columns
    height = (whole.height() - GAP * (rows - 1)) / rows
    return [
        QRectF(
            whole.left() + (number % columns) * (width + GAP),
            whole.top() + (number // columns) * (height + GAP),
            width,
            height,
        )
        for number in range(count)
    ]


def _columns(whole: QRectF, count: int, picture: QSizeF) -> int:
    if count <= 2 or picture.isEmpty():
        return max(1, count)

    def scale(columns: int) -> float:
        rows = -(-count // columns)
        return min(whole.width() / columns / picture.width(), whole.height() / rows / picture.height())

    return max(range(1, count + 1), key=scale)
