"""A real window is killed while it shows something; the next one has that in view again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nvc_engine.protocol import places
from nvc_studio.main_window import MainWindow
from nvc_studio.studio import Studio
from nvc_studio.views.frame_modes import ViewMode

PATIENCE_MS = 60_000
FRAME, GAIN, DIVIDER = 7, 8, 0.25
WINDOW = f"""
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from nvc_studio.application import run
from nvc_studio.views.frame_modes import ViewMode

def look(window):
    def once():
        compare = window.compare
        if window.viewing.b is not None and compare.is_settled and all(compare.canvas.pictures):
            timer.stop()
            compare.canvas.set_mode(ViewMode.SPLIT)
            compare.canvas.set_gain({GAIN})
            compare.canvas.set_divider({DIVIDER})
            compare.show_frame({FRAME})

    timer = QTimer(window)
    timer.timeout.connect(once)
    timer.start(20)

sys.exit(run([Path(word) for word in sys.argv[1:]], look))
"""


@pytest.fixture
def first_window(clips: list[Path]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", WINDOW, *map(str, clips)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def clips(render_clip: Callable[..., Path], tmp_path: Path) -> list[Path]:
    return [render_clip(tmp_path / f"{name}.mkv", 64, 48, 12, seed=seed) for seed, name in enumerate(("one", "other"))]


@pytest.fixture
def next_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[], MainWindow]]:
    made: list[MainWindow] = []

    def start() -> MainWindow:
        """As `application.open_window` does without paths."""
        window = MainWindow(Studio(qapp, tmp_path / "window.ini"))
        made.append(window)
        qtbot.addWidget(window)
        window.show()
        window.studio.client.start()
        return window

    yield start
    for window in made:
        window.finish(stop_jobs=True)
    address = places.read_address()
    if address is not None:
        os.kill(address.pid, signal.SIGTERM)


def kept_view(home: Path) -> dict[str, object]:
    """How the window in the other process looks at its pictures, as it has kept it."""
    try:
        return dict(json.loads((home / "sessions" / "0.json").read_text("utf-8"))["view"])
    except FileNotFoundError:
        return {}


def test_what_a_killed_window_showed_is_in_view_again(
    first_window: subprocess.Popen[bytes],
    next_window: Callable[[], MainWindow],
    clips: list[Path],
    studio_home: Path,
    qtbot: QtBot,
) -> None:
    def is_kept() -> bool:
        view = kept_view(studio_home)
        return (view.get("mode"), view.get("frame")) == (ViewMode.SPLIT.name, FRAME)

    qtbot.waitUntil(is_kept, timeout=PATIENCE_MS)
    assert first_window.poll() is None
    first_window.send_signal(signal.SIGKILL)
    first_window.wait()

    window = next_window()
    assert window.session.begin(restore=True)
    assert "ended unexpectedly; one.mkv, other.mkv" in window.banner.text
    compare = window.compare
    qtbot.waitUntil(lambda: window.viewing.b is not None and compare.frame == FRAME, timeout=PATIENCE_MS)
    assert [Path(source.facts.path) for source in window.viewing.shown] == clips
    qtbot.waitUntil(lambda: compare.is_settled and all(compare.canvas.pictures), timeout=PATIENCE_MS)
    assert [picture.frame for picture in compare.canvas.pictures if picture is not None] == [FRAME, FRAME]
    canvas = compare.canvas
    assert (canvas.mode, canvas.gain, canvas.divider) == (ViewMode.SPLIT, GAIN, DIVIDER)

    window.session.end()
    assert not (studio_home / "sessions" / "0.json").exists(), "a window that closes leaves nothing to be had back"
