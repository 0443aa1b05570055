"""Files that are whole or absent: written beside, flushed to the disk, renamed, and checksummed."""

import contextlib
import os
import struct
from pathlib import Path

import google_crc32c

from nvc_engine.media.output import flush_folder

_MAGIC = b"NVCJOB1\n"
_HEAD = struct.Struct("<8sQI")


class DamagedFileError(ValueError):
    """A file of ours is cut short or its checksum does not fit."""


def write(path: Path, data: bytes) -> None:
    """Put `data` under `path` so that, even after a power cut, either the old file or the whole new one stands there.

    Raises:
        OSError: the disk is full or not writable; `path` is then as it was.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(_HEAD.pack(_MAGIC, len(data), int(google_crc32c.value(data))))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def read(path: Path) -> bytes:
    """What `write` put there.

    Raises:
        FileNotFoundError: nothing is there.
        DamagedFileError: what is there is not whole.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD.size)
        if len(head) != _HEAD.size:
            raise DamagedFileError(f"{path.name} is cut short")
        magic, length, checksum = _HEAD.unpack(head)
        if magic != _MAGIC or length != path.stat().st_size - _HEAD.size:
            raise DamagedFileError(f"{path.name} is not whole")
        data = file.read(length)
    if len(data) != length or google_crc32c.value(data) != checksum:
        raise DamagedFileError(f"the checksum of {path.name} does not fit")
    return data
