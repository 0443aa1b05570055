"""Jobs changed, copied, moved and removed in the window, and all of that undone."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QDesktopServices

from nvc_engine.jobs.states import JobEvent
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, JobState, JobVerb, Progress, Result
from nvc_studio.models.jobs import outcome_text


@pytest.fixture
def order(tmp_path) -> JobRequest:
    return JobRequest(
        str(tmp_path / "a.mkv"), str(tmp_path / "a.nvc"), "probe", "small", {"width": 32}, Goal(GoalKind.BPP, 0.2), 2.0
    )


@pytest.fixture
def queue(bare_window, listed, order):
    for name in ("a.nvc", "b.nvc"):
        listed.store.add(replace(order, output=order.output.replace("a.nvc", name)))
    listed.tell()
    bare_window.queue.choose(names(listed)[0])
    return bare_window.queue


def names(listed) -> list[str]:
    return [job.id for job in listed.store.all()]


def test_a_waiting_job_is_changed_in_the_panel_and_changed_back(bare_window, listed, queue, order, opened, tmp_path):
    panel, chosen = bare_window.encode, queue.chosen
    bare_window.viewing.a = opened(tmp_path / "a.mkv")
    bare_window.viewing.changed.emit()
    queue.edit.trigger()
    assert panel.request() == replace(order, overwrite=False)
    assert not panel.now_button.isVisibleTo(panel)
    panel.preset_choice.setCurrentIndex(panel.preset_choice.findData("large"))
    panel.goal.set_goal(Goal(GoalKind.PSNR, 38.0))
    panel.save_edit.trigger()
    changed = listed.store.get(chosen.id).request
    assert (changed.preset, changed.goal, changed.output) == ("large", Goal(GoalKind.PSNR, 38.0), order.output)
    assert panel.now_button.isVisibleTo(panel)
    queue.undo.trigger()
    assert listed.store.get(chosen.id).request == order
    queue.redo.trigger()
    assert listed.store.get(chosen.id).request == changed


def test_editing_ends_when_another_clip_comes_into_view(bare_window, queue, opened, tmp_path):
    bare_window.viewing.a = opened(tmp_path / "a.mkv")
    bare_window.viewing.changed.emit()
    queue.edit.trigger()
    assert bare_window.encode.save_edit.isVisible()
    bare_window.viewing.a = opened(tmp_path / "b.mkv")
    bare_window.viewing.changed.emit()
    assert bare_window.encode.now_button.isVisibleTo(bare_window.encode)
    assert bare_window.encode.request().output.endswith("b.probe.small.0.2bpp.nvc")


def test_what_has_begun_cannot_be_edited_but_duplicated(listed, queue, order):
    first = queue.chosen.id
    listed.store.set_state(first, JobEvent.TAKEN)
    listed.store.progress(first, Progress("training", 0, 2, 0.1, 1.0, 9.0, step=3))
    listed.tell()
    assert not queue.edit.isEnabled()
    queue.duplicate.trigger()
    assert queue.chosen.id not in (first, "")
    assert queue.chosen.request == replace(order, output=order.output.replace("a.nvc", "a (2).nvc"))
    queue.undo.trigger()
    assert len(names(listed)) == 2


def test_moves_priorities_and_removals_are_undone(listed, queue, order):
    first, second = names(listed)
    queue.command(JobVerb.MOVE_DOWN)
    queue.command(JobVerb.RAISE)
    assert listed.store.get(first).priority == 1
    queue.command(JobVerb.REMOVE)
    assert names(listed) == [second]
    queue.undo.trigger()
    (back,) = set(names(listed)) - {second}
    assert listed.store.get(back).request == order
    queue.undo.trigger()
    queue.undo.trigger()
    assert not queue.undo.isEnabled()
    assert listed.store.get(back).priority == 0


def test_a_refused_edit_says_why(bare_window, listed, queue, order):
    told = []
    bare_window.studio.jobs.refused.connect(told.append)
    job = queue.chosen
    listed.store.set_state(job.id, JobEvent.TAKEN)
    queue.edits.edit(job, replace(order, seed=4))
    assert told
    assert "duplicate" in told[0]


def test_a_finished_job_says_where_its_file_is_and_what_it_measured(listed, queue, order, monkeypatch):
    job = queue.chosen
    result = Result(1234, 0.1, 20.0, 12, 64, 48, "probe", "small", 61.0, 31.0, 31.0, 31.0, 30.5, 29.0, 0.98)
    listed.store.set_state(job.id, JobEvent.TAKEN)
    listed.store.result(job.id, result)
    listed.store.set_state(job.id, JobEvent.FINISHED)
    listed.tell()
    words = outcome_text(queue.chosen)
    assert queue.message == words
    assert queue.chosen.state is JobState.DONE
    for part in (order.output, "1.23 kB", "0.1000 bpp", "30.50 dB", "MS-SSIM 0.9800", "1 min 01 s"):
        assert part in words
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", shown.append)
    queue.show_file.trigger()
    assert [url.toLocalFile() for url in shown] == [str(job.request.output).rsplit("/", 1)[0]]
