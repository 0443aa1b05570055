"""The list of jobs at work: one job a device in a worker process, and every window told what becomes of them."""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from nvc_engine.errors import EngineError
from nvc_engine.jobs.admission import check_places
from nvc_engine.jobs.begun import begun_on_cluster
from nvc_engine.jobs.diagnostics import diagnostics, log_text
from nvc_engine.jobs.runner import WorkerOutcome, WorkerProcess
from nvc_engine.jobs.states import JobEvent
from nvc_engine.jobs.store import BegunError, JobStore
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import (
    AskLog,
    Codecs,
    CommandJob,
    Done,
    EditJob,
    Failed,
    FrameDropped,
    HoldQueue,
    JobChanged,
    JobFacts,
    JobLogged,
    JobProgress,
    JobRemoved,
    JobRequest,
    JobState,
    JobSubmitted,
    JobVerb,
    Message,
    Notice,
    PreviewReady,
    QueueHeld,
    SubmitJob,
    UseCluster,
    WantPreview,
    WorkerFinished,
    WorkerProgress,
)
from nvc_engine.serving.awake import Awake
from nvc_engine.serving.cluster_process import ClusterProcess
from nvc_engine.serving.mailbox import Mailbox
from nvc_engine.serving.previews import Previews
from nvc_engine.serving.window_link import WindowLink

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
LOOK_SECONDS = 1.0
SECONDS_TO_CHECKPOINT = 30.0
SECONDS_BETWEEN_FALSE_STARTS = 2.0
MOST_FALSE_STARTS = 3


@dataclass(frozen=True)
class _Running:
    """A job that a worker of ours does, and the previews that are wanted of it."""

    worker: WorkerProcess
    request: JobRequest
    previews: Previews


