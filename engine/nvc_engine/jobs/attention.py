"""What a running job has to hear while it works: wishes from the database, previews and farewells from its parent."""

import threading
from collections.abc import Callable
from enum import StrEnum

from nvc_engine.jobs.store import JobStore, StoreError, Wish
from nvc_engine.protocol.messages import WantPreview

POLL_SECONDS = 0.5


class HaltReason(StrEnum):
    """Why a job ends before it is done."""

    PAUSE = "pause"
    CANCEL = "cancel"
    LEAVE = "leave"
    """The worker must go, and the job is to be picked up again."""


class Halt(Exception):  # noqa: N818 - not an error: a way out of the work
    """The work ends here, and `reason` says how the job goes on."""

    def __init__(self, reason: HaltReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Attention:
    """Asked by the job between its steps; told by signal handlers and reader threads at any time.

    Attributes:
        stop_asked: a person wants the encode finished soon with the best so far.
    """

    def __init__(self, store: JobStore, job: str, clock: Callable[[], float]) -> None:
        self.stop_asked = False
        self._store = store
        self._job = job
        self._clock = clock
        self._polled = -POLL_SECONDS
        self._leave = threading.Event()
        self._lock = threading.Lock()
        self._preview: WantPreview | None = None

    def leave(self) -> None:
        """The process must go soon. Safe in a signal handler."""
        self._leave.set()

    def want_preview(self, wanted: WantPreview) -> WantPreview | None:
        """Take up a request for a preview; returns the older one that it displaces."""
        with self._lock:
            displaced, self._preview = self._preview, wanted
        return displaced

    def take_preview(self) -> WantPreview | None:
        """The newest request for a preview that has not been answered."""
        with self._lock:
            taken, self._preview = self._preview, None
        return taken

    def check(self) -> None:
        """Raises Halt where the job must end now; asks the database at most every POLL_SECONDS."""
        if self._leave.is_set():
            raise Halt(HaltReason.LEAVE)
        now = self._clock()
        if now - self._polled < POLL_SECONDS:
            return
        self._polled = now
        try:
            wish = self._store.wish(self._job)
        except StoreError:
            return
        if wish is Wish.CANCEL:
            raise Halt(HaltReason.CANCEL)
        if wish is Wish.PAUSE:
            raise Halt(HaltReason.PAUSE)
        self.stop_asked = wish is Wish.STOP
