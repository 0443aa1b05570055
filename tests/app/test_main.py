"""The command `nvc-studio`: what it answers without opening a window, and what it keeps out of its process."""

import os
import subprocess
import sys

import pytest

from nvc_studio import main


def test_version_and_wrong_arguments(capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("nvc-studio ")
    with pytest.raises(SystemExit) as ended:
        main.main(["--no-such-option"])
    assert ended.value.code == 2


def test_without_a_display_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")  # Elsewhere there always is a display.
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main.main([]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_window_loads_neither_torch_nor_av_nor_pyqtgraph():
    """What makes the window slow to start stays out of its process, or comes after the first picture of it."""
    script = (
        "import sys\n"
        "from nvc_studio.application import make_application\n"
        "from nvc_studio.main_window import MainWindow\n"
        "from nvc_studio.studio import Studio\n"
        "application = make_application()\n"
        "window = MainWindow(Studio(application))\n"
        "window.show()\n"
        "print(sorted({'torch', 'av', 'pyqtgraph', 'constriction'} & set(sys.modules)))\n"
        "while window.live.loss is None: application.processEvents()\n"
        "print(sorted({'torch', 'av', 'constriction'} & set(sys.modules)))\n"
        "window.close()\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.split() == ["[]", "[]"], done.stderr
