"""Small labels on pictures: which source, which frame."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.translation import tr

BACKDROP = QColor(0, 0, 0, 150)
INK = QColor(240, 240, 240)
WARNING = QColor(255, 191, 71)
_MARGIN = 8.0
_PADDING = 6.0


def caption(picture: FramePicture, letter: str = "") -> str:
    """What a label says of a picture: its letter, title, frame number and note."""
    parts = [f"{letter}  {picture.title}".strip()]
    if picture.frame is not None:
        parts.append(tr("frame {frame}", frame=picture.frame))
    if picture.note:
        parts.append(picture.note)
    return "  ·  ".join(part for part in parts if part)


def draw_label(
    painter: QPainter, pane: QRectF, corner: Qt.Corner, text: str, *, warn: bool = False, font: QFont | None = None
) -> QRectF:
    """Draw `text` in a corner of `pane`, shortened in the middle to fit, amber where it warns; returns its box."""
    if font is not None:
        painter.setFont(font)
    metrics = QFontMetricsF(painter.font())
    room = pane.width() - 2 * (_MARGIN + _PADDING)
    if room < metrics.averageCharWidth() * 4:
        return QRectF()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
    box = QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * _PADDING, metrics.height() + _PADDING)
    right = corner in (Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner)
    bottom = corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner)
    left = pane.right() - _MARGIN - box.width() if right else pane.left() + _MARGIN
    top = pane.bottom() - _MARGIN - box.height() if bottom else pane.top() + _MARGIN
    box.moveTopLeft(QPointF(left, top))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(BACKDROP)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(WARNING if warn else INK)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return box
