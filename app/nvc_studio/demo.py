"""`nvc-studio demo`: the main job on the shipped sample, in the window or, without a display, in the terminal."""

import argparse
import os
import sys
from pathlib import Path

FOLDER = "nvc-demo"


def main(arguments: list[str]) -> int:
    """Run the demo; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="nvc-studio demo", description="Encode the shipped sample with NVRC in about a minute and compare."
    )
    parser.add_argument("--terminal", action="store_true", help="do it in the terminal although there is a display")
    parser.add_argument("-o", "--output", type=Path, default=Path(FOLDER), help=f"folder for the results ({FOLDER})")
    options = parser.parse_args(arguments)
    folder: Path = options.output.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"nvc-studio: {folder} cannot be made ({error.strerror}); choose another with -o.\n")
        return 1
    if options.terminal or not has_display():
        from nvc_studio.demo_terminal import run_in_terminal

        if not options.terminal:
            sys.stderr.write("There is no display, so the demo runs in the terminal.\n")
        return run_in_terminal(folder)
    from nvc_studio.demo_window import run_in_window

    return run_in_window(folder)


def has_display() -> bool:
    """Whether somebody could see a window: on Linux a display server is named and Qt is not told to draw nowhere."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
