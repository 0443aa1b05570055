"""A chart on the screen, laid out as in a file, whose points can be asked and clicked, and which zooms and pans."""

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nvc_engine.charting.axes import Axes, View
from nvc_engine.charting.chart import Chart
from nvc_engine.charting.drawing import Drawing, Mark, Words
from nvc_engine.charting.font import chart_font
from nvc_engine.charting.layout import Palette, lay_out
from nvc_studio.theme import Theme
from nvc_studio.views.rd_painting import paint

_PIXELS_A_POINT = 96 / 72
_REACH = 8.0
_DRAG_BEGINS = 4.0
_WHEEL_NOTCH = 120
_ZOOM_A_NOTCH = 0.8
_STEP = 0.1
_KEY_STEPS = {
    Qt.Key.Key_Left: (_STEP, 0.0),
    Qt.Key.Key_Right: (-_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, _STEP),
    Qt.Key.Key_Down: (0.0, -_STEP),
}
_KEYS = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0, *_KEY_STEPS)


class ChartCanvas(QWidget):
    """Paints a `Chart` in the colours of the theme.

    The wheel, or + and -, zooms around the pointer; dragging, or the arrows, moves; a double click or 0 shows
    everything again. Once it is zoomed, the view stays where it is while points come.

    Signals:
        clicked: the indices of a series and of its point.
        zoomed: whether less than everything is shown now.
    """

    clicked = Signal(int, int)
    zoomed = Signal(bool)

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._drawing: Drawing | None = None
        self._words: Callable[[int, int], str] = lambda series, point: ""
        self._view: View | None = None
        self._spoken: tuple[int, int] | str | None = None
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._hint = ""
        self.chart = Chart("", "", "", ())
        self.setAccessibleName(name)
        self.setMinimumSize(220, 160)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self.lay_out_anew)

    def show_chart(self, chart: Chart, words: Callable[[int, int], str]) -> None:
        """Draw `chart`; `words` says what is under the pointer, for the indices of a series and its point."""
        self._words = words
        if chart == self.chart:
            return
        if (chart.title, chart.x_title, chart.y_title, chart.log_x) != (
            self.chart.title, self.chart.x_title, self.chart.y_title, self.chart.log_x
        ):  # fmt: skip
            self.show_view(None)  # the values of other axes mean other places
        self.chart = chart
        self.lay_out_anew()

    def set_hint(self, text: str) -> None:
        """What is said in place of a chart that has no points."""
        self._hint = text
        self.update()

    @property
    def view(self) -> View | None:
        """The values that are shown, or None where all are."""
        return self._view

    def show_view(self, view: View | None) -> None:
        """Show these values; None: everything."""
        changed = (view is None) is not (self._view is None)
        self._view = view
        self.lay_out_anew()
        if changed:
            self.zoomed.emit(view is not None)

    def lay_out_anew(self) -> None:
        """Draw in other colours or another size."""
        self._drawing = None
        self.update()

    @property
    def drawing(self) -> Drawing:
        """The chart as it is laid out for the size of the widget."""
        width, height = self.width() / _PIXELS_A_POINT, self.height() / _PIXELS_A_POINT
        if self._drawing is None or (self._drawing.width, self._drawing.height) != (width, height):
            colours = self._theme.colours
            palette = Palette(colours.base, colours.text, colours.line, colours.estimate, colours.curves)
            self._drawing = lay_out(self.chart, width, height, palette, self._view)
        return self._drawing

    def mark_at(self, place: QPointF) -> Mark | None:
        """The mark nearest to a place in pixels, where one is near."""

        def distance(mark: Mark) -> float:
            x, y = (value * _PIXELS_A_POINT for value in mark.place)
            return math.hypot(x - place.x(), y - place.y())

        nearest = min(self.drawing.marks, key=distance, default=None)
        return nearest if nearest is not None and distance(nearest) <= _REACH else None

    def cut_at(self, place: QPointF) -> str:
        """What the words under a place in pixels say in full, where they were cut short, else ""."""
        x, y = place.x() / _PIXELS_A_POINT, place.y() / _PIXELS_A_POINT
        for words in self.drawing.items:
            if isinstance(words, Words) and words.whole:
                width = words.size * chart_font().width(words.text)
                left = words.place[0] - words.anchor * width
                if left <= x <= left + width and words.place[1] - words.size <= y <= words.place[1] + words.size / 3:
                    return words.whole
        return ""

    def zoom(self, factor: float, around: QPointF | None = None) -> None:
        """Show `factor` times as much of each axis; `around`, in pixels, stays where it is (default: the middle)."""
        axes = self._axes()
        if around is None:
            place = ((axes.left + axes.right) / 2, (axes.top + axes.bottom) / 2)
        else:
            place = (around.x() / _PIXELS_A_POINT, around.y() / _PIXELS_A_POINT)
        self.show_view(axes.zoomed(place, factor))

    def move_by(self, right: float, down: float) -> None:
        """Move what is shown by that many pixels."""
        self.show_view(self._axes().moved(right / _PIXELS_A_POINT, down / _PIXELS_A_POINT))

    def _axes(self) -> Axes:
        axes = self.drawing.axes
        assert axes is not None
        return axes

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._hint and not any(series.points for series in self.chart.series):
            painter.fillRect(self.rect(), self.palette().base())
            painter.setPen(self.palette().placeholderText().color())
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 4, -16, -4), int(centred), self._hint)
            painter.end()
            return
        painter.scale(_PIXELS_A_POINT, _PIXELS_A_POINT)
        paint(painter, self.drawing)
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(self.palette().highlight().color())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(0, 0, self.width() - 1, self.height() - 1))
        painter.end()

    def _say(self, place: QPointF) -> None:
        """Say at once what is under the pointer, and nothing more where there is nothing."""
        mark = self.mark_at(place)
        spoken = (mark.series, mark.point) if mark is not None else self.cut_at(place) or None
        if spoken == self._spoken:
            return
        self._spoken = spoken
        self.setCursor(Qt.CursorShape.PointingHandCursor if mark is not None else Qt.CursorShape.ArrowCursor)
        said = self._words(*spoken) if isinstance(spoken, tuple) else spoken or ""
        QToolTip.showText(self.mapToGlobal(place).toPoint(), said, self)

    def event(self, event: QEvent) -> bool:
        overriding = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride
        if overriding and not event.modifiers() and event.key() in _KEYS:  # type: ignore[attr-defined]
            event.accept()  # what the key does elsewhere in the window it does not do here
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / _WHEEL_NOTCH
        if notches:
            self.zoom(_ZOOM_A_NOTCH**notches, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM_A_NOTCH)
        elif key is Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM_A_NOTCH)
        elif key is Qt.Key.Key_0:
            self.show_view(None)
        elif key in _KEY_STEPS:
            right, down = _KEY_STEPS[key]
            self.move_by(right * self.width(), down * self.height())
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None and self._dragged is None:
            away = at - self._pressed
            if math.hypot(away.x(), away.y()) >= _DRAG_BEGINS:
                self._dragged = self._pressed
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragged is not None:
            moved = at - self._dragged
            self._dragged = at
            self.move_by(moved.x(), moved.y())
        elif self._pressed is None:
            self._say(at)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._spoken = None
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._pressed is not None:
            mark = self.mark_at(self._pressed) if self._dragged is None else None
            self._pressed = self._dragged = None
            self.setCursor(Qt.CursorShape.ArrowCursor)
            if mark is not None:
                self.clicked.emit(mark.series, mark.point)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.mark_at(event.position()) is None:
            self.show_view(None)
        super().mouseDoubleClickEvent(event)
