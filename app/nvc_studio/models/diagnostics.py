"""What is installed and how things stand, as a report of a problem should say it."""

import os
import platform
import sys
from collections import Counter, deque
from importlib import metadata

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from nvc_studio.engine_process import log_file
from nvc_studio.models.codecs import CodecsModel
from nvc_studio.models.engine_status import EngineStatus
from nvc_studio.models.jobs import JobsModel
from nvc_studio.translation import mark

LIBRARIES = ("PySide6-Essentials", "pyqtgraph", "numpy", "torch", "av", "constriction", "safetensors")
MOST_LINES = 60
NOT_INSTALLED = mark("not installed")


def versions() -> list[tuple[str, str]]:
    """(name, version) of us, of Python and Qt, and of the libraries that are installed."""
    found = [("NVC Studio", metadata.version("nvc-studio")), ("Python", sys.version.split()[0]), ("Qt", qVersion())]
    for name in LIBRARIES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            found.append((name, NOT_INSTALLED))
    return found


def diagnostics(status: EngineStatus, codecs: CodecsModel, jobs: JobsModel) -> str:
    """All of it as text, the end of the engine's log with it."""
    screens = (
        f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    )
    states = Counter(job.state.value for job in jobs.jobs)
    sections = {
        "Versions": "\n".join(f"{name} {version}" for name, version in versions()),
        "Machine": f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} processors\n"
        f"display {QGuiApplication.platformName()}: {', '.join(screens)}",
        "Engine": f"{status.state.name.lower()}. {status.sentence}".strip()
        + f"\ndevices: {', '.join(codecs.devices)}; codecs: {', '.join(codec.name for codec in codecs.codecs)}",
        "Jobs": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        "Log of the engine": "\n".join(_log()),
    }
    return "\n\n".join(f"{title}\n{text}" for title, text in sections.items() if text) + "\n"


def _log() -> list[str]:
    try:
        with log_file().open(encoding="utf-8", errors="replace") as file:
            return [line.rstrip("\n") for line in deque(file, MOST_LINES)]
    except OSError:
        return []
