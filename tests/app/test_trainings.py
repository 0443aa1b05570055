"""Trainings in the window: their row, their curves, and what may be asked of them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from nvc_engine.protocol.messages import JobChanged, JobFacts, JobProgress, JobRequest, JobState, JobVerb, Progress
from nvc_studio.main_window import MainWindow
from nvc_studio.models.curves import Quantity
from nvc_studio.models.job_verbs import is_legal
from nvc_studio.models.jobs import Column
from nvc_studio.studio import Studio

REQUEST = JobRequest("/clips", "/runs/base", "sevc", "light", minutes=30.0, training="base")
WAY_ON = "Go on with it in a terminal: `nvc-engine train sevc --resume /runs/base`."


def progress(step: int) -> Progress:
    return Progress(
        "base", 1, 4, step / 100, 2.0 * step, 60.0, step=step, steps_per_second=0.5, loss=3.0 / step, rate_bpp=0.2,
        distortion_db=30.0 + step, learning_rate=1e-4,
    )  # fmt: skip


def training(state: JobState, **more) -> JobFacts:
    return JobFacts("t", REQUEST, state, 1, 0.0, **more)


@pytest.fixture
def window(qtbot, qapp) -> Iterator[MainWindow]:
    made = MainWindow(Studio(qapp))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.live.loss is not None)
    yield made
    made.close()


def curve(window: MainWindow, quantity: Quantity) -> list[tuple[float, float]]:
    choice = window.live.loss.choice
    choice.setCurrentIndex(choice.findData(quantity))
    (line,) = window.live.loss.plot.listDataItems()
    steps, values = line.getOriginalDataset()
    return [] if steps is None else list(zip(steps, values, strict=True))


def offered(window: MainWindow) -> set[JobVerb]:
    return {verb for verb, action in window.queue.actions_by_verb.items() if action.isEnabled()}


def test_a_running_training_shows_its_stage_and_its_curves(window, qtbot):
    jobs = window.studio.jobs
    jobs.receive(JobChanged(training(JobState.RUNNING, progress=progress(2), history=(progress(1), progress(2)))))
    assert jobs.index(0, Column.NAME).data(Qt.ItemDataRole.DisplayRole) == "Training SEVC light: base"
    assert jobs.index(0, Column.GOAL).data(Qt.ItemDataRole.DisplayRole) == "30 min 00 s"
    assert jobs.index(0, Column.PROGRESS).data(Qt.ItemDataRole.DisplayRole) == "2 %, 1 min 00 s"
    jobs.receive(JobProgress("t", progress(3)))
    qtbot.waitUntil(lambda: len(curve(window, Quantity.LOSS)) == 3)
    assert curve(window, Quantity.DISTORTION) == [(1, 31), (2, 32), (3, 33)]
    assert curve(window, Quantity.RATE) == [(1, 0.2), (2, 0.2), (3, 0.2)]
    assert curve(window, Quantity.LEARNING_RATE) == [(1, 1e-4), (2, 1e-4), (3, 1e-4)]
    assert "Training SEVC light: base" in window.live.text
    assert "base (2 of 4) · 3 %" in window.live.text
    assert "1 min 00 s to go" in window.live.text
    assert not window.live.rd.isVisible()
    assert not window.live.picture.isVisible()
    assert offered(window) == {JobVerb.PAUSE, JobVerb.STOP, JobVerb.CANCEL}
    assert not jobs.busy
    assert jobs.outputs_to_come() == frozenset()


def test_an_encode_has_its_chart_and_picture_back(window, qtbot):
    jobs = window.studio.jobs
    jobs.receive(JobChanged(training(JobState.RUNNING)))
    qtbot.waitUntil(lambda: not window.live.picture.isVisible())
    jobs.receive(JobChanged(JobFacts("e", JobRequest("/clips/a.mkv", "/a.nvc"), JobState.RUNNING, 2, 0.0)))
    window.queue.choose("e")
    qtbot.waitUntil(lambda: window.live.rd.isVisible() and window.live.picture.isVisible())


def test_a_finished_training_is_nothing_to_compare(window, qtbot):
    opened = []
    window.queue.opened.connect(opened.append)
    window.studio.jobs.receive(JobChanged(training(JobState.RUNNING, progress=progress(2))))
    done = training(JobState.DONE, message="The weights are in /runs/base/weights.", history=(progress(1), progress(2)))
    window.studio.jobs.receive(JobChanged(done))
    assert window.queue.message == done.message
    qtbot.waitUntil(lambda: done.message in window.live.text)
    assert len(curve(window, Quantity.LOSS)) == 2
    assert not window.queue.compare.isEnabled()
    window.queue.table.activated.emit(window.studio.jobs.index(0, 0))
    assert opened == []
    assert offered(window) == {JobVerb.REMOVE}


@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.RUNNING])
def test_only_a_terminal_goes_on_with_a_training(state):
    for verb in JobVerb:
        assert is_legal(training(state, message=WAY_ON), verb) == (verb is JobVerb.REMOVE)


def test_taking_a_training_off_the_list_loses_nothing_and_asks_nothing(window, monkeypatch):
    asked = []
    monkeypatch.setattr(window.studio.jobs, "command", lambda job, verb: asked.append((job, verb)))
    window.studio.jobs.receive(JobChanged(training(JobState.INTERRUPTED, message=WAY_ON)))
    assert window.queue.message == WAY_ON
    window.queue.command(JobVerb.RESUME)
    window.queue.command(JobVerb.REMOVE)
    assert asked == [("t", JobVerb.REMOVE)]
