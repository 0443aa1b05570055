"""Writing beside and renaming: nothing unfinished ever stands under an output's own name."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nvc_engine.errors import EngineError

_OWN_FRAME = re.compile(r"frame\d+\.png")


class OutputError(EngineError):
    """A file or folder cannot be written."""


@contextmanager
def writing_beside(path: Path, overwrite: bool) -> Iterator[Path]:
    """Give a path beside `path` to write to (a file, or a folder that the caller makes), then rename it to `path`.

    What was written is flushed to the disk first. On any error the unfinished part is removed and `path` is as it was.
    A folder is replaced only where it is empty, or with `overwrite` where it holds nothing but frames of ours.

    Raises:
        OutputError: the folder is missing or not writable, `path` exists and may not be overwritten, the disk is full,
            or any other OSError of the caller's writing.
    """
    path = Path(os.path.abspath(path))
    _check_target(path, overwrite)
    part = part_of(path)
    try:
        _remove(part)
        yield part
        _flush(part)
        _check_target(path, overwrite)
        _move(part, path)
        flush_folder(path.parent)
    except OSError as error:
        _remove_quietly(part)
        raise OutputError(write_failure(path, error)) from error
    except BaseException:
        _remove_quietly(part)
        raise


def part_of(path: Path) -> Path:
    """Where this process writes before it renames to `path`."""
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def write_failure(path: Path, error: OSError) -> str:
    """The sentence on a failed write of `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full; {path} could not be written. Free some space or choose another folder."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"The folder {path.parent} is not writable; choose another one for {path.name}."
    if error.errno == errno.EFBIG:
        return f"{path} has grown larger than the file system allows; choose another folder."
    return f"{path} could not be written: {error.strerror or error}."


def _check_target(path: Path, overwrite: bool) -> None:
    if not path.parent.is_dir():
        raise OutputError(f"There is no folder {path.parent}; make it, or choose another one for {path.name}.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise OutputError(f"The folder {path.parent} is not writable; choose another one for {path.name}.")
    if path.is_dir():
        names = [each.name for each in path.iterdir()]
        if any(not _OWN_FRAME.fullmatch(name) for name in names):
            raise OutputError(f"The folder {path} holds other files; choose a new or empty folder.")
        if names and not overwrite:
            raise OutputError(f"The folder {path} holds frames already; choose another one, or allow overwriting.")
    elif path.exists() and not path.is_file():
        raise OutputError(f"{path} is no plain file and cannot be replaced by one; choose another name.")
    elif not overwrite and path.exists():
        raise OutputError(f"{path} exists already; choose another name, or allow overwriting.")


def _flush(part: Path) -> None:
    """Make sure that the bytes are on the disk before the name is."""
    for file in part.iterdir() if part.is_dir() else (part,):
        flush_file(file)


def flush_file(path: Path) -> None:
    """Make what is in a file last through a power cut."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut (POSIX; elsewhere a folder cannot be opened)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _move(part: Path, path: Path) -> None:
    if path.is_dir() and part.is_dir():
        old = path.with_name(f"{path.name}.{os.getpid()}.old.part")
        path.rename(old)
        try:
            part.rename(path)
        except OSError:
            old.rename(path)
            raise
        shutil.rmtree(old, ignore_errors=True)
    elif path.is_dir():
        raise OutputError(f"{path} is a folder; choose another name.")
    else:
        part.replace(path)


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)


def _remove_quietly(part: Path) -> None:
    try:
        _remove(part)
    except OSError:
        return
