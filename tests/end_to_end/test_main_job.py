"""The main job in the real window with the real engine: open, encode, watch, compare, export; and kills in between."""

import json
import os
import signal
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nvc_engine.bitstream.container import NvcReader
from nvc_engine.codecs.sources import open_source
from nvc_engine.media.opening import open_video
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import Goal, GoalKind, JobFacts, JobState, JobVerb, Notice
from nvc_studio.engine_client import EngineState
from nvc_studio.main_window import MainWindow
from nvc_studio.studio import Studio
from nvc_studio.views.export_dialogs import VIDEO_FORMATS
from nvc_studio.views.frame_modes import ViewMode
from nvc_studio.views.metric_strip import MetricStrip

PATIENCE_MS = 180_000
TINY = {"width": 8, "depth": 1, "expansion": 1}


class Driver:
    """A window, and how a person would wait for it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.notices: list[str] = []
        self._qtbot = qtbot
        window.studio.client.received.connect(self._hear)

    def _hear(self, message: object) -> None:
        if isinstance(message, Notice):
            self.notices.append(message.sentence)

    def until(self, true: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE_MS)

    def open(self, clip: Path) -> None:
        self.window.open_paths([clip])
        self.until(lambda: self.window.viewing.a is not None)
        self.until(lambda: self.window.encode.request() is not None)

    def encode(self, *, epochs: int) -> str:
        """Fill the panel and press its button; returns the job's id."""
        panel = self.window.encode
        for name, value in TINY.items():
            panel.form.set_value(name, value)
        panel.goal.set_goal(Goal(GoalKind.QUALITY, 40))
        panel.budget.set_epochs(epochs)
        known = {job.id for job in self.window.studio.jobs.jobs}
        self._qtbot.mouseClick(panel.now_button, Qt.MouseButton.LeftButton)
        self.until(lambda: {job.id for job in self.window.studio.jobs.jobs} - known)
        return next(job.id for job in self.window.studio.jobs.jobs if job.id not in known)

    def click(self, widget: QWidget, place: QPoint) -> None:
        self._qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)

    def job(self, job_id: str) -> JobFacts:
        job = self.window.studio.jobs.job(job_id)
        assert job is not None
        return job

    def until_done(self, job_id: str) -> JobFacts:
        self.until(lambda: self.job(job_id).state in (JobState.DONE, JobState.FAILED))
        assert self.job(job_id).state is JobState.DONE, self.job(job_id).message
        return self.job(job_id)


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Driver:
    window = MainWindow(Studio(qapp, tmp_path / "window.ini"))
    qtbot.addWidget(window, before_close_func=_shut)
    window.show()
    window.studio.client.start()
    return Driver(window, qtbot)


def _shut(window: MainWindow) -> None:
    """Close without the question about running jobs, and take the engine along."""
    window.studio.close(stop_jobs=True)
    address = places.read_address()
    if address is not None:
        os.kill(address.pid, signal.SIGTERM)


def worker_pid(job_id: str) -> int:
    """The process that runs a job, as the job's log has it."""
    lines = (places.jobs_folder() / job_id / "log.jsonl").read_text("utf-8").splitlines()
    return int([json.loads(line)["pid"] for line in lines if "pid" in line][-1])


def test_open_encode_compare_export(driver: Driver, tmp_path: Path, clip_path: Path) -> None:
    window = driver.window
    driver.open(clip_path)
    job_id = driver.encode(epochs=60)
    driver.until(lambda: window.studio.jobs.history(job_id))
    job = driver.until_done(job_id)
    assert job.result is not None
    output = Path(job.request.output)
    assert job.result.bytes == output.stat().st_size
    assert job.result.frames == 12

    window.compare_job(job_id)
    driver.until(lambda: window.viewing.b is not None)
    driver.until(lambda: all(picture is not None for picture in window.compare.current_pictures()))
    window.compare.show_frame(7)
    driver.until(lambda: window.compare.frame == 7 and window.compare.is_settled)
    original, decoded = window.compare.current_pictures()
    assert original is not None
    assert decoded is not None
    assert (original.width(), original.height()) == (decoded.width(), decoded.height()) == (64, 48)
    assert original != decoded

    window.exports.write_video(output, tmp_path / "decoded.mkv", overwrite=False)
    driver.until((tmp_path / "decoded.mkv").exists)
    exported = open_video(tmp_path / "decoded.mkv")
    assert exported.info.frame_count == 12
    exported.close()
    window.exports.write_chart(tmp_path / "rd.png")
    window.exports.write_csv(tmp_path / "rd.csv")
    assert (tmp_path / "rd.png").stat().st_size > 1000
    assert "nvrc" in (tmp_path / "rd.csv").read_text("utf-8")