class JobQueue:
    """Starts the jobs that wait, in their order, one on each device, and tells of all jobs, whoever does them. While
    one of ours runs, the machine is kept awake. Has a thread of its own.

    The public methods may be called from any thread and return at once.

    Attributes:
        busy: whether a job of ours runs or waits.
    """

    def __init__(self, tell_all: Callable[[Message], None]) -> None:
        self.busy = True
        self._tell_all = tell_all
        self._mailbox = Mailbox()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._store: JobStore | None = None
        self._running: dict[str, _Running] = {}
        self._cuda = False
        self._conventional: frozenset[str] = frozenset()
        self._known: dict[str, JobFacts] = {}
        self._told: QueueHeld | None = None
        self._cluster = ClusterProcess(self._heard_of_cluster)
        self._awake = Awake()
        self._changed = True
        self._seen_version = -1
        self._looked = 0.0
        self._complaint = ""
        self._trouble = ""
        self._false_starts: dict[str, int] = {}
        self._not_before = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Have the running job leave a checkpoint, and return when it has; the next engine goes on with it."""
        self._mailbox.post(self._mailbox.stop)
        self._thread.join()

    def describe_all(self, window: WindowLink) -> None:
        """Tell a new window of every job."""
        self._mailbox.post(self._describe_all, window)

    def submit(self, window: WindowLink, message: SubmitJob) -> None:
        self._mailbox.post(self._answering, window, message.request, self._submit, message)

    def command(self, window: WindowLink, message: CommandJob) -> None:
        self._mailbox.post(self._answering, window, message.request, self._command, message)

    def edit(self, window: WindowLink, message: EditJob) -> None:
        self._mailbox.post(self._answering, window, message.request, self._edit, message)

    def preview(self, window: WindowLink, message: WantPreview) -> None:
        self._mailbox.post(self._preview, window, message)

    def hold(self, window: WindowLink, message: HoldQueue) -> None:
        self._mailbox.post(self._answering, window, message.request, self._hold, message)

    def use_cluster(self, window: WindowLink, message: UseCluster) -> None:
        self._mailbox.post(self._answering, window, message.request, self._use_cluster, message)

    def log(self, window: WindowLink, message: AskLog) -> None:
        self._mailbox.post(self._answering, window, message.request, self._log, message)

    def described(self, codecs: Codecs) -> None:
        """Hear of the codecs and devices that there are. Until then every job is one for the CPU."""
        self._mailbox.post(self._describe, codecs)

    def window_gone(self, window: WindowLink) -> None:
        self._mailbox.post(self._window_gone, window)

    def pause_all(self) -> None:
        """Pause what runs and what waits, because somebody closes the studio for the day."""
        self._mailbox.post(self._pause_all)

    # --- in the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            with JobStore() as self._store:
                self._mailbox.post(self._look)
                self._mailbox.run(self._look, TICK_SECONDS)
                self._leave()
        except EngineError as error:
            log.exception("the list of jobs cannot be used")
            self._live_without(str(error))

    def _live_without(self, sentence: str) -> None:
        """There is no list of jobs: playback goes on, and every window and whoever asks for a job hears why."""
        self.busy = False
        self._trouble = sentence
        self._tell_all(Notice(sentence))
        self._store = None
        self._mailbox.run(lambda: None, TICK_SECONDS)

    def _answering(
        self, window: WindowLink, request: int, act: Callable[[JobStore, Message], Message], message: Message
    ) -> None:
        try:
            if self._store is None:
                raise EngineError(self._trouble)
            window.send(act(self._store, message))
        except EngineError as error:
            window.send(Failed(request, str(error)))
        self._changed = True
        self._look()

    def _look(self) -> None:
        """See what has changed, whoever changed it, tell of it, and start the next job where none runs."""
        if self._store is None:
            return
        try:
            self._look_at(self._store)
        except EngineError as error:
            if str(error) != self._complaint:
                self._complaint = str(error)
                log.exception("the list of jobs cannot be read")
                self._tell_all(Notice(self._complaint))

    def _look_at(self, store: JobStore) -> None:
        now = time.monotonic()
        version = store.data_version()
        if not self._changed and version == self._seen_version and now - self._looked < LOOK_SECONDS:
            return
        self._changed, self._seen_version, self._looked = False, version, now
        store.recover(besides={running.worker.job for running in self._running.values()})
        self._compare(store)
        held = store.held
        told = QueueHeld(held, store.cluster)
        if told != self._told:
            self._told = told
            self._tell_all(told)
        self._cluster.follow(told.cluster)
        if not held:
            self._start_next(store)
        on_cluster = bool(told.cluster) and any(job.state is JobState.RUNNING for job in self._known.values())
        self.busy = bool(self._running) or on_cluster or (not held and store.next_waiting() is not None)
        if self._running:
            self._awake.hold("An encode is running.")
        else:
            self._awake.release()

    def _compare(self, store: JobStore) -> None:
        jobs = {job.id: job for job in store.all()}
        for name, job in jobs.items():
            before = self._known.get(name)
            if before is None or not _same_but_for_progress(before, job):
                self._tell_all(JobChanged(store.get(name, history=True)))
            elif job.progress is not None and job.progress != before.progress and not self._is_ours(name):
                self._tell_all(JobProgress(name, job.progress))
        for name in self._known.keys() - jobs.keys():
            self._tell_all(JobRemoved(name))
        self._known = jobs

    def _is_ours(self, job: str) -> bool:
        return self._of_job(job) is not None

    def _of_job(self, job: str) -> _Running | None:
        return next((running for running in self._running.values() if running.worker.job == job), None)

    def _device(self, request: JobRequest) -> str:
        """The device that a job keeps busy."""
        return "cuda" if self._cuda and request.device != "cpu" else "cpu"

    def _describe(self, codecs: Codecs) -> None:
        self._cuda = "cuda" in codecs.devices
        self._conventional = frozenset(codec.name for codec in codecs.codecs if codec.conventional)
        self._changed = True

    def _window_gone(self, window: WindowLink) -> None:
        for running in self._running.values():
            running.previews.window_gone(window)

    def _describe_all(self, window: WindowLink) -> None:
        if self._store is not None:
            for job in self._store.all(history=True):
                window.send(JobChanged(job))
            window.send(QueueHeld(self._store.held, self._store.cluster))
        elif self._trouble:
            window.send(Notice(self._trouble))

    def _submit(self, store: JobStore, message: SubmitJob) -> Message:
        _check(message.job)
        return JobSubmitted(message.request, store.add(message.job).id)

    def _edit(self, store: JobStore, message: EditJob) -> Message:
        _check(message.order)
        if any(running.worker.job == message.job for running in self._running.values()):
            raise BegunError("The job has just begun and cannot be changed; duplicate it to try other settings.")
        store.edit(message.job, message.order)
        return Done(message.request)

    def _command(self, store: JobStore, message: CommandJob) -> Message:
        job = store.command(message.job, message.verb)
        if message.verb is JobVerb.START and job.state is JobState.WAITING and not _is_for_cluster(store, job):
            self._make_room(job)
        return Done(message.request)

    def _make_room(self, job: JobFacts) -> None:
        """Have another job that runs where `job` is to run leave a checkpoint; it is taken up again afterwards. A
        conventional encoder cannot go on where it was, and is left to finish."""
        running = self._running.get(self._device(job.request))
        if running is None or running.worker.job == job.id:  # its own worker has begun, and has yet to say so
            return
        if running.request.codec not in self._conventional:
            running.worker.hang_up()

    def _hold(self, store: JobStore, message: HoldQueue) -> Message:
        store.hold(message.held)
        return Done(message.request)

    def _use_cluster(self, store: JobStore, message: UseCluster) -> Message:
        store.use_cluster(message.address.strip())
        return Done(message.request)

    def _heard_of_cluster(self, sentence: str) -> None:
        self._mailbox.post(self._tell_all, Notice(sentence))

    def _log(self, store: JobStore, message: AskLog) -> Message:
        job = store.get(message.job)
        return JobLogged(message.request, job.id, log_text(store, job.id), diagnostics(store, job))

    def _pause_all(self) -> None:
        if self._store is None:
            return
        for job in self._store.all():
            if job.state in (JobState.RUNNING, JobState.WAITING) and not self._store.kept(job.id):
                try:
                    self._store.command(job.id, JobVerb.PAUSE)
                except EngineError as error:
                    log.warning("%s could not be paused: %s", job.id, error)
        self._changed = True
        self._look()

    # --- the worker -------------------------------------------------------------------------------------------------

    def _start_next(self, store: JobStore) -> None:
        """Start the first waiting job of each device that is free."""
        if time.monotonic() < self._not_before:
            return
        left = self._left_by_others(store)
        for job in store.waiting():
            device = self._device(job.request)
            if device not in self._running and device not in left and not _is_for_cluster(store, job):
                self._start(store, device, job)

    def _left_by_others(self, store: JobStore) -> set[str]:
        """Devices on which the worker of an engine that was killed is yet to leave its checkpoint and go."""
        return {
            self._device(job.request)
            for job in self._known.values()
            if job.state is JobState.RUNNING and not self._is_ours(job.id) and not store.kept(job.id)
        }

    def _start(self, store: JobStore, device: str, job: JobFacts) -> None:
        try:
            worker = WorkerProcess(job.id)
        except OSError as error:
            log.exception("a worker cannot be started")
            self._false_start(store, job.id, f"The encoder could not be started ({error.strerror or error}).")
            return
        log.info("process %d takes the job %s on %s", worker.pid, job.id, device)
        self._running[device] = _Running(worker, job.request, Previews())
        threading.Thread(target=self._listen, args=(worker,), name=f"worker-{job.id}", daemon=True).start()

    def _listen(self, worker: WorkerProcess) -> None:
        """Pass on what a worker says; a thread of its own."""
        for message in worker.events():
            self._mailbox.post(self._heard, worker, message)
        worker.outcome()
        self._mailbox.post(self._ended, worker)

    def _heard(self, worker: WorkerProcess, message: Message) -> None:
        if isinstance(message, WorkerProgress):
            if worker.job not in self._known or self._known[worker.job].state is not JobState.RUNNING:
                self._changed = True
                self._look()
            self._tell_all(JobProgress(worker.job, message.progress))
        elif isinstance(message, PreviewReady | FrameDropped):
            running = self._of_job(worker.job)
            if running is not None:
                running.previews.answered(message, worker.send)
        elif isinstance(message, Notice):
            self._tell_all(message)
        elif not isinstance(message, WorkerFinished):
            log.info("a worker said %s, which is not for it to say", type(message).__name__)

    def _ended(self, worker: WorkerProcess) -> None:
        outcome = worker.outcome()
        log.info("process %d has left the job %s: %s", worker.pid, worker.job, outcome)
        for device, running in list(self._running.items()):
            if running.worker is worker:
                del self._running[device]
                running.previews.worker_gone()
        if self._store is not None:
            self._settle(self._store, worker.job, outcome)
        self._changed = True
        self._look()

    def _settle(self, store: JobStore, name: str, outcome: WorkerOutcome) -> None:
        """See how the job stands that a worker has left, and say so where the worker could not."""
        job = store.get(name)
        if job.state is JobState.WAITING:
            self._false_start(store, name, outcome.sentence)
            return
        self._false_starts.pop(name, None)
        if outcome.crashed:
            job = store.recover_one(name)
            more = " The encode goes on from its last checkpoint." if job.state is JobState.WAITING else ""
            self._tell_all(Notice(f"{outcome.sentence}{more}"))

    def _false_start(self, store: JobStore, name: str, reason: str) -> None:
        """The worker did not even take the job. That is tried again a little later, but not for ever."""
        self._not_before = time.monotonic() + SECONDS_BETWEEN_FALSE_STARTS
        starts = self._false_starts.get(name, 0) + 1
        self._false_starts[name] = starts
        if starts >= MOST_FALSE_STARTS:
            del self._false_starts[name]
            sentence = reason or "The encoder could not be started."
            store.set_state(
                name, JobEvent.FAILED, f"{sentence} That happened {starts} times before it began; retry it."
            )

    def _preview(self, window: WindowLink, message: WantPreview) -> None:
        running = self._of_job(message.job)
        if running is not None:
            running.previews.want(window, message, running.worker.send)
        else:
            window.send(FrameDropped(message.request))

    def _leave(self) -> None:
        """Have the workers leave checkpoints; their jobs are picked up by the next engine."""
        for running in self._running.values():
            running.worker.hang_up()
            if os.name == "posix":
                running.worker.terminate()
        deadline = time.monotonic() + SECONDS_TO_CHECKPOINT
        for running in self._running.values():
            if not running.worker.wait(max(0.0, deadline - time.monotonic())):
                log.warning("process %d does not leave and is killed", running.worker.pid)
                running.worker.kill()
        self._cluster.follow("")
        self._awake.release()


def _is_for_cluster(store: JobStore, job: JobFacts) -> bool:
    """Whether a job is left to the cluster that has begun with it, for as long as there is to be one."""
    return bool(store.cluster) and begun_on_cluster(store.folder(job.id))


def _same_but_for_progress(one: JobFacts, other: JobFacts) -> bool:
    """Compared as they are said, since there an undefined number equals itself (a PSNR without any error)."""
    one, other = replace(one, progress=None), replace(other, progress=None)
    return one == other or wire.to_plain(one) == wire.to_plain(other)


def _check(order: JobRequest) -> None:
    """Refuse what cannot be done as it is ordered."""
    if not (Path(order.source).is_absolute() and Path(order.output).is_absolute()):
        raise EngineError("The engine needs whole paths of source and output.")
    check_places(order, overwrite=order.overwrite)
