"""The one truth for jobs: an SQLite file that engine, workers and terminals share (`protocol.places.database`)."""

import contextlib
import functools
import json
import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import Path

from nvc_engine.errors import EngineError
from nvc_engine.jobs import lock, log
from nvc_engine.jobs.history import History
from nvc_engine.jobs.schema import StoreError, open_database, sentences
from nvc_engine.jobs.states import IllegalMoveError, JobEvent, move
from nvc_engine.jobs.trainings import check_verb, way_on
from nvc_engine.protocol import places, wire
from nvc_engine.protocol.messages import JobFacts, JobRequest, JobState, JobVerb, Progress, Result

MAX_ATTEMPTS = 3
"""How often a worker may vanish without a word before its job, having come no further, is given up."""
MOST_LOGS = 200
"""Of jobs that were cancelled or removed, so many logs are kept."""
CLEARLY_FURTHER = 0.001
"""By what fraction of a job a checkpoint must be ahead of all before, for attempts to be counted anew."""

_ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PRIORITIES = {JobVerb.RAISE: 1, JobVerb.LEVEL: 0, JobVerb.LOWER: -1}
_UNFINISHED = (JobState.WAITING, JobState.RUNNING, JobState.PAUSED, JobState.INTERRUPTED)


class Wish(StrEnum):
    """What a person has asked of a job while its worker was running."""

    PAUSE = "pause"
    STOP = "stop"
    CANCEL = "cancel"


class UnknownJobError(EngineError):
    """There is no job of that name."""


class BegunError(EngineError):
    """What a job is to do cannot be changed any more."""


