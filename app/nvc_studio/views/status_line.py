"""The line at the bottom: how the engine is, what was just done, and the clip in view."""

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from nvc_engine.protocol.messages import ClipFacts
from nvc_studio.models.clip_lines import clip_line
from nvc_studio.models.engine_status import EngineStatus
from nvc_studio.theme import Theme
from nvc_studio.translation import tr

MESSAGE_MS = 6000


class StatusLine(QStatusBar):
    """Engine at the left, the clip at the right, and between them what was just done."""

    def __init__(self, status: EngineStatus, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self._theme = theme
        self._dot = QLabel("●")
        self._dot.setContentsMargins(8, 0, 0, 0)
        self.engine = QLabel()
        self.engine.setAccessibleDescription(tr("State of the engine"))
        self.told = QLabel()
        self.told.setAccessibleDescription(tr("What was just done"))
        self.clip = QLabel()
        self.clip.setAccessibleDescription(tr("Clip in view"))
        self.clip.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.clip.setContentsMargins(0, 0, 8, 0)
        for label, alignment in ((self.told, Qt.AlignmentFlag.AlignLeft), (self.clip, Qt.AlignmentFlag.AlignRight)):
            label.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(MESSAGE_MS)
        self._forget.timeout.connect(self.told.clear)
        for widget, stretch in ((self._dot, 0), (self.engine, 0), (self.told, 2), (self.clip, 3)):
            self.addWidget(widget, stretch)
        self.setSizeGripEnabled(False)
        status.changed.connect(self._refresh)
        theme.changed.connect(self._refresh)
        self._refresh()

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Say something for a few seconds."""
        self.told.setText(sentence)
        self.told.setToolTip(sentence)
        self._forget.start()

    def tell_until(self, sentence: str) -> None:
        """Say something until `take_back`, or until something else is said."""
        self.tell(sentence)
        self._forget.stop()

    def take_back(self, sentence: str) -> None:
        """Say `sentence` no more, where it still is what is said."""
        if self.told.text() == sentence:
            self.told.clear()

    def show_clip(self, facts: ClipFacts | None) -> None:
        """The clip in view."""
        text = clip_line(facts) if facts else ""
        self.clip.setText(text)
        self.clip.setToolTip(text)

    @Slot()
    def _refresh(self) -> None:
        status, colours = self._status, self._theme.colours
        if status.ready:
            text, colour = tr("Engine ready"), colours.good
        elif status.failed:
            text, colour = tr("Engine stopped"), colours.error
        elif status.lost:
            text, colour = tr("Engine restarting"), colours.warning
        else:
            text, colour = tr("Engine starting"), colours.warning
        self.engine.setText(text)
        self.engine.setToolTip(status.sentence)
        chosen = self._dot.palette()
        chosen.setColor(QPalette.ColorRole.WindowText, colour)
        self._dot.setPalette(chosen)
