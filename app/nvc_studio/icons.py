"""The studio's icons: line drawings in the colour of the text, drawn anew when the theme changes."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from nvc_studio.assets import asset

_SIZES = (16, 20, 24, 32, 48)


def icon(name: str) -> QIcon:
    """The icon of that name in the colours of the present palette; an empty one where there is none."""
    path = asset("icons", f"{name}.svg")
    if not path.is_file():
        return QIcon()
    drawing = path.read_text("utf-8")
    palette = QApplication.palette()
    made = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for size in _SIZES:
            made.addPixmap(_pixmap(drawing, colour, size), mode)
    return made


def window_icon() -> QIcon:
    """The studio's own icon."""
    renderer = QSvgRenderer(str(asset("nvc-studio.svg")))
    made = QIcon()
    if renderer.isValid():
        for size in (16, 32, 64, 128, 256):
            made.addPixmap(_rendered(renderer, size))
    return made


def _pixmap(drawing: str, colour: QColor, size: int) -> QPixmap:
    return _rendered(QSvgRenderer(QByteArray(drawing.replace("currentColor", colour.name()).encode("utf-8"))), size)


def _rendered(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
