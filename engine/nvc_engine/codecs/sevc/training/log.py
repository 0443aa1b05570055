"""The log of a run: one JSON object a line, whole lines only, none of them twice."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nvc_engine.media.output import flush_file


class TrainingLog:
    """Lines about a training, each with its `stage` and `step`.

    Args:
        path: the file, which is made at the first line.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, line: Mapping[str, Any]) -> None:
        """Append a line in one write.

        Raises:
            OSError: the disk is full or not writable.
        """
        data = (json.dumps(line) + "\n").encode()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)

    def lines(self) -> list[dict[str, Any]]:
        """Every whole line."""
        if not self._path.exists():
            return []
        whole = self._path.read_text("utf-8").split("\n")[:-1]
        return [json.loads(line) for line in whole]

    def rewind(self, stage: str, step: int) -> None:
        """Drop what a stage has said about steps after `step`, which will be done again, and a torn last line."""
        kept = [line for line in self.lines() if line.get("stage") != stage or line.get("step", 0) <= step]
        beside = self._path.with_suffix(".part")
        beside.write_text("".join(json.dumps(line) + "\n" for line in kept), "utf-8")
        flush_file(beside)
        beside.replace(self._path)
