"""The curve under the scrubber: one number a frame, linked with the playhead both ways."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from nvc_studio.views.frame_axis import LEFT_ROOM, FrameAxis
from nvc_studio.views.frame_colours import faded

_HEIGHT = 80
_TOP = 19
_BOTTOM = 6
_LEAST_SPAN = 0.5


class MetricStrip(QWidget):
    """Values of one measure, one a frame; NaN where there is none, infinite where nothing was lost.

    A click or drag goes to a frame, and so do the arrow keys, Home and End. The playhead's value is written beside the
    title, or the one under the mouse.

    Signals:
        frame_chosen(int): go to this frame.
    """

    frame_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[float] = []
        self._title = ""
        self._unit = "dB"
        self._frame = 0
        self._hover: int | None = None
        self._bounds = (0.0, 1.0)
        self._drawn: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Quality of each frame")

    @property
    def values(self) -> list[float]:
        return self._values

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value that the strip has room for."""
        return self._bounds

    @property
    def axis(self) -> FrameAxis:
        """Where each frame lies."""
        return FrameAxis.across(len(self._values), self.width())

    def set_values(self, values: Sequence[float], title: str, unit: str = "dB") -> None:
        """Show other values; none empties the strip."""
        self._values = list(values)
        self._title = title
        self._unit = unit
        self._hover = None
        self._bounds = _bounds(self._values)
        self._drawn = None
        self._describe()
        self.update()

    def set_frame(self, frame: int) -> None:
        """Show the playhead there."""
        if frame != self._frame:
            self._frame = frame
            self._describe()
            self.update()

    def value_text(self, frame: int) -> str:
        """The value of a frame in words, "" where there is none."""
        if not 0 <= frame < len(self._values):
            return ""
        value = self._values[frame]
        if math.isnan(value):
            return "not measured"
        return "lossless" if math.isinf(value) else f"{value:.2f} {self._unit}"

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    # --- hand and keyboard ----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._values:
            self.frame_chosen.emit(self.axis.frame(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._values:
            return
        frame = self.axis.frame(event.position().x())
        if frame != self._hover:
            self._hover = frame
            self.update()
            if event.buttons() & Qt.MouseButton.LeftButton:
                self.frame_chosen.emit(frame)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._values) - 1
        targets = {
            Qt.Key.Key_Left: self._frame - 1,
            Qt.Key.Key_Right: self._frame + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.frame_chosen.emit(min(max(target, 0), last))

    # --- painting -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drawn = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._drawn = None
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axis = self.axis
        plot = QRectF(axis.left, _TOP, axis.width, self.height() - _TOP - _BOTTOM)
        if self._drawn is None or self._drawn.devicePixelRatioF() != self.devicePixelRatioF():
            self._drawn = self._draw_still(axis, plot)
        painter.drawPixmap(0, 0, self._drawn)
        if self._values:
            self._draw_cursor(painter, axis, plot)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.end()

    def _draw_still(self, axis: FrameAxis, plot: QRectF) -> QPixmap:
        """Everything but the playhead: drawn once for these values, this size and these colours."""
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(self.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(self.palette().window().color())
        painter = QPainter(drawn)
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_frame(painter, plot)
        if self._values:
            self._draw_curve(painter, axis, plot)
        painter.end()
        return drawn

    def _draw_frame(self, painter: QPainter, plot: QRectF) -> None:
        ink = self.palette().windowText().color()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(plot, 3, 3)
        if not self._values:
            return
        font = painter.font()
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.8))
        painter.setFont(font)
        low, high = self._bounds
        for value, flag in ((high, Qt.AlignmentFlag.AlignTop), (low, Qt.AlignmentFlag.AlignBottom)):
            room = QRectF(0, plot.top() - 3, LEFT_ROOM - 5, plot.height() + 6)
            painter.setPen(faded(ink, 170))
            painter.drawText(room, flag | Qt.AlignmentFlag.AlignRight, f"{value:g}")
        painter.setPen(QPen(faded(ink, 36), 1))
        middle = plot.center().y()
        painter.drawLine(QPointF(plot.left(), middle), QPointF(plot.right(), middle))

    def _draw_curve(self, painter: QPainter, axis: FrameAxis, plot: QRectF) -> None:
        line, area = QPainterPath(), QPainterPath()
        start: QPointF | None = None
        end = QPointF()
        for point in [*self._points(axis, plot), None]:
            if point is not None and start is not None:
                line.lineTo(point)
                area.lineTo(point)
            elif point is not None:
                start = point
                line.moveTo(point)
                area.moveTo(QPointF(point.x(), plot.bottom()))
                area.lineTo(point)
            elif start is not None:
                if end == start:
                    line.addEllipse(start, 0.8, 0.8)
                area.lineTo(QPointF(end.x(), plot.bottom()))
                area.closeSubpath()
                start = None
            if point is not None:
                end = point
        accent = self.palette().highlight().color()
        painter.save()
        painter.setClipRect(plot)
        painter.fillPath(area, faded(accent, 40))
        painter.strokePath(line, QPen(accent, 1.4))
        painter.restore()

    def _points(self, axis: FrameAxis, plot: QRectF) -> list[QPointF | None]:
        """The curve's points, None at gaps. More than two frames a pixel become the column's least and greatest."""
        if len(self._values) <= 2 * axis.width:
            return [
                None if math.isnan(value) else QPointF(axis.x(frame), self._y(value, plot))
                for frame, value in enumerate(self._values)
            ]
        points: list[QPointF | None] = []
        columns = int(axis.width)
        for column in range(columns):
            first, stop = column * len(self._values) // columns, (column + 1) * len(self._values) // columns
            known = [value for value in self._values[first:stop] if not math.isnan(value)]
            x = axis.left + column + 0.5
            points += [QPointF(x, self._y(value, plot)) for value in (min(known), max(known))] if known else [None]
        return points

    def _draw_cursor(self, painter: QPainter, axis: FrameAxis, plot: QRectF) -> None:
        palette = self.palette()
        ink = palette.windowText().color()
        if self._hover is not None:
            painter.setPen(QPen(faded(ink, 110), 1, Qt.PenStyle.DashLine))
            x = axis.x(self._hover)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        x = axis.x(min(self._frame, len(self._values) - 1))
        painter.setPen(QPen(ink, 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        told = self._frame if self._hover is None else self._hover
        value = self._values[told] if 0 <= told < len(self._values) else math.nan
        if not math.isnan(value):
            painter.setBrush(palette.highlight())
            painter.setPen(QPen(palette.base().color(), 1))
            painter.drawEllipse(QPointF(axis.x(told), self._y(value, plot)), 3.5, 3.5)
        text = f"{self._title}   frame {told}: {self.value_text(told)}".strip()
        metrics = painter.fontMetrics()
        row = QRectF(plot.left(), 1, plot.width(), plot.top() - 2)
        painter.setPen(ink)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, int(row.width()))
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _y(self, value: float, plot: QRectF) -> float:
        low, high = self._bounds
        share = 1.0 if math.isinf(value) else (value - low) / (high - low)
        return plot.bottom() - min(max(share, 0.0), 1.0) * plot.height()

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{self._title}, frame {self._frame}: {self.value_text(self._frame)}")


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """Round numbers below and above all finite values."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    span = max(high - low, _LEAST_SPAN)
    step = 10 ** math.floor(math.log10(span))
    if span / step < 2:
        step /= 5
    elif span / step < 5:
        step /= 2
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return (low, high) if high > low else (low - step, high + step)
