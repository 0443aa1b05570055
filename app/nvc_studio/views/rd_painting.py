"""An RD chart for a paper: drawn from plain data with QPainter, as PNG, SVG or PDF, on white.

Needs a QGuiApplication for its fonts; without a display its platform "offscreen" will do. Learned codecs have solid
lines and conventional ones dashed; estimates are grey; the legend stands at the bottom right.
"""

import math
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QPolygonF,
)
from PySide6.QtSvg import QSvgGenerator

from nvc_engine.charting.ticks import linear_ticks, log_ticks, tick_text
from nvc_studio.models.rd import QUALITY_TITLES, RATE_TITLES, RdChart, RdSeries
from nvc_studio.saving import SaveError, save_bytes

WIDTH, HEIGHT = 640.0, 440.0
SUFFIXES = (".png", ".svg", ".pdf")

_COLOURS = ("#1f5fbf", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#b91c1c", "#4d7c0f", "#a16207")
_INK, _GRID, _ESTIMATE = QColor("#1b1f24"), QColor("#dfe3e8"), QColor("#8c959f")
_MARK = 4.0


def save_chart(path: Path, chart: RdChart, *, scale: float = 3.0) -> None:
    """Write `chart` to `path` in the format of its suffix; a PNG has `scale` x 640x440 pixels.

    Raises:
        SaveError: the suffix is none of .png, .svg and .pdf, or the file could not be written.
    """
    match path.suffix.lower():
        case ".png":
            data = _png(chart, scale)
        case ".svg":
            data = _svg(chart)
        case ".pdf":
            data = _pdf(chart)
        case _:
            raise SaveError(
                f"A chart is saved as .png, .svg or .pdf, not as {path.suffix or 'a file without a suffix'}."
            )
    save_bytes(path, data)


def _png(chart: RdChart, scale: float) -> bytes:
    image = QImage(round(WIDTH * scale), round(HEIGHT * scale), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_chart(painter, chart)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def _svg(chart: RdChart) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(round(WIDTH), round(HEIGHT)))
    generator.setViewBox(QRectF(0, 0, WIDTH, HEIGHT))
    generator.setResolution(96)
    generator.setTitle(f"Rate-distortion chart of {chart.title}")
    painter = QPainter(generator)
    paint_chart(painter, chart)
    painter.end()
    return bytes(buffer.data().data())


def _pdf(chart: RdChart) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(f"Rate-distortion chart of {chart.title}")
    page = QPageSize(QSizeF(WIDTH * 72 / 96, HEIGHT * 72 / 96), QPageSize.Unit.Point)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    writer.setResolution(96)
    painter = QPainter(writer)
    paint_chart(painter, chart)
    painter.end()
    return bytes(buffer.data().data())


def paint_chart(painter: QPainter, chart: RdChart) -> None:
    """Draw `chart` into 640 x 440 units of `painter`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, WIDTH, HEIGHT), Qt.GlobalColor.white)
    font = QFont("Helvetica", 9)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPixelSize(12)
    painter.setFont(font)
    _Drawing(painter, chart).paint()


class _Drawing:
    """One drawing of one chart: the scales and the plot's rectangle, which every part needs."""

    def __init__(self, painter: QPainter, chart: RdChart) -> None:
        self.painter = painter
        self.chart = chart
        self.metrics = QFontMetricsF(painter.font())
        self.plot = QRectF(64, 40, WIDTH - 64 - 20, HEIGHT - 40 - 52)
        points = [point for series in chart.series for point in series.points]
        rates = [rate for rate, _ in points] or [0.05, 0.5]
        levels = [level for _, level in points] or [30.0, 40.0]
        self.log_rate = chart.log_rate and min(rates) > 0
        self.rates = _padded_log(rates) if self.log_rate else _padded(rates, floor=0.0)
        self.levels = _padded(levels)

    def paint(self) -> None:
        self._frame()
        for index, series in enumerate(self.chart.series):
            self._curve(series, index)
        if self.chart.series:
            self._legend()

    def _x(self, rate: float) -> float:
        low, high = self.rates
        if self.log_rate:
            rate, low, high = math.log10(rate), math.log10(low), math.log10(high)
        return self.plot.left() + (rate - low) / (high - low) * self.plot.width()

    def _y(self, level: float) -> float:
        low, high = self.levels
        return self.plot.bottom() - (level - low) / (high - low) * self.plot.height()

    def _frame(self) -> None:
        painter, plot = self.painter, self.plot
        x_ticks = log_ticks(*self.rates) if self.log_rate else linear_ticks(*self.rates)
        y_ticks = linear_ticks(*self.levels)
        for tick in x_ticks:
            x = self._x(tick)
            painter.setPen(QPen(_GRID, 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            self._text(
                QRectF(x - 40, plot.bottom() + 6, 80, 16), tick_text(tick, x_ticks), Qt.AlignmentFlag.AlignHCenter
            )
        for tick in y_ticks:
            y = self._y(tick)
            painter.setPen(QPen(_GRID, 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            self._text(QRectF(0, y - 8, plot.left() - 8, 16), tick_text(tick, y_ticks), Qt.AlignmentFlag.AlignRight)
        painter.setPen(QPen(_INK, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(plot)
        rate_title = RATE_TITLES[self.chart.rate] + (", log scale" if self.log_rate else "")
        centre = Qt.AlignmentFlag.AlignHCenter
        self._text(QRectF(plot.left(), HEIGHT - 24, plot.width(), 18), rate_title, centre)
        self._text(QRectF(plot.left(), 12, plot.width(), 20), self.chart.title, centre, bold=True)
        painter.save()
        painter.translate(18, plot.center().y())
        painter.rotate(-90)
        self._text(QRectF(-plot.height() / 2, -9, plot.height(), 18), QUALITY_TITLES[self.chart.quality], centre)
        painter.restore()

    def _curve(self, series: RdSeries, index: int) -> None:
        painter = self.painter
        colour = series_colour(series, index)
        places = [QPointF(self._x(rate), self._y(level)) for rate, level in series.points]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(series, colour))
        if len(places) > 1:
            painter.drawPolyline(QPolygonF(places))
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(QBrush(colour) if series.measured else QBrush(Qt.GlobalColor.white))
        for place in places if series.measured else places[-1:]:
            draw_mark(painter, place, index, _MARK)

    def _legend(self) -> None:
        painter, series = self.painter, self.chart.series
        line, gap = 17.0, 34.0
        width = gap + 12 + max(self.metrics.horizontalAdvance(one.name) for one in series)
        height = line * len(series) + 8
        box = QRectF(self.plot.right() - width - 8, self.plot.bottom() - height - 8, width, height)
        painter.setPen(QPen(_GRID, 1))
        painter.setBrush(QColor(255, 255, 255, 235))
        painter.drawRect(box)
        for index, one in enumerate(series):
            y = box.top() + 4 + line * (index + 0.5)
            colour = series_colour(one, index)
            painter.setPen(_pen(one, colour))
            painter.drawLine(QPointF(box.left() + 6, y), QPointF(box.left() + 28, y))
            painter.setPen(QPen(colour, 1.4))
            painter.setBrush(QBrush(colour) if one.measured else QBrush(Qt.GlobalColor.white))
            draw_mark(painter, QPointF(box.left() + 17, y), index, _MARK)
            place = QRectF(box.left() + gap, y - line / 2, width, line)
            self._text(place, one.name, Qt.AlignmentFlag.AlignLeft)

    def _text(self, place: QRectF, text: str, alignment: Qt.AlignmentFlag, *, bold: bool = False) -> None:
        font = self.painter.font()
        font.setBold(bold)
        self.painter.setFont(font)
        self.painter.setPen(_INK)
        flags = alignment | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip
        self.painter.drawText(place, int(flags), text)


def series_colour(series: RdSeries, index: int) -> QColor:
    """The colour of the curve that stands at `index`."""
    return QColor(_COLOURS[index % len(_COLOURS)]) if series.measured else QColor(_ESTIMATE)


def draw_mark(painter: QPainter, place: QPointF, index: int, radius: float) -> None:
    """A mark whose form, too, tells the curves apart: circle, square, triangle, diamond."""
    match index % 4:
        case 0:
            painter.drawEllipse(place, radius, radius)
        case 1:
            painter.drawRect(QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius))
        case 2:
            painter.drawPolygon(_polygon(place, 1.25 * radius, 3))
        case _:
            painter.drawPolygon(_polygon(place, 1.25 * radius, 4))


def _polygon(place: QPointF, radius: float, corners: int) -> QPolygonF:
    turns = [2 * math.pi * corner / corners - math.pi / 2 for corner in range(corners)]
    return QPolygonF([QPointF(place.x() + radius * math.cos(t), place.y() + radius * math.sin(t)) for t in turns])


def _pen(series: RdSeries, colour: QColor) -> QPen:
    return QPen(colour, 1.6, Qt.PenStyle.DashLine if series.conventional else Qt.PenStyle.SolidLine)


def _padded(values: list[float], floor: float | None = None) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = 0.08 * (high - low) if high > low else max(0.1 * abs(high), 0.5 if floor is None else 1e-3)
    low, high = low - margin, high + margin
    return (low if floor is None else max(floor, low)), high


def _padded_log(values: list[float]) -> tuple[float, float]:
    return min(values) / 1.25, max(values) * 1.25
