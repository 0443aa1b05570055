"""The slider under the pictures: frames, in and out, scene cuts and unit boundaries."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from nvc_studio.translation import tr
from nvc_studio.views.frame_axis import FrameAxis
from nvc_studio.views.frame_colours import faded

_TRACK_TOP = 8
_TRACK_HEIGHT = 10
_HEIGHT = 40


class Scrubber(QAbstractSlider):
    """A slider over frames. Its value is the frame; arrows step, Page Up and Down jump, Home and End go to the ends.

    Signals (besides QAbstractSlider's):
        scrubbed(int): the user moved to this frame.
        scrub_began(): the user took hold of it.
        scrub_ended(): the user let go.
    """

    scrubbed = Signal(int)
    scrub_began = Signal()
    scrub_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._range: tuple[int | None, int | None] = (None, None)
        self._units: tuple[tuple[int, int], ...] = ()
        self._cuts: tuple[int, ...] = ()
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Frame"))
        self.setToolTip(tr("Drag to move through the frames"))
        self.setRange(0, 0)
        self.actionTriggered.connect(self._triggered)

    @property
    def frame_count(self) -> int:
        return self._count

    @property
    def axis(self) -> FrameAxis:
        """Where each frame lies."""
        return FrameAxis.across(self._count, self.width())

    def set_frame_count(self, count: int) -> None:
        """Cover so many frames."""
        self._count = count
        blocked = self.blockSignals(True)
        self.setRange(0, max(0, count - 1))
        self.setPageStep(max(1, count // 20))
        self.blockSignals(blocked)
        self.setEnabled(count > 0)
        self.update()

    def set_frame(self, frame: int) -> None:
        """Show the playhead there; emits nothing but `valueChanged`."""
        if frame != self.value():
            self.setValue(frame)
            self.update()

    def set_range(self, in_point: int | None, out_point: int | None) -> None:
        """Show the in and out points."""
        self._range = (in_point, out_point)
        self.update()

    def set_marks(self, units: Sequence[tuple[int, int]], cuts: Sequence[int]) -> None:
        """Show where units (first, stop) begin and where scenes are cut."""
        self._units = tuple(units)
        self._cuts = tuple(cuts)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    # --- hand and keyboard ----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._count:
            self.setSliderDown(True)
            self.scrub_began.emit()
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown() and event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.scrub_ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: QAbstractSlider.SliderAction.SliderSingleStepSub,
            Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepSub,
            Qt.Key.Key_Right: QAbstractSlider.SliderAction.SliderSingleStepAdd,
            Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepAdd,
        }
        action = moves.get(Qt.Key(event.key()))
        if action is None:
            super().keyPressEvent(event)
        else:
            self.triggerAction(action)

    def _go(self, x: float) -> None:
        frame = self.axis.frame(x)
        if frame != self.value():
            self.setValue(frame)
            self.update()
            self.scrubbed.emit(frame)

    def _triggered(self, _: int) -> None:
        """A key or the wheel moved the slider: its position is the new frame, its value not yet."""
        if self.sliderPosition() != self.value():
            self.scrubbed.emit(self.sliderPosition())
            self.update()

    # --- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axis, palette = self.axis, self.palette()
        track = QRectF(axis.left, _TRACK_TOP, axis.width, _TRACK_HEIGHT)
        self._draw_track(painter, axis, track, palette)
        if self._count:
            self._draw_ticks(painter, axis, track, palette)
            self._draw_marks(painter, axis, track, palette)
            self._draw_playhead(painter, axis, track, palette)
        if self.hasFocus():
            painter.setPen(QPen(palette.highlight().color(), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.end()

    def _draw_track(self, painter: QPainter, axis: FrameAxis, track: QRectF, palette: QPalette) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.mid())
        painter.drawRoundedRect(track, 3, 3)
        if not self._count:
            return
        first, last = self._range
        left = track.left() if first is None else axis.edge(first)
        right = track.right() if last is None else axis.edge(last + 1)
        accent = palette.highlight().color()
        if first is not None or last is not None:
            painter.setBrush(faded(accent, 110))
            painter.drawRect(QRectF(left, track.top(), right - left, track.height()))
            painter.setPen(QPen(accent, 2))
            for place, towards, point in ((left, 5, first), (right, -5, last)):
                if point is not None:
                    top, bottom = track.top() - 3, track.bottom() + 3
                    corner = [QPointF(place + towards, top), QPointF(place, top)]
                    painter.drawPolyline([*corner, QPointF(place, bottom), QPointF(place + towards, bottom)])
            painter.setPen(Qt.PenStyle.NoPen)
        played = min(axis.x(self.value()), right) - left
        if played > 0:
            painter.setBrush(faded(accent, 150))
            painter.drawRoundedRect(QRectF(left, track.top() + 3, played, track.height() - 6), 2, 2)

    def _draw_ticks(self, painter: QPainter, axis: FrameAxis, track: QRectF, palette: QPalette) -> None:
        ink = palette.windowText().color()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        top = track.bottom() + 3
        minor, major = axis.step(7), axis.step(62)
        painter.setPen(QPen(faded(ink, 60), 1))
        for frame in range(0, self._count, minor):
            x = round(axis.x(frame))
            painter.drawLine(x, int(top), x, int(top) + 3)
        font = painter.font()
        font.setPointSizeF(max(7.0, font.pointSizeF() * 0.8))
        painter.setFont(font)
        for frame in range(0, self._count, major):
            middle = axis.x(frame)
            painter.setPen(QPen(faded(ink, 130), 1))
            painter.drawLine(round(middle), int(top), round(middle), int(top) + 5)
            painter.setPen(faded(ink, 170))
            painter.drawText(QRectF(middle - 30, top + 4, 60, 14), Qt.AlignmentFlag.AlignCenter, str(frame))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _draw_marks(self, painter: QPainter, axis: FrameAxis, track: QRectF, palette: QPalette) -> None:
        window = palette.window().color()
        painter.setPen(QPen(window, 1.5))
        for first, _ in self._units:
            if 0 < first < self._count:
                x = axis.edge(first)
                painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(palette.windowText().color(), 190))
        for cut in self._cuts:
            if 0 <= cut < self._count:
                x, y = axis.edge(cut), track.top() - 1
                painter.drawPolygon(QPolygonF([QPointF(x - 3.5, y - 5), QPointF(x + 3.5, y - 5), QPointF(x, y)]))

    def _draw_playhead(self, painter: QPainter, axis: FrameAxis, track: QRectF, palette: QPalette) -> None:
        x = axis.x(self.value())
        painter.setPen(QPen(palette.window().color(), 1.5))
        painter.setBrush(palette.highlight())
        painter.drawRoundedRect(QRectF(x - 4.5, track.top() - 4, 9, track.height() + 8), 4, 4)
