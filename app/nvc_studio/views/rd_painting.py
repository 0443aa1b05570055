"""Charts of the engine's layout on the screen and in files: one layout for both."""

import functools
from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontDatabase, QPainter, QPen, QPolygonF

from nvc_engine.charting import font as chart_fonts
from nvc_engine.charting.chart import PAPER_DPI
from nvc_engine.charting.drawing import Area, Drawing, Line, Words
from nvc_engine.charting.files import SUFFIXES, chart_bytes
from nvc_engine.charting.font import chart_font
from nvc_studio.models.rd import RdChart, drawable
from nvc_studio.saving import SaveError, save_bytes
from nvc_studio.translation import tr


def save_chart(path: Path, chart: RdChart, *, dpi: float = PAPER_DPI) -> None:
    """Write `chart` to `path` in the format of its suffix; `dpi` is the resolution of a PNG.

    Raises:
        SaveError: the suffix is none of .png, .svg and .pdf, or the file could not be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SaveError(
            tr(
                "A chart is saved as .png, .svg or .pdf, not as {suffix}.",
                suffix=suffix or tr("a file without a suffix"),
            )
        )
    save_bytes(path, chart_bytes(drawable(chart), suffix, dpi))


def paint(painter: QPainter, drawing: Drawing) -> None:
    """Paint a drawing, a unit of the painter for each of its points. Needs a QGuiApplication for the font."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(0, 0, round(drawing.width) + 1, round(drawing.height) + 1, QColor(drawing.background))
    for item in drawing.items:
        match item:
            case Line():
                painter.setPen(_pen(item.colour, item.width, item.dashes))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(_polygon(item.points))
            case Area():
                painter.setPen(_pen(item.stroke, item.width) if item.stroke else Qt.PenStyle.NoPen)
                painter.setBrush(QBrush(QColor(item.fill)) if item.fill else Qt.BrushStyle.NoBrush)
                painter.drawPolygon(_polygon(item.points))
            case Words():
                _write(painter, item)


def _write(painter: QPainter, words: Words) -> None:
    font = QFont(_chart_family())
    font.setPointSizeF(words.size * 72 / painter.device().logicalDpiY())
    painter.setFont(font)
    painter.setPen(QColor(words.colour))
    painter.save()
    painter.translate(*words.place)
    if words.upwards:
        painter.rotate(-90)
    painter.drawText(QPointF(-words.anchor * words.size * chart_font().width(words.text), 0), words.text)
    painter.restore()


def _pen(colour: str, width: float, dashes: tuple[float, ...] = ()) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashes:
        pen.setDashPattern([dash / width for dash in dashes])
    return pen


def _polygon(points: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


@functools.cache
def _chart_family() -> str:
    """The family of the charts' own font, made known to Qt when first asked for."""
    number = QFontDatabase.addApplicationFont(str(chart_fonts.FILE))
    return QFontDatabase.applicationFontFamilies(number)[0] if number >= 0 else "DejaVu Sans"
