"""The one way to slow things down: run now, keep only the newest pending call, run it when the interval ends."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer


class Throttle(QObject):
    """Calls `action` at most once in `interval_ms`, on the thread that owns it.

    The first call runs at once. Calls that come before the interval has passed replace each other; the newest runs
    when it has. With `leading=False` the first call waits too, which suits things that are still being typed.
    """

    def __init__(
        self, action: Callable[..., None], interval_ms: int, parent: QObject | None = None, *, leading: bool = True
    ) -> None:
        super().__init__(parent)
        self._action = action
        self._leading = leading
        self._pending: tuple[Any, ...] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._elapsed)

    @property
    def pending(self) -> bool:
        """Whether a call waits for the end of the interval."""
        return self._pending is not None

    def __call__(self, *arguments: Any) -> None:
        """Run the action with `arguments` now or at the end of the interval."""
        if self._timer.isActive() or not self._leading:
            self._pending = arguments
            if not self._timer.isActive():
                self._timer.start()
            return
        self._timer.start()
        self._action(*arguments)

    def flush(self) -> None:
        """Run the pending call now, if there is one."""
        if self._pending is not None:
            self._timer.stop()
            self._elapsed()

    def cancel(self) -> None:
        """Forget the pending call."""
        self._pending = None
        self._timer.stop()

    def _elapsed(self) -> None:
        if self._pending is None:
            return
        arguments, self._pending = self._pending, None
        if self._leading:
            self._timer.start()
        self._action(*arguments)
