"""The list of jobs, alone and shared."""

import itertools
import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from nvc_engine.errors import EngineError
from nvc_engine.jobs.diagnostics import log_of, log_text
from nvc_engine.jobs.history import MAX_POINTS
from nvc_engine.jobs.lock import KEEPER, JobLock
from nvc_engine.jobs.log import JobLog
from nvc_engine.jobs.states import IllegalMoveError, JobEvent
from nvc_engine.jobs.store import MAX_ATTEMPTS, BegunError, JobStore, StoreError, UnknownJobError, Wish
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import (
    Goal,
    GoalKind,
    JobRequest,
    JobState,
    JobVerb,
    Progress,
    RawSpec,
    Result,
)

REQUEST = JobRequest(
    source="/clips/a.mkv",
    output="/out/a.nvc",
    settings={"channels": 8, "fast": True, "rate": 0.5, "kind": "x"},
    goal=Goal(GoalKind.BPP, 0.05),
    minutes=2.5,
    raw=RawSpec(4, 4),
)
RESULT = Result(100, 0.1, 2.0, 3, 4, 4, "nvrc", "fast", 1.5, 30.0, 31.0, 32.0, 30.5, 29.0, None, 7, (1.0, 2.0))


def progress(step: int) -> Progress:
    return Progress("training", 0, 3, step / 10_000, step * 0.1, None, step=step, steps=10_000, loss=1 / (step + 1))


