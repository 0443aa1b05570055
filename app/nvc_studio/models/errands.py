"""Work that the engine does for a window beside the queue: one piece at a time, which tells how far it is."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nvc_engine.protocol.messages import Abort, Done, ExportProgress, Failed, Message
from nvc_studio.engine_client import EngineClient


class ErrandModel(QObject):
    """One running errand.

    Signals:
        changed: one began or ended.
        progressed: fraction in 0..1 and the seconds that remain (None: not known).
        finished: the path that was written.
        failed: a sentence; what was given up says nothing ("").
    """

    changed = Signal()
    progressed = Signal(float, object)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._request = 0
        self._output = Path()
        self._given_up = False
        self.message = ""
        client.received.connect(self._received)

    @property
    def running(self) -> bool:
        """Whether an errand is under way."""
        return self._request != 0

    def give_up(self) -> None:
        """Stop it; nothing half-written stays under the final name."""
        if self._request:
            self._given_up = True
            self._client.send(Abort(self._request))

    def _begin(self, request: int, errand: Message, output: Path) -> None:
        """Send `errand`, which has this request number and writes `output`."""
        self._request, self._output = request, output
        self._given_up = False
        self.message = ""
        self._client.send(errand)
        self.changed.emit()

    @Slot(object)
    def _received(self, message: object) -> None:
        if not isinstance(message, ExportProgress | Done | Failed) or message.request != self._request:
            return
        if not self._request:
            return  # A `Failed` that belongs to no request.
        if isinstance(message, ExportProgress):
            self.progressed.emit(message.fraction, message.remaining)
            return
        self._request = 0
        self.changed.emit()
        if isinstance(message, Done):
            self.message = message.message
            self.finished.emit(self._output)
        else:
            self.failed.emit("" if self._given_up else message.sentence)
