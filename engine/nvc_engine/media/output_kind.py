"""What a decode can be written as, chosen by the output's name."""

from enum import Enum
from pathlib import Path

from nvc_engine.media.output import OutputError


class OutputKind(Enum):
    """What is written; the value is the suffix of its files."""

    Y4M = "y4m"
    MATROSKA = "mkv"
    MP4 = "mp4"
    RAW = "yuv"
    PNG_FOLDER = "folder"


def output_kind(output: Path | str) -> OutputKind:
    """What an output's name asks for: a known suffix, or a folder where there is none (or a trailing separator).

    Raises:
        OutputError: the suffix is of no format that can be written.
    """
    text = str(output)
    path = Path(output)
    if text.endswith(("/", "\\")) or path.is_dir() or not path.suffix:
        return OutputKind.PNG_FOLDER
    for kind in OutputKind:
        if path.suffix.lower() == f".{kind.value}":
            return kind
    raise OutputError(
        f"{path.suffix} files cannot be written; take .mkv or .y4m (lossless), .mp4, .yuv or a folder for PNG."
    )
