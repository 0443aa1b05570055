"""One engine per home folder: a lock that ends with its process, however that ends."""

import os
import sys
from pathlib import Path

from nvc_engine.protocol import places

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class AlreadyRunning(Exception):  # noqa: N818 - an answer, not an error
    """Another engine holds the lock of this home folder."""


class InstanceLock:
    """Holds `engine.lock` in the studio's home from creation to `release`.

    Raises:
        AlreadyRunning: another process holds it.
        OSError: the home folder is not writable.
    """

    def __init__(self) -> None:
        path: Path = places.home() / "engine.lock"
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":
                msvcrt.locking(self._descriptor, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise AlreadyRunning from error

    def release(self) -> None:
        os.close(self._descriptor)
