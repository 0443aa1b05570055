"""The progress of each job, thinned so that a night's encode is as quick to draw as a minute's."""

import dataclasses
import json
import sqlite3

from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import Progress

MAX_POINTS = 500


class History:
    """Progress reports in the tables `progress` (the latest) and `history` (every `stride`-th, without rates by class).

    Whenever a job's history reaches MAX_POINTS, every second point goes and the stride doubles. Runs inside the
    caller's transactions.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def append(self, job: str, progress: Progress) -> None:
        """Note `progress` as the latest, and as a point of the history when its turn comes."""
        row = self._database.execute("SELECT seen, stride FROM progress WHERE job = ?", (job,)).fetchone()
        seen, stride = (int(row["seen"]), int(row["stride"])) if row else (0, 1)
        if seen % stride == 0:
            self._database.execute(
                "INSERT OR REPLACE INTO history (job, number, step, point) VALUES (?, ?, ?, ?)",
                (job, seen, progress.step, _pack(dataclasses.replace(progress, rate_shares=()))),
            )
            if self._count(job) >= MAX_POINTS:
                stride *= 2
                self._database.execute("DELETE FROM history WHERE job = ? AND number % ? != 0", (job, stride))
        self._database.execute(
            "INSERT OR REPLACE INTO progress (job, latest, seen, stride) VALUES (?, ?, ?, ?)",
            (job, _pack(progress), seen + 1, stride),
        )

    def latest(self, job: str) -> Progress | None:
        row = self._database.execute("SELECT latest FROM progress WHERE job = ?", (job,)).fetchone()
        return _unpack(row["latest"]) if row else None

    def all(self, job: str) -> tuple[Progress, ...]:
        """At most MAX_POINTS reports in the order in which they came."""
        rows = self._database.execute("SELECT point FROM history WHERE job = ? ORDER BY number", (job,))
        return tuple(_unpack(row["point"]) for row in rows)

    def rewind(self, job: str, step: int) -> None:
        """Forget the points after `step`."""
        self._database.execute("DELETE FROM history WHERE job = ? AND step > ?", (job, step))

    def forget(self, job: str) -> None:
        self._database.execute("DELETE FROM history WHERE job = ?", (job,))
        self._database.execute("DELETE FROM progress WHERE job = ?", (job,))

    def _count(self, job: str) -> int:
        return int(self._database.execute("SELECT COUNT(*) FROM history WHERE job = ?", (job,)).fetchone()[0])


def _pack(progress: Progress) -> str:
    """JSON without the fields that have their default value."""
    plain = wire.to_plain(progress)
    for field in dataclasses.fields(Progress):
        if field.default is not dataclasses.MISSING and plain[field.name] == wire.to_plain(field.default):
            del plain[field.name]
    return json.dumps(plain, separators=(",", ":"))


def _unpack(text: str) -> Progress:
    return wire.from_plain(Progress, json.loads(text))