def other_process(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_job_comes_back_as_it_was_ordered(store: JobStore) -> None:
    added = store.add(REQUEST)
    assert added.state is JobState.WAITING
    assert store.get(added.id) == added
    assert added.request == REQUEST
    with JobStore() as another:
        assert another.all() == (added,)


def test_jobs_stand_in_their_order_and_can_be_moved(store: JobStore) -> None:
    a, b, c = (store.add(REQUEST).id for _ in range(3))
    assert [job.id for job in store.all()] == [a, b, c]
    store.reorder(c, JobVerb.MOVE_UP)
    assert [job.id for job in store.all()] == [a, c, b]
    store.command(a, JobVerb.MOVE_DOWN)
    store.command(a, JobVerb.MOVE_DOWN)
    store.command(a, JobVerb.MOVE_DOWN)
    assert [job.id for job in store.all()] == [c, b, a]
    store.command(a, JobVerb.START)
    following = store.next_waiting()
    assert following is not None
    assert following.id == a


def test_what_has_not_begun_can_be_changed_in_its_place(store: JobStore) -> None:
    first, second = store.add(REQUEST).id, store.add(REQUEST).id
    changed = replace(REQUEST, goal=Goal(GoalKind.PSNR, 38.0), output="/out/b.nvc")
    assert store.edit(first, changed).request == changed
    assert [job.id for job in store.all()] == [first, second]
    store.command(second, JobVerb.PAUSE)
    assert store.edit(second, changed).state is JobState.PAUSED
    store.progress(second, progress(3))
    store.set_state(first, JobEvent.TAKEN)
    for begun in (first, second):
        with pytest.raises(BegunError, match="duplicate it"):
            store.edit(begun, REQUEST)
    with pytest.raises(UnknownJobError):
        store.edit("nobody", REQUEST)


def test_the_next_is_the_first_that_waits_and_is_not_kept(store: JobStore) -> None:
    assert store.next_waiting() is None
    a, b, c = (store.add(REQUEST).id for _ in range(3))
    store.command(a, JobVerb.PAUSE)
    with JobLock(store.folder(b), KEEPER):
        assert store.kept(b)
        following = store.next_waiting()
        assert following is not None
        assert following.id == c
    following = store.next_waiting()
    assert following is not None
    assert following.id == b


def test_higher_priority_comes_first(store: JobStore) -> None:
    first, second, third = (store.add(REQUEST).id for _ in range(3))
    store.command(third, JobVerb.RAISE)
    store.command(first, JobVerb.LOWER)
    assert [(job.id, job.priority) for job in store.all()] == [(third, 1), (second, 0), (first, -1)]
    assert [job.id for job in store.waiting()] == [third, second, first]
    store.command(first, JobVerb.MOVE_UP)  # among its own kind alone, and there is no other
    assert [job.id for job in store.all()] == [third, second, first]
    store.command(first, JobVerb.START)
    assert next((job.id, job.priority) for job in store.all()) == (first, 1)
    store.command(third, JobVerb.LEVEL)
    store.command(third, JobVerb.CANCEL)
    with pytest.raises(IllegalMoveError, match="priority"):
        store.command(third, JobVerb.RAISE)


def test_a_queue_that_is_held_stays_so_until_a_job_is_started(store: JobStore) -> None:
    job = store.add(REQUEST).id
    assert not store.held
    store.hold(True)
    with JobStore() as other:
        assert other.held
    store.command(job, JobVerb.START)
    assert not store.held
    assert store.cluster == ""
    store.use_cluster("ray://host:10001")
    assert store.cluster == "ray://host:10001"


def test_the_logs_of_jobs_that_are_gone_are_kept(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nvc_engine.jobs.store.MOST_LOGS", 2)
    jobs = [store.add(REQUEST).id for _ in range(4)]
    for number, job in enumerate(jobs):
        store.folder(job).mkdir(parents=True)
        log = JobLog(store.folder(job))
        log.note("something", number=number)
        os.utime(store.folder(job) / "log.jsonl", (number, number))
        assert "something: number" in log_text(store, job)
    for job in jobs:
        store.remove(job)
        assert not store.folder(job).exists()
    kept = [log_of(store, job) for job in jobs]
    assert [len(events) for events in kept] == [0, 0, 1, 1]
    assert kept[3][0]["number"] == 3


def test_a_torn_line_of_a_log_takes_no_other_along(store: JobStore) -> None:
    job = store.add(REQUEST).id
    store.folder(job).mkdir(parents=True)
    log = JobLog(store.folder(job))
    log.note("first")
    with (store.folder(job) / "log.jsonl").open("ab") as file:
        file.write(b'{"time": "2026-')
    log.note("second")
    log.note("third")
    assert [event["event"] for event in log_of(store, job)] == ["first", "second", "third"]


def test_states_move_as_the_table_says(store: JobStore) -> None:
    job = store.add(REQUEST).id
    with JobLock(store.folder(job)):
        assert store.set_state(job, JobEvent.TAKEN).state is JobState.RUNNING
        with pytest.raises(IllegalMoveError):
            store.set_state(job, JobEvent.TAKEN)
        with pytest.raises(IllegalMoveError):
            store.remove(job)
        failed = store.set_state(job, JobEvent.FAILED, "The disk is full.")
    assert (failed.state, failed.message) == (JobState.FAILED, "The disk is full.")
    retried = store.command(job, JobVerb.RETRY)
    assert (retried.state, retried.message) == (JobState.WAITING, "")


def test_what_is_asked_of_a_running_job_is_a_wish(store: JobStore) -> None:
    job = store.add(REQUEST).id
    with JobLock(store.folder(job)):
        store.set_state(job, JobEvent.TAKEN)
        assert store.wish(job) is None
        assert store.command(job, JobVerb.STOP).state is JobState.RUNNING
        assert store.wish(job) is Wish.STOP
        store.command(job, JobVerb.PAUSE)
        assert store.wish(job) is Wish.PAUSE
        store.command(job, JobVerb.RESUME)
        assert store.wish(job) is None
        store.command(job, JobVerb.CANCEL)
        assert store.wish(job) is Wish.CANCEL
        store.set_state(job, JobEvent.DROPPED)
    assert store.wish(job) is None


def test_stop_and_keep_of_a_paused_job_is_done_by_the_next_worker(store: JobStore) -> None:
    job = store.add(REQUEST).id
    store.command(job, JobVerb.PAUSE)
    assert store.command(job, JobVerb.STOP).state is JobState.WAITING
    with JobLock(store.folder(job)):
        store.set_state(job, JobEvent.TAKEN)
        assert store.wish(job) is Wish.STOP


def test_a_cancelled_or_removed_job_takes_its_folder_along(store: JobStore) -> None:
    job = store.add(REQUEST).id
    store.folder(job).mkdir(parents=True)
    (store.folder(job) / "unit-0000").write_bytes(b"x")
    assert store.command(job, JobVerb.CANCEL).state is JobState.CANCELLED
    assert not store.folder(job).exists()
    assert store.command(job, JobVerb.RETRY).state is JobState.WAITING
    store.command(job, JobVerb.REMOVE)
    assert store.all() == ()
    with pytest.raises(UnknownJobError, match="nvc-engine jobs"):
        store.get(job)


def test_a_job_whose_worker_is_gone_is_taken_up_again(store: JobStore) -> None:
    job = store.add(REQUEST).id
    with JobLock(store.folder(job)):
        store.set_state(job, JobEvent.TAKEN)
        assert store.recover() == ()
        assert store.get(job).state is JobState.RUNNING
    (recovered,) = store.recover()
    assert (recovered.state, recovered.attempts) == (JobState.WAITING, 1)


def test_a_job_that_comes_no_further_is_given_up(store: JobStore) -> None:
    job = store.add(REQUEST).id
    for _ in range(MAX_ATTEMPTS - 1):
        store.set_state(job, JobEvent.TAKEN)
        store.advanced(job, 0.2)
        store.recover()
        assert store.get(job).state is JobState.WAITING
    store.set_state(job, JobEvent.TAKEN)
    store.advanced(job, 0.4)
    for _ in range(MAX_ATTEMPTS - 1):
        store.recover()
        assert store.get(job).state is JobState.WAITING
        store.set_state(job, JobEvent.TAKEN)
        store.advanced(job, 0.4)
    (given_up,) = store.recover()
    assert given_up.state is JobState.FAILED
    assert "given up" in given_up.message
    assert store.command(job, JobVerb.RETRY).attempts == 0


def test_an_orderly_leave_is_no_failed_attempt(store: JobStore) -> None:
    job = store.add(REQUEST).id
    for _ in range(MAX_ATTEMPTS + 1):
        store.set_state(job, JobEvent.TAKEN)
        store.set_state(job, JobEvent.INTERRUPTED)
        (recovered,) = store.recover()
        assert (recovered.state, recovered.attempts) == (JobState.WAITING, 0)


def test_wishes_outlive_the_worker(store: JobStore) -> None:
    for verb, state in ((JobVerb.PAUSE, JobState.PAUSED), (JobVerb.CANCEL, JobState.CANCELLED)):
        job = store.add(REQUEST).id
        with JobLock(store.folder(job)):
            store.set_state(job, JobEvent.TAKEN)
            store.command(job, verb)
        assert store.recover_one(job).state is state
        assert store.wish(job) is None


def test_a_kept_job_is_left_to_its_terminal(store: JobStore) -> None:
    job = store.add(REQUEST).id
    store.set_state(job, JobEvent.TAKEN)
    with JobLock(store.folder(job), KEEPER):
        assert store.recover() == ()
        assert store.recover_one(job).state is JobState.WAITING


def test_a_command_notices_that_the_worker_is_gone(store: JobStore) -> None:
    job = store.add(REQUEST).id
    store.set_state(job, JobEvent.TAKEN)
    assert store.command(job, JobVerb.PAUSE).state is JobState.PAUSED


def test_progress_is_thinned_evenly(store: JobStore) -> None:
    job = store.add(REQUEST).id
    for step in range(3 * MAX_POINTS):
        store.progress(job, progress(step))
    facts = store.get(job, history=True)
    assert facts.progress == progress(3 * MAX_POINTS - 1)
    steps = [point.step for point in facts.history]
    assert MAX_POINTS / 4 <= len(steps) <= MAX_POINTS
    assert steps[0] == 0
    assert len({b - a for a, b in itertools.pairwise(steps)}) == 1
    assert facts.history[3] == progress(steps[3])
    assert store.get(job).history == ()


def test_rates_by_class_are_kept_of_the_latest_report_alone(store: JobStore) -> None:
    job = store.add(REQUEST).id
    report = replace(progress(1), rate_shares=(("grids", 0.25), ("weights", 0.5)))
    store.progress(job, report)
    facts = store.get(job, history=True)
    assert facts.progress == report
    assert facts.history == (progress(1),)


def test_history_can_be_wound_back(store: JobStore) -> None:
    job = store.add(REQUEST).id
    for step in range(10):
        store.progress(job, progress(step))
    store.rewind(job, 4)
    store.progress(job, progress(5))
    assert [point.step for point in store.get(job, history=True).history] == [0, 1, 2, 3, 4, 5]


def test_a_result_comes_back(store: JobStore) -> None:
    job = store.add(REQUEST).id
    store.result(job, RESULT)
    assert store.get(job).result == RESULT


def test_a_cancelled_job_begins_anew_without_its_old_numbers(store: JobStore) -> None:
    job = store.add(REQUEST).id
    store.progress(job, progress(1))
    store.command(job, JobVerb.CANCEL)
    again = store.command(job, JobVerb.RETRY)
    assert again.progress is None


def test_changes_of_other_processes_are_seen(store: JobStore) -> None:
    before = store.data_version()
    with JobStore() as another:
        another.add(REQUEST)
    assert store.data_version() != before


def test_many_threads_and_processes_at_once(store: JobStore) -> None:
    code = """
import sys
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol.messages import JobRequest, Progress
with JobStore() as store:
    for number in range(20):
        job = store.add(JobRequest("a", "b")).id
        store.progress(job, Progress("x", 0, 1, 0.0, 0.0, None))
"""

    def add() -> None:
        for _ in range(20):
            store.add(REQUEST)

    processes = [other_process(code) for _ in range(2)]
    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    jobs = store.all()
    assert len(jobs) == 80
    assert len({job.position for job in jobs}) == 80


def test_a_change_is_whole_or_not_at_all(store: JobStore) -> None:
    job = store.add(REQUEST).id
    with pytest.raises(IllegalMoveError):
        store.command(job, JobVerb.RETRY)
    assert store.get(job).state is JobState.WAITING
    store.command(job, JobVerb.PAUSE)


def test_a_database_of_a_newer_version_is_left_alone(studio_home: Path) -> None:
    JobStore().close()
    with sqlite3.connect(places.database()) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreError, match="newer version"):
        JobStore()


@pytest.mark.parametrize("content", [b"not a database at all " * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_database_is_a_sentence(studio_home: Path, content: bytes) -> None:
    places.database().write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        JobStore()


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be used"):
        JobStore(tmp_path / "none" / "studio.sqlite")


def test_a_row_that_cannot_be_read_spoils_no_other(store: JobStore) -> None:
    spoiled, fine = store.add(REQUEST).id, store.add(replace(REQUEST, seed=5)).id
    with sqlite3.connect(places.database()) as database:
        database.execute("UPDATE jobs SET request = '{' WHERE id = ?", (spoiled,))
    database.close()
    assert [job.id for job in store.all()] == [fine]
    with pytest.raises(StoreError, match="cannot be read"):
        store.get(spoiled)
    store.remove(spoiled)
