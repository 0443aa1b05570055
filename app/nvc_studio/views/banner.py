"""A thin strip above everything: what happened to the engine, and what else the user should hear of."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from nvc_studio.icons import icon
from nvc_studio.models.engine_status import EngineStatus
from nvc_studio.theme import Theme
from nvc_studio.translation import tr


class Banner(QFrame):
    """Shows the newest sentence until it is put away or no longer true."""

    def __init__(self, status: EngineStatus, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self._theme = theme
        self._of_engine = False
        self._action: Callable[[], None] | None = None
        self.setAutoFillBackground(True)
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setAccessibleDescription(tr("Notice"))
        self._button = QPushButton()
        self._button.setAccessibleName(tr("What can be done about it"))
        self._button.clicked.connect(self._act)
        self._away = QToolButton()
        self._away.setAutoRaise(True)
        self._away.setAccessibleName(tr("Put the notice away"))
        self._away.setToolTip(tr("Put the notice away"))
        self._away.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._away.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 8, 4)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._away)
        status.changed.connect(self._engine_changed)
        status.noticed.connect(self.say)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown, or ""."""
        return "" if self.isHidden() else self._words.text()

    @Slot(str)
    def say(self, sentence: str, action_text: str = "", action: Callable[[], None] | None = None) -> None:
        """Show a sentence, with a button where there is something to do about it."""
        self._of_engine = False
        self._show(sentence, action_text, action)

    @Slot()
    def _engine_changed(self) -> None:
        status = self._status
        if status.failed:
            self._show(status.sentence or tr("The engine stopped."), tr("&Restart the engine"), status.restart)
            self._of_engine = True
        elif status.lost:
            self._show(status.sentence, "", None)
            self._of_engine = True
        elif self._of_engine and status.ready:
            self._show(status.sentence, "", None) if status.sentence else self.hide()
            self._of_engine = False

    def _show(self, sentence: str, action_text: str, action: Callable[[], None] | None) -> None:
        self._words.setText(sentence)
        self._action = action
        self._button.setText(action_text)
        self._button.setAccessibleName(action_text.replace("&", "") or tr("What can be done about it"))
        self._button.setVisible(action is not None)
        self.setVisible(bool(sentence))

    @Slot()
    def _act(self) -> None:
        action = self._action
        self.hide()
        if action is not None:
            action()

    @Slot()
    def _dress(self) -> None:
        chosen = self.palette()
        chosen.setColor(QPalette.ColorRole.Window, "#43361a" if self._theme.dark else "#fff3d6")
        chosen.setColor(QPalette.ColorRole.WindowText, self._theme.colours.text)
        self.setPalette(chosen)
        self._away.setIcon(icon("cancel"))
