"""Which job runs when: a queue that is held, windows that ask at once, one job a device, one that goes first."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

import pytest

from nvc_engine.jobs.begun import PARTS
from nvc_engine.jobs.lock import JobLock
from nvc_engine.jobs.log import OUTPUT_NAME
from nvc_engine.jobs.states import JobEvent
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import (
    AskLog,
    Codecs,
    CommandJob,
    Done,
    Failed,
    HoldQueue,
    JobChanged,
    JobLogged,
    JobProgress,
    JobRequest,
    JobState,
    JobSubmitted,
    JobVerb,
    Message,
    Notice,
    QueueHeld,
    SubmitJob,
    UseCluster,
)
from nvc_engine.serving import job_queue
from nvc_engine.serving.job_queue import JobQueue
from nvc_engine.serving.window_link import WindowLink

SMALLEST = {"width": 8, "depth": 1, "expansion": 1, "base_channels": 1, "base_levels": 2, "local_channels": 1}
LONG = 10_000


@pytest.fixture
def order(clip: Path, tmp_path: Path) -> Callable[..., JobRequest]:
    """Makes a request for a long encode of a few frames of the clip."""

    def make(output: str, device: str = "cpu") -> JobRequest:
        return JobRequest(
            str(clip), str(tmp_path / output), preset="light", settings=SMALLEST, epochs=LONG, stop=4, device=device
        )

    return make


def test_two_windows_that_ask_at_the_same_time(engine: Any, window: Any, order: Callable[..., JobRequest]) -> None:
    """Every request has one answer, and both windows see the same list; the queue is held, so that nothing runs."""
    other = engine.window()
    both = (window, other)
    assert isinstance(window.ask(HoldQueue(window.number(), True)), Done)
    for each in both:
        each.until(QueueHeld, lambda told: told.held)
    numbers = [(each, each.number()) for each in both]
    for each, number in numbers:
        each.say(SubmitJob(number, order("same.nvc")))
    jobs = [each.answer(number) for each, number in numbers]
    assert all(isinstance(answer, JobSubmitted) for answer in jobs)
    job = jobs[0].job
    assert job != jobs[1].job
    numbers = [(each, each.number()) for each in both]
    for each, number in numbers:
        each.say(CommandJob(number, job, JobVerb.PAUSE))
    answers = [each.answer(number) for each, number in numbers]
    assert sorted(type(answer).__name__ for answer in answers) == ["Done", "Failed"]
    assert next(answer for answer in answers if isinstance(answer, Failed)).sentence.startswith("The job is paused")
    number = other.number()
    other.say(CommandJob(number, job, JobVerb.CANCEL))
    for each in both:
        each.until(JobChanged, lambda changed: changed.job.id == job and changed.job.state is JobState.CANCELLED)
    with JobStore() as store:
        assert {facts.state for facts in store.all()} == {JobState.CANCELLED, JobState.WAITING}
    other.connection.close()


def test_a_job_that_is_started_at_once_goes_first(window: Any, order: Callable[..., JobRequest]) -> None:
    """The one that runs leaves a checkpoint, and is taken up again afterwards; its log says so."""
    first, second = (window.ask(SubmitJob(window.number(), order(f"{name}.nvc"))).job for name in "ab")
    window.until(JobProgress, lambda told: told.job == first)
    window.say(CommandJob(window.number(), second, JobVerb.START))
    window.until(JobProgress, lambda told: told.job == second)
    with JobStore() as store:
        assert store.get(first).state is JobState.WAITING
        assert store.get(first).attempts == 0
    for job in (first, second):
        window.say(CommandJob(window.number(), job, JobVerb.CANCEL))
    logged = window.ask(AskLog(window.number(), first))
    assert isinstance(logged, JobLogged)
    assert "encode begins: codec nvrc, preset light" in logged.text
    assert "halted: reason leave" in logged.text
    assert "\ntorch " in logged.diagnostics
    assert "a.nvc" in logged.diagnostics


def test_each_device_has_a_worker_of_its_own(order: Callable[..., JobRequest]) -> None:
    """Where there is a graphics card its jobs wait for no job of the CPU. There is none here, which such a job finds
    out in a worker of its own while the other runs."""
    said: SimpleQueue[Message] = SimpleQueue()
    queue = JobQueue(said.put)
    queue.described(Codecs(0, (), ("auto", "cpu", "cuda")))
    with JobStore() as store:
        on_cpu, on_card = store.add(order("cpu.nvc")).id, store.add(order("card.nvc", "cuda")).id
        queue.start()
        try:
            message: Message | None = None
            while not (isinstance(message, JobProgress) and message.job == on_cpu):
                message = said.get(timeout=120)
            while store.get(on_card).state is not JobState.FAILED:
                said.get(timeout=120)
            assert store.get(on_cpu).state is JobState.RUNNING
            assert "CUDA" in store.get(on_card).message
        finally:
            queue.stop()
        assert store.get(on_cpu).state is JobState.INTERRUPTED


class Listener:
    """A queue in this process, and what it says to all and to the one window that there is."""

    def __init__(self) -> None:
        self._sent: SimpleQueue[Message] = SimpleQueue()
        self._queue = JobQueue(self.send)

    def send(self, message: Message) -> None:
        self._sent.put(message)

    def until(self, kind: type[Message]) -> None:
        while not isinstance(self._sent.get(timeout=120), kind):
            pass

    def start(self) -> None:
        """Returns when it has looked at the list, and started what it starts."""
        self._queue.start()
        self.until(QueueHeld)
        self.look()

    def look(self) -> None:
        """Hear how all stands once what the queue was about is done."""
        self._queue.describe_all(cast(WindowLink, self))
        self.until(QueueHeld)

    def stop(self) -> None:
        self._queue.stop()


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A queue that looks at the list at every tick."""
    monkeypatch.setattr(job_queue, "LOOK_SECONDS", 0.0)
    listener = Listener()
    yield listener
    listener.stop()


