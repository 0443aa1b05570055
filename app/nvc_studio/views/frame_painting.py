"""Drawing a picture at any zoom: averaged when it shrinks, smooth to twice its size, then in plain squares."""

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

# From this zoom on, pixels are drawn as squares.
SQUARES_FROM = 2.0
_KEPT = 10


class PicturePainter:
    """Draws pictures, and keeps the few that it shrank last.

    Qt's own smooth drawing leaves out pixels below half size, which would flicker and hide errors; so a picture that
    shrinks further is averaged once, and the result is drawn until the picture or the zoom changes. Averaging takes
    several times longer than drawing smoothly.
    """

    def __init__(self) -> None:
        self._shrunk: OrderedDict[tuple[int, int, int], QImage] = OrderedDict()

    def draw(self, painter: QPainter, image: QImage, target: QRectF, clip: QRectF, ratio: float) -> None:
        """Draw the whole of `image` over `target`, of which `clip` is seen. `ratio`: device pixels per logical one."""
        visible = target.intersected(clip)
        if image.isNull() or visible.isEmpty():
            return
        painter.save()
        painter.setClipRect(clip, Qt.ClipOperation.IntersectClip)
        device = QSize(max(1, round(target.width() * ratio)), max(1, round(target.height() * ratio)))
        if 2 * device.width() < image.width() or 2 * device.height() < image.height():
            shrunk = self._shrink(image, device)
            shrunk.setDevicePixelRatio(ratio)
            painter.drawImage(target.topLeft(), shrunk)
        else:
            across, down = target.width() / image.width(), target.height() / image.height()
            smooth = device != image.size() and max(across, down) * ratio < SQUARES_FROM
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            source = _seen(image, target, visible)
            place = QPointF(target.left() + source.left() * across, target.top() + source.top() * down)
            painter.drawImage(
                QRectF(place.x(), place.y(), source.width() * across, source.height() * down), image, source
            )
        painter.restore()

    def _shrink(self, image: QImage, size: QSize) -> QImage:
        key = (image.cacheKey(), size.width(), size.height())
        shrunk = self._shrunk.pop(key, None)
        if shrunk is None:
            # Qt averages 8 bits or 16, and nothing between.
            deep = image.format() is QImage.Format.Format_RGB30
            whole = image.convertToFormat(QImage.Format.Format_RGBX64) if deep else image
            shrunk = whole.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            shrunk = shrunk.convertToFormat(image.format())
        self._shrunk[key] = shrunk
        while len(self._shrunk) > _KEPT:
            self._shrunk.popitem(last=False)
        return QImage(shrunk)


def _seen(image: QImage, target: QRectF, visible: QRectF) -> QRectF:
    """The part of the image that is seen, in whole pixels and one more at each side for smoothing."""
    across, down = image.width() / target.width(), image.height() / target.height()
    left = max(0, int((visible.left() - target.left()) * across) - 1)
    top = max(0, int((visible.top() - target.top()) * down) - 1)
    right = min(image.width(), int((visible.right() - target.left()) * across) + 2)
    bottom = min(image.height(), int((visible.bottom() - target.top()) * down) + 2)
    return QRectF(left, top, right - left, bottom - top)
