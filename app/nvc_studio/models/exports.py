"""Decoded files and reports leave the studio: one export at a time, with progress, and it can be given up."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nvc_engine.protocol.messages import Abort, AskExport, AskReport, Done, ExportProgress, Failed, RawSpec
from nvc_studio.engine_client import EngineClient

REPORT = "report.html"


class ExportModel(QObject):
    """One running export.

    Signals:
        progressed: fraction in 0..1 and the seconds that remain (None: not known).
        finished: the path that was written.
        failed: a sentence; an export that was given up says nothing.
    """

    progressed = Signal(float, object)
    finished = Signal(object)
    failed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._request = 0
        self._output = Path()
        self._given_up = False
        client.received.connect(self._received)

    @property
    def running(self) -> bool:
        """Whether an export is under way."""
        return self._request != 0

    def start(self, source: Path, output: Path, *, overwrite: bool, first: int | None, stop: int | None) -> None:
        """Decode `source` (.nvc) to `output`; frames `first`..`stop` of it, or all."""
        self._request = self._client.next_request()
        self._output = output
        self._given_up = False
        self._client.send(AskExport(self._request, str(source), str(output), first, stop, overwrite))

    def report(self, source: Path, folder: Path, raw: RawSpec | None = None) -> None:
        """Write everything that is known of the encodes of `source` into `folder`; the report is what is finished."""
        self._request = self._client.next_request()
        self._output = folder / REPORT
        self._given_up = False
        self._client.send(AskReport(self._request, str(source), str(folder), raw))

    def give_up(self) -> None:
        """Stop the export; nothing stays under the final name."""
        if self._request:
            self._given_up = True
            self._client.send(Abort(self._request))

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
        if isinstance(message, Done):
            self.finished.emit(self._output)
        else:
            self.failed.emit("" if self._given_up else message.sentence)
