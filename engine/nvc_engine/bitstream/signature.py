"""The first bytes of a `.nvc`: what it is, whether a transfer broke it, and which version of the format it follows."""

from pathlib import Path

from nvc_engine.bitstream.errors import ContainerError, NewerFileError

SIGNATURE = b"\x89NVC\r\n\x1a\n"
FORMAT_VERSION = 1
START = SIGNATURE + bytes((FORMAT_VERSION,))

# What remains of the signature after newlines were "translated", bytes cut to 7 bits, or the file read as text.
_TEXT_MODE_TRACES = (b"NVC\n", b"NVC\r\r\n", b"\tNVC\r\n", b"\xbdNVC")


def is_nvc(path: Path) -> bool:
    """Whether a file starts as a `.nvc` does, or as one that a text-mode transfer broke; False if it cannot be read."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError:
        return False
    return start.startswith(SIGNATURE) or _text_mode(start)


def check_start(start: bytes, path: Path) -> None:
    """Check the first bytes of a file. Raises ContainerError with the sentence that fits what was found."""
    if not start:
        raise ContainerError(f"{path.name} is empty.")
    if not start.startswith(SIGNATURE):
        if SIGNATURE.startswith(start):
            raise ContainerError(f"{path.name} is cut off after {len(start)} bytes; copy it again.")
        if _text_mode(start):
            raise ContainerError(f"{path.name} was damaged by a transfer in text mode; copy it again in binary mode.")
        raise ContainerError(f"{path.name} is not a .nvc file.")
    if len(start) == len(SIGNATURE):
        raise ContainerError(f"{path.name} is cut off after {len(start)} bytes; copy it again.")
    version = start[len(SIGNATURE)]
    if version > FORMAT_VERSION:
        raise NewerFileError(
            f"{path.name} was made by a newer version of NVC Studio (file format {version}, this program reads up to "
            f"{FORMAT_VERSION}); update to open it."
        )
    if version < 1:
        raise ContainerError(f"{path.name} is damaged at its start: there is no file format {version}.")


def _text_mode(start: bytes) -> bool:
    return any(trace in start[:12] for trace in _TEXT_MODE_TRACES)