def new_id() -> str:
    """A short random name for a job."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(6))


class JobStore:
    """The list of jobs. Safe for several threads of a process and for several processes at once.

    Every method raises StoreError, with a sentence, where the database cannot be read or written, and UnknownJobError
    where it is given the name of a job that is not there.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open the list at `path` (default: the studio's own), creating or upgrading it where needed."""
        self._path = path or places.database()
        self._folders = self._path.parent / "jobs"
        self._logs = self._path.parent / "logs"
        self._lock = threading.RLock()
        self._database = open_database(self._path)
        self._history = History(self._database)

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._database.close()

    @property
    def path(self) -> Path:
        """The database's file."""
        return self._path

    def __enter__(self) -> "JobStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the list ---------------------------------------------------------------------------------------------------

    def add(self, request: JobRequest, job: str | None = None) -> JobFacts:
        """Put a job at the end of the list, waiting. `job` names it where the caller already keeps it by its lock.

        A training never waits: whoever adds it does it, and holds its locks.
        """
        job = job or new_id()
        state = JobState.RUNNING if request.training else JobState.WAITING
        with self._change():
            self._database.execute(
                "INSERT INTO jobs (id, request, state, position, created)"
                " VALUES (?, ?, ?, (SELECT COALESCE(MAX(position), 0) + 1 FROM jobs), ?)",
                (job, json.dumps(wire.to_plain(request)), state.value, time.time()),
            )
        return self.get(job)

    def get(self, job: str, *, history: bool = False) -> JobFacts:
        """One job, with the history of its progress if asked for."""
        with self._look():
            return self._facts(self._row(job), history)

    def all(self, *, history: bool = False) -> tuple[JobFacts, ...]:
        """All jobs in the order of the list, those of higher priority first. Rows that no version of ours can have
        written are left out."""
        with self._look():
            rows = self._database.execute("SELECT * FROM jobs ORDER BY priority DESC, position, id").fetchall()
            found = []
            for row in rows:
                with contextlib.suppress(StoreError):
                    found.append(self._facts(row, history))
            return tuple(found)

    def edit(self, job: str, request: JobRequest) -> JobFacts:
        """Have a job that has not begun do `request` instead; it keeps its place and its name.

        Raises:
            BegunError: it has begun, or is over; or it is a training.
        """
        with self._change():
            facts = self._facts(self._row(job), history=False)
            unbegun = facts.state in (JobState.WAITING, JobState.PAUSED) and facts.progress is None
            if not unbegun or facts.request.training or self.kept(job):
                raise BegunError(
                    f"The job {job} has begun and cannot be changed any more; duplicate it to try other settings."
                )
            self._set(job, request=json.dumps(wire.to_plain(request)))
        return self.get(job)

    def remove(self, job: str) -> None:
        """Take a job that is not running off the list, and its folder off the disk."""
        with self._change():
            self._notice_vanished(job)
            move(self._state(job), JobVerb.REMOVE)
            self._delete(job)
        self.discard(job)

    def reorder(self, job: str, verb: JobVerb) -> JobFacts:
        """Swap an unfinished job with the unfinished one of its priority that stands above (MOVE_UP) or below
        (MOVE_DOWN) it, if there is one."""
        with self._change():
            row = self._row(job)
            position = int(row["position"])
            up = verb is JobVerb.MOVE_UP
            marks = ",".join("?" * len(_UNFINISHED))
            neighbour = self._database.execute(
                f"SELECT id, position FROM jobs WHERE position {'<' if up else '>'} ? AND priority = ?"
                f" AND state IN ({marks})"
                f" ORDER BY position {'DESC' if up else 'ASC'} LIMIT 1",
                (position, row["priority"], *(state.value for state in _UNFINISHED)),
            ).fetchone()
            if neighbour is not None:
                self._set(job, position=int(neighbour["position"]))
                self._set(neighbour["id"], position=position)
        return self.get(job)

    def waiting(self) -> Iterator[JobFacts]:
        """The jobs that wait and that no terminal keeps for itself, in the order of the list."""
        waiting = (job for job in self.all() if job.state is JobState.WAITING)
        return (job for job in waiting if not self.kept(job.id))

    def next_waiting(self) -> JobFacts | None:
        """The first of those that wait."""
        return next(self.waiting(), None)

    @property
    def held(self) -> bool:
        """Whether no further job is to be started after those that run."""
        return self._asked("held") == "1"

    def hold(self, held: bool) -> None:
        """Have the queue start no further job, or go on."""
        self._ask("held", str(int(held)))

    @property
    def cluster(self) -> str:
        """The address of the cluster that waiting jobs are spread over, or ""."""
        return self._asked("cluster")

    def use_cluster(self, address: str) -> None:
        """Have waiting jobs spread over a cluster as well, or, by "", done here alone."""
        self._ask("cluster", address)

    def _asked(self, name: str) -> str:
        with self._look():
            row = self._database.execute("SELECT value FROM queue WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row["value"])

    def _ask(self, name: str, value: str) -> None:
        with self._change():
            self._database.execute("INSERT OR REPLACE INTO queue (name, value) VALUES (?, ?)", (name, value))

    def data_version(self) -> int:
        """A number that changes whenever another process has changed the list; cheap to ask often."""
        with self._look():
            return int(self._database.execute("PRAGMA data_version").fetchone()[0])

    # --- states -----------------------------------------------------------------------------------------------------

    def set_state(self, job: str, event: JobEvent, message: str | None = None) -> JobFacts:
        """Move a job as `event` says, in one transaction.

        Args:
            message: a sentence that goes with the new state; None clears the one before.

        Raises:
            IllegalMoveError: a job in its present state cannot do that.
        """
        with self._change():
            row = self._row(job)
            state = move(JobState(row["state"]), event)
            attempts = int(row["attempts"]) + (event is JobEvent.VANISHED)
            unfinished = state in (JobState.RUNNING, JobState.INTERRUPTED, JobState.WAITING)
            wish = row["wish"] if unfinished and event is not JobEvent.CONTINUED else ""
            self._set(job, state=state.value, message=_readable(message or ""), attempts=attempts, wish=wish)
        return self.get(job)

    def command(self, job: str, verb: JobVerb) -> JobFacts:
        """Do what a person asks. Of a running job it becomes a wish that its worker acts on within a second.

        The folder of a job that is thereby cancelled or removed goes with it; a removed job is returned as it was.

        Raises:
            IllegalMoveError: a job in its present state cannot do that.
        """
        if verb in (JobVerb.MOVE_UP, JobVerb.MOVE_DOWN):
            return self.reorder(job, verb)
        if verb is JobVerb.REMOVE:
            facts = self.get(job)
            self.remove(job)
            return facts
        if verb in _PRIORITIES:
            return self._prioritise(job, verb)
        with self._change():
            self._notice_vanished(job)
            facts = self._facts(self._row(job), history=False)
            check_verb(facts, verb)
            state = move(facts.state, verb)
            wish = ""
            if state is JobState.RUNNING or verb is JobVerb.STOP:
                wish = Wish(verb.value).value if verb.value in set(Wish) else ""
            message = way_on(facts.request) if facts.request.training and state is not JobState.RUNNING else ""
            self._set(job, state=state.value, wish=wish, message=_readable(message))
            if verb is JobVerb.RETRY:
                self._set(job, attempts=0, reached=0.0)
            if facts.state is JobState.CANCELLED:
                self._forget(job)
            if verb is JobVerb.START:
                first = self._database.execute("SELECT MIN(position), MAX(priority) FROM jobs").fetchone()
                self._set(job, position=int(first[0]) - 1, priority=int(first[1]))
                self.hold(False)
        if state is JobState.CANCELLED:
            self.discard(job)
        return self.get(job)

    def _prioritise(self, job: str, verb: JobVerb) -> JobFacts:
        with self._change():
            move(self._state(job), verb)
            self._set(job, priority=_PRIORITIES[verb])
        return self.get(job)

    def wish(self, job: str) -> Wish | None:
        """What has been asked of a running job. It stands until the job moves on, so that a crash does not lose it."""
        with self._look():
            text = self._row(job)["wish"]
        return Wish(text) if text in set(Wish) else None

    def recover(self, besides: Collection[str] = ()) -> tuple[JobFacts, ...]:
        """Requeue the jobs whose worker is gone, and give up those that came no further in MAX_ATTEMPTS tries.

        Jobs that a terminal keeps for itself are left to it, and those in `besides` to the caller. A training stays
        interrupted. Returns those that have changed.
        """
        candidates = [
            job.id
            for job in self.all()
            if job.state is JobState.RUNNING or (job.state is JobState.INTERRUPTED and not job.request.training)
        ]
        changed = [self.recover_one(job) for job in candidates if job not in besides and not self.kept(job)]
        return tuple(job for job in changed if job.state is not JobState.RUNNING)

    def recover_one(self, job: str) -> JobFacts:
        """What `recover` does, for one job, whoever keeps it."""
        with self._change():
            self._notice_vanished(job)
            row = self._row(job)
            state = JobState(row["state"])
            if state is JobState.INTERRUPTED:
                training, message = _training(row), row["message"]
                if row["wish"] in (Wish.PAUSE, Wish.CANCEL):
                    state, message = move(JobState.INTERRUPTED, JobVerb(row["wish"])), message if training else ""
                elif training:
                    pass  # it goes on in a terminal alone
                elif int(row["attempts"]) >= MAX_ATTEMPTS:
                    state, message = move(JobState.INTERRUPTED, JobEvent.FAILED), _given_up(int(row["attempts"]))
                else:
                    state = move(JobState.INTERRUPTED, JobEvent.REQUEUED)
                wish = row["wish"] if state is JobState.WAITING else ""
                self._set(job, state=state.value, message=message, wish=wish)
        if state is JobState.CANCELLED:
            self.discard(job)
        return self.get(job)

    def folder(self, job: str) -> Path:
        """Where the job keeps its checkpoints, finished units, locks and log; it need not be there."""
        return self._folders / job

    def log_file(self, job: str) -> Path:
        """Where the job's log is, or was laid when its folder was removed; it need not be there."""
        kept = self._logs / f"{job}.jsonl"
        return kept if kept.exists() and not (self.folder(job) / log.NAME).exists() else self.folder(job) / log.NAME

    def discard(self, job: str) -> None:
        """Remove the job's folder; its log is laid to the MOST_LOGS that are kept."""
        with contextlib.suppress(OSError):
            self._keep_log(job)
        shutil.rmtree(self.folder(job), ignore_errors=True)

    def _keep_log(self, job: str) -> None:
        current = self.folder(job) / log.NAME
        if not current.exists():
            return
        self._logs.mkdir(mode=0o700, exist_ok=True)
        current.replace(self._logs / f"{job}.jsonl")
        kept = sorted(self._logs.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-MOST_LOGS]:
            path.unlink()

    def kept(self, job: str) -> bool:
        """Whether a living terminal keeps this job for itself."""
        return lock.held(self.folder(job), lock.KEEPER)

    # --- progress and results ---------------------------------------------------------------------------------------

    def progress(self, job: str, progress: Progress) -> None:
        """Store where a job is, and lay it to its history. A power cut may lose the last of it."""
        with self._change(lasting=False):
            self._history.append(job, progress)

    def rewind(self, job: str, step: int) -> None:
        """Forget the history after `step`: the job goes on from there."""
        with self._change():
            self._history.rewind(job, step)

    def advanced(self, job: str, fraction: float) -> None:
        """A checkpoint at `fraction` is safe. Where that is clearly further than ever, attempts are counted anew."""
        with self._change():
            if fraction >= float(self._row(job)["reached"]) + CLEARLY_FURTHER:
                self._set(job, reached=fraction, attempts=0)

    def result(self, job: str, result: Result) -> None:
        """Store what was measured on the finished file."""
        with self._change():
            self._set(job, result=json.dumps(wire.to_plain(result)))

    # --- inside -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _change(self, *, lasting: bool = True) -> Iterator[None]:
        """A transaction, or a part of the one that is open. A `lasting` one survives a power cut once it returns."""
        with self._lock, sentences(self._path):
            nested = self._database.in_transaction
            if not nested:
                self._database.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
                self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if not nested and self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
            if not nested:
                self._database.execute("COMMIT")

    @contextlib.contextmanager
    def _look(self) -> Iterator[None]:
        with self._lock, sentences(self._path):
            yield

    def _row(self, job: str) -> sqlite3.Row:
        row = self._database.execute("SELECT * FROM jobs WHERE id = ?", (job,)).fetchone()
        if row is None:
            raise UnknownJobError(f"There is no job “{job}”; `nvc-engine jobs` lists those that there are.")
        assert isinstance(row, sqlite3.Row)
        return row

    def _state(self, job: str) -> JobState:
        return JobState(self._row(job)["state"])

    def _set(self, job: str, **values: str | int | float) -> None:
        columns = ", ".join(f"{name} = ?" for name in values)
        self._database.execute(f"UPDATE jobs SET {columns} WHERE id = ?", (*values.values(), job))

    def _delete(self, job: str) -> None:
        self._history.forget(job)
        self._database.execute("DELETE FROM jobs WHERE id = ?", (job,))

    def _forget(self, job: str) -> None:
        """A cancelled job that is tried again begins anew."""
        self._history.forget(job)
        self._set(job, result="", reached=0.0, attempts=0)

    def _notice_vanished(self, job: str) -> None:
        """A job that is said to run but whose worker's lock is free has lost its worker."""
        row = self._row(job)
        if JobState(row["state"]) is JobState.RUNNING and not lock.held(self.folder(job)):
            training = _training(row)
            self.set_state(job, JobEvent.VANISHED, way_on(training) if training else None)

    def _facts(self, row: sqlite3.Row, history: bool) -> JobFacts:
        job = row["id"]
        try:
            return JobFacts(
                id=job,
                request=_request(row["request"]),
                state=JobState(row["state"]),
                position=int(row["position"]),
                created=float(row["created"]),
                attempts=int(row["attempts"]),
                priority=int(row["priority"]),
                message=row["message"],
                progress=self._history.latest(job),
                result=_result(row["result"]) if row["result"] else None,
                history=self._history.all(job) if history else (),
            )
        except (wire.WireError, ValueError) as error:
            raise StoreError(
                f"The job {job} in {self._path} cannot be read ({error}); remove it and order it again."
            ) from error


@functools.lru_cache(maxsize=256)
def _request(text: str) -> JobRequest:
    return wire.from_plain(JobRequest, json.loads(text))


def _training(row: sqlite3.Row) -> JobRequest | None:
    """What a row says of a training; None for an encode, and for what cannot be read."""
    try:
        request = _request(row["request"])
    except (wire.WireError, ValueError):
        return None
    return request if request.training else None


def _readable(message: str) -> str:
    """Names of files may hold what no UTF-8 text can."""
    return message.encode("utf-8", "backslashreplace").decode()


@functools.lru_cache(maxsize=256)
def _result(text: str) -> Result:
    """Cached, because the list is read every second and a result holds several numbers a frame."""
    return wire.from_plain(Result, json.loads(text))


def _given_up(attempts: int) -> str:
    return (
        f"The encode was stopped from outside {attempts} times without getting any further, so it was given up; memory"
        " may be short: try a smaller preset, or another device, and then retry."
    )


__all__ = [
    "CLEARLY_FURTHER",
    "MAX_ATTEMPTS",
    "BegunError",
    "IllegalMoveError",
    "JobStore",
    "StoreError",
    "UnknownJobError",
    "Wish",
    "new_id",
]
