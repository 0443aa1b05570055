"""A comparison of codecs put together, ordered and followed in the window, without an engine."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox

from nvc_engine.protocol.messages import (
    Abort,
    AskReport,
    AskSweep,
    ClipFacts,
    CodecFacts,
    Codecs,
    Done,
    ExportProgress,
    Failed,
    Goal,
    GoalKind,
    JobChanged,
    JobFacts,
    JobRequest,
    JobState,
    PresetFacts,
    Result,
    SweepRequest,
)
from nvc_studio.main_window import MainWindow
from nvc_studio.models.command_line import sweep_command
from nvc_studio.models.sources import Source
from nvc_studio.studio import Studio

PRESETS = (PresetFacts("medium", "Medium", "Its own."), PresetFacts("slow", "Slow", "Its own."))
NEURAL = CodecFacts(
    "probe", "Probe", "Learns", PRESETS, (), True, "Lambda", 1, 9, 4, default_minutes=2.0, automatic=True
)
X265 = CodecFacts("x265", "x265 (HEVC)", "An encoder", PRESETS, (), False, "CRF", 0, 51, 28, conventional=True)
SOURCE = Source(1, "a.mkv", ClipFacts(
    path="/clips/a.mkv", container="matroska", codec="ffv1", width=64, height=48, frames=12, rate="25/1",
    time_base="1/25", timestamps=tuple(range(12)), pixel_format="yuv420p", bit_depth=8, matrix="bt601", primaries="2",
    transfer="2", full_range=False, colour_assumed=True,
))  # fmt: skip


@pytest.fixture
def window(qtbot, qapp, monkeypatch):
    """A window on a clip, with what it says to the engine in `window.said`."""
    made = MainWindow(Studio(qapp))
    qtbot.addWidget(made)
    made.said = []
    monkeypatch.setattr(made.studio.client, "send", made.said.append)
    made.studio.codecs.set_codecs(Codecs(0, (NEURAL, X265), ("auto", "cpu")))
    made.show()
    qtbot.waitUntil(lambda: made.live.loss is not None)
    made.viewing.a = SOURCE
    made.viewing.changed.emit()
    made.said.clear()
    yield made
    made.finish(stop_jobs=False)


def chosen(window):
    window.sweep.trigger()
    dialog = window.sweep.dialog
    assert not dialog.start.isEnabled()
    for row in dialog.rows:
        row.taken.setChecked(True)
    return dialog


def test_what_is_chosen_is_ordered_and_said_as_a_command(window):
    dialog = chosen(window)
    assert "8 encodes, 8 min 00 s of training" in dialog.summary.text()
    dialog.rows[1].preset.setCurrentIndex(1)
    dialog.points.setValue(3)
    assert "needs four points" in dialog.summary.text()
    dialog.minutes.setValue(0.5)
    dialog.frames.last.setValue(5)
    dialog.copy.click()
    wanted = SweepRequest(
        "/clips/a.mkv", str(Path("/clips/a.comparison")), ("probe", "x265:slow"), 3, 0.5, 0, 6, "auto"
    )
    assert QApplication.clipboard().text() == sweep_command(wanted)
    assert "--codecs probe,x265:slow --points 3 --minutes 0.5 --frames 0:6" in sweep_command(wanted)
    dialog.start.click()
    (asked,) = [message for message in window.said if isinstance(message, AskSweep)]
    assert asked.sweep == wanted


def test_rates_that_every_codec_aims_at_stand_in_for_points(window):
    dialog = chosen(window)
    dialog.rates.setText("0.05, 0.1 ,0.4")
    assert not dialog.points.isEnabled()
    assert dialog.summary.text().startswith("6 encodes")
    assert dialog.request().bpp == (0.05, 0.1, 0.4)
    assert "--bpp 0.05,0.1,0.4 --minutes" in sweep_command(dialog.request())
    for wrong in ("0.1, 0.05", "a, b", "0", "0.1, 0.1", "25", "0.1," * 17, "nan"):
        dialog.rates.setText(wrong)
        assert dialog.request() is None
        assert not dialog.start.isEnabled()
        assert "0.05, 0.1, 0.2" in dialog.summary.text()


def test_a_comparison_is_followed_to_its_report_and_can_be_stopped(window, qtbot):
    chosen(window).start.click()
    hear, number = window.studio.client.received.emit, window.said[-1].request
    hear(ExportProgress(number, 0.25, None))
    assert window.line.told.text() == "Comparing codecs … 25 %"
    assert window.sweep.text() == "Stop co&mparing codecs"
    window.sweep.trigger()
    assert window.said[-1] == Abort(number)
    hear(Failed(number, "The comparison was given up."))
    assert "goes on where it was" in window.line.told.text()
    assert window.findChildren(QMessageBox) == []

    chosen(window).start.click()
    hear(Done(window.said[-1].request, "The report is in /clips/a.comparison."))
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "The report is in /clips/a.comparison."
    box.close()
    chosen(window).start.click()
    hear(Failed(window.said[-1].request, "The folder out cannot be made: it is a file."))
    assert any("cannot be made" in box.text() for box in window.findChildren(QMessageBox))


def test_codecs_are_compared_only_where_there_is_a_clip(window):
    window.viewing.a = None
    window.viewing.changed.emit()
    assert not window.sweep.isEnabled()


def finished(codec: str, number: int, rate: float) -> JobFacts:
    request = JobRequest("/clips/a.mkv", f"/clips/{codec}{number}.nvc", codec, "medium",
                         goal=Goal(GoalKind.QUALITY, number))  # fmt: skip
    level = 30.0 + 2 * number
    result = Result(900, rate, 200 * rate, 12, 64, 48, codec, "medium", 3.0, level, level, level, level, level, 0.9)
    return JobFacts(f"{codec}{number}", request, JobState.DONE, number, float(number), result=result)


def test_the_table_stands_under_the_chart_and_the_report_is_drawn_like_them(window, qtbot):
    for number, rate in enumerate((0.05, 0.1, 0.2, 0.4)):
        for codec, share in (("probe", 0.5), ("x265", 1.0)):
            window.studio.jobs.receive(JobChanged(finished(codec, number, share * rate)))
    qtbot.waitUntil(lambda: window.live.bd.isVisible())
    assert window.live.bd.table.item(0, 1).text() == "-50.0 % [100]"
    assert window.live.picture.isHidden(), "what is done needs no preview"
    window.live.rd.choose_published("uvg")
    window.live.bd.method_choice.setCurrentIndex(1)
    window.exports.write_report(Path("/clips/report"))
    asked = window.said[-1]
    assert isinstance(asked, AskReport)
    assert (asked.method, asked.published) == ("akima", "uvg")


def test_the_chart_is_about_what_is_encoded_else_about_the_clip_in_view(window):
    for number, rate in enumerate((0.1, 0.2)):
        window.studio.jobs.receive(JobChanged(finished("probe", number, rate)))
    other = finished("probe", 5, 0.3)
    other = replace(other, id="other", state=JobState.RUNNING, result=None, request=replace(other.request, source="/b"))
    window.studio.jobs.receive(JobChanged(other))
    window.queue.choose("other")
    assert window.live.chart().title == "b"
    window.studio.jobs.receive(JobChanged(replace(other, state=JobState.PAUSED)))
    assert [len(series.points) for series in window.live.chart().series] == [2]
    assert window.live.source() == "/clips/a.mkv"


def test_a_png_has_the_resolution_that_is_asked_for(window, tmp_path, qtbot):
    window.studio.jobs.receive(JobChanged(finished("probe", 1, 0.1)))
    window.exports.ask_resolution(tmp_path / "rd.png")
    (dialog,) = window.findChildren(QInputDialog)
    assert dialog.doubleValue() == 300
    dialog.setDoubleValue(72)
    dialog.accept()
    from PySide6.QtGui import QImage

    assert QImage(str(tmp_path / "rd.png")).width() == 480
    window.exports.ask_resolution(tmp_path / "rd.svg")
    assert (tmp_path / "rd.svg").exists(), "a drawing has none"
