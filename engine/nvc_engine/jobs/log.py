"""A job's log: one JSON object a line, kept in the job's folder, made to be read when something went wrong."""

import contextlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import nvc_engine
from nvc_engine.protocol.messages import Scalar

NAME = "log.jsonl"
OUTPUT_NAME = "output.txt"
"""What the worker and the libraries in it print, crash reports included."""


class JobLog:
    """Appends to the log in a job's folder. A log that cannot be written never stops the job."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def note(self, event: str, **facts: Scalar | None) -> None:
        """One line: the moment, what happened, and its facts. A torn line before it, of a full disk, stays apart."""
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
        with contextlib.suppress(OSError), self._path.open("ab+") as file:
            torn = b""
            if file.seek(0, os.SEEK_END) > 0:
                file.seek(-1, os.SEEK_END)
                torn = b"" if file.read() == b"\n" else b"\n"
            file.write(torn + json.dumps(line, default=str).encode() + b"\n")

    def note_machine(self, **versions: Scalar | None) -> None:
        """Who works on the job: our version, Python, the machine, and the `versions` of the libraries."""
        self.note(
            "worker",
            pid=os.getpid(),
            engine=nvc_engine.__version__,
            python=sys.version.split()[0],
            system=platform.platform(),
            machine=platform.machine(),
            processors=os.cpu_count(),
            **versions,
        )
