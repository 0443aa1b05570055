"""The surface on which one or two pictures are compared. Plain raster painting; the keyboard is the view's business."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nvc_studio.models.compare_pair import Pictures
from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.views import frame_geometry as geometry
from nvc_studio.views.frame_difference import GAINS, difference
from nvc_studio.views.frame_geometry import Viewport
from nvc_studio.views.frame_labels import caption, draw_label
from nvc_studio.views.frame_modes import ViewMode
from nvc_studio.views.frame_painting import PicturePainter

SURROUND = QColor(26, 27, 30)
HINT = QColor(150, 152, 158)
ZOOM_STEP = 1.25
_GAP = 2.0
_GRIP = 6.0


class FrameCanvas(QWidget):
    """Shows pictures A and B in one of the `ViewMode`s, all panes at the same zoom and place.

    B is drawn over A's size. A mode that needs two pictures shows the one there is. The wheel zooms at the cursor,
    dragging pans, the divider of a split is dragged; the picture can be larger than 1:1, which is one picture pixel to
    one pixel of the screen.

    Signals:
        mode_changed(ViewMode): another way of comparing.
        view_changed(): zoom or place is another.
        gain_changed(int): the gain of the difference is another.
        full_screen_requested(): double click.
    """

    mode_changed = Signal(ViewMode)
    view_changed = Signal()
    gain_changed = Signal(int)
    full_screen_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: Pictures = (None, None)
        self._mode = ViewMode.SIDE_BY_SIDE
        self._peek = False
        self._gain = GAINS[2]
        self._divider = 0.5
        self._view = Viewport()
        self._hint = "Nothing to show yet"
        self._message = ""
        self._apart: tuple[tuple[int, int, int], QImage] | None = None
        self._drag: QPointF | None = None
        self._dragging_divider = False
        self._painter = PicturePainter()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Pictures A and B")
        self._describe()

    # --- what is shown --------------------------------------------------------------------------------------------

    @property
    def pictures(self) -> Pictures:
        return self._pictures

    @property
    def mode(self) -> ViewMode:
        return self._mode

    @property
    def gain(self) -> int:
        return self._gain

    @property
    def divider(self) -> float:
        """Where the split lies, 0 to 1 of the width (of the height when split across)."""
        return self._divider

    @property
    def view(self) -> Viewport:
        return self._view

    @property
    def zoom(self) -> float:
        """Device pixels per picture pixel, as drawn."""
        return geometry.zoom_of(self._view, self._size(), self.panes()[0][0], self.devicePixelRatioF())

    @property
    def fitted(self) -> bool:
        return self._view.zoom is None

    def set_pictures(self, a: FramePicture | None, b: FramePicture | None) -> None:
        """Show other pictures. Zoom and place stay."""
        before = self._size()
        self._pictures = (a, b)
        self._compute_difference()
        self.update()
        if self._size() != before:
            self.view_changed.emit()

    def set_hint(self, text: str) -> None:
        """What an empty canvas says."""
        self._hint = text
        self.update()

    def set_message(self, text: str) -> None:
        """A sentence at the foot of the pictures, such as why one is missing; "" for none."""
        if text != self._message:
            self._message = text
            self.update()

    def set_mode(self, mode: ViewMode) -> None:
        if mode is not self._mode:
            self._mode = mode
            self._compute_difference()
            self._describe()
            self._set_view(self._view)
            self.update()
            self.mode_changed.emit(mode)

    def cycle_mode(self) -> None:
        """The next way of comparing."""
        self.set_mode(self._mode.next)

    def toggle_front(self) -> None:
        """A in place of B, or B in place of A, whole and at the same spot."""
        self.set_mode(ViewMode.B if self._mode is ViewMode.A else ViewMode.A)

    def toggle_difference(self) -> None:
        """The difference, or back to side by side."""
        self.set_mode(ViewMode.SIDE_BY_SIDE if self._mode is ViewMode.DIFFERENCE else ViewMode.DIFFERENCE)

    @property
    def peeking(self) -> bool:
        return self._peek

    def set_peek(self, peek: bool) -> None:
        """While on, the other picture is seen whole: B where A is shown, else A."""
        if peek != self._peek:
            self._peek = peek
            self._compute_difference()
            self.update()

    def set_gain(self, gain: int) -> None:
        """How much the difference is amplified: one of `GAINS`, the nearest below if it is none."""
        gain = max((step for step in GAINS if step <= gain), default=GAINS[0])
        if gain != self._gain:
            self._gain = gain
            self._compute_difference()
            self.update()
            self.gain_changed.emit(gain)

    def more_gain(self) -> None:
        self.set_gain(next((step for step in GAINS if step > self._gain), GAINS[-1]))

    def less_gain(self) -> None:
        self.set_gain(next((step for step in reversed(GAINS) if step < self._gain), GAINS[0]))

    def set_divider(self, place: float) -> None:
        """Move the divider of a split."""
        place = min(max(place, 0.0), 1.0)
        if place != self._divider:
            self._divider = place
            self.update()

    # --- zoom and place -------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self._set_view(Viewport())

    def one_to_one(self) -> None:
        """One picture pixel to one device pixel, the middle staying in the middle."""
        self.set_zoom(1.0)

    def zoom_in(self) -> None:
        self.set_zoom(self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.set_zoom(self.zoom / ZOOM_STEP)

    def set_zoom(self, zoom: float | None, at: QPointF | None = None) -> None:
        """Zoom to so many device pixels per picture pixel (None: fit); what is under `at` (default: middle) stays."""
        pane = self._pane_at(at) if at is not None else self.panes()[0][0]
        point = at if at is not None else pane.center()
        self._set_view(geometry.zoomed(self._view, zoom, point, self._size(), pane, self.devicePixelRatioF()))

    def pan(self, by: QPointF) -> None:
        """Drag the picture by so many logical pixels."""
        self._set_view(geometry.panned(self._view, by, self._size(), self.panes()[0][0], self.devicePixelRatioF()))

    def panes(self) -> list[tuple[QRectF, ViewMode]]:
        """The rectangles in which pictures are drawn, with what each shows: A, B or their difference. In a split both
        are the whole canvas."""
        whole = QRectF(self.rect())
        mode = self._shown_mode()
        if mode is ViewMode.SIDE_BY_SIDE:
            half = (whole.width() - _GAP) / 2
            left, right = QRectF(whole), QRectF(whole)
            left.setWidth(half)
            right.setLeft(whole.right() - half)
            return [(left, ViewMode.A), (right, ViewMode.B)]
        if mode.is_split:
            return [(whole, ViewMode.A), (whole, ViewMode.B)]
        return [(whole, mode)]

    def picture_rect(self, pane: QRectF) -> QRectF:
        """Where the picture lies in a pane."""
        return geometry.placed(self._view, self._size(), pane, self.devicePixelRatioF())

    # --- painting -------------------------------------------------------------------------------------------------

    def snapshot(self) -> QImage:
        """What is shown, in device pixels, without the mark of the focus and without a message."""
        ratio = self.devicePixelRatioF()
        image = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        painter.setFont(self.font())
        self._draw(painter)
        painter.end()
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter)
        if self._message:
            corner = Qt.Corner.BottomRightCorner
            draw_label(painter, QRectF(self.rect()), corner, self._message, warn=True)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), SURROUND)
        a, b = self._pictures
        if a is None and b is None:
            self._draw_hint(painter)
        else:
            for pane, shown in self.panes():
                self._draw_pane(painter, pane, shown)
            if self._shown_mode().is_split:
                self._draw_divider(painter)
            self._draw_labels(painter)

    def _draw_pane(self, painter: QPainter, pane: QRectF, shown: ViewMode) -> None:
        image = self._image(shown)
        if image is None:
            return
        clip = QRectF(pane)
        if self._shown_mode().is_split:
            clip = self._half(shown)
        self._painter.draw(painter, image, self.picture_rect(pane), clip, self.devicePixelRatioF())

    def _draw_divider(self, painter: QPainter) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = self._half(ViewMode.A)
        if self._mode is ViewMode.SPLIT:
            first, second, grip = half.topRight(), half.bottomRight(), QPointF(half.right(), half.center().y())
        else:
            first, second, grip = half.bottomLeft(), half.bottomRight(), QPointF(half.center().x(), half.bottom())
        painter.setPen(QPen(QColor(0, 0, 0, 130), 3))
        painter.drawLine(first, second)
        painter.setPen(QPen(QColor(255, 255, 255, 230), 1))
        painter.drawLine(first, second)
        painter.setPen(QPen(QColor(0, 0, 0, 130), 1))
        painter.setBrush(QColor(255, 255, 255, 235))
        painter.drawEllipse(grip, _GRIP, _GRIP)
        painter.restore()

    def _draw_labels(self, painter: QPainter) -> None:
        a, b = self._pictures
        mode = self._shown_mode()
        whole = QRectF(self.rect())
        if mode is ViewMode.DIFFERENCE and a is not None and b is not None:
            late = [caption(picture) for picture in (a, b) if not picture.current]
            made = ["interpolated"] if a.interpolated or b.interpolated else []
            frame = [] if a.frame is None else [f"frame {a.frame}"]
            text = "  ·  ".join([f"|A − B| × {self._gain}", *(late or [*frame, *made])])
            draw_label(painter, whole, Qt.Corner.TopLeftCorner, text, warn=bool(late or made))
            return
        for pane, shown in self.panes():
            picture = self._picture(shown)
            if picture is None:
                continue
            letter = "A" if picture is a else "B"
            corner = Qt.Corner.TopLeftCorner
            if mode.is_split:
                pane = self._half(shown)
                if shown is ViewMode.B:
                    across = mode is ViewMode.SPLIT_ACROSS
                    corner = Qt.Corner.BottomLeftCorner if across else Qt.Corner.TopRightCorner
            warn = not picture.current or picture.interpolated
            draw_label(painter, pane, corner, caption(picture, letter), warn=warn)

    def _draw_hint(self, painter: QPainter) -> None:
        painter.setPen(HINT)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(20, 20, -20, -20), int(flags), self._hint)

    # --- hand and keyboard --------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Tab alone sets A against B, so another key must lead on from here.
        if event.key() == Qt.Key.Key_Tab and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps and any(self._pictures):
            self.set_zoom(self.zoom * ZOOM_STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() is Qt.MouseButton.LeftButton
        if left and self._on_divider(event.position()):
            self._dragging_divider = True
        elif left or event.button() is Qt.MouseButton.MiddleButton:
            self._drag = event.position()
        self._set_cursor(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._dragging_divider:
            across = self._mode is ViewMode.SPLIT_ACROSS
            self.set_divider(at.y() / max(1, self.height()) if across else at.x() / max(1, self.width()))
        elif self._drag is not None:
            self.pan(at - self._drag)
            self._drag = at
        self._set_cursor(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging_divider = False
        self._drag = None
        self._set_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._on_divider(event.position()):
            self.full_screen_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _shown_mode(self) -> ViewMode:
        """The mode as drawn: one picture is shown whole, and peeking shows the other one."""
        a, b = self._pictures
        if a is None or b is None:
            return ViewMode.B if a is None and b is not None else ViewMode.A
        if self._peek:
            return ViewMode.B if self._mode is ViewMode.A else ViewMode.A
        return self._mode

    def _picture(self, shown: ViewMode) -> FramePicture | None:
        return self._pictures[1 if shown is ViewMode.B else 0]

    def _image(self, shown: ViewMode) -> QImage | None:
        if shown is ViewMode.DIFFERENCE:
            return self._apart[1] if self._apart else None
        picture = self._picture(shown)
        return picture.image if picture else None

    def _size(self) -> QSizeF:
        a, b = self._pictures
        picture = a or b
        return picture.size if picture else QSizeF()

    def _half(self, shown: ViewMode) -> QRectF:
        """The part of a split canvas that A or B has, cut at a whole device pixel."""
        ratio = self.devicePixelRatioF()
        half = QRectF(self.rect())
        across = self._mode is ViewMode.SPLIT_ACROSS
        cut = round((half.height() if across else half.width()) * self._divider * ratio) / ratio
        if across:
            (half.setBottom if shown is ViewMode.A else half.setTop)(cut)
        else:
            (half.setRight if shown is ViewMode.A else half.setLeft)(cut)
        return half

    def _compute_difference(self) -> None:
        """Once for each pair and gain, and only while the difference is what is shown."""
        a, b = self._pictures
        if self._shown_mode() is not ViewMode.DIFFERENCE or a is None or b is None:
            return
        key = (a.image.cacheKey(), b.image.cacheKey(), self._gain)
        if self._apart is None or self._apart[0] != key:
            self._apart = (key, difference(a.image, b.image, self._gain))

    def _set_view(self, view: Viewport) -> None:
        if view != self._view:
            self._view = view
            self.update()
        self.view_changed.emit()

    def _pane_at(self, point: QPointF) -> QRectF:
        panes = self.panes()
        return next((pane for pane, _ in panes if pane.contains(point)), panes[0][0])

    def _on_divider(self, point: QPointF) -> bool:
        if not self._shown_mode().is_split:
            return False
        half = self._half(ViewMode.A)
        across = self._mode is ViewMode.SPLIT_ACROSS
        return abs(point.y() - half.bottom() if across else point.x() - half.right()) <= _GRIP

    def _set_cursor(self, point: QPointF) -> None:
        if self._dragging_divider or self._on_divider(point):
            across = self._mode is ViewMode.SPLIT_ACROSS
            self.setCursor(Qt.CursorShape.SplitVCursor if across else Qt.CursorShape.SplitHCursor)
            return
        pane = self.panes()[0][0]
        if geometry.can_pan(self._view, self._size(), pane, self.devicePixelRatioF()):
            self.setCursor(Qt.CursorShape.OpenHandCursor if self._drag is None else Qt.CursorShape.ClosedHandCursor)
        else:
            self.unsetCursor()

    def _describe(self) -> None:
        self.setAccessibleDescription(
            f"{self._mode.value}. Tab sets A against B, Ctrl+Tab and Shift+Tab leave; V changes how they are compared."
        )
