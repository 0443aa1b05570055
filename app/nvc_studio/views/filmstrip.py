"""The clip at a glance: a row of thumbnails over the scrubber."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nvc_studio.models.sources import Source
from nvc_studio.models.thumbnails import Thumbnails
from nvc_studio.throttle import Throttle
from nvc_studio.translation import tr
from nvc_studio.views.frame_axis import FrameAxis

HEIGHT = 44
_SETTLE_MS = 200


class Filmstrip(QWidget):
    """Thumbnails of the clip whose frames the playhead counts, each over the frames that it
    stands for; a click or a drag goes to the frame under the pointer.

    Signals:
        frame_chosen(int): go to this frame.
    """

    frame_chosen = Signal(int)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._source: Source | None = None
        self._count = 0
        self._frame = 0
        self._fetch = Throttle(self._want, _SETTLE_MS, self, leading=False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Filmstrip"))
        self.setToolTip(tr("Click to go to a frame"))
        thumbnails.changed.connect(self.update)

    @property
    def axis(self) -> FrameAxis:
        """Where each frame lies."""
        return FrameAxis.across(self._count, self.width())

    @property
    def cells(self) -> list[tuple[QRectF, int]]:
        """Where each thumbnail is drawn, and the frame that it shows: the one in its middle."""
        axis = self.axis
        if not self._count or self._source is None:
            return []
        number = max(1, min(self._count, int(axis.width / self._cell_width(self._source))))
        width = axis.width / number
        rects = [QRectF(axis.left + place * width, 2, width - 1, HEIGHT - 4) for place in range(number)]
        return [(rect, axis.frame(rect.center().x())) for rect in rects]

    def set_source(self, source: Source | None, count: int) -> None:
        """Show this clip of so many frames."""
        self._source, self._count = source, count
        self._thumbnails.set_source(source)
        self._fetch()
        self.update()

    def set_frame(self, frame: int) -> None:
        """The playhead stands there."""
        self._frame = frame
        if self.isVisible():
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._count:
            self.frame_chosen.emit(self.axis.frame(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._count:
            self.frame_chosen.emit(self.axis.frame(event.position().x()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fetch()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fetch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._thumbnails.want(())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for rect, frame in self.cells:
            picture = self._thumbnails.picture(frame)
            if picture is None:
                painter.fillRect(rect, self.palette().mid())
            else:
                seen = picture.size().scaled(rect.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
                across, down = picture.width() / max(1, seen.width()), picture.height() / max(1, seen.height())
                source = QRectF(0, 0, rect.width() * across, rect.height() * down)
                source.moveCenter(QRectF(picture.rect()).center())
                painter.drawImage(rect, picture, source)
        if self._count:
            x = self.axis.x(self._frame)
            painter.setPen(QPen(QColor(0, 0, 0, 150), 3))
            painter.drawLine(int(x), 0, int(x), HEIGHT)
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawLine(int(x), 0, int(x), HEIGHT)
        painter.end()

    def _want(self) -> None:
        if self.isVisible():
            self._thumbnails.want([frame for _, frame in self.cells])

    def _cell_width(self, source: Source) -> float:
        width, height = source.facts.width, max(1, source.facts.height)
        if source.facts.rotation % 180:
            width, height = height, max(1, width)
        return max(24.0, min(160.0, HEIGHT * width / height))
