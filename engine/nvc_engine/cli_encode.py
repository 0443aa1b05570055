"""`encode`, `resume` and `stop`: a job in the foreground of a terminal."""

import argparse
import queue
import threading
import time
from dataclasses import asdict

from nvc_engine.cli_options import job_request
from nvc_engine.cli_printing import ProgressLine, print_json, result_line, say
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.admission import check_places
from nvc_engine.jobs.lock import KEEPER, WORKER, JobLock, JobLockedError
from nvc_engine.jobs.runner import WorkerOutcome, WorkerProcess
from nvc_engine.jobs.store import JobStore, new_id
from nvc_engine.protocol.messages import JobFacts, JobState, JobVerb, Message, Notice, WorkerProgress

_PAUSE_SECONDS = 10.0
_LEAVE_SECONDS = 8.0
_DONE, _FAILED, _INTERRUPTED = 0, 1, 130
_LONG = ("per_frame_psnr_y", "per_frame_psnr_yuv", "frame_bytes")


class JobFailedError(EngineError):
    """The job ended without its file."""


def encode(options: argparse.Namespace) -> int:
    """Order an encode, do it here, and print what it is worth."""
    request = job_request(options)
    check_places(request, overwrite=request.overwrite)
    with JobStore() as store:
        job = new_id()
        with JobLock(store.folder(job), KEEPER):
            store.add(request, job)
            return _Foreground(store, job, as_json=options.json, fresh=True).run()


def resume(options: argparse.Namespace) -> int:
    """Go on with a job where it was."""
    with JobStore() as store:
        facts = store.get(options.job)
        with JobLock(store.folder(facts.id), KEEPER):
            facts = store.recover_one(facts.id)
            if facts.state is JobState.RUNNING:
                facts = _when_its_worker_has_left(store, facts)
            if facts.state is not JobState.WAITING:
                verb = JobVerb.RETRY if facts.state in (JobState.FAILED, JobState.CANCELLED) else JobVerb.RESUME
                store.command(facts.id, verb)
            return _Foreground(store, facts.id, as_json=options.json).run()


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


def stop(options: argparse.Namespace) -> int:
    """Have a running job finish soon; finish one that does not run here."""
    with JobStore() as store:
        facts = store.recover_one(options.job)
        if facts.state is JobState.RUNNING:
            store.command(facts.id, JobVerb.STOP)
            say(f"the job {facts.id} finishes with the best that it has so far")
            return _DONE
        with JobLock(store.folder(facts.id), KEEPER):
            if facts.state is JobState.WAITING:
                store.command(facts.id, JobVerb.PAUSE)
            store.command(facts.id, JobVerb.STOP)
            return _Foreground(store, facts.id, as_json=options.json).run()


class _Foreground:
    """Runs one job through worker processes until it has ended; a worker that crashes is followed by another."""

    def __init__(self, store: JobStore, job: str, *, as_json: bool, fresh: bool = False) -> None:
        self._store = store
        self._job = job
        self._as_json = as_json
        self._fresh = fresh
        self._line = ProgressLine()

    def run(self) -> int:
        while True:
            outcome = self._one_worker()
            if outcome is None:
                return _INTERRUPTED
            if not outcome.crashed:
                return self._ended(outcome)
            facts = self._store.recover_one(self._job)
            if facts.state is not JobState.WAITING:
                raise JobFailedError(f"{outcome.sentence} {facts.message}".strip())
            say(f"{outcome.sentence} The job continues from its last checkpoint.")

    def _one_worker(self) -> WorkerOutcome | None:
        """What became of one worker, or None where Ctrl-C ended it and its job waits to be continued."""
        worker = WorkerProcess(self._job)
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

    def _ended(self, outcome: WorkerOutcome) -> int:
        facts = self._store.get(self._job)
        if facts.state is JobState.DONE and facts.result is not None:
            say(facts.message)
            self._print(facts)
            return _DONE
        if facts.state in (JobState.PAUSED, JobState.INTERRUPTED):
            say(f"the job is {facts.state.value}; `nvc-engine resume {self._job}` continues it")
            return _INTERRUPTED
        if facts.state is JobState.CANCELLED:
            raise JobFailedError("The job was cancelled.")
        sentence = outcome.sentence or facts.message
        if self._fresh and facts.progress is None:
            self._store.remove(self._job)  # refused before any work: nothing to come back to
            raise (UsageError if outcome.usage else JobFailedError)(sentence)
        raise JobFailedError(f"{sentence} (`nvc-engine resume {self._job}` tries again from where it was.)")

    def _print(self, facts: JobFacts) -> None:
        assert facts.result is not None
        if self._as_json:
            short = {key: value for key, value in asdict(facts.result).items() if key not in _LONG}
            print_json({**short, "path": facts.request.output, "job": facts.id})
        else:
            print(f"{facts.request.output}: {result_line(facts.result)}")
