"""A picture as large as its place allows."""

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget


class PictureView(QWidget):
    """Shows one picture, or a line of text while there is none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumHeight(90)
        self._picture = QImage()
        self._text = ""

    @property
    def picture(self) -> QImage:
        """What is shown."""
        return self._picture

    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    @Slot(QImage)
    def set_picture(self, picture: QImage) -> None:
        """Show `picture`."""
        self._picture = picture
        self.update()

    def set_text(self, text: str) -> None:
        """Show nothing but `text`."""
        self._picture, self._text = QImage(), text
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._picture.isNull():
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 4, -12, -4), int(centred), self._text)
        else:
            size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            x, y = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(x, y, size.width(), size.height()), self._picture)
        painter.end()
