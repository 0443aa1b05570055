"""A training in the list of jobs, as the terminal that does it keeps it there."""

import contextlib
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

from nvc_engine.errors import EngineError
from nvc_engine.jobs.attention import Attention, Halt, HaltReason
from nvc_engine.jobs.failures import is_out_of_memory, sentence
from nvc_engine.jobs.lock import KEEPER, JobLock
from nvc_engine.jobs.log import JobLog
from nvc_engine.jobs.states import JobEvent
from nvc_engine.jobs.store import JobStore, new_id
from nvc_engine.jobs.trainings import way_on
from nvc_engine.protocol.messages import JobRequest, JobState, Progress

_STORE_SECONDS = 1.0
_EVENTS = {
    HaltReason.PAUSE: JobEvent.YIELDED,
    HaltReason.LEAVE: JobEvent.INTERRUPTED,
    HaltReason.CANCEL: JobEvent.DROPPED,
}


class TrainingJob:
    """Tells the list how a training goes, and hears from it what is asked. A list that fails costs no training.

    Attributes:
        left: a sentence on what the training has left, once that is safe; whatever ends it then, it is done.
    """

    def __init__(self, store: JobStore, job: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.left = ""
        self._store = store
        self._job = job
        self._clock = clock
        self._attention = Attention(store, job, clock)
        self._last: Progress | None = None
        self._pending = False
        self._stored = -_STORE_SECONDS

    @property
    def stop_asked(self) -> bool:
        """Whether the training is to end here, with what it has learned so far; as of the last `check`."""
        return self._attention.stop_asked

    def check(self) -> None:
        """Raises Halt where the training must leave a checkpoint and end."""
        self._attention.check()

    def report(self, progress: Progress) -> None:
        """The training has come further; stored at most once a second, and where a stage begins."""
        new_stage = self._last is None or self._last.stage != progress.stage
        self._last, self._pending = progress, True
        if new_stage or self._clock() - self._stored >= _STORE_SECONDS:
            self.flush()

    def validating(self) -> None:
        """The training itself has ended, and what it has learned is being measured."""
        if self._last is not None:
            self.report(replace(self._last, stage="validation", fraction=1.0, remaining=None, steps_per_second=0.0))

    def flush(self) -> None:
        """Store the newest report, where it is not yet."""
        if self._last is not None and self._pending:
            self._stored, self._pending = self._clock(), False
            with contextlib.suppress(EngineError):
                self._store.progress(self._job, self._last)


@contextlib.contextmanager
def listed_training(store: JobStore, request: JobRequest, *, resumed_at: int | None = None) -> Iterator[TrainingJob]:
    """Have a training in the list for as long as the context lasts; how it is left says what becomes of it there.

    Args:
        resumed_at: the step at which a training goes on; the list goes on with its job, where it knows one.

    Raises:
        JobLockedError: another process goes on with it.
    """
    earlier = _left_job(store, request) if resumed_at is not None else None
    job = earlier or new_id()
    folder = store.folder(job)
    with JobLock(folder, KEEPER), JobLock(folder):
        if earlier:
            if store.get(job).state is JobState.RUNNING:
                store.set_state(job, JobEvent.VANISHED)
            store.set_state(job, JobEvent.CONTINUED)
            store.rewind(job, resumed_at or 0)
        else:
            store.add(request, job)
        log = JobLog(folder)
        log.note_machine()
        listed = TrainingJob(store, job)
        event, message = JobEvent.INTERRUPTED, way_on(request)
        try:
            yield listed
        except Halt as halt:
            event = _EVENTS[halt.reason]
            raise
        except Exception as error:
            event, message = JobEvent.FAILED, f"{_complaint(error, request.device)} {way_on(request)}"
            log.note("failed", sentence=message, trace="".join(traceback.format_exception(error)))
            raise
        finally:
            if listed.left:
                event, message = JobEvent.FINISHED, listed.left
            listed.flush()
            with contextlib.suppress(EngineError):
                store.set_state(job, event, message)


def _left_job(store: JobStore, request: JobRequest) -> str | None:
    """The newest job of the list that is this training and was not done."""
    found = [
        job
        for job in store.all()
        if (job.request.output, job.request.codec, job.request.training)
        == (request.output, request.codec, request.training)
        and job.state is not JobState.DONE
    ]
    return max(found, key=lambda job: job.created).id if found else None


def _complaint(error: Exception, device: str) -> str:
    if is_out_of_memory(error):
        return "The training needs more memory than is left: take fewer samples, smaller crops or a smaller preset."
    return sentence(error, device)
