"""Which frames of a clip are encoded. Frames count from 0 and both ends are part of the range."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QWidget

from nvc_studio.translation import tr


class FrameRangeField(QWidget):
    """First and last frame.

    Signals:
        changed: the range is another.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = QSpinBox()
        self.first.setAccessibleName(tr("First frame"))
        self.last = QSpinBox()
        self.last.setAccessibleName(tr("Last frame"))
        self._count = QLabel()
        self._count.setForegroundRole(self._count.foregroundRole().PlaceholderText)
        self._frames = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for spin in (self.first, self.last):
            spin.setKeyboardTracking(False)
            spin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout.addWidget(self.first, 1)
        layout.addWidget(QLabel(tr("to")))
        layout.addWidget(self.last, 1)
        layout.addWidget(self._count)
        self.setFocusProxy(self.first)
        self.first.valueChanged.connect(self._edited)
        self.last.valueChanged.connect(self._edited)
        self.set_frames(0)

    @property
    def range(self) -> tuple[int | None, int | None]:
        """(first, stop), stop exclusive; (None, None) for the whole clip."""
        first, stop = self.first.value(), self.last.value() + 1
        return (None, None) if (first, stop) == (0, self._frames) or not self._frames else (first, stop)

    @property
    def count(self) -> int:
        """How many frames that is."""
        return max(1, self.last.value() - self.first.value() + 1)

    def set_frames(self, frames: int, *, keep: bool = False) -> None:
        """The clip has `frames` frames; take all of them, unless the present range is to be kept."""
        first, last = self.first.value(), self.last.value()
        whole = not keep or last + 1 >= self._frames
        self._frames = frames
        self.setEnabled(frames > 0)
        for spin, value in ((self.first, first if keep else 0), (self.last, frames - 1 if whole else last)):
            blocked = spin.blockSignals(True)
            spin.setRange(0, max(0, frames - 1))
            spin.setValue(value)
            spin.blockSignals(blocked)
        self._edited()

    def set_range(self, first: int | None, stop: int | None) -> None:
        """Take frames `first` to `stop`, `stop` not included; None: from the first, or to the last."""
        self.last.setValue(self._frames - 1)
        self.first.setValue(first or 0)
        if stop is not None:
            self.last.setValue(stop - 1)

    @Slot()
    def _edited(self) -> None:
        self.last.setMinimum(self.first.value())
        self.first.setMaximum(max(0, self._frames - 1))
        self._count.setText(f"({self.count})" if self._frames else "")
        self.changed.emit()
