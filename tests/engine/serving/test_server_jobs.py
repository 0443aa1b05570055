"""Encodes through the real engine and its workers, on a network as small as it gets."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol.messages import (
    Abort,
    AskExport,
    AskMeasure,
    AskPlan,
    ClipOpened,
    Codecs,
    CommandJob,
    DescribeCodecs,
    Done,
    ExportProgress,
    Failed,
    FrameDropped,
    Goodbye,
    JobChanged,
    JobProgress,
    JobRemoved,
    JobRequest,
    JobState,
    JobSubmitted,
    JobVerb,
    Measured,
    Notice,
    OpenClip,
    Planned,
    PreviewReady,
    SubmitJob,
    WantPreview,
)
from nvc_engine.protocol.ring import FrameRing

LONG = 3000
SMALLEST = {
    "width": 8,
    "depth": 1,
    "expansion": 1,
    "base_channels": 1,
    "base_levels": 2,
    "local_channels": 1,
    "detail_channels": 0,
    "batch": 1,
    "precision": "float32",
}

Order = Callable[..., JobRequest]


@pytest.fixture
def order(clip: Path, tmp_path: Path) -> Order:
    """Makes a request for an encode of a few frames of the clip."""

    def make(epochs: int = 2, output: str = "out.nvc", **fields: Any) -> JobRequest:
        return JobRequest(
            str(clip), str(tmp_path / output), settings=SMALLEST, epochs=epochs, stop=4, device="cpu", **fields
        )

    return make


def submit(window: Any, request: JobRequest) -> str:
    answer = window.ask(SubmitJob(window.number(), request))
    assert isinstance(answer, JobSubmitted), answer
    return answer.job


def command(window: Any, job: str, verb: JobVerb) -> None:
    """Ask something of a job. The answer is awaited among what else is said, and not in place of it."""
    number = window.number()
    window.say(CommandJob(number, job, verb))
    window.until(Done, lambda done: done.request == number)


def until_state(window: Any, job: str, state: JobState) -> JobChanged:
    changed: JobChanged = window.until(JobChanged, lambda changed: changed.job.id == job and changed.job.state is state)
    return changed


def until_trained(window: Any, job: str, step: int = 1) -> JobProgress:
    progress: JobProgress = window.until(
        JobProgress, lambda message: message.job == job and message.progress.step >= step
    )
    return progress


def test_a_job_is_done_shown_measured_and_exported(window: Any, order: Order, clip: Path, tmp_path: Path) -> None:
    request = order(epochs=200)  # long enough to be told of
    job = submit(window, request)
    until_state(window, job, JobState.WAITING)
    until_state(window, job, JobState.RUNNING)
    until_trained(window, job)
    done = until_state(window, job, JobState.DONE).job
    assert done.result is not None
    assert done.result.frames == 4
    assert done.history
    opened = window.ask(OpenClip(window.number(), request.output))
    assert isinstance(opened, ClipOpened)
    assert opened.facts.frames == 4

    number = window.number()
    window.say(AskMeasure(number, str(clip), request.output))
    measured = window.until(Measured)
    assert measured.request == number
    assert measured.result.psnr_yuv == pytest.approx(done.result.psnr_yuv)
    assert len(measured.result.per_frame_psnr_y) == 4

    exported = tmp_path / "out.mkv"
    number = window.number()
    window.say(AskExport(number, request.output, str(exported), first=1, stop=3))
    ended = window.until(Done | Failed, lambda message: message.request == number)
    assert isinstance(ended, Done), ended
    progress = [message for message in window.heard if isinstance(message, ExportProgress)]
    assert all(0 <= message.fraction <= 1 for message in progress)
    assert window.open(exported).facts.frames == 2
    window.say(AskExport(number + 1, request.output, str(exported)))
    refused = window.until(Failed)
    assert "out.mkv" in refused.sentence
    window.say(Abort(number + 1))


def test_codecs_are_described_and_an_encode_is_planned(window: Any, order: Order) -> None:
    described = window.ask(DescribeCodecs(window.number()))
    assert isinstance(described, Codecs)
    assert "nvrc" in [codec.name for codec in described.codecs]
    assert {"auto", "cpu"} <= set(described.devices)
    planned = window.ask(AskPlan(window.number(), order()))
    assert isinstance(planned, Planned)
    assert (planned.plan.frames, planned.plan.width, planned.plan.device) == (4, 64, "cpu")
    refused = window.ask(AskPlan(window.number(), order(preset="enormous")))
    assert isinstance(refused, Failed)
    assert "enormous" in refused.sentence


def test_a_job_that_cannot_be_is_refused_at_once(window: Any, order: Order, tmp_path: Path) -> None:
    for output in (str(tmp_path / "nowhere" / "out.nvc"), str(tmp_path)):
        answer = window.ask(SubmitJob(window.number(), order(output=output)))
        assert isinstance(answer, Failed), answer


def test_a_job_that_fails_says_why_and_the_next_one_runs(window: Any, order: Order) -> None:
    failing = submit(window, order(output="a.nvc", preset="enormous"))
    running = submit(window, order(output="b.nvc"))
    assert "enormous" in until_state(window, failing, JobState.FAILED).job.message
    until_state(window, running, JobState.DONE)


def test_pause_resume_stop_and_keep(window: Any, order: Order, tmp_path: Path) -> None:
    job = submit(window, order(LONG))
    until_trained(window, job)
    command(window, job, JobVerb.PAUSE)
    paused = until_state(window, job, JobState.PAUSED)
    assert paused.job.progress is not None
    command(window, job, JobVerb.RESUME)
    resumed = until_trained(window, job)
    assert resumed.progress.step >= paused.job.progress.step
    command(window, job, JobVerb.STOP)
    until_state(window, job, JobState.DONE)
    assert (tmp_path / "out.nvc").exists()


def test_one_job_runs_at_a_time_and_the_order_can_be_changed(window: Any, order: Order) -> None:
    first, second, third = (submit(window, order(LONG, f"{name}.nvc")) for name in "abc")
    until_trained(window, first)
    command(window, third, JobVerb.MOVE_UP)
    command(window, first, JobVerb.CANCEL)
    until_state(window, third, JobState.RUNNING)
    command(window, second, JobVerb.CANCEL)
    command(window, third, JobVerb.CANCEL)
    until_state(window, third, JobState.CANCELLED)
    started = [
        message.job.id
        for message in window.heard
        if isinstance(message, JobChanged) and message.job.state is JobState.RUNNING
    ]
    assert list(dict.fromkeys(started)) == [first, third]
    command(window, second, JobVerb.REMOVE)
    assert window.until(JobRemoved).job == second


def test_previews_come_from_the_running_job(window: Any, order: Order, ring: FrameRing) -> None:
    job = submit(window, order(LONG))
    until_trained(window, job)
    ready = window.ask(WantPreview(window.number(), job, 0, ring.name, 1))
    assert isinstance(ready, PreviewReady)
    assert (ready.job, ready.frame, ready.slot, ready.width, ready.height) == (job, 0, 1, 64, 48)
    with ring.slot(1) as view:
        assert any(view)
    numbers = [window.number() for _ in range(5)]
    for number in numbers:
        window.say(WantPreview(number, job, 0, ring.name, 0))
    answers = {window.until(PreviewReady | FrameDropped).request for _ in numbers}
    assert answers == set(numbers)
    command(window, job, JobVerb.CANCEL)
    until_state(window, job, JobState.CANCELLED)
    assert isinstance(window.ask(WantPreview(window.number(), job, 0, ring.name, 0)), FrameDropped)


def test_a_killed_worker_is_told_of_and_its_job_goes_on(
    engine: Any, window: Any, order: Order, kill_child: Callable[[int, str], int]
) -> None:
    job = submit(window, order(LONG))
    until_trained(window, job)
    kill_child(engine.process.pid, "worker")
    assert "goes on" in window.until(Notice, lambda notice: "killed" in notice.sentence).sentence
    until_state(window, job, JobState.RUNNING)
    until_trained(window, job)
    command(window, job, JobVerb.CANCEL)
    until_state(window, job, JobState.CANCELLED)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_the_next_engine_goes_on_with_the_job(serve: Callable[..., Any], order: Order, how: signal.Signals) -> None:
    with serve() as first:
        window = first.window()
        job = submit(window, order(LONG))
        until_trained(window, job)
        os.kill(first.process.pid, how)
        first.wait()
    with serve() as second:
        window = second.window()
        until_trained(window, job)
        command(window, job, JobVerb.CANCEL)
        until_state(window, job, JobState.CANCELLED)


def test_the_queue_is_finished_after_the_last_window_has_gone(serve: Callable[..., Any], order: Order) -> None:
    with serve("--linger", "0.1") as engine:
        window = engine.window()
        job = submit(window, order())
        window.say(Goodbye())
        assert engine.wait() == 0
    with JobStore() as store:
        assert store.get(job).state is JobState.DONE


def test_a_goodbye_can_pause_the_jobs(serve: Callable[..., Any], order: Order) -> None:
    with serve("--linger", "0.1") as engine:
        window = engine.window()
        running, waiting = (submit(window, order(LONG, f"{name}.nvc")) for name in "ab")
        until_trained(window, running)
        window.say(Goodbye(stop_jobs=True))
        assert engine.wait() == 0
    with JobStore() as store:
        assert [store.get(job).state for job in (running, waiting)] == [JobState.PAUSED, JobState.PAUSED]


def test_a_new_window_hears_of_the_jobs_that_there_are(engine: Any, window: Any, order: Order) -> None:
    job = submit(window, order())
    until_state(window, job, JobState.DONE)
    other = engine.window()
    described = until_state(other, job, JobState.DONE)
    assert described.job.history
    other.connection.close()


def test_a_terminal_keeps_its_own_job_and_windows_see_it(window: Any, order: Order) -> None:
    request = order()
    words = ["encode", request.source, "-o", request.output, "--epochs", "2", "--frames", "0:4", "--device", "cpu"]
    for name, value in SMALLEST.items():
        words += ["--set", f"{name}={value}"]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "nvc_engine", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    shown = window.until(JobChanged, lambda changed: changed.job.state is JobState.DONE)
    assert shown.job.request.output == request.output
    assert shown.job.attempts == 0
