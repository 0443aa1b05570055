"""The main job through the real window and the real engine: open, encode, compare, export."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from nvc_engine.protocol.messages import Goal, GoalKind, JobState
from nvc_engine.protocol.places import read_address
from nvc_studio.engine_client import RUNNING_AGAIN
from nvc_studio.main_window import MainWindow
from nvc_studio.studio import Studio
from nvc_studio.views.metric_strip import MetricStrip

PATIENCE = 120_000


@pytest.fixture
def window(qtbot: QtBot, qapp: object) -> Iterator[MainWindow]:
    made = MainWindow(Studio(qapp))
    qtbot.addWidget(made)
    made.show()
    made.studio.client.start()
    qtbot.waitUntil(lambda: bool(made.studio.codecs.codecs), timeout=PATIENCE)
    yield made
    made.finish(stop_jobs=True)


def test_open_encode_compare_export(window: MainWindow, qtbot: QtBot, clip_path: Path) -> None:
    window.open_paths([clip_path])
    qtbot.waitUntil(lambda: window.viewing.a is not None, timeout=PATIENCE)
    assert window.line.clip.text().startswith("ffv1 · 64×48")
    assert window.studio.settings.recent == (clip_path,)

    window.encode.goal.set_goal(Goal(GoalKind.BPP, 2.0))
    window.encode.budget.set_epochs(2)
    with qtbot.waitSignal(window.studio.plans.planned, timeout=PATIENCE) as planned:
        window.encode.frames.last.setValue(7)
    assert planned.args[0].frames == 8

    window.encode.now.trigger()
    qtbot.waitUntil(lambda: window.queue.chosen is not None, timeout=PATIENCE)
    job = window.queue.chosen.id
    qtbot.waitUntil(lambda: window.studio.jobs.job(job).state is JobState.DONE, timeout=PATIENCE)
    result = window.studio.jobs.job(job).result
    assert result.frames == 8
    assert window.live.chart().series[0].points == ((result.bpp, result.psnr_yuv),)

    qtbot.waitUntil(lambda: window.viewing.b is not None, timeout=PATIENCE)
    file = Path(window.studio.jobs.job(job).request.output)
    assert window.viewing.file == file
    assert file.name.startswith("clip.nvrc.")
    window.compare.show_frame(5)
    qtbot.waitUntil(lambda: all(window.compare.current_pictures()), timeout=PATIENCE)

    folder = clip_path.parent
    with qtbot.waitSignal(window.studio.exports.finished, timeout=PATIENCE):
        window.exports.write_video(file, folder / "decoded.y4m", overwrite=False)
    assert (folder / "decoded.y4m").read_bytes().startswith(b"YUV4MPEG2")
    window.exports.write_chart(folder / "rd.png")
    assert not QImage(str(folder / "rd.png")).isNull()
    window.exports.write_csv(folder / "rd.csv")
    assert len((folder / "rd.csv").read_text().splitlines()) == 2
    assert window.exports.report.isEnabled()
    with qtbot.waitSignal(window.studio.exports.finished, timeout=PATIENCE) as written:
        window.exports.write_report(folder / "report")
    assert "Points" in written.args[0].read_text("utf-8")
    picture = window.exports.frames.picture_of(1)
    with qtbot.waitSignal(window.exports.written, timeout=PATIENCE):
        window.exports.frames.write(picture, folder / "b.png")
    assert picture.name.startswith("clip.nvrc.")
    assert picture.name.endswith(".b.f000005.png")
    assert QImage(str(folder / "b.png")).width() == 64


def test_pause_resume_and_stop_from_the_queue(window: MainWindow, qtbot: QtBot, clip_path: Path) -> None:
    window.open_paths([clip_path])
    qtbot.waitUntil(lambda: window.encode.request() is not None, timeout=PATIENCE)
    window.encode.budget.set_epochs(100_000)
    window.encode.now.trigger()

    def state() -> JobState | None:
        return window.queue.chosen.state if window.queue.chosen else None

    def reports() -> int:
        return len(window.studio.jobs.history(window.queue.chosen.id))

    qtbot.waitUntil(lambda: state() is JobState.RUNNING and reports() > 0, timeout=PATIENCE)
    window.queue.actions_by_verb["pause"].trigger()
    qtbot.waitUntil(lambda: state() is JobState.PAUSED, timeout=PATIENCE)
    window.queue.actions_by_verb["resume"].trigger()
    qtbot.waitUntil(lambda: state() is JobState.RUNNING, timeout=PATIENCE)
    with qtbot.waitSignal(window.studio.preview.picture, timeout=PATIENCE) as shown:
        pass
    assert shown.args[0].width() == 64

    window.close()
    (box,) = window.findChildren(QMessageBox)
    assert window.isVisible()
    assert len(box.buttons()) == 3
    box.button(QMessageBox.StandardButton.Cancel).click()

    window.queue.actions_by_verb["stop"].trigger()
    qtbot.waitUntil(lambda: state() is JobState.DONE, timeout=PATIENCE)
    assert Path(window.queue.chosen.request.output).is_file()


def test_what_is_no_video_is_refused_and_the_last_clip_stays(
    window: MainWindow, qtbot: QtBot, clip_path: Path, tmp_path: Path
) -> None:
    window.open_paths([clip_path])
    qtbot.waitUntil(lambda: window.viewing.a is not None, timeout=PATIENCE)
    before = window.viewing.a
    bad = tmp_path / "bad.mkv"
    bad.write_bytes(b"no video at all")
    window.open_paths([bad])
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=PATIENCE)
    (box,) = window.findChildren(QMessageBox)
    assert "bad.mkv" in box.text()
    assert window.viewing.a == before
    box.accept()


def test_the_window_says_that_the_engine_died_and_opens_its_clip_again(
    window: MainWindow, qtbot: QtBot, clip_path: Path
) -> None:
    window.open_paths([clip_path])
    qtbot.waitUntil(lambda: window.viewing.a is not None and window.compare.is_settled, timeout=PATIENCE)
    sentences: list[str] = []
    window.studio.status.changed.connect(lambda: sentences.append(window.banner.text))
    address = read_address()
    assert address is not None
    with qtbot.waitSignal(window.studio.sources.replaced, timeout=PATIENCE):
        os.kill(address.pid, signal.SIGKILL)
    assert any("stopped unexpectedly" in sentence for sentence in sentences)
    assert window.banner.text == RUNNING_AGAIN
    window.compare.show_frame(7)
    qtbot.waitUntil(lambda: window.compare.is_settled, timeout=PATIENCE)
    assert window.compare.current_pictures()[0] is not None
    window.viewing.reinterpret("bt2020", None)
    qtbot.waitUntil(lambda: window.viewing.a.facts.matrix == "bt2020", timeout=PATIENCE)


def test_after_the_engine_died_a_clip_that_is_gone_does_not_show_another_one(
    window: MainWindow, qtbot: QtBot, clip_path: Path, render_clip: Callable[..., Path], tmp_path: Path
) -> None:
    other = render_clip(tmp_path / "other.mkv", 64, 48, 12, seed=5)
    window.open_paths([other, clip_path])
    qtbot.waitUntil(lambda: window.viewing.b is not None and window.compare.is_settled, timeout=PATIENCE)
    other.unlink()
    address = read_address()
    assert address is not None
    with qtbot.waitSignal(window.studio.sources.replaced, timeout=PATIENCE):
        os.kill(address.pid, signal.SIGKILL)
    (box,) = window.findChildren(QMessageBox)
    assert "other.mkv" in box.text()
    box.accept()
    assert window.viewing.a is None
    assert window.viewing.b is not None
    assert window.viewing.b.title == clip_path.name
    qtbot.waitUntil(lambda: window.compare.is_settled, timeout=PATIENCE)
    assert window.compare.current_pictures()[0] is None


def test_a_pair_that_no_encode_has_measured_can_be_measured(
    window: MainWindow, qtbot: QtBot, clip_path: Path, render_clip: Callable[..., Path], tmp_path: Path
) -> None:
    other = render_clip(tmp_path / "other.mkv", 64, 48, 12, seed=5)
    assert not window.measure.isEnabled()
    window.open_paths([clip_path, other])
    qtbot.waitUntil(lambda: window.viewing.b is not None, timeout=PATIENCE)
    with qtbot.waitSignal(window.studio.measures.measured, timeout=PATIENCE) as told:
        window.measure.trigger()
        assert window.measure.text() == "Stop &measuring"
    strip = window.findChild(MetricStrip)
    result = told.args[1]
    assert strip.curves[0].values == pytest.approx(result.per_frame_psnr_y)
    assert strip.frame_count == len(result.per_frame_ms_ssim) == 12
    assert "PSNR-YUV" in window.line.told.text()


def test_other_colours_open_the_clip_anew(window: MainWindow, qtbot: QtBot, clip_path: Path) -> None:
    window.open_paths([clip_path])
    qtbot.waitUntil(lambda: window.viewing.a is not None, timeout=PATIENCE)
    before = window.viewing.a
    window.viewing.reinterpret("bt2020", True)
    qtbot.waitUntil(lambda: window.viewing.a != before, timeout=PATIENCE)
    after = window.viewing.a.facts
    assert (after.matrix, after.full_range, after.colour_assumed) == ("bt2020", True, False)
    assert window.info.matrix.currentData() == "bt2020"


def test_several_sources_are_opened_added_and_taken_out(
    window: MainWindow, qtbot: QtBot, render_clip: Callable[..., Path], tmp_path: Path
) -> None:
    paths = [render_clip(tmp_path / f"{seed}.mkv", 64, 48, 3, seed=seed) for seed in range(3)]
    bad = tmp_path / "bad.mkv"
    bad.write_bytes(b"no video at all")
    window.open_paths([paths[0], bad, paths[1]])
    qtbot.waitUntil(lambda: window.viewing.b is not None, timeout=PATIENCE)
    for box in window.findChildren(QMessageBox):
        box.accept()
    window.viewing.add_paths([paths[2]])
    qtbot.waitUntil(lambda: bool(window.viewing.more), timeout=PATIENCE)
    assert [source.title for source in window.viewing.sources if source] == ["0.mkv", "1.mkv", "2.mkv"]
    assert window.windowTitle().startswith("0.mkv | 1.mkv | 2.mkv")
    qtbot.waitUntil(lambda: window.compare.is_settled, timeout=PATIENCE)
    assert all(window.compare.canvas.pictures)

    menu = window.exports.frames
    assert [action.text() for action in menu.actions() if action.isVisible() and action.text().startswith("Of &")] == [
        "Of &A, 0.mkv…", "Of &B, 1.mkv…", "Of &C, 2.mkv…"
    ]  # fmt: skip
    (tmp_path / "0.a.f000000.png").touch()
    with qtbot.waitSignal(window.exports.written, timeout=PATIENCE):
        menu.write_each(tmp_path)
    shown = [QImage(str(tmp_path / name)) for name in ("0.a.f000000 (2).png", "1.b.f000000.png", "2.c.f000000.png")]
    for number, (image, picture) in enumerate(zip(shown, window.compare.pictures, strict=True)):
        assert image.convertToFormat(QImage.Format.Format_RGB32) == picture.image
        assert image.text("Title") == f"{number}.mkv, frame 0"
    with qtbot.waitSignal(window.exports.written, timeout=PATIENCE):
        menu.write(menu.view_picture(), tmp_path / "view.png")
    view = QImage(str(tmp_path / "view.png"))
    assert view.size() == window.compare.canvas.snapshot().size()
    assert view.text("Title") == "0.mkv | 1.mkv | 2.mkv, frame 0 (0:00:00.000)"

    window.viewing.take_out()
    window.viewing.take_out()
    window.viewing.take_out()
    assert [source.title for source in window.viewing.sources if source] == ["0.mkv"]
    assert [action.isVisible() for action in menu.frames] == [True, True, *[False] * 7]
    assert [action.isEnabled() for action in (*menu.frames[:2], menu.each, menu.view)] == [True, False, False, True]
