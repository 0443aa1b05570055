"""The Qt application: one, with the studio's name, and a window in it."""

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QTimer
from PySide6.QtWidgets import QApplication

from nvc_studio.garbage import GuiGarbage
from nvc_studio.main_window import MainWindow
from nvc_studio.studio import Studio
from nvc_studio.translation import install_translators
from nvc_studio.views.first_run import open_sample

INTERRUPTED = 130
_SIGNAL_PERIOD_MS = 250


def make_application() -> QApplication:
    """The application object; made once a process."""
    application = QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("nvc-studio")
    QApplication.setApplicationDisplayName("NVC Studio")
    QApplication.setDesktopFileName("nvc-studio")
    install_translators(application, QLocale.system())
    GuiGarbage(application)
    return application


def open_window(
    application: QApplication, paths: Sequence[Path], then: Callable[[MainWindow], None] | None = None
) -> MainWindow:
    """Make and show the window; once it is on the screen the engine is started, and `then` hears of it."""
    studio = Studio(application)
    first_run = studio.settings.is_first_run
    window = MainWindow(studio)
    window.show()

    def begin() -> None:
        window.studio.client.start()
        left = window.session.begin(restore=not paths and then is None)
        if first_run and not (left or paths or then):
            open_sample(window)
        if paths:
            window.open_paths(paths)
        if then is not None:
            then(window)

    QTimer.singleShot(0, window, begin)
    return window


def run(paths: Sequence[Path], then: Callable[[MainWindow], None] | None = None) -> int:
    """Open the window on `paths` and stay until it is closed; returns the exit status. `then`: see `open_window`."""
    application = make_application()
    window = open_window(application, paths, then)
    with _Interruptible(window):
        status = application.exec()
    window.finish(stop_jobs=True)  # After Ctrl+C; a window that was closed has done this already.
    return status


class _Interruptible:
    """Ctrl+C in the terminal closes the window; Python must run now and then to see the signal."""

    def __init__(self, window: MainWindow) -> None:
        self._timer = QTimer(window)
        self._timer.timeout.connect(lambda: None)

    def __enter__(self) -> None:
        signal.signal(signal.SIGINT, lambda *_: QApplication.exit(INTERRUPTED))
        self._timer.start(_SIGNAL_PERIOD_MS)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
