"""The row of buttons that moves the playhead, with the frame number and the time beside them."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from nvc_studio.models.playback import SPEEDS, Playback
from nvc_studio.translation import tr
from nvc_studio.views.compare_actions import CompareActions
from nvc_studio.views.compare_button import CompareButton
from nvc_studio.wording import time_text

SLOW_MOTIONS = (1, 2, 4, 10)
"""Pictures for each frame; playing at one over that is among the speeds."""


class Transport(QWidget):
    """Play, step, ends, loop and speed; the frame as a number that can be typed, `n / total`, and its time.

    Signals:
        slow_motion_chosen(int): so many pictures are wanted for each frame, 1: the frames alone.
        left(): the frame number was entered or given up; the focus may go back to the pictures.
    """

    slow_motion_chosen = Signal(int)
    left = Signal()

    def __init__(self, playback: Playback, actions: CompareActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._frame = _FrameField(self)
        self._total = QLabel(self)
        self._time = QLabel(self)
        self._time.setAccessibleDescription(tr("Time"))
        self._time.setTextFormat(Qt.TextFormat.PlainText)
        self._speed = QComboBox(self)
        self._speed.setAccessibleName(tr("Speed"))
        self._speed.setToolTip(tr("Speed of playing ([ slower, ] faster, Backspace normal)"))
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g}×", speed)
        self._slow_motion = QComboBox(self)
        self._slow_motion.setAccessibleName(tr("Slow motion"))
        self._slow_motion.setToolTip(tr("Slow motion: pictures between the frames, interpolated by the file's network"))
        for factor in SLOW_MOTIONS:
            self._slow_motion.addItem(
                tr("Frames only") if factor == 1 else tr("{factor}× interpolated", factor=factor), factor
            )
        self._slow_motion.hide()
        self._gear = QLabel(self)
        self._gear.setAccessibleDescription(tr("Shuttle"))
        self._gear.setMinimumWidth(self.fontMetrics().horizontalAdvance("◀ 8×  "))

        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 10, 4)
        row.setSpacing(2)
        row.addWidget(self._frame)
        row.addWidget(self._total)
        row.addStretch(1)
        moves = (actions.to_start, actions.step_back, actions.play, actions.step_forward, actions.to_end)
        ends = (actions.loop, actions.ping_pong)
        self._buttons = [CompareButton(action, self) for action in (*moves, *ends)]
        for button in self._buttons[: len(moves)]:
            row.addWidget(button)
        row.addSpacing(8)
        for button in self._buttons[len(moves) :]:
            row.addWidget(button)
        row.addWidget(self._speed)
        row.addWidget(self._slow_motion)
        row.addSpacing(4)
        row.addWidget(self._gear)
        row.addStretch(1)
        row.addWidget(self._time)

        playback.frame_changed.connect(self._show_frame)
        playback.times_changed.connect(self._times_changed)
        playback.speed_changed.connect(self._show_speed)
        self._speed.activated.connect(self._speed_chosen)
        self._slow_motion.activated.connect(lambda index: self.slow_motion_chosen.emit(SLOW_MOTIONS[index]))
        self._frame.entered.connect(self._entered)
        self._frame.left.connect(self.left)
        self._times_changed()
        self._show_speed()

    def tab_stops(self) -> list[QWidget]:
        """The controls in the order in which Tab goes through them."""
        return [self._frame, *self._buttons, self._speed, self._slow_motion]

    def set_slow_motion(self, factor: int, *, offered: bool) -> None:
        """Say how many pictures there are for each frame, and whether there can be more."""
        self._slow_motion.setVisible(offered)
        self._slow_motion.setCurrentIndex(SLOW_MOTIONS.index(factor) if factor in SLOW_MOTIONS else -1)

    def _times_changed(self) -> None:
        count = self._playback.frame_count
        self.setEnabled(count > 0)
        self._frame.setMaximum(max(0, count - 1))
        self._total.setText(f" / {count}")
        self._total.setToolTip(
            tr("{pictures}, counted from 0 to {last}", pictures=self._what(count), last=max(0, count - 1))
        )
        self._show_frame(self._playback.frame)

    def _what(self, count: int) -> str:
        slow_motion = self._playback.times.slow_motion
        if slow_motion == 1:
            return tr("{count} frames", count=count)
        frames = -(-count // slow_motion)
        return tr(
            "{count} pictures, {frames} of them frames and {interpolated} interpolated",
            count=count,
            frames=frames,
            interpolated=count - frames,
        )

    def _show_frame(self, frame: int) -> None:
        times = self._playback.times
        self._frame.show_frame(frame)
        self._time.setText(f"{time_text(times.exact(frame))} / {time_text(times.duration)}")

    def _show_speed(self) -> None:
        self._speed.setCurrentIndex(SPEEDS.index(self._playback.speed) if self._playback.speed in SPEEDS else -1)
        shuttle = self._playback.shuttle
        self._gear.setText("" if shuttle in (0, 1) else f"{'▶' if shuttle > 0 else '◀'} {abs(shuttle)}×")

    def _speed_chosen(self, index: int) -> None:
        self._playback.set_speed(SPEEDS[index])

    def _entered(self, frame: int) -> None:
        self._playback.pause()
        self._playback.seek(frame)


class _FrameField(QSpinBox):
    """The frame number. What is typed counts when it is entered; the arrows count at once.

    Signals:
        entered(int): go to this frame.
        left(): Enter or Escape: the field is done with.
    """

    entered = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Frame number"))
        self.setToolTip(tr("Frame on view, counted from 0; type a number to go there"))
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(84)
        self.valueChanged.connect(self.entered)

    def show_frame(self, frame: int) -> None:
        """Show a frame without going there."""
        blocked = self.blockSignals(True)
        self.setValue(frame)
        self.blockSignals(blocked)

    def event(self, event: QEvent) -> bool:
        # Letters and Space mean nothing in a number: they stay the keys of the view.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            text = event.text()
            if text.isalpha() or text == " ":
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.show_frame(self.value())
            self.left.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
