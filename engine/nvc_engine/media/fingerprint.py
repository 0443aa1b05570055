"""What tells one source of pictures from another, whatever it is called and wherever it lies."""

import hashlib
from pathlib import Path

from nvc_engine.media.clip import ClipError
from nvc_engine.protocol.messages import RawSpec

_LENGTH = 16


def fingerprint(path: Path, raw: RawSpec | None = None) -> str:
    """A short digest of the bytes of a file, or of all files of a folder, and of how raw video is to be read.

    Raises:
        ClipError: the source cannot be read.
    """
    digest = hashlib.blake2b(digest_size=_LENGTH)
    if raw is not None:
        digest.update(f"{raw.width}x{raw.height}:{raw.pixel_format}:{raw.rate}".encode())
    try:
        for file in sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]:
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "blake2b").digest())
    except OSError as error:
        raise ClipError(f"{path} cannot be read: {error.strerror or error}.") from error
    return digest.hexdigest()
