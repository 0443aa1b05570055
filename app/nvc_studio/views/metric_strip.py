"""The curves under the scrubber: one number a frame of each source, linked with the playhead both ways."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
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

from nvc_studio.translation import tr
from nvc_studio.views.frame_axis import LEFT_ROOM, FrameAxis
from nvc_studio.views.frame_colours import faded

_HEIGHT = 84
_TOP = 23
_BOTTOM = 6
_COLOURS = ("#8a8f98", "", "#e07b24", "#2f9e62", "#c2489b", "#1f9aa8", "#b08a00", "#7a5bd0", "#c04f4f")
"""Of A, B (the palette's own accent), C and so on; they stand out on light and on dark ground."""


@dataclass(frozen=True)
class FrameCurve:
    """The values of one source, one a frame of the playhead; NaN where there is none, infinite where nothing was lost.

    `source` is its number: 0 for A, 1 for B.
    """

    source: int
    letter: str
    values: tuple[float, ...]


class MetricStrip(QWidget):
    """Values of one measure, a curve a source; the first is drawn before the others.

    A click or drag goes to a frame, and so do the arrow keys, Home and End. The playhead's values are written above, or
    those under the mouse.

    Signals:
        frame_chosen(int): go to this frame.
    """

    frame_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[FrameCurve, ...] = ()
        self._title = ""
        self._unit = "dB"
        self._digits = 2
        self._logarithmic = False
        self._rooms = (0, 0)
        self._frame = 0
        self._hover: int | None = None
        self._bounds = (0.0, 1.0)
        self._drawn: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Quality of each frame"))

    @property
    def curves(self) -> tuple[FrameCurve, ...]:
        return self._curves

    @property
    def frame_count(self) -> int:
        return len(self._curves[0].values) if self._curves else 0

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value that the strip has room for."""
        return self._bounds

    @property
    def axis(self) -> FrameAxis:
        """Where each frame lies."""
        return FrameAxis.across(self.frame_count, self.width())

    def set_curves(
        self,
        curves: Sequence[FrameCurve],
        title: str,
        unit: str = "dB",
        digits: int = 2,
        *,
        least_span: float = 0.5,
        logarithmic: bool = False,
    ) -> None:
        """Show other curves, the most important first; none empties the strip.

        `least_span` keeps noise flat. A `logarithmic` axis is for what differs by powers of ten, and is above 0.
        """
        self._curves = tuple(curve for curve in curves if curve.values)
        self._title, self._unit, self._digits, self._logarithmic = title, unit, digits, logarithmic
        self._hover = None
        values = [value for curve in self._curves for value in curve.values]
        self._bounds = _decades(values) if logarithmic else _bounds(values, least_span)
        self._drawn = None
        self._describe()
        self.update()

    def set_rooms(self, left: int, right: int) -> None:
        """Leave so many pixels of the line above the curves to others."""
        self._rooms = (left, right)
        self.update()

    def set_frame(self, frame: int) -> None:
        """Show the playhead there."""
        if frame != self._frame:
            self._frame = frame
            self._describe()
            self.update()

    def value_text(self, frame: int, curve: int = 0) -> str:
        """The value of a frame in words, "" where there is none."""
        if not 0 <= frame < self.frame_count:
            return ""
        value = self._curves[curve].values[frame]
        if math.isnan(value):
            return tr("not measured")
        return tr("lossless") if math.isinf(value) else f"{value:.{self._digits}f} {self._unit}".strip()

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    # --- hand and keyboard ----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._curves:
            self.frame_chosen.emit(self.axis.frame(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._curves:
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
        last = self.frame_count - 1
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
        if self._curves:
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
        for curve in reversed(self._curves):
            self._draw_curve(painter, axis, plot, curve)
        painter.end()
        return drawn

    def _draw_frame(self, painter: QPainter, plot: QRectF) -> None:
        ink = self.palette().windowText().color()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(plot, 3, 3)
        if not self._curves:
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

    def _draw_curve(self, painter: QPainter, axis: FrameAxis, plot: QRectF, curve: FrameCurve) -> None:
        line, area = QPainterPath(), QPainterPath()
        start: QPointF | None = None
        end = QPointF()
        for point in [*self._points(axis, plot, curve.values), None]:
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
        colour = self.colour(curve.source)
        painter.save()
        painter.setClipRect(plot)
        if curve is self._curves[0]:
            painter.fillPath(area, faded(colour, 36))
        painter.strokePath(line, QPen(colour, 1.4))
        painter.restore()

    def _points(self, axis: FrameAxis, plot: QRectF, values: Sequence[float]) -> list[QPointF | None]:
        """The curve's points, None at gaps. More than two frames a pixel become the column's least and greatest."""
        if len(values) <= 2 * axis.width:
            return [
                None if math.isnan(value) else QPointF(axis.x(frame), self._y(value, plot))
                for frame, value in enumerate(values)
            ]
        points: list[QPointF | None] = []
        columns = int(axis.width)
        for column in range(columns):
            first, stop = column * len(values) // columns, (column + 1) * len(values) // columns
            known = [value for value in values[first:stop] if not math.isnan(value)]
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
        x = axis.x(min(self._frame, self.frame_count - 1))
        painter.setPen(QPen(ink, 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        told = self._frame if self._hover is None else self._hover
        for curve in reversed(self._curves):
            value = curve.values[told] if 0 <= told < self.frame_count else math.nan
            if not math.isnan(value):
                painter.setBrush(self.colour(curve.source))
                painter.setPen(QPen(palette.base().color(), 1))
                painter.drawEllipse(QPointF(axis.x(told), self._y(value, plot)), 3.5, 3.5)
        self._draw_values(painter, plot, told)

    def _draw_values(self, painter: QPainter, plot: QRectF, told: int) -> None:
        """Frame number and each curve's value in its colour, as many as there is room for."""
        metrics = painter.fontMetrics()
        left, right = plot.left() + self._rooms[0], plot.right() - self._rooms[1]
        ink = self.palette().windowText().color()
        words = [(tr("frame {frame}", frame=told), ink)]
        words += [
            (f"{curve.letter}  {self.value_text(told, number)}", self.colour(curve.source))
            for number, curve in enumerate(self._curves)
        ]
        for text, colour in words:
            row = QRectF(left, 1, right - left, plot.top() - 2)
            if row.width() < metrics.averageCharWidth() * 4:
                break
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, int(row.width()))
            painter.setPen(colour)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(shown) + 14

    def colour(self, source: int) -> QColor:
        """The colour of a source's curve."""
        named = _COLOURS[source % len(_COLOURS)]
        return QColor(named) if named else self.palette().highlight().color()

    def _y(self, value: float, plot: QRectF) -> float:
        low, high = self._bounds
        if self._logarithmic:
            value, low, high = (math.log10(max(number, low)) for number in (value, low, high))
        share = 1.0 if math.isinf(value) else (value - low) / (high - low)
        return plot.bottom() - min(max(share, 0.0), 1.0) * plot.height()

    def _describe(self) -> None:
        values = [f"{curve.letter} {self.value_text(self._frame, number)}" for number, curve in enumerate(self._curves)]
        self.setAccessibleDescription(
            tr("{title}, frame {frame}: {values}", title=self._title, frame=self._frame, values=", ".join(values))
        )


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Powers of ten below and above all values that are above 0."""
    finite = [value for value in values if math.isfinite(value) and value > 0]
    if not finite:
        return 1.0, 10.0
    low, high = math.floor(math.log10(min(finite))), math.ceil(math.log10(max(finite)))
    return 10.0**low, 10.0 ** max(high, low + 1)


def _bounds(values: Sequence[float], least_span: float) -> tuple[float, float]:
    """Round numbers below and above all finite values."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    span = max(high - low, least_span)
    step = 10 ** math.floor(math.log10(span))
    if span / step < 2:
        step /= 5
    elif span / step < 5:
        step /= 2
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return (low, high) if high > low else (low - step, high + step)
