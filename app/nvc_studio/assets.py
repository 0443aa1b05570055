"""Where the files that ship with the studio lie: beside the package when installed, in the source tree otherwise."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """The path of a shipped file, such as `asset("icons", "open.svg")`. It need not exist."""
    installed = _PACKAGE / "resources"
    folder = installed if installed.is_dir() else _PACKAGE.parents[1] / "resources"
    return folder.joinpath(*parts)
