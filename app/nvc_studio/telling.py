"""What a thread has to say to an object of the GUI thread, which may be gone by then."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject


class Telling:
    """Emits a signal of `owner` from any thread, until `end` or until `owner` is destroyed: which waits for an emission
    that is under way, and after which nothing is said."""

    def __init__(self, owner: QObject, emit: Callable[..., object]) -> None:
        self._emit = emit
        self._lock = threading.Lock()
        self._ended = False
        owner.destroyed.connect(lambda: self.end())

    def __call__(self, *values: object) -> None:
        with self._lock:
            if not self._ended:
                self._emit(*values)

    def end(self) -> None:
        """Say nothing any more."""
        with self._lock:
            self._ended = True
