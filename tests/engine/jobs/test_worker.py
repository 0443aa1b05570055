"""Worker processes: what they say, how they end, and that what they did is not lost."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nvc_engine.jobs.lock import JobLock
from nvc_engine.jobs.runner import OutcomeKind, WorkerProcess
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import (
    JobRequest,
    JobState,
    JobVerb,
    PreviewReady,
    WantPreview,
    WorkerFinished,
    WorkerProgress,
)
from nvc_engine.protocol.ring import FrameRing

Order = Callable[..., JobRequest]
Command = tuple[str, ...]

ENDLESS = 10**11


def follow(worker: WorkerProcess, when: Callable[[], bool], act: Callable[[], object]) -> list[WorkerProgress]:
    """Hear a worker to its end, and `act` once when, at one of its reports, `when` holds."""
    heard = []
    acted = False
    for message in worker.events():
        if isinstance(message, WorkerProgress):
            heard.append(message)
            if not acted and when():
                acted = True
                act()
    return heard


def has_checkpoint(store: JobStore, job: str) -> Callable[[], bool]:
    return lambda: any(store.folder(job).glob("checkpoint-?"))


def events_of_log(store: JobStore, job: str) -> list[str]:
    return [json.loads(line)["event"] for line in (store.folder(job) / "log.jsonl").read_text().splitlines()]


def test_a_worker_killed_in_mid_encode_is_followed_by_one_that_continues(
    store: JobStore, order: Order, worker_command: Command, tmp_path: Path
) -> None:
    job = store.add(order(steps=ENDLESS)).id
    killed = WorkerProcess(job, worker_command)
    follow(killed, has_checkpoint(store, job), killed.kill)
    outcome = killed.outcome()
    assert (outcome.kind, outcome.signal_name, outcome.state) == (OutcomeKind.CRASHED, "SIGKILL", None)
    assert "memory" in outcome.sentence
    assert not (tmp_path / "out.nvc").exists()
    assert store.get(job).state is JobState.RUNNING
    (recovered,) = store.recover()
    assert (recovered.state, recovered.attempts) == (JobState.WAITING, 1)

    second = WorkerProcess(job, worker_command)
    reports = follow(second, lambda: True, lambda: store.command(job, JobVerb.STOP))
    assert second.outcome().state is JobState.DONE
    assert "encode continues" in events_of_log(store, job)
    assert reports[0].progress.step > 1
    assert (tmp_path / "out.nvc").exists()


@pytest.mark.parametrize("way", ["terminate", "hang up", "parent dies"])
def test_a_worker_that_must_leave_leaves_a_checkpoint(
    store: JobStore, order: Order, worker_command: Command, way: str
) -> None:
    job = store.add(order(steps=ENDLESS)).id
    if way == "parent dies":
        code = (
            "import sys\nfrom nvc_engine.jobs.runner import WorkerProcess\n"
            "worker = WorkerProcess(sys.argv[1], sys.argv[2:])\n"
            "print(worker.pid, flush=True)\nfor event in worker.events():\n    print(flush=True)\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code, job, *worker_command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        ) as parent:
            assert parent.stdout is not None
            parent.stdout.readline()
            parent.stdout.readline()
            parent.kill()
        with _lock_of_the_gone(store, job):
            assert store.get(job).state is JobState.INTERRUPTED
    else:
        worker = WorkerProcess(job, worker_command)
        follow(worker, lambda: True, worker.terminate if way == "terminate" else worker.hang_up)
        outcome = worker.outcome()
        assert (outcome.kind, outcome.state, outcome.exit_code) == (OutcomeKind.FINISHED, JobState.INTERRUPTED, 0)
    assert has_checkpoint(store, job)()
    (recovered,) = store.recover()
    assert (recovered.state, recovered.attempts) == (JobState.WAITING, 0)


@contextlib.contextmanager
def _lock_of_the_gone(store: JobStore, job: str) -> Iterator[None]:
    """The job's lock, as soon as its worker has gone."""
    lock = JobLock(store.folder(job))
    lock.acquire(wait=60)
    yield
    lock.release()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_playback_goes_before_a_worker(store: JobStore, order: Order, worker_command: Command) -> None:
    job = store.add(order(steps=ENDLESS)).id
    worker = WorkerProcess(job, worker_command)
    niceness: list[int] = []

    def look_then_cancel() -> None:
        niceness.append(int(Path(f"/proc/{worker.pid}/stat").read_text().rsplit(")")[-1].split()[16]))
        store.command(job, JobVerb.CANCEL)

    follow(worker, lambda: True, look_then_cancel)
    assert worker.outcome().state is JobState.CANCELLED
    assert niceness == [min(os.nice(0) + 5, 19)]