def test_every_way_of_comparing_the_curve_and_every_export(driver: Driver, tmp_path: Path, clip_path: Path) -> None:
    window = driver.window
    view, canvas, exports = window.compare, window.compare.canvas, window.exports
    driver.open(clip_path)
    job = driver.until_done(driver.encode(epochs=8))
    output = Path(job.request.output)
    window.compare_job(job.id)
    driver.until(lambda: window.viewing.b is not None and len(view.pictures) == 2 and view.is_settled)

    looks = []
    for mode in ViewMode:
        canvas.set_mode(mode)
        driver.until(lambda: canvas.is_made and view.is_settled)
        looks.append(canvas.snapshot())
    assert all(one != other for one, other in combinations(looks, 2))

    strip = view.findChild(MetricStrip)
    assert strip is not None
    driver.until(lambda: strip.curves and strip.isVisible())
    driver.click(strip, QPoint(round(strip.axis.x(9)), strip.height() // 2))
    driver.until(lambda: view.frame == 9 and view.is_settled)

    for number, video in enumerate(VIDEO_FORMATS):
        target = tmp_path / f"decoded-{number}{video.suffix and '.'}{video.suffix}"
        exports.write_video(output, target, overwrite=False)
        driver.until(lambda target=target: target.exists() and not window.studio.exports.running)
        clip = open_source(target)
        assert clip.info.frame_count == 12
        clip.close()
    for name in ("rd.png", "rd.svg", "rd.pdf"):
        exports.write_chart(tmp_path / name)
    exports.write_csv(tmp_path / "rd.csv")
    exports.write_report(tmp_path / "report")
    picture = exports.frames.view_picture()
    assert picture is not None
    exports.frames.write(picture, tmp_path / "view.png")
    (tmp_path / "frames").mkdir()
    exports.frames.write_each(tmp_path / "frames")
    for name in ("rd.png", "rd.svg", "rd.pdf", "rd.csv", "report", "view.png"):
        driver.until((tmp_path / name).exists)
    driver.until(lambda: len(list((tmp_path / "frames").iterdir())) == 2)


def test_an_encode_survives_the_kill_of_its_worker_and_then_of_the_engine(driver: Driver, clip_path: Path) -> None:
    window = driver.window
    driver.open(clip_path)
    job_id = driver.encode(epochs=250)
    driver.until(lambda: len(window.studio.jobs.history(job_id)) >= 2)

    os.kill(worker_pid(job_id), signal.SIGKILL)
    driver.until(lambda: driver.notices)
    driver.until(lambda: driver.job(job_id).state is JobState.RUNNING)

    states: list[EngineState] = []
    window.studio.client.state_changed.connect(lambda state, _sentence: states.append(state))
    address = places.read_address()
    assert address is not None
    os.kill(address.pid, signal.SIGKILL)
    driver.until(lambda: EngineState.LOST in states)
    driver.until(lambda: window.studio.client.state is EngineState.READY)
    driver.until(lambda: window.studio.jobs.job(job_id) is not None)

    job = driver.until_done(job_id)
    with NvcReader.open(Path(job.request.output)) as reader:
        assert reader.header.frame_count == 12
        assert reader.damage == ()


def test_a_waiting_job_is_edited_and_done_as_it_was_changed(driver: Driver, clip_path: Path) -> None:
    window, panel, queue = driver.window, driver.window.encode, driver.window.queue
    driver.open(clip_path)
    queue.hold.trigger()
    driver.until(lambda: window.studio.jobs.held)
    panel.add.trigger()
    driver.until(lambda: queue.chosen is not None)
    job_id = queue.chosen.id
    ordered = driver.job(job_id).request
    assert (driver.job(job_id).state, ordered.codec) == (JobState.WAITING, "nvrc")

    queue.edit.trigger()
    driver.until(lambda: panel.save_edit.isVisible() and panel.request() is not None)
    panel.codec_choice.setCurrentIndex(panel.codec_choice.findData("x264"))
    panel.goal.set_goal(Goal(GoalKind.QUALITY, 30))
    panel.frames.last.setValue(4)
    panel.save_edit.trigger()
    driver.until(lambda: driver.job(job_id).request != ordered)
    changed = driver.job(job_id).request
    assert (changed.codec, changed.goal, changed.stop) == ("x264", Goal(GoalKind.QUALITY, 30), 5)
    queue.undo.trigger()
    driver.until(lambda: driver.job(job_id).request == ordered)
    queue.redo.trigger()
    driver.until(lambda: driver.job(job_id).request == changed)

    queue.hold.trigger()
    job = driver.until_done(job_id)
    assert job.result is not None
    assert (job.request, job.result.codec, job.result.frames) == (changed, "x264", 5)
    assert job.result.bytes == Path(changed.output).stat().st_size
    refused: list[str] = []
    window.studio.jobs.refused.connect(refused.append)
    window.studio.jobs.edit(job_id, ordered)
    driver.until(lambda: refused)
    assert driver.job(job_id).request == changed


def test_pause_resume_and_stop_and_keep_from_the_window(driver: Driver, clip_path: Path) -> None:
    jobs = driver.window.studio.jobs
    driver.open(clip_path)
    job_id = driver.encode(epochs=1_000_000)
    driver.until(lambda: len(jobs.history(job_id)) >= 2)
    jobs.command(job_id, JobVerb.PAUSE)
    driver.until(lambda: driver.job(job_id).state is JobState.PAUSED)
    jobs.command(job_id, JobVerb.RESUME)
    driver.until(lambda: driver.job(job_id).state is JobState.RUNNING)
    jobs.command(job_id, JobVerb.STOP)
    job = driver.until_done(job_id)
    assert job.result is not None
    assert job.result.frames == 12
