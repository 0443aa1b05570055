"""Trainings beside a real engine: it tells of them and leaves them alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nvc_engine.jobs.lock import KEEPER, JobLock
from nvc_engine.jobs.log import OUTPUT_NAME
from nvc_engine.jobs.store import JobStore, Wish, new_id
from nvc_engine.jobs.training_job import listed_training
from nvc_engine.protocol.messages import (
    CommandJob,
    Done,
    Failed,
    Goodbye,
    JobChanged,
    JobProgress,
    JobRequest,
    JobState,
    JobVerb,
    Progress,
    SubmitJob,
)

TRAINING = JobRequest("/clips", "/runs/base", "sevc", "light", training="base")


def progress(step: int) -> Progress:
    return Progress("base", 1, 4, step / 100, float(step), None, step=step, loss=1 / step)


def changed(window: Any, state: JobState) -> JobChanged:
    message: JobChanged = window.until(JobChanged, lambda message: message.job.state is state)
    return message


def test_a_killed_training_stays_interrupted_and_no_worker_takes_it(serve: Callable[..., Any]) -> None:
    with JobStore() as store, serve("--linger", "60") as engine:
        window = engine.window()
        job = store.add(TRAINING).id  # nobody holds its lock: its process is gone
        interrupted = changed(window, JobState.INTERRUPTED).job
        assert "nvc-engine train sevc --resume /runs/base" in interrupted.message
        for verb in (JobVerb.START, JobVerb.RESUME, JobVerb.RETRY, JobVerb.STOP):
            refused = window.ask(CommandJob(window.number(), job, verb))
            assert isinstance(refused, Failed)
            assert "--resume /runs/base" in refused.sentence
        assert store.get(job) == interrupted
        assert not (store.folder(job) / OUTPUT_NAME).exists()
        assert isinstance(window.ask(CommandJob(window.number(), job, JobVerb.REMOVE)), Done)
        window.connection.close()


def test_a_training_cannot_be_ordered_from_a_window(window: Any, tmp_path: Path) -> None:
    request = JobRequest(str(tmp_path), str(tmp_path / "run"), "sevc", training="base")
    refused = window.ask(SubmitJob(window.number(), request))
    assert isinstance(refused, Failed)
    assert "nvc-engine train" in refused.sentence


def test_a_window_sees_a_training_grow_and_its_wishes_reach_it(window: Any) -> None:
    with JobStore() as store, listed_training(store, TRAINING) as training:
        job = changed(window, JobState.RUNNING).job.id
        training.report(progress(1))
        assert window.until(JobProgress) == JobProgress(job, progress(1))
        assert isinstance(window.ask(CommandJob(window.number(), job, JobVerb.STOP)), Done)
        training.check()
        assert training.stop_asked
        training.left = "The weights are there."
    done = changed(window, JobState.DONE).job
    assert (done.message, done.history) == ("The weights are there.", (progress(1),))


def test_who_closes_the_studio_pauses_no_terminal(serve: Callable[..., Any]) -> None:
    with JobStore() as store, serve("--linger", "0") as engine:
        job = new_id()
        with JobLock(store.folder(job), KEEPER), JobLock(store.folder(job)):
            store.add(TRAINING, job)
            window = engine.window()
            changed(window, JobState.RUNNING)
            window.say(Goodbye(stop_jobs=True))
            assert engine.wait() == 0
            assert store.get(job).state is JobState.RUNNING
            assert store.wish(job) is not Wish.PAUSE
