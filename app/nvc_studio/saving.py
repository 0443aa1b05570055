"""Small files that the window itself writes: whole under their final name, or not at all."""

import os
from pathlib import Path

from nvc_studio.translation import tr


class SaveError(Exception):
    """A file could not be written; the text is a sentence for a person."""


def save_bytes(path: Path, data: bytes) -> None:
    """Write `data` beside `path` and rename it into place.

    Raises:
        SaveError: the folder is missing or not writable, or the disk is full.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        try:
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise SaveError(
            tr(
                "{name} could not be saved in {folder}: {reason}.",
                name=path.name,
                folder=path.parent,
                reason=error.strerror or error,
            )
        ) from error
