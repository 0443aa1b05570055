"""How the engine is, for everyone who must not talk to the client about it."""

from PySide6.QtCore import QObject, Signal, Slot

from nvc_engine.protocol.messages import Failed, Notice
from nvc_studio.engine_client import EngineClient, EngineState


class EngineStatus(QObject):
    """The engine's state and the sentence that goes with it.

    Attributes:
        state: as the client said last.
        sentence: what a person should know about it.

    Signals:
        changed: state or sentence are others.
        became_ready: a fresh connection stands; what was asked of an earlier one is lost.
        was_lost: the connection is gone; clips opened through it are no longer open.
        noticed: the engine has something to say; a sentence.
    """

    changed = Signal()
    became_ready = Signal()
    was_lost = Signal()
    noticed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.state = client.state
        self.sentence = client.sentence
        client.state_changed.connect(self._state_changed)
        client.received.connect(self._received)

    @property
    def ready(self) -> bool:
        """Whether the engine answers."""
        return self.state is EngineState.READY

    @property
    def failed(self) -> bool:
        """Whether the engine is gone for good, unless it is started by hand."""
        return self.state is EngineState.FAILED

    @property
    def lost(self) -> bool:
        """Whether the engine has died and is being started again."""
        return self.state in (EngineState.LOST, EngineState.RESTARTING)

    def restart(self) -> None:
        """Start the engine again."""
        self._client.restart()

    @Slot(object, str)
    def _state_changed(self, state: EngineState, sentence: str) -> None:
        was_ready = self.ready
        self.state, self.sentence = state, sentence
        self.changed.emit()
        if self.ready and not was_ready:
            self.became_ready.emit()
        elif was_ready and not self.ready:
            self.was_lost.emit()

    @Slot(object)
    def _received(self, message: object) -> None:
        if isinstance(message, Notice) or (isinstance(message, Failed) and message.request == 0):
            self.noticed.emit(message.sentence)
