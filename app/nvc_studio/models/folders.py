"""What a folder that is opened holds: clips, or the pictures of one."""

from pathlib import Path

CLIP_SUFFIXES = frozenset(
    [
        ".mp4",
        ".m4v",
        ".mkv",
        ".mov",
        ".webm",
        ".avi",
        ".ts",
        ".m2ts",
        ".mpg",
        ".mpeg",
        ".mxf",
        ".y4m",
        ".gif",
        ".nvc",
        ".h264",
        ".h265",
        ".hevc",
        ".ivf",
        ".obu",
    ]
)
"""Of files that can be opened without further questions."""


def videos_of(folder: Path) -> list[Path]:
    """The clips that lie in a folder, by name; none of what is no folder, or cannot be read."""
    try:
        files = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        return []
    return [file for file in files if file.suffix.lower() in CLIP_SUFFIXES and file.is_file()]
