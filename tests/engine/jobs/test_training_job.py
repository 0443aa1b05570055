"""Trainings in the list of jobs: who does them, what may be asked of them, and how they are left."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from nvc_engine.errors import EngineError
from nvc_engine.jobs.admission import RefusedError, check_places
from nvc_engine.jobs.attention import Halt
from nvc_engine.jobs.lock import KEEPER, JobLock, JobLockedError
from nvc_engine.jobs.states import IllegalMoveError
from nvc_engine.jobs.store import JobStore, Wish
from nvc_engine.jobs.training_job import listed_training
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import JobFacts, JobRequest, JobState, JobVerb, Progress

TRAINING = JobRequest("/clips", "/runs/a b", "sevc", "light", training="base")
WAY_ON = "nvc-engine train sevc --resume '/runs/a b'"


def progress(step: int, stage: str = "base") -> Progress:
    return Progress(stage, 1, 4, step / 100, float(step), None, step=step, steps=100, loss=1 / step)


def only(store: JobStore) -> JobFacts:
    (job,) = store.all(history=True)
    return job


def killed(store: JobStore) -> str:
    """A training whose process has gone without a word."""
    return store.add(TRAINING).id


def test_a_training_runs_and_is_reported_while_its_terminal_does_it(store: JobStore) -> None:
    with listed_training(store, TRAINING) as training:
        training.report(progress(1))
        job = only(store)
        assert (job.state, job.request, job.progress) == (JobState.RUNNING, TRAINING, progress(1))
        assert store.kept(job.id)
        assert store.recover() == ()
        assert store.next_waiting() is None
        training.report(progress(2))
        training.left = "The weights are there."
        training.validating()
        assert only(store).history[-1].stage == "validation"
    assert (only(store).state, only(store).message) == (JobState.DONE, "The weights are there.")
    assert not store.kept(job.id)


@pytest.mark.parametrize(("verb", "state"), [(JobVerb.PAUSE, JobState.PAUSED), (JobVerb.CANCEL, JobState.CANCELLED)])
def test_it_is_left_as_it_was_asked_to(store: JobStore, verb: JobVerb, state: JobState) -> None:
    with contextlib.suppress(Halt), listed_training(store, TRAINING) as training:
        store.command(only(store).id, verb)
        training.check()
    assert only(store).state is state
    assert WAY_ON in only(store).message


def test_it_hears_that_it_is_to_stop_and_keep(store: JobStore) -> None:
    with listed_training(store, TRAINING) as training:
        assert not training.stop_asked
        store.command(only(store).id, JobVerb.STOP)
        training.check()
        assert training.stop_asked


def test_it_says_why_it_failed_and_its_log_says_more(store: JobStore) -> None:
    with pytest.raises(EngineError), listed_training(store, TRAINING):
        raise EngineError("There are no clips.")
    job = only(store)
    assert job.state is JobState.FAILED
    assert job.message.startswith("There are no clips. ")
    assert WAY_ON in job.message
    assert "Traceback" in (store.folder(job.id) / "log.jsonl").read_text("utf-8")


def test_once_its_weights_are_kept_it_is_done(store: JobStore) -> None:
    with contextlib.suppress(KeyboardInterrupt), listed_training(store, TRAINING) as training:
        training.left = "The weights are there."
        raise KeyboardInterrupt
    assert only(store).state is JobState.DONE


def test_the_queue_never_takes_it_up(store: JobStore) -> None:
    job = killed(store)
    (changed,) = store.recover()
    assert changed.state is JobState.INTERRUPTED
    assert WAY_ON in changed.message
    assert store.recover() == ()
    assert store.recover_one(job) == changed
    for verb in (JobVerb.START, JobVerb.RESUME, JobVerb.RETRY, JobVerb.STOP):
        with pytest.raises(IllegalMoveError, match=r"interrupted\..*--resume"):
            store.command(job, verb)
    assert store.next_waiting() is None
    assert WAY_ON in store.command(job, JobVerb.CANCEL).message
    with pytest.raises(IllegalMoveError):
        store.command(job, JobVerb.RETRY)
    store.command(job, JobVerb.REMOVE)
    assert store.all() == ()


def test_what_was_asked_of_one_that_was_killed_is_done(store: JobStore) -> None:
    job = store.add(TRAINING).id
    with JobLock(store.folder(job)):
        store.command(job, JobVerb.PAUSE)
    (changed,) = store.recover()
    assert changed.state is JobState.PAUSED
    assert WAY_ON in changed.message


def test_one_job_of_the_list_goes_on_with_it(store: JobStore) -> None:
    with contextlib.suppress(KeyboardInterrupt), listed_training(store, TRAINING) as training:
        for step in (1, 2, 3):
            training.report(progress(step))
            training.flush()
        store.command(only(store).id, JobVerb.PAUSE)  # too late to be heard, and void when a person goes on
        raise KeyboardInterrupt
    assert only(store).state is JobState.INTERRUPTED
    with listed_training(store, TRAINING, resumed_at=2) as training:
        job = only(store)
        assert job.state is JobState.RUNNING
        assert store.wish(job.id) is None
        training.report(progress(3))
        assert [report.step for report in only(store).history] == [1, 2, 3]
        training.left = "Done."
    with listed_training(store, TRAINING, resumed_at=2) as training:
        assert len(store.all()) == 2
        training.left = "Done anew."


def test_one_that_was_killed_is_gone_on_with_at_once(store: JobStore) -> None:
    job = killed(store)
    with listed_training(store, TRAINING, resumed_at=0):
        assert (only(store).id, only(store).state) == (job, JobState.RUNNING)


def test_two_terminals_do_not_train_the_same(store: JobStore) -> None:
    with listed_training(store, TRAINING) as training:
        with pytest.raises(JobLockedError, match="Another process"), listed_training(store, TRAINING, resumed_at=0):
            pass
        assert only(store).state is JobState.RUNNING
        training.left = "Done."


def test_the_queue_looks_after_what_others_left_while_it_works_itself(store: JobStore) -> None:
    own, training = store.add(JobRequest("/clips/a.mkv", "/out/a.nvc")).id, killed(store)
    assert [job.id for job in store.recover(besides={own})] == [training]


def test_a_training_is_no_order_for_the_queue(tmp_path: Path) -> None:
    request = JobRequest(str(tmp_path), str(tmp_path / "run"), "sevc", training="base")
    with pytest.raises(RefusedError, match="nvc-engine train"):
        check_places(request, overwrite=True)


def test_a_list_from_before_there_were_trainings_opens(store: JobStore) -> None:
    job = store.add(JobRequest("/clips/a.mkv", "/out/a.nvc")).id
    with sqlite3.connect(places.database()) as database:
        (text,) = database.execute("SELECT request FROM jobs").fetchone()
        plain = json.loads(text)
        del plain["training"]
        database.execute("UPDATE jobs SET request = ?", (json.dumps(plain),))
    database.close()
    with JobStore() as reopened:
        assert reopened.get(job).request.training == ""
        assert reopened.next_waiting() == reopened.get(job)


def test_names_and_wishes_are_as_the_list_has_them(store: JobStore) -> None:
    job = killed(store)
    with JobLock(store.folder(job)), JobLock(store.folder(job), KEEPER):
        store.command(job, JobVerb.CANCEL)
        assert store.wish(job) is Wish.CANCEL
        assert store.command(job, JobVerb.RESUME).state is JobState.RUNNING
        assert store.wish(job) is None
