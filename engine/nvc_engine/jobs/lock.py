"""Locks that end with the process that holds them, however it ends: who works on a job, and who keeps it."""

import os
import sys
import time
from pathlib import Path
from types import TracebackType

from nvc_engine.errors import EngineError

WORKER = "worker.lock"
"""Held by the process that encodes the job."""
KEEPER = "keeper.lock"
"""Held by a terminal that runs the job itself, so that the engine process leaves it alone."""

_RETRY_SECONDS = 0.02


class JobLockedError(EngineError):
    """Another process holds the job."""


class JobLock:
    """An exclusive lock on a job's folder. The operating system lets go of it when its holder dies, even by kill -9.

    Attributes:
        path: the lock's file in the job's folder; it stays behind and means nothing by itself.
    """

    def __init__(self, folder: Path, name: str = WORKER) -> None:
        self.path = folder / name
        self._descriptor: int | None = None

    def acquire(self, wait: float = 1.0) -> None:
        """Take the lock. It is waited for `wait` seconds, because `held` takes it for an instant.

        Raises:
            JobLockedError: another process holds it.
            OSError: the folder cannot be written.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        deadline = time.monotonic() + wait
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise JobLockedError(f"Another process is working on the job {self.path.parent.name} already.")
            time.sleep(_RETRY_SECONDS)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; harmless where the lock is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> "JobLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def held(folder: Path, name: str = WORKER) -> bool:
    """Whether some living process holds the lock `name` of this job folder."""
    try:
        descriptor = os.open(folder / name, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
