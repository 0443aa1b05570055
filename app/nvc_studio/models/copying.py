"""Copies a file without holding up the window."""

import shutil
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot


class FileCopier(QObject):
    """Copies in a thread of its own; the copy appears under its name when it is whole.

    Signals:
        finished: the path of the copy.
        failed: a sentence.
    """

    finished = Signal(object)
    failed = Signal(str)
    _ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ended.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def start(self, source: Path, target: Path) -> None:
        """Copy `source` to `target`, replacing it."""
        threading.Thread(target=self._copy, args=(source, target), name="file-copy", daemon=True).start()

    def _copy(self, source: Path, target: Path) -> None:
        beside = target.with_name(f"{target.name}.part")
        sentence = ""
        try:
            if not (target.exists() and target.samefile(source)):
                try:
                    shutil.copyfile(source, beside)
                    beside.replace(target)
                finally:
                    beside.unlink(missing_ok=True)
        except OSError as error:
            sentence = f"{source.name} could not be copied to {target}: {error.strerror or error}."
        self._ended.emit(target, sentence)

    @Slot(object, str)
    def _tell(self, target: Path, sentence: str) -> None:
        if sentence:
            self.failed.emit(sentence)
        else:
            self.finished.emit(target)
