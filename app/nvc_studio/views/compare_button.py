"""A button of the compare view."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget


class CompareButton(QToolButton):
    """A flat button for an action. Space presses it when it has the focus, whatever Space means in the view."""

    def __init__(self, action: QAction, parent: QWidget | None = None, *, icon_only: bool = True) -> None:
        super().__init__(parent)
        self.setDefaultAction(action)
        self.setAutoRaise(True)
        self.setIconSize(QSize(20, 20))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if icon_only else Qt.ToolButtonStyle.ToolButtonTextOnly
        self.setToolButtonStyle(style)
        self._name()
        action.changed.connect(self._name)

    def event(self, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride
        if pressed and event.key() == Qt.Key.Key_Space and not event.modifiers():  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def _name(self) -> None:
        self.setAccessibleName(self.defaultAction().text())
