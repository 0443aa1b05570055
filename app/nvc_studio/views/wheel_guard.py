"""Fields in a scrolled form take the wheel only while they have the focus; otherwise it scrolls the form."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


class WheelGuard(QObject):
    """Watches the fields of one form, and those that come to it later by `watch`."""

    def watch(self, form: QWidget) -> None:
        """Guard every combo and spin box in `form`."""
        for field in (*form.findChildren(QComboBox), *form.findChildren(QAbstractSpinBox)):
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.removeEventFilter(self)
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
