"""The queue's table, fed with what the engine says."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from nvc_engine.protocol.messages import (
    Goal,
    GoalKind,
    JobChanged,
    JobFacts,
    JobProgress,
    JobRemoved,
    JobRequest,
    JobState,
    JobVerb,
    Progress,
    QueueHeld,
    Welcome,
)
from nvc_studio.engine_client import EngineClient
from nvc_studio.models.job_verbs import LEGAL_VERBS, STATE_TITLES, is_legal
from nvc_studio.models.jobs import FRACTION_ROLE, JOB_ROLE, Column, JobsModel, goal_title


def job(name: str, position: int, state: JobState = JobState.WAITING, **more) -> JobFacts:
    request = JobRequest(source=f"/clips/{name}.mkv", output=f"/clips/{name}.nvc", goal=Goal(GoalKind.BPP, 0.1))
    return JobFacts(name, request, state, position, float(position), **more)


def progress(fraction: float, step: int = 1) -> Progress:
    return Progress("training", 0, 2, fraction, 1.0, 75.0, step=step)


@pytest.fixture
def jobs(qapp):
    model = JobsModel(EngineClient())
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def names(model: JobsModel) -> list[str]:
    return [facts.id for facts in model.jobs]


def text(model: JobsModel, row: int, column: Column) -> str:
    return model.index(row, column).data(Qt.ItemDataRole.DisplayRole)


def test_jobs_stand_in_the_order_of_the_queue(jobs):
    for facts in (job("c", 3), job("a", 1), job("b", 2)):
        jobs.receive(JobChanged(facts))
    assert names(jobs) == ["a", "b", "c"]
    kept = QPersistentModelIndex(jobs.index(0, 0))
    jobs.receive(JobChanged(job("a", 9)))
    assert names(jobs) == ["b", "c", "a"]
    assert kept.row() == 2
    jobs.receive(JobRemoved("c"))
    assert names(jobs) == ["b", "a"]


def test_cells_say_what_a_person_wants_to_know(jobs):
    jobs.receive(JobChanged(job("a", 1, JobState.RUNNING, progress=progress(0.42))))
    assert text(jobs, 0, Column.NAME) == "a.mkv"
    assert text(jobs, 0, Column.GOAL) == "0.1 bpp"
    assert text(jobs, 0, Column.STATE) == "Running"
    assert text(jobs, 0, Column.PROGRESS) == "42 %, 1 min 15 s"
    assert text(jobs, 0, Column.RATE) == ""
    assert jobs.index(0, 0).data(FRACTION_ROLE) == pytest.approx(0.42)
    assert jobs.index(0, 0).data(JOB_ROLE).id == "a"
    jobs.receive(JobChanged(job("a", 1, JobState.FAILED, message="The disk is full.")))
    assert jobs.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "The disk is full."


def test_progress_grows_the_history_and_is_told(jobs, qtbot):
    told = []
    jobs.progressed.connect(told.append)
    jobs.receive(JobChanged(job("a", 1, JobState.RUNNING, history=(progress(0.1, 1),))))
    for step in range(2, 6):
        jobs.receive(JobProgress("a", progress(0.1 * step, step)))
    jobs.receive(JobProgress("unknown", progress(0.5)))
    assert [report.step for report in jobs.history("a")] == [1, 2, 3, 4, 5]
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["a", "a"]
    assert jobs.job("a").progress.step == 5
    assert jobs.job("a").history == ()


def test_a_fresh_connection_tells_of_all_jobs_anew(jobs):
    jobs.receive(JobChanged(job("gone", 1)))
    jobs.receive(Welcome(1, "0.1.0", 1))
    jobs.receive(JobChanged(job("there", 1)))
    assert names(jobs) == ["there"]


def test_only_what_is_unfinished_will_write_its_output(jobs):
    for number, state in enumerate(JobState):
        jobs.receive(JobChanged(job(state.value, number, state)))
    assert {path.stem for path in jobs.outputs_to_come()} == {"waiting", "running", "paused", "interrupted"}
    assert jobs.busy


def test_every_state_has_verbs_and_a_title():
    assert set(LEGAL_VERBS) == set(STATE_TITLES) == set(JobState)
    assert is_legal(job("a", 1, JobState.RUNNING), JobVerb.PAUSE)
    assert not is_legal(job("a", 1, JobState.RUNNING), JobVerb.REMOVE)
    assert LEGAL_VERBS[JobState.DONE] == {JobVerb.REMOVE}


def test_goals_in_words():
    request = job("a", 1).request
    assert goal_title(replace(request, goal=None)) == "default quality"
    assert goal_title(replace(request, goal=Goal(GoalKind.SIZE, 1_200_000.0))) == "1.2 MB"
    assert goal_title(replace(request, goal=Goal(GoalKind.QUALITY, 4.0))) == "step 4"


def test_priority_goes_before_position(jobs):
    for facts in (job("a", 1), job("b", 2), job("c", 3, priority=1), job("d", 0, priority=-1)):
        jobs.receive(JobChanged(facts))
    assert names(jobs) == ["c", "a", "b", "d"]
    assert [text(jobs, row, Column.STATE) for row in range(4)] == ["Waiting ▲", "Waiting", "Waiting", "Waiting ▼"]
    assert is_legal(jobs.job("a"), JobVerb.RAISE)
    assert not is_legal(jobs.job("c"), JobVerb.RAISE)
    assert not is_legal(job("e", 5, JobState.DONE), JobVerb.RAISE)


def test_a_held_queue_is_told(jobs, qtbot):
    with qtbot.waitSignal(jobs.held_changed) as told:
        jobs.receive(QueueHeld(True))
    assert told.args == [True]
    assert jobs.held
    with qtbot.waitSignal(jobs.cluster_changed) as address:
        jobs.receive(QueueHeld(False, "ray://host:10001"))
    assert address.args == [jobs.cluster] == ["ray://host:10001"]
