"""A chart on the screen, laid out as in a file, whose points can be asked and clicked."""

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nvc_engine.charting.chart import Chart
from nvc_engine.charting.drawing import Drawing, Mark
from nvc_engine.charting.layout import Palette, lay_out
from nvc_studio.theme import Theme
from nvc_studio.views.rd_painting import paint

_PIXELS_A_POINT = 96 / 72
_REACH = 8.0


class ChartCanvas(QWidget):
    """Paints a `Chart` in the colours of the theme.

    Signals:
        clicked: the indices of a series and of its point.
    """

    clicked = Signal(int, int)

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._drawing: Drawing | None = None
        self._words: Callable[[int, int], str] = lambda series, point: ""
        self.chart = Chart("", "", "", ())
        self.setAccessibleName(name)
        self.setMinimumSize(220, 160)
        self.setMouseTracking(True)
        theme.changed.connect(self.lay_out_anew)

    def show_chart(self, chart: Chart, words: Callable[[int, int], str]) -> None:
        """Draw `chart`; `words` says what is under the pointer, for the indices of a series and its point."""
        self._words = words
        if chart != self.chart:
            self.chart = chart
            self.lay_out_anew()

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
            self._drawing = lay_out(self.chart, width, height, palette)
        return self._drawing

    def mark_at(self, place: QPointF) -> Mark | None:
        """The mark nearest to a place in pixels, where one is near."""

        def distance(mark: Mark) -> float:
            x, y = (value * _PIXELS_A_POINT for value in mark.place)
            return math.hypot(x - place.x(), y - place.y())

        nearest = min(self.drawing.marks, key=distance, default=None)
        return nearest if nearest is not None and distance(nearest) <= _REACH else None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.scale(_PIXELS_A_POINT, _PIXELS_A_POINT)
        paint(painter, self.drawing)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            mark = self.mark_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._words(mark.series, mark.point) if mark else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self.mark_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if near else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        if mark is not None and event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit(mark.series, mark.point)
        super().mousePressEvent(event)