def test_ctrl_c_is_not_for_the_worker(store: JobStore, order: Order, worker_command: Command) -> None:
    job = store.add(order(steps=ENDLESS)).id
    worker = WorkerProcess(job, worker_command)

    def interrupt_then_stop() -> None:
        os.kill(worker.pid, signal.SIGINT)
        store.command(job, JobVerb.STOP)

    follow(worker, lambda: True, interrupt_then_stop)
    assert worker.outcome().state is JobState.DONE


def test_previews_of_a_running_worker(store: JobStore, order: Order, worker_command: Command) -> None:
    job = store.add(order(steps=ENDLESS)).id
    ring = FrameRing.create(1, 4 * 32 * 16)
    try:
        worker = WorkerProcess(job, worker_command)
        got: list[PreviewReady] = []
        for message in worker.events():
            if isinstance(message, WorkerProgress) and not got:
                worker.send(WantPreview(3, job, 0, ring.name, 0))
            if isinstance(message, PreviewReady):
                got.append(message)
                store.command(job, JobVerb.CANCEL)
        assert worker.outcome().state is JobState.CANCELLED
        assert (got[0].request, got[0].width, got[0].height) == (3, 32, 16)
        with ring.slot(0) as slot:
            assert slot[3] == 255
    finally:
        ring.close()


def test_what_encoders_print_does_not_disturb(store: JobStore, order: Order, worker_command: Command) -> None:
    job = store.add(order(trouble="print")).id
    worker = WorkerProcess(job, worker_command)
    heard = list(worker.events())
    assert isinstance(heard[-1], WorkerFinished)
    assert worker.outcome().state is JobState.DONE
    assert "what an encoder prints" in (store.folder(job) / "output.txt").read_text()


def test_a_crash_is_told_by_its_name(store: JobStore, order: Order, worker_command: Command) -> None:
    job = store.add(order(trouble="abort")).id
    worker = WorkerProcess(job, worker_command)
    list(worker.events())
    outcome = worker.outcome()
    assert outcome.crashed
    assert outcome.signal_name == "SIGABRT"
    assert "SIGABRT" in outcome.sentence
    assert "Fatal Python error" in (store.folder(job) / "output.txt").read_text()


def test_a_job_that_is_not_there(studio_home: Path, worker_command: Command) -> None:
    worker = WorkerProcess("nobody", worker_command)
    list(worker.events())
    outcome = worker.outcome()
    assert (outcome.state, outcome.exit_code) == (JobState.FAILED, 1)
    assert "nobody" in outcome.sentence


def test_an_output_disk_that_is_full_keeps_the_units(
    store: JobStore, order: Order, worker_command: Command, tmp_path: Path
) -> None:
    job = store.add(order(padding=800_000)).id
    limited = ("/bin/sh", "-c", 'ulimit -f 2048; exec "$@"', "sh", *worker_command)
    worker = WorkerProcess(job, limited)
    list(worker.events())
    outcome = worker.outcome()
    assert outcome.state is JobState.FAILED
    assert "out.nvc" in outcome.sentence
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == []
    assert len(list(store.folder(job).glob("unit-*"))) == 3
    store.command(job, JobVerb.RETRY)
    again = WorkerProcess(job, worker_command)
    stages = {message.progress.stage for message in again.events() if isinstance(message, WorkerProgress)}
    assert again.outcome().state is JobState.DONE
    assert stages == {"writing", "measuring"}


def test_lines_of_a_worker_are_messages(store: JobStore, order: Order, worker_command: Command) -> None:
    job = store.add(order()).id
    done = subprocess.run([*worker_command, job], capture_output=True, check=False, input=b"\n{}\nnonsense\n")
    for line in done.stdout.splitlines():
        assert wire.decode(line) is not None
    last = wire.decode(done.stdout.splitlines()[-1])
    assert isinstance(last, WorkerFinished)
    assert last.state in (JobState.INTERRUPTED, JobState.DONE)
