"""What a decode is worth, measured against its original on demand: one measurement at a time."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nvc_engine.protocol.messages import Abort, AskMeasure, ExportProgress, Failed, Measured, RawSpec
from nvc_studio.engine_client import EngineClient


class MeasureModel(QObject):
    """One running measurement.

    Signals:
        changed: one began or ended.
        progressed: fraction in 0..1 and the seconds that remain (None: not known).
        measured: the path that was measured, and its `Result`.
        failed: a sentence; a measurement that was given up says nothing.
    """

    changed = Signal()
    progressed = Signal(float, object)
    measured = Signal(object, object)
    failed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._request = 0
        self._test = Path()
        self._given_up = False
        client.received.connect(self._received)

    @property
    def running(self) -> bool:
        """Whether a measurement is under way."""
        return self._request != 0

    @property
    def test(self) -> Path:
        """What is being measured, or was last."""
        return self._test

    def start(self, reference: Path, test: Path, raw: RawSpec | None) -> None:
        """Measure `test` against `reference`; `raw` says how to read raw YUV."""
        self._request = self._client.next_request()
        self._test = test
        self._given_up = False
        self._client.send(AskMeasure(self._request, str(reference), str(test), raw))
        self.changed.emit()

    def give_up(self) -> None:
        """Stop measuring."""
        if self._request:
            self._given_up = True
            self._client.send(Abort(self._request))

    @Slot(object)
    def _received(self, message: object) -> None:
        if not isinstance(message, ExportProgress | Measured | Failed) or not self._request:
            return
        if message.request != self._request:
            return
        if isinstance(message, ExportProgress):
            self.progressed.emit(message.fraction, message.remaining)
            return
        self._request = 0
        self.changed.emit()
        if isinstance(message, Measured):
            self.measured.emit(self._test, message.result)
        elif not self._given_up:
            self.failed.emit(message.sentence)
