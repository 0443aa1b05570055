"""Files that take a while to write, written without holding up the window."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nvc_studio.saving import SaveError
from nvc_studio.telling import Telling
from nvc_studio.translation import tr


class FileWork(QObject):
    """Writes each file in a thread of its own; it appears under its name when it is whole, and the program does not end
    before.

    Signals:
        finished: the path that was written.
        failed: a sentence.
    """

    finished = Signal(object)
    failed = Signal(str)
    _ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell_ended = Telling(self, self._ended.emit)
        self._ended.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def start(self, target: Path, work: Callable[[], None]) -> None:
        """Do `work`, which writes `target` or raises SaveError, and touches nothing of Qt but images."""
        threading.Thread(target=self._do, args=(target, work), name="file-work").start()

    def copy(self, source: Path, target: Path) -> None:
        """Copy `source` to `target`, replacing it."""
        self.start(target, lambda: _copy(source, target))

    def _do(self, target: Path, work: Callable[[], None]) -> None:
        sentence = ""
        try:
            work()
        except SaveError as error:
            sentence = str(error)
        self._tell_ended(target, sentence)

    def close(self) -> None:
        """Tell of nothing any more, so that this may go before its threads have ended."""
        self._tell_ended.end()

    @Slot(object, str)
    def _tell(self, target: Path, sentence: str) -> None:
        if sentence:
            self.failed.emit(sentence)
        else:
            self.finished.emit(target)


def _copy(source: Path, target: Path) -> None:
    beside = target.with_name(f"{target.name}.part")
    try:
        if not (target.exists() and target.samefile(source)):
            try:
                with source.open("rb") as whole, beside.open("wb") as copy:
                    shutil.copyfileobj(whole, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
                beside.replace(target)
            finally:
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise SaveError(
            tr(
                "{name} could not be copied to {target}: {reason}.",
                name=source.name,
                target=target,
                reason=error.strerror or error,
            )
        ) from error
