"""What each open window is working on, on the disk, so that a window that crashed can be had back."""

from pathlib import Path

from PySide6.QtCore import QLockFile

from nvc_engine.protocol.places import home
from nvc_studio.models.project import Project, ProjectError, project_bytes, read_project
from nvc_studio.saving import save_bytes

_MOST_WINDOWS = 64


class KeptSession:
    """One place in the studio's folder, held by a lock while the window lives.

    A place whose lock's holder is gone without `leave` is one of a window that crashed.
    """

    def __init__(self) -> None:
        self._folder = home() / "sessions"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock: QLockFile | None = None
        self._file: Path | None = None

    def begin(self) -> Project | None:
        """Take a place; returns what a window that crashed has left, or None."""
        left = None
        for number in range(_MOST_WINDOWS):
            file = self._folder / f"{number}.json"
            if left is not None or (self._lock is not None and not file.exists()):
                break
            lock = QLockFile(str(file.with_suffix(".lock")))
            lock.setStaleLockTime(0)  # Never by age; of a process that is gone it is taken over all the same.
            if not lock.tryLock(0):
                continue
            left = _read(file)
            if self._lock is None or left is not None:
                self.leave()
                self._lock, self._file = lock, file
            else:
                lock.unlock()
        return left

    def keep(self, project: Project) -> None:
        """Lay down what the window is working on. Raises SaveError where that cannot be."""
        if self._file is not None:
            save_bytes(self._file, project_bytes(project))

    def leave(self) -> None:
        """The window closes in good order: nothing is to be had back."""
        if self._lock is not None and self._file is not None:
            self._file.unlink(missing_ok=True)
            self._lock.unlock()
        self._lock = self._file = None


def _read(file: Path) -> Project | None:
    try:
        project = read_project(file) if file.exists() else None
    except ProjectError:
        return None
    return project if project is not None and project.sources else None
