"""One thread's work, handed to it by others: what they post runs there, one call after the other."""

import logging
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

log = logging.getLogger(__name__)


class Mailbox:
    """Calls waiting for the thread that runs this box. `post` may be called by any thread and by signal handlers."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Callable[..., object], tuple[Any, ...]]] = SimpleQueue()
        self._stopped = False

    def post(self, call: Callable[..., object], *arguments: Any) -> None:
        """Have `call(*arguments)` run in the box's thread, after what was posted before."""
        self._calls.put((call, arguments))

    def stop(self) -> None:
        """End `run` after the call that is under way. To be called in the box's own thread."""
        self._stopped = True

    def run(self, tick: Callable[[], object], seconds: float) -> None:
        """Run what is posted until `stop`, and `tick` every `seconds`, however much is posted.

        A call that raises is logged and costs nothing else.
        """
        due = time.monotonic() + seconds
        while not self._stopped:
            call, arguments = self._next(due - time.monotonic())
            if call is None:
                call, arguments = tick, ()
                due = time.monotonic() + seconds
            try:
                call(*arguments)
            except Exception:
                log.exception("a call of the engine failed")

    def _next(self, seconds: float) -> tuple[Callable[..., object] | None, tuple[Any, ...]]:
        """What was posted next; None where nothing is within `seconds`, or they are over."""
        if seconds <= 0:
            return None, ()
        try:
            return self._calls.get(timeout=seconds)
        except Empty:
            return None, ()
