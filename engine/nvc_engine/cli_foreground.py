"""A job in the foreground of a terminal: worker processes one after the other, until it has ended."""

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Protocol

from nvc_engine.cli_printing import ProgressLine, say
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.lock import KEEPER, WORKER, JobLock, JobLockedError
from nvc_engine.jobs.runner import WorkerOutcome, WorkerProcess
from nvc_engine.jobs.store import JobStore, new_id
from nvc_engine.protocol.messages import (
    JobFacts,
    JobRequest,
    JobState,
    JobVerb,
    Message,
    Notice,
    Progress,
    WorkerProgress,
)
from nvc_engine.serving.awake import Awake

_PAUSE_SECONDS = 10.0
_LEAVE_SECONDS = 8.0


class JobFailedError(EngineError):
    """The job ended without its file."""


class Shown(Protocol):
    """Who is told how far a job is."""

    def progress(self, progress: Progress, /) -> None: ...

    def close(self) -> None:
        """Something else is going to be said, or the job has ended."""
        ...


@dataclass(frozen=True)
class Terminal:
    """What a job in the foreground has to do with whoever waits for it.

    Attributes:
        line: hears of the progress; None has it drawn.
        interrupted: set by Ctrl-C, also where the job has ended at that very moment.
    """

    line: Shown | None = None
    interrupted: threading.Event = field(default_factory=threading.Event)


class Foreground:
    """Runs one job through worker processes until it has ended; a worker that crashes is followed by another.

    Whoever makes one holds the job's lock KEEPER. `fresh` says that the job was ordered just now, so that one that is
    refused before any work need not stay in the list.
    """

    def __init__(self, store: JobStore, job: str, *, fresh: bool = False, terminal: Terminal | None = None) -> None:
        self._store = store
        self._job = job
        self._fresh = fresh
        self._terminal = terminal or Terminal()
        self._line = self._terminal.line or ProgressLine()

    def run(self) -> JobFacts | None:
        """The job with its result; None where it was left, to be continued.

        Raises:
            JobFailedError: it has failed, or was cancelled.
            UsageError: it was refused, because its order names what there is not.
        """
        while True:
            outcome = self._one_worker()
            if outcome is None:
                return None
            if not outcome.crashed:
                return self._ended(outcome)
            facts = self._store.recover_one(self._job)
            if facts.state is not JobState.WAITING:
                raise JobFailedError(f"{outcome.sentence} {facts.message}".strip())
            say(f"{outcome.sentence} The job continues from its last checkpoint.")

    def _one_worker(self) -> WorkerOutcome | None:
        """What became of one worker, or None where Ctrl-C ended it and its job waits to be continued."""
        awake = Awake()
        awake.hold("An encode is running.")
        try:
            return self._followed(WorkerProcess(self._job))
        finally:
            awake.release()

    def _followed(self, worker: WorkerProcess) -> WorkerOutcome | None:
        said: queue.SimpleQueue[Message | None] = queue.SimpleQueue()

        def listen() -> None:
            for message in worker.events():
                said.put(message)
            said.put(None)

        listener = threading.Thread(target=listen, name="worker", daemon=True)
        listener.start()
        try:
            try:
                self._follow(said, None)
            except KeyboardInterrupt:
                self._terminal.interrupted.set()
                if self._pause(worker, said):
                    return None
        except BaseException:
            worker.kill()
            raise
        finally:
            self._line.close()
            listener.join()
        return worker.outcome()

    def _follow(self, said: "queue.SimpleQueue[Message | None]", deadline: float | None) -> bool:
        """Show what the worker says to its end; False where `deadline` came first."""
        while deadline is None or time.monotonic() < deadline:
            try:
                message = said.get(timeout=0.5)
            except queue.Empty:
                continue
            if message is None:
                return True
            if isinstance(message, WorkerProgress):
                self._line.progress(message.progress)
            elif isinstance(message, Notice):
                self._line.close()
                say(message.sentence)
        return False

    def _pause(self, worker: WorkerProcess, said: "queue.SimpleQueue[Message | None]") -> bool:
        """Ctrl-C: have the worker leave a checkpoint. A second one, or no answer in time, ends it as it is.

        Returns whether there is something left to continue; the job may have ended at the last moment.
        """
        self._line.close()
        say("leaving a checkpoint (Ctrl-C again: do not wait for it)")
        if self._store.get(self._job).state in (JobState.WAITING, JobState.RUNNING):
            self._store.command(self._job, JobVerb.PAUSE)
        try:
            if not self._follow(said, time.monotonic() + _PAUSE_SECONDS):
                worker.kill()
        except KeyboardInterrupt:
            worker.kill()
        worker.outcome()
        facts = self._store.recover_one(self._job)
        if facts.state not in (JobState.WAITING, JobState.PAUSED, JobState.INTERRUPTED):
            return False
        done = f" at {100 * facts.progress.fraction:.0f} %" if facts.progress else ""
        say(f"the job is {facts.state.value}{done}; `nvc-engine resume {self._job}` continues it")
        return True

    def _ended(self, outcome: WorkerOutcome) -> JobFacts | None:
        facts = self._store.get(self._job)
        if facts.state is JobState.DONE and facts.result is not None:
            say(facts.message)
            return facts
        if facts.state in (JobState.PAUSED, JobState.INTERRUPTED):
            say(f"the job is {facts.state.value}; `nvc-engine resume {self._job}` continues it")
            return None
        if facts.state is JobState.CANCELLED:
            raise JobFailedError("The job was cancelled.")
        sentence = outcome.sentence or facts.message
        if self._fresh and facts.progress is None:
            self._store.remove(self._job)  # refused before any work: nothing to come back to
            raise (UsageError if outcome.usage else JobFailedError)(sentence)
        raise JobFailedError(f"{sentence} (`nvc-engine resume {self._job}` tries again from where it was.)")


def order_and_run(store: JobStore, request: JobRequest, terminal: Terminal | None = None) -> JobFacts | None:
    """Order an encode and do it here; what comes of it, and what is raised, is as of `Foreground.run`."""
    job = new_id()
    with JobLock(store.folder(job), KEEPER):
        store.add(request, job)
        return Foreground(store, job, fresh=True, terminal=terminal).run()


def go_on(store: JobStore, job: str, terminal: Terminal | None = None) -> JobFacts | None:
    """Go on here with a job where it was; what comes of it, and what is raised, is as of `Foreground.run`."""
    with JobLock(store.folder(job), KEEPER):
        facts = store.recover_one(job)
        if facts.state is JobState.RUNNING:
            facts = _when_its_worker_has_left(store, facts)
        if facts.state is not JobState.WAITING:
            verb = JobVerb.RETRY if facts.state in (JobState.FAILED, JobState.CANCELLED) else JobVerb.RESUME
            store.command(facts.id, verb)
        return Foreground(store, facts.id, terminal=terminal).run()


def _when_its_worker_has_left(store: JobStore, facts: JobFacts) -> JobFacts:
    """The job as it stands once its worker is gone: one whose terminal was killed leaves a checkpoint and goes.

    Raises:
        EngineError: the worker stays, so somebody runs the job.
    """
    lock = JobLock(store.folder(facts.id), WORKER)
    try:
        lock.acquire(wait=_LEAVE_SECONDS)
    except JobLockedError:
        raise EngineError(f"The job {facts.id} is running already; 'nvc-engine stop' or 'pause' ends that.") from None
    lock.release()
    return store.recover_one(facts.id)
