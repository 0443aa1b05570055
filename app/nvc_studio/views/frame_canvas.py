"""The surface on which pictures are compared. Plain raster painting; the keyboard is the view's business."""

from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nvc_studio.models.compare_set import Pictures
from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.translation import tr
from nvc_studio.views import frame_geometry as geometry
from nvc_studio.views.flicker import Flicker
from nvc_studio.views.frame_difference import GAINS, difference, error_map
from nvc_studio.views.frame_geometry import Viewport
from nvc_studio.views.frame_labels import caption, draw_label
from nvc_studio.views.frame_modes import ViewMode
from nvc_studio.views.frame_overlays import GRIP, draw_divider, draw_hint, draw_legend
from nvc_studio.views.frame_painting import PicturePainter
from nvc_studio.views.frame_panes import Pane, grid
from nvc_studio.views.frame_probe import FrameProbe
from nvc_studio.views.picture_maker import MadePicture, PictureMaker

SURROUND = QColor(26, 27, 30)
ZOOM_STEP = 1.25
LETTERS = "ABCDEFGHI"


class FrameCanvas(QWidget):
    """Shows pictures A, B and more in one of the `ViewMode`s, all panes at the same zoom and place.

    All are drawn over A's size. A mode that needs two pictures shows A and the `other` one, or the one there is. The
    wheel zooms at the cursor, dragging pans, the divider of a split is dragged; the picture can be larger than 1:1,
    which is one picture pixel to one pixel of the screen. While `flicker` is on, A and the other one take turns.
    `probe` looks closely at the pixel under the pointer.

    Signals:
        mode_changed(ViewMode): another way of comparing.
        view_changed(): zoom or place is another.
        gain_changed(int): the gain of the difference is another.
        other_changed(int): another picture is set against A; its number.
        full_screen_requested(): double click.
    """

    mode_changed = Signal(ViewMode)
    view_changed = Signal()
    gain_changed = Signal(int)
    other_changed = Signal(int)
    full_screen_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: Pictures = (None, None)
        self._mode = ViewMode.SIDE_BY_SIDE
        self._other = 1
        self._peek = False
        self._gain = GAINS[2]
        self._divider = 0.5
        self._view = Viewport()
        self._hint = tr("Nothing to show yet")
        self._message = ""
        self._drag: QPointF | None = None
        self._dragging_divider = False
        self._painter = PicturePainter()
        self._maker = PictureMaker(self)
        self._maker.made.connect(self.update)
        self.probe = FrameProbe(self, LETTERS, self)
        self.probe.changed.connect(self.update)
        self.flicker = Flicker(self)
        self.flicker.turned.connect(self.update)
        self.flicker.changed.connect(self._flicker_changed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Pictures A and B"))
        self._describe()

    # --- what is shown --------------------------------------------------------------------------------------------

    @property
    def pictures(self) -> Pictures:
        return self._pictures

    @property
    def mode(self) -> ViewMode:
        return self._mode

    @property
    def other(self) -> int:
        """The number of the picture that is set against A (0)."""
        return self._other

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
        return geometry.zoom_of(self._view, self._size(), self.panes()[0].rect, self.devicePixelRatioF())

    @property
    def fitted(self) -> bool:
        return self._view.zoom is None

    @property
    def is_made(self) -> bool:
        """Whether the difference or error map on view, if one is, belongs to the pictures on view."""
        return not self._maker.busy

    def set_pictures(self, *pictures: FramePicture | None) -> None:
        """Show other pictures: A, B and what there is more. Zoom and place stay."""
        before = self._size(), len(self._pictures)
        self._pictures = (*pictures, *(None,) * (2 - len(pictures)))
        if self._other >= len(self._pictures):
            self.set_other(1)
        self._make_picture()
        self.update()
        if (self._size(), len(self._pictures)) != before:
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
            self._make_picture()
            self._describe()
            self._set_view(self._view)
            self.update()
            self.mode_changed.emit(mode)

    def cycle_mode(self) -> None:
        """The next way of comparing."""
        self.set_mode(self._mode.next)

    def set_other(self, number: int) -> None:
        """Set another picture against A, of those there are."""
        number = min(max(number, 1), len(self._pictures) - 1)
        if number != self._other:
            self._other = number
            self._make_picture()
            self._describe()
            self.update()
            self.other_changed.emit(number)

    def next_other(self) -> None:
        """Set the next picture against A, after the last one B again."""
        self.set_other(self._other + 1 if self._other + 1 < len(self._pictures) else 1)

    def show_alone(self, number: int) -> None:
        """One picture whole: A (0), or another, which is set against A from then on. Nothing where there is none."""
        if number >= len(self._pictures):
            return
        if number:
            self.set_other(number)
        self.set_mode(ViewMode.B if number else ViewMode.A)

    def toggle_front(self) -> None:
        """A in place of the other, or the other in place of A, whole and at the same spot."""
        self.set_mode(ViewMode.B if self._mode is ViewMode.A else ViewMode.A)

    def toggle_mode(self, mode: ViewMode) -> None:
        """That mode, or back to side by side."""
        self.set_mode(ViewMode.SIDE_BY_SIDE if self._mode is mode else mode)

    @property
    def peeking(self) -> bool:
        return self._peek

    def set_peek(self, peek: bool) -> None:
        """While on, another picture is seen whole: the other one where A is shown, else A."""
        if peek != self._peek:
            self._peek = peek
            self._make_picture()
            self.update()

    def set_gain(self, gain: int) -> None:
        """How much the difference is amplified: one of `GAINS`, the nearest below if it is none."""
        gain = max((step for step in GAINS if step <= gain), default=GAINS[0])
        if gain != self._gain:
            self._gain = gain
            self._make_picture()
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

    def set_view(self, view: Viewport) -> None:
        """Look at the pictures as `view` says."""
        self._set_view(view)

    def set_zoom(self, zoom: float | None, at: QPointF | None = None) -> None:
        """Zoom to so many device pixels per picture pixel (None: fit); what is under `at` (default: middle) stays."""
        pane = self.pane_at(at) if at is not None else self.panes()[0].rect
        point = at if at is not None else pane.center()
        self._set_view(geometry.zoomed(self._view, zoom, point, self._size(), pane, self.devicePixelRatioF()))

    def pan(self, by: QPointF) -> None:
        """Drag the picture by so many logical pixels."""
        self._set_view(geometry.panned(self._view, by, self._size(), self.panes()[0].rect, self.devicePixelRatioF()))

    def panes(self) -> list[Pane]:
        """Where pictures are drawn. In a split both panes are the whole canvas."""
        whole = QRectF(self.rect())
        shown = self._shown()
        if self._is_split():
            return [Pane(whole, number) for number in shown]
        rects = grid(whole, len(shown), self._size())
        return [Pane(rect, number) for rect, number in zip(rects, shown, strict=True)]

    def pane_at(self, point: QPointF) -> QRectF:
        """The pane under a point; the first one where there is none."""
        panes = [pane.rect for pane in self.panes()]
        return next((rect for rect in panes if rect.contains(point)), panes[0])

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
        self._draw(painter, exact=True)
        painter.end()
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter)
        self.probe.draw(painter, QRectF(self.rect()))
        if self._message:
            corner = Qt.Corner.BottomRightCorner
            draw_label(painter, QRectF(self.rect()), corner, self._message, warn=True)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter, *, exact: bool = False) -> None:
        painter.fillRect(self.rect(), SURROUND)
        if not any(self._pictures):
            draw_hint(painter, self.rect(), self._hint)
            return
        for pane in self.panes():
            if pane.shown is None:
                self._draw_made(painter, pane.rect, exact=exact)
            else:
                self._draw_pane(painter, pane)
        if self._is_split():
            self._draw_divider(painter)

    def _draw_pane(self, painter: QPainter, pane: Pane) -> None:
        picture = self._pictures[pane.shown or 0]
        if picture is None:
            return
        split, clip, corner = self._is_split(), QRectF(pane.rect), Qt.Corner.TopLeftCorner
        if split:
            clip = self._half(first=pane.shown == 0)
            if pane.shown:
                across = self._mode is ViewMode.SPLIT_ACROSS
                corner = Qt.Corner.BottomLeftCorner if across else Qt.Corner.TopRightCorner
        ratio = self.devicePixelRatioF()
        self._painter.draw(painter, picture.image, self.picture_rect(pane.rect), clip, ratio)
        warn = not picture.current or picture.interpolated
        draw_label(painter, clip, corner, caption(picture, LETTERS[pane.shown or 0]), warn=warn)

    def _draw_made(self, painter: QPainter, pane: QRectF, *, exact: bool) -> None:
        """The difference or error map that was made last; if it must be `exact`, that of these pictures."""
        key, work = self._work()
        made = self._maker.picture
        if exact and (made is None or made.key != key):
            made = work()
        if made is None:
            return
        mode, gain, number = made.key[0], made.key[1], made.key[2]
        assert isinstance(gain, int)
        assert isinstance(number, int)
        self._painter.draw(painter, made.image, self.picture_rect(pane), pane, self.devicePixelRatioF())
        letter = LETTERS[number]
        words = f"|A − {letter}| × {gain}"
        if mode is ViewMode.ERROR_MAP:
            words = tr("Error of {letter} against A", letter=letter)
        late = [caption(picture) for picture in made.pair if not picture.current]
        between = [tr("interpolated")] if any(picture.interpolated for picture in made.pair) else []
        frame = made.pair[0].frame
        text = "  ·  ".join(
            [words, *(late or [*([] if frame is None else [tr("frame {frame}", frame=frame)]), *between])]
        )
        draw_label(painter, pane, Qt.Corner.TopLeftCorner, text, warn=bool(late or between))
        if mode is ViewMode.ERROR_MAP:
            draw_legend(painter, pane, gain)

    def _draw_divider(self, painter: QPainter) -> None:
        half = self._half(first=True)
        if self._mode is ViewMode.SPLIT:
            draw_divider(painter, half.topRight(), half.bottomRight(), QPointF(half.right(), half.center().y()))
        else:
            draw_divider(painter, half.bottomLeft(), half.bottomRight(), QPointF(half.center().x(), half.bottom()))

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
        self.probe.move(at)
        self._set_cursor(at)

    def leaveEvent(self, event: QEvent) -> None:
        self.probe.move(None)
        super().leaveEvent(event)

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

    def _shown(self) -> list[int | None]:
        """The numbers of the pictures that are drawn; None for the one that is made of two. Never empty."""
        present = [number for number, picture in enumerate(self._pictures) if picture is not None]
        both = self._pictures[0] is not None and self._pictures[self._other] is not None
        if len(present) < 2:
            return [*present] or [0]
        if self._peek:
            return [self._other if self._mode is ViewMode.A and both else present[0]]
        if self.flicker.on and both:
            return [0 if self.flicker.shows_a else self._other]
        if self._mode is ViewMode.SIDE_BY_SIDE or not both:
            return [*present]
        if self._mode.is_split:
            return [0, self._other]
        return [{ViewMode.A: 0, ViewMode.B: self._other}.get(self._mode)]

    def _is_split(self) -> bool:
        return self._mode.is_split and self._shown() == [0, self._other]

    def _size(self) -> QSizeF:
        picture = next((each for each in self._pictures if each is not None), None)
        return picture.size if picture else QSizeF()

    def _half(self, *, first: bool) -> QRectF:
        """The part of a split canvas that A or the other one has, cut at a whole device pixel."""
        ratio = self.devicePixelRatioF()
        half = QRectF(self.rect())
        across = self._mode is ViewMode.SPLIT_ACROSS
        cut = round((half.height() if across else half.width()) * self._divider * ratio) / ratio
        if across:
            (half.setBottom if first else half.setTop)(cut)
        else:
            (half.setRight if first else half.setLeft)(cut)
        return half

    def _make_picture(self) -> None:
        """Once for each pair and gain, and only while the difference or error map is what is shown."""
        if self._shown() == [None]:
            self._maker.want(*self._work())

    def _work(self) -> tuple[tuple[object, ...], partial[MadePicture]]:
        """What is to be made of the pictures on view: its key, and how."""
        a, other = self._pictures[0], self._pictures[self._other]
        assert a is not None
        assert other is not None
        key = (self._mode, self._gain, self._other, a.image.cacheKey(), other.image.cacheKey())
        return key, partial(_make, key, (a, other), self._mode, self._gain)

    def _flicker_changed(self) -> None:
        self._make_picture()
        self.update()

    def _set_view(self, view: Viewport) -> None:
        if view != self._view:
            self._view = view
            self.update()
        self.view_changed.emit()

    def _on_divider(self, point: QPointF) -> bool:
        if not self._is_split():
            return False
        half = self._half(first=True)
        across = self._mode is ViewMode.SPLIT_ACROSS
        return abs(point.y() - half.bottom() if across else point.x() - half.right()) <= GRIP

    def _set_cursor(self, point: QPointF) -> None:
        if self._dragging_divider or self._on_divider(point):
            across = self._mode is ViewMode.SPLIT_ACROSS
            self.setCursor(Qt.CursorShape.SplitVCursor if across else Qt.CursorShape.SplitHCursor)
            return
        pane = self.panes()[0].rect
        if geometry.can_pan(self._view, self._size(), pane, self.devicePixelRatioF()):
            self.setCursor(Qt.CursorShape.OpenHandCursor if self._drag is None else Qt.CursorShape.ClosedHandCursor)
        else:
            self.unsetCursor()

    def _describe(self) -> None:
        letter = LETTERS[self._other]
        mode = tr("{letter} only", letter=letter) if self._mode is ViewMode.B else tr(self._mode.value)
        self.setAccessibleDescription(
            tr(
                "{mode}. Tab sets A against {letter}, Ctrl+Tab and Shift+Tab leave; V changes how they are compared.",
                mode=mode,
                letter=letter,
            )
        )


def _make(key: tuple[object, ...], pair: tuple[FramePicture, FramePicture], mode: ViewMode, gain: int) -> MadePicture:
    make = difference if mode is ViewMode.DIFFERENCE else error_map
    return MadePicture(key, pair, make(pair[0].image, pair[1].image, gain))