def has_worker(store: JobStore, job: str) -> bool:
    """Whether a worker was ever started for a job."""
    return (store.folder(job) / OUTPUT_NAME).exists()


def test_a_worker_that_a_killed_engine_has_left_keeps_its_device_until_it_is_gone(
    order: Callable[..., JobRequest], queue: Listener
) -> None:
    with JobStore() as store:
        left, waiting = store.add(order("left.nvc")).id, store.add(order("waiting.nvc")).id
        with JobLock(store.folder(left)):
            store.set_state(left, JobEvent.TAKEN)
            queue.start()
            assert not has_worker(store, waiting)
        while not has_worker(store, left):
            queue.look()
        assert not has_worker(store, waiting)


def test_a_job_that_a_cluster_has_begun_is_left_to_it_while_there_is_one(
    order: Callable[..., JobRequest], queue: Listener
) -> None:
    with JobStore() as store:
        spread = store.add(order("spread.nvc")).id
        part = store.folder(spread) / PARTS / "0000"
        part.mkdir(parents=True)
        (part / "unit-0000").write_bytes(b"what a node has done")
        store.use_cluster("ray://nowhere:1")
        queue.start()
        assert not has_worker(store, spread)
        store.use_cluster("")
        while not has_worker(store, spread):
            queue.look()


def test_a_job_whose_worker_cannot_be_started_says_so(
    order: Callable[..., JobRequest], queue: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_queue, "SECONDS_BETWEEN_FALSE_STARTS", 0.0)
    with JobStore() as store:
        job = store.add(order("never.nvc")).id
        places.jobs_folder()
        store.folder(job).write_bytes(b"no folder")
        queue.start()
        while store.get(job).state is JobState.WAITING:
            queue.look()
        assert store.get(job).state is JobState.FAILED
        assert "could not be started" in store.get(job).message


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed")
def test_a_cluster_that_cannot_be_used_is_said_to_every_window(window: Any) -> None:
    assert isinstance(window.ask(UseCluster(window.number(), " ray://nowhere:1 ")), Done)
    window.until(QueueHeld, lambda told: told.cluster == "ray://nowhere:1")
    assert "nvc-studio[cluster]" in window.until(Notice, lambda notice: "Ray" in notice.sentence).sentence
    assert isinstance(window.ask(UseCluster(window.number(), "")), Done)
    window.until(QueueHeld, lambda told: told.cluster == "")


def test_a_window_that_comes_later_hears_why_there_is_no_list(
    serve: Callable[..., Any], order: Callable[..., JobRequest]
) -> None:
    places.database().write_bytes(b"no list of jobs at all " * 100)
    with serve() as engine:
        window = engine.window()
        assert "is damaged" in window.until(Notice).sentence
        refused = window.ask(SubmitJob(window.number(), order("a.nvc")))
        assert isinstance(refused, Failed)
        assert "is damaged" in refused.sentence
        window.connection.close()
