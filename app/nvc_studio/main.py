"""`nvc-studio`: opens the window, or runs the demonstration."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from pathlib import Path

NO_DISPLAY = (
    "There is no display to open a window on; nvc-engine does the same work in the terminal (nvc-engine --help)."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `nvc-studio` with these arguments (default: the process's own); returns the exit status.

    0: the window was closed; 1: there is no display; 2: wrong arguments (by argparse); 130: interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["demo"]:
        return int(import_module("nvc_studio.demo").main(words[1:]))
    options = _parser().parse_args(words)
    if not has_display():
        sys.stderr.write(f"{NO_DISPLAY}\n")
        return 1
    from nvc_studio.application import run

    return run(options.files)


def has_display() -> bool:
    """Whether a window can be opened: on Linux some display server must be named, elsewhere there always is one."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nvc-studio",
        description="A desktop studio for neural video compression.",
        epilog="nvc-studio demo opens the window on a sample clip and encodes it.",
    )
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="a clip or .nvc file to open, or two to compare"
    )
    parser.add_argument("--version", action="version", version=f"nvc-studio {metadata.version('nvc-studio')}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
