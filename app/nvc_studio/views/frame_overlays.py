"""What is drawn over the pictures: divider, legend of the error map, hint."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from nvc_studio.translation import tr
from nvc_studio.views.frame_difference import scale_colour, scale_end
from nvc_studio.views.frame_labels import BACKDROP, INK

HINT = QColor(150, 152, 158)
GRIP = 6.0
_LEGEND_WIDTH, _LEGEND_BAR = 240.0, 10.0
_STOPS = 12


def draw_divider(painter: QPainter, first: QPointF, second: QPointF, grip: QPointF) -> None:
    """The line between two halves, with the mark that says that it can be taken hold of."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(0, 0, 0, 130), 3))
    painter.drawLine(first, second)
    painter.setPen(QPen(QColor(255, 255, 255, 230), 1))
    painter.drawLine(first, second)
    painter.setPen(QPen(QColor(0, 0, 0, 130), 1))
    painter.setBrush(QColor(255, 255, 255, 235))
    painter.drawEllipse(grip, GRIP, GRIP)
    painter.restore()


def draw_legend(painter: QPainter, whole: QRectF, gain: int) -> None:
    """The error map's scale, in code values of 8 bits, at the foot of `whole`."""
    metrics = painter.fontMetrics()
    width = min(_LEGEND_WIDTH, whole.width() - 40)
    if width < 80:
        return
    height = _LEGEND_BAR + 2 * metrics.height() + 18
    box = QRectF(whole.left() + 8, whole.bottom() - 8 - height, width + 24, height)
    bar = QRectF(box.left() + 12, box.top() + 8 + metrics.height(), width, _LEGEND_BAR)
    ramp = QLinearGradient(bar.topLeft(), bar.topRight())
    for stop in range(_STOPS + 1):
        ramp.setColorAt(stop / _STOPS, scale_colour(stop / _STOPS))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(BACKDROP)
    painter.drawRoundedRect(box, 4, 4)
    painter.fillRect(bar, ramp)
    painter.setPen(INK)
    title = QRectF(bar.left(), box.top() + 3, bar.width(), metrics.height())
    words = metrics.elidedText(
        tr("Largest error of R, G, B in code values"), Qt.TextElideMode.ElideRight, int(bar.width())
    )
    painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
    end = scale_end(gain)
    below = QRectF(bar.left(), bar.bottom() + 3, bar.width(), metrics.height())
    for value, flag in ((0, Qt.AlignmentFlag.AlignLeft), (end // 2, Qt.AlignmentFlag.AlignHCenter)):
        painter.drawText(below, flag, str(value))
    painter.drawText(below, Qt.AlignmentFlag.AlignRight, str(end) if end == 255 else tr("{end} and more", end=end))
    painter.restore()


def draw_hint(painter: QPainter, room: QRect, text: str) -> None:
    """What an empty canvas says."""
    painter.setPen(HINT)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(room.adjusted(20, 20, -20, -20), int(flags), text)
