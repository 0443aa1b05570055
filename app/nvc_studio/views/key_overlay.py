"""All keys at a glance, over the window: F1 or ? shows them, any key or click puts them away."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QCloseEvent, QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from nvc_studio.translation import tr
from nvc_studio.views.key_map import bare

_COLUMNS = 3


@dataclass(frozen=True)
class KeyGroup:
    """Keys that belong together: (keys, what they do)."""

    title: str
    keys: tuple[tuple[str, str], ...]


def key_group(title: str, actions: Sequence[QAction]) -> KeyGroup:
    """The keys of those actions that have any."""
    return KeyGroup(
        title,
        tuple(
            (
                "  ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()),
                bare(action.text()),
            )
            for action in actions
            if action.shortcuts()
        ),
    )


class KeyOverlay(QWidget):
    """Covers its parent until a key is pressed or the mouse is clicked."""

    def __init__(self, groups: Sequence[KeyGroup], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Keys"))
        columns = QHBoxLayout(self)
        columns.setContentsMargins(40, 32, 40, 32)
        columns.setSpacing(40)
        stacks = [QVBoxLayout() for _ in range(_COLUMNS)]
        heights = [0] * _COLUMNS
        for group in groups:
            if group.keys:
                shortest = heights.index(min(heights))
                stacks[shortest].addLayout(self._group(group))
                stacks[shortest].addSpacing(16)
                heights[shortest] += len(group.keys) + 2
        for stack in stacks:
            stack.addStretch(1)
            columns.addLayout(stack, 1)
        self._before = QApplication.focusWidget()
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def _group(self, group: KeyGroup) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(3)
        grid.setHorizontalSpacing(14)
        title = _label(group.title, bold=True)
        grid.addWidget(title, 0, 0, 1, 2)
        for row, (keys, text) in enumerate(group.keys, 1):
            grid.addWidget(_label(keys, bold=True), row, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(_label(text), row, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(12, 14, 18, 244))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.close()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Tab is a key like any other here."""
        self.close()
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._before is not None and isValid(self._before):
            self._before.setFocus()
        super().closeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False


def _label(text: str, *, bold: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = label.font()
    font.setBold(bold)
    label.setFont(font)
    chosen = label.palette()
    chosen.setColor(chosen.ColorRole.WindowText, QColor("#f2f4f7" if bold else "#c6ccd4"))
    label.setPalette(chosen)
    return label
