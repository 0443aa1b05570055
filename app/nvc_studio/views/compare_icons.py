"""The drawings on the compare view's buttons: paths on a 24 x 24 grid, in the colour of the text."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap, QPolygonF

_SIZES = (16, 20, 24, 32, 40, 48)
_LINE = 1.8


def compare_icon(name: str, palette: QPalette) -> QIcon:
    """The icon of that name in the colours of a palette.

    Raises:
        KeyError: there is no icon of that name.
    """
    draw = _DRAWINGS[name]
    made = QIcon()
    role = QPalette.ColorRole.ButtonText
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        for size in _SIZES:
            made.addPixmap(_pixmap(draw, palette.color(group, role), size), mode)
    return made


def _pixmap(draw: Callable[[QPainter], None], colour: QColor, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 24, size / 24)
    pen = QPen(colour, _LINE)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    draw(painter)
    painter.end()
    return pixmap


def _fill(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())


def _triangle(painter: QPainter, left: float, right: float, half: float = 6.0) -> None:
    painter.drawPolygon(QPolygonF([QPointF(left, 12 - half), QPointF(right, 12), QPointF(left, 12 + half)]))


def _play(painter: QPainter) -> None:
    _fill(painter)
    _triangle(painter, 8, 18, 7)


def _pause(painter: QPainter) -> None:
    _fill(painter)
    painter.drawRect(QRectF(7, 6, 2.6, 12))
    painter.drawRect(QRectF(14.4, 6, 2.6, 12))


def _step_forward(painter: QPainter) -> None:
    painter.drawLine(QPointF(7, 6), QPointF(7, 18))
    _fill(painter)
    _triangle(painter, 11, 18, 5)


def _step_back(painter: QPainter) -> None:
    painter.drawLine(QPointF(17, 6), QPointF(17, 18))
    _fill(painter)
    _triangle(painter, 13, 6, 5)


def _to_start(painter: QPainter) -> None:
    painter.drawLine(QPointF(5, 6), QPointF(5, 18))
    _fill(painter)
    _triangle(painter, 12, 7, 4.5)
    _triangle(painter, 19, 14, 4.5)


def _to_end(painter: QPainter) -> None:
    painter.drawLine(QPointF(19, 6), QPointF(19, 18))
    _fill(painter)
    _triangle(painter, 5, 10, 4.5)
    _triangle(painter, 12, 17, 4.5)


def _loop(painter: QPainter) -> None:
    path = QPainterPath(QPointF(5, 12.5))
    path.lineTo(5, 10.5)
    path.quadTo(5, 7.5, 8, 7.5)
    path.lineTo(18, 7.5)
    path.moveTo(15.5, 4.8)
    path.lineTo(18.4, 7.5)
    path.lineTo(15.5, 10.2)
    path.moveTo(19, 11.5)
    path.lineTo(19, 13.5)
    path.quadTo(19, 16.5, 16, 16.5)
    path.lineTo(6, 16.5)
    path.moveTo(8.5, 13.8)
    path.lineTo(5.6, 16.5)
    path.lineTo(8.5, 19.2)
    painter.drawPath(path)


def _frame(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3, 5, 18, 14), 2, 2)


def _side(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(2.5, 7, 8.5, 10), 1.5, 1.5)
    painter.drawRoundedRect(QRectF(13, 7, 8.5, 10), 1.5, 1.5)


def _split(painter: QPainter) -> None:
    _frame(painter)
    painter.drawLine(QPointF(12, 3), QPointF(12, 21))


def _split_across(painter: QPainter) -> None:
    _frame(painter)
    painter.drawLine(QPointF(1.5, 12), QPointF(22.5, 12))


def _letter(letter: str) -> Callable[[QPainter], None]:
    def draw(painter: QPainter) -> None:
        _frame(painter)
        path = QPainterPath()
        if letter == "A":
            path.moveTo(8.5, 16)
            path.lineTo(12, 8)
            path.lineTo(15.5, 16)
            path.moveTo(9.8, 13.4)
            path.lineTo(14.2, 13.4)
        else:
            path.moveTo(9.5, 8)
            path.lineTo(9.5, 16)
            path.lineTo(12.6, 16)
            path.cubicTo(15.6, 16, 15.6, 12, 12.6, 12)
            path.lineTo(9.5, 12)
            path.moveTo(12.4, 12)
            path.cubicTo(15, 12, 15, 8, 12.4, 8)
            path.lineTo(9.5, 8)
        painter.drawPath(path)

    return draw


def _difference(painter: QPainter) -> None:
    _frame(painter)
    painter.drawLine(QPointF(9, 9.8), QPointF(15, 9.8))
    painter.drawLine(QPointF(12, 7), QPointF(12, 12.6))
    painter.drawLine(QPointF(9, 16), QPointF(15, 16))


def _ping_pong(painter: QPainter) -> None:
    path = QPainterPath()
    for y, end, along in ((9, 19, -1), (15, 5, 1)):
        path.moveTo(24 - end, y)
        path.lineTo(end, y)
        path.moveTo(end + 3.2 * along, y - 3.2)
        path.lineTo(end, y)
        path.lineTo(end + 3.2 * along, y + 3.2)
    painter.drawPath(path)


def _flicker(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(7.5, 3.5, 13, 10), 1.5, 1.5)
    _fill(painter)
    painter.drawRoundedRect(QRectF(3.5, 10.5, 13, 10), 1.5, 1.5)


def _error_map(painter: QPainter) -> None:
    _frame(painter)
    colour = painter.pen().color()
    painter.setPen(Qt.PenStyle.NoPen)
    for column, shares in enumerate(((60, 130), (130, 220), (220, 255))):
        for row, alpha in enumerate(shares):
            colour.setAlpha(alpha)
            painter.setBrush(colour)
            painter.drawRect(QRectF(6 + 4 * column, 8 + 4 * row, 4, 4))


def _loupe(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(10.5, 10.5), 6, 6)
    painter.drawLine(QPointF(15, 15), QPointF(20, 20))


def _inspect(painter: QPainter) -> None:
    painter.drawRect(QRectF(9.5, 9.5, 5, 5))
    for x, y in ((12, 3), (12, 17), (3, 12), (17, 12)):
        along = QPointF(4, 0) if y == 12 else QPointF(0, 4)
        painter.drawLine(QPointF(x, y), QPointF(x, y) + along)


def _fit(painter: QPainter) -> None:
    path = QPainterPath()
    for x, y, along, down in ((4, 4, 1, 1), (20, 4, -1, 1), (4, 20, 1, -1), (20, 20, -1, -1)):
        path.moveTo(x, y + 5 * down)
        path.lineTo(x, y)
        path.lineTo(x + 5 * along, y)
    painter.drawPath(path)


_DRAWINGS: dict[str, Callable[[QPainter], None]] = {
    "play": _play,
    "pause": _pause,
    "step-forward": _step_forward,
    "step-back": _step_back,
    "to-start": _to_start,
    "to-end": _to_end,
    "loop": _loop,
    "side": _side,
    "split": _split,
    "split-across": _split_across,
    "a": _letter("A"),
    "b": _letter("B"),
    "difference": _difference,
    "error-map": _error_map,
    "ping-pong": _ping_pong,
    "flicker": _flicker,
    "loupe": _loupe,
    "inspect": _inspect,
    "fit": _fit,
}
