"""RD data, its CSV, and its drawing as PNG, SVG and PDF."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMessageBox, QToolTip

from nvc_engine.charting.layout import Palette, lay_out
from nvc_engine.charting.ticks import linear_ticks, log_ticks, tick_text
from nvc_engine.protocol.messages import Goal, GoalKind, JobFacts, JobRequest, JobState, Progress, Result
from nvc_studio.models.curves import Quantity, rd_trail, training_curve
from nvc_studio.models.rd import QualityAxis, RateAxis, RdChart, RdSeries, comparison, rd_chart, rd_csv
from nvc_studio.models.settings import Scheme
from nvc_studio.saving import SaveError
from nvc_studio.theme import LIGHT, Theme
from nvc_studio.views.rd_painting import save_chart

PALETTE = Palette(LIGHT.base, LIGHT.text, LIGHT.line, LIGHT.estimate, LIGHT.curves)


def finished(job: str, bpp: float, db: float, *, codec: str = "nvrc", source: str = "a.mkv", ms: float | None = 0.9):
    result = Result(
        bytes=1000, bpp=bpp, kbps=bpp * 100, frames=8, width=64, height=48, codec=codec, preset="small", seconds=1.0,
        psnr_y=db + 1, psnr_u=db, psnr_v=db, psnr_yuv=db, psnr_rgb=db - 1, ms_ssim=ms,
    )  # fmt: skip
    goal = Goal(GoalKind.BPP, bpp)
    request = JobRequest(source=source, output=f"{job}.nvc", codec=codec, preset="small", goal=goal)
    return JobFacts(job, request, JobState.DONE, 0, 0.0, result=result)


def test_points_of_one_source_make_a_rising_curve_a_codec():
    jobs = [finished("b", 0.2, 34.0), finished("a", 0.1, 31.0), finished("x", 0.3, 33.0, codec="x264")]
    jobs.append(finished("other", 0.1, 20.0, source="b.mkv"))
    chart = rd_chart(comparison(jobs, "a.mkv", frozenset({"x264"})))
    assert [(series.name, series.points, series.jobs) for series in chart.series] == [
        ("nvrc small", ((0.1, 31.0), (0.2, 34.0)), ("a", "b")),
        ("x264 small", ((0.3, 33.0),), ("x",)),
    ]
    assert [series.conventional for series in chart.series] == [False, True]


def test_axes_choose_the_numbers_and_missing_metrics_are_left_out():
    jobs = [finished("a", 0.1, 31.0), finished("b", 0.2, 33.0, ms=None)]
    found = comparison(jobs, "a.mkv")
    assert rd_chart(found, RateAxis.KBPS, QualityAxis.PSNR_Y).series[0].points == ((10.0, 32.0), (20.0, 34.0))
    ((rate, level),) = rd_chart(found, RateAxis.BPP, QualityAxis.MS_SSIM).series[0].points
    assert (rate, round(level, 6)) == (0.1, 10.0)
    assert rd_chart(found, RateAxis.BPP, QualityAxis.MS_SSIM_LINEAR).series[0].points == ((0.1, 0.9),)


def test_rate_axis_is_logarithmic_beyond_a_spread_of_four():
    narrow = RdChart("", RateAxis.BPP, QualityAxis.PSNR_Y, (RdSeries("a", ((0.1, 1), (0.3, 2))),))
    wide = RdChart("", RateAxis.BPP, QualityAxis.PSNR_Y, (RdSeries("a", ((0.1, 1), (0.5, 2))),))
    assert not narrow.log_rate
    assert wide.log_rate


def test_curves_hold_what_can_be_compared_alone():
    """One range of frames; the newest of the same order; a curve for each choice of settings and time."""
    ladder = [finished(f"j{n}", 0.1 * (n + 1), 30.0 + n) for n in range(3)]
    short = replace(ladder[0], id="short", request=replace(ladder[0].request, first=2, stop=5))
    short = replace(short, result=replace(short.result, frames=3, bpp=0.5))
    again = replace(ladder[0], id="again", created=9.0, request=replace(ladder[0].request, output="other.nvc"))
    long = replace(ladder[1], id="long", request=replace(ladder[1].request, minutes=5.0))
    free = replace(ladder[2], id="free", request=replace(ladder[2].request, preset="", seed=7))
    found = comparison([*ladder, short, again, long, free], "a.mkv")
    assert found.title == "a.mkv, frames 0 to 7"
    assert [(curve.title, [job.id for job in curve.jobs]) for curve in found.curves] == [
        ("nvrc small", ["again", "j1", "j2", "free"]),
        ("nvrc small 5 min", ["long"]),
    ]
    assert [curve.title for curve in comparison([*ladder, short], "a.mkv", like=short).curves] == ["nvrc small"]
    assert comparison([*ladder, short], "a.mkv", like=short).curves[0].jobs == (short,)
    mixed = [replace(job, request=replace(job.request, preset="")) for job in ladder]
    mixed[0] = replace(mixed[0], result=replace(mixed[0].result, preset="tiny"))
    (curve,) = comparison(mixed, "a.mkv").curves
    assert (curve.title, len(curve.jobs)) == ("nvrc auto", 3)


def training(stage: str, step: int, loss: float) -> Progress:
    return Progress(stage, 0, 3, 0.5, 1.0, 1.0, step=step, loss=loss)


def test_the_curve_rises_over_the_scenes_and_forgets_what_a_kill_has_cost():
    curve = training_curve(Quantity.LOSS)
    history = [training("scene 1", step, 1.0) for step in (10, 20, 30)]
    history += [training("scene 2", step, 2.0) for step in (10, 20)]
    assert curve.follow(history)
    assert curve.points[0].tolist() == [10, 20, 30, 40, 50]
    history.append(training("scene 2", 15, 3.0))
    assert curve.follow(history)
    assert curve.points[0].tolist() == [10, 20, 30, 40, 45]
    history.append(training("scene 1", 25, 4.0))
    history.append(training("scene 2", 5, 5.0))
    assert curve.follow(history)
    assert [points.tolist() for points in curve.points] == [[10, 20, 25, 30], [1, 1, 4, 5]]
    assert not curve.follow(history)
    history.append(training("measuring", 5, 5.0))
    curve.follow(history)
    assert curve.points[0].tolist() == [10, 20, 25, 30]


@pytest.fixture
def view(qtbot, qapp):
    from nvc_studio.views.rd_chart import RdChartView

    view = RdChartView(Theme(qapp, Scheme.LIGHT))
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    return view


def test_a_trail_that_wanders_back_in_its_rate_is_drawn_to_its_end(view):
    turn = np.linspace(0, 2 * np.pi, 1500)
    rates, levels = 0.1 + 0.02 * np.sin(turn), np.linspace(20, 30, 1500)
    view.show_trail((rates, levels), live=True)
    (trail,) = view.canvas.chart.series
    assert 200 < len(trail.points) <= 301
    assert (trail.points[0], trail.points[-1]) == ((rates[0], levels[0]), (rates[-1], levels[-1]))
    assert max(rate for rate, _ in trail.points) > 0.1199
    view.show_trail(None, live=False)
    assert view.canvas.chart.series == ()


def test_the_screen_has_the_layout_of_the_file_and_its_points_can_be_asked_and_clicked(view, qtbot):
    jobs = [finished("a", 0.1, 31.0), finished("b", 0.2, 34.0), finished("x", 0.3, 33.0, codec="x264")]
    view.show_chart(rd_chart(comparison(jobs, "a.mkv", frozenset({"x264"}))))
    view.show_trail((np.array([0.1, 0.15]), np.array([25.0, 28.0])), live=True)
    assert [series.style for series in view.canvas.chart.series] == ["neural", "conventional", "estimate"]
    drawing = view.canvas.drawing
    assert (drawing.width, drawing.height) == (view.canvas.width() * 0.75, view.canvas.height() * 0.75)
    assert drawing.items == lay_out(view.canvas.chart, drawing.width, drawing.height, PALETTE).items
    place = next(mark.place for mark in drawing.marks if (mark.series, mark.point) == (0, 1))
    at = QPoint(round(place[0] / 0.75), round(place[1] / 0.75))
    assert view.canvas.mark_at(QPointF(at)).point == 1
    assert view.canvas.mark_at(QPointF(at) + QPointF(30, 0)) is None
    with qtbot.waitSignal(view.opened) as heard:
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert heard.args == ["b"]
    qtbot.mouseMove(view.canvas, at + QPoint(40, 40))
    qtbot.mouseMove(view.canvas, at)
    words = QToolTip.text()
    assert words.startswith("nvrc small\n0.2bpp; encoded in 1 s\n0.2 bpp, 34.00")
    image = view.canvas.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    assert LIGHT.curves[0] in colours


def test_axes_are_chosen_in_the_view(view, qtbot):
    jobs = [finished("a", 0.1, 31.0), finished("b", 0.2, 34.0)]
    view.rate_choice.setCurrentIndex(view.rate_choice.findData(RateAxis.KBPS))
    with qtbot.waitSignal(view.axes_changed):
        view.quality_choice.setCurrentIndex(view.quality_choice.findData(QualityAxis.SSIM))
    view.show_chart(rd_chart(comparison(jobs, "a.mkv"), view.rate, view.quality))
    assert (view.canvas.chart.x_title, view.canvas.chart.y_title) == ("Rate (kb/s)", "SSIM (dB)")
    assert view.canvas.chart.series == (), "which these results do not have"


def ladders():
    rates = (0.05, 0.1, 0.2, 0.4)
    jobs = [finished(f"n{n}", 0.8 * rate, 30.0 + 2 * n) for n, rate in enumerate(rates)]
    return jobs + [finished(f"x{n}", rate, 30.0 + 2 * n, codec="x265") for n, rate in enumerate(rates)]


def test_the_wheel_zooms_around_the_pointer_dragging_moves_and_a_double_click_shows_everything(view, qtbot):
    view.show_chart(rd_chart(comparison(ladders(), "a.mkv")))
    canvas = view.canvas
    places = {(mark.series, mark.point): QPointF(*mark.place) / 0.75 for mark in canvas.drawing.marks}
    at = places[0, 1]
    canvas.zoom(0.5, at)
    assert view.whole.isEnabled()
    kept = {(mark.series, mark.point): QPointF(*mark.place) / 0.75 for mark in canvas.drawing.marks}
    assert (kept[0, 1] - at).manhattanLength() < 1e-6
    assert len(kept) < len(places), "what is outside is not drawn over the axes"
    assert kept[1, 1].x() - at.x() == pytest.approx(2 * (places[1, 1].x() - at.x()))
    here, there = QPoint(200, 150), QPoint(230, 130)
    with qtbot.assertNotEmitted(view.opened):
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=here)
        qtbot.mouseMove(canvas, there)
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=there)
    moved = {(mark.series, mark.point): QPointF(*mark.place) / 0.75 for mark in canvas.drawing.marks}
    assert (moved[0, 1] - at - QPointF(30, -20)).manhattanLength() < 1e-6
    view.show_chart(rd_chart(comparison(ladders()[:-1], "a.mkv")))
    assert canvas.view is not None, "a new point does not take the view away"
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert canvas.view is None
    assert not view.whole.isEnabled()
    canvas.zoom(0.5)
    view.rate_choice.setCurrentIndex(view.rate_choice.findData(RateAxis.KBPS))
    assert canvas.view is None, "other axes, other values"


def test_the_keys_of_the_chart_are_its_own_while_it_has_the_focus(view, qtbot):
    view.show_chart(rd_chart(comparison(ladders(), "a.mkv")))
    view.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Plus)
    zoomed = view.canvas.view
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    assert view.canvas.view.xs[0] > zoomed.xs[0]
    qtbot.keyClick(view.canvas, Qt.Key.Key_0)
    assert view.canvas.view is None


def test_published_figures_are_drawn_as_such_and_have_no_rate_in_kilobits(view):
    view.choose_published("uvg")
    view.quality_choice.setCurrentIndex(view.quality_choice.findData(QualityAxis.PSNR_RGB))
    found = comparison(ladders(), "a.mkv", frozenset({"x265"}))
    view.show_chart(rd_chart(found, view.rate, view.quality, view.published))
    styles = [series.style for series in view.canvas.chart.series]
    assert styles[:2] == ["neural", "conventional"]
    assert set(styles[2:]) == {"published"}
    assert "arXiv" in view._words(2, 0)
    assert rd_chart(found, RateAxis.KBPS, view.quality, view.published).series == found_alone(found)


def test_published_figures_come_from_a_file_too(view, tmp_path, qtbot):
    figures = {"name": "A codec", "description": "of a paper", "results": {"bpp": [0.1, 0.2], "psnr-rgb": [30, 32]}}
    (tmp_path / "figures.json").write_text(json.dumps(figures))
    (tmp_path / "other.json").write_text("[]")
    view.choose_published(str(tmp_path / "figures.json"))
    assert [curve.points["psnr_rgb"] for curve in view.published] == [((0.1, 30.0), (0.2, 32.0))]
    view.choose_published(str(tmp_path / "other.json"))
    (box,) = view.findChildren(QMessageBox)
    assert "holds no curve" in box.text()
    assert len(view.published) == 1, "what was shown stays"
    view.choose_published("")
    assert view.published == ()


def found_alone(found):
    return rd_chart(found, RateAxis.KBPS, QualityAxis.PSNR_RGB).series


def test_the_table_has_the_differences_of_the_chart_s_curves(qtbot):
    from nvc_studio.views.bd_view import BdView

    table = BdView()
    qtbot.addWidget(table)
    found = comparison(ladders(), "a.mkv", frozenset({"x265"}))
    table.show_curves(found.curves, QualityAxis.PSNR_YUV)
    assert table.anchor_choice.currentText() == "x265 small", "the first conventional one"
    assert [table.table.item(0, column).text() for column in range(2)] == ["nvrc small", "-20.0 % [100]"]
    assert table.table.item(0, 2).text().endswith(" dB [89]"), "log(0.32 / 0.05) of log(0.4 / 0.05)"
    table.anchor_choice.setCurrentText("nvrc small")
    table.anchor_choice.activated.emit(0)
    assert table.table.item(0, 1).text() == "+25.0 % [100]"
    table.show_curves((found.curves[0], replace(found.curves[1], jobs=found.curves[1].jobs[:3])), QualityAxis.PSNR_YUV)
    assert table.anchor_choice.currentText() == "nvrc small"
    assert table.table.item(0, 1).text() == "-"
    assert "has 3 different points" in table.notes.text()
    table.show_curves(found.curves, QualityAxis.VMAF)
    assert table.table.item(0, 1).text() == "-", "which these results do not have"


def test_csv_has_a_line_a_result():
    jobs = [finished("a", 0.1, 31.0, ms=None), JobFacts("w", JobRequest("a.mkv", "w.nvc"), JobState.WAITING, 0, 0.0)]
    (row,) = csv.DictReader(io.StringIO(rd_csv(jobs)))
    assert (row["file"], row["bpp"], row["psnr_yuv"], row["ms_ssim"]) == ("a.nvc", "0.1", "31.0", "")


CHART = RdChart(
    "clip.mkv",
    RateAxis.BPP,
    QualityAxis.PSNR_YUV,
    (
        RdSeries("nvrc small", ((0.05, 30.0), (0.1, 33.0), (0.3, 36.0))),
        RdSeries("x265", ((0.04, 29.0), (0.2, 34.0)), conventional=True),
        RdSeries("estimates", ((0.4, 20.0), (0.2, 28.0)), measured=False),
    ),
)


def test_png_is_of_its_size_and_not_blank(qapp, tmp_path):
    save_chart(tmp_path / "rd.png", CHART, dpi=144)
    image = QImage(str(tmp_path / "rd.png"))
    assert (image.width(), image.height()) == (960, 660)
    colours = {image.pixelColor(x, y).name() for x in range(0, 960, 3) for y in range(0, 660, 3)}
    assert "#ffffff" in colours
    assert len(colours) > 8


def test_svg_and_pdf_are_whole_files(qapp, tmp_path):
    save_chart(tmp_path / "rd.svg", CHART)
    assert QSvgRenderer(str(tmp_path / "rd.svg")).isValid()
    save_chart(tmp_path / "rd.pdf", CHART)
    data = (tmp_path / "rd.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"%%EOF" in data[-32:]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rd.pdf", "rd.svg"]


@pytest.mark.parametrize("points", [(), ((0.1, 30.0),)])
def test_charts_of_next_to_nothing_are_drawn_too(qapp, tmp_path, points):
    series = (RdSeries("one", points),) if points else ()
    save_chart(tmp_path / "rd.png", RdChart("", RateAxis.KBPS, QualityAxis.MS_SSIM, series))
    assert not QImage(str(tmp_path / "rd.png")).isNull()


def test_a_chart_cannot_go_nowhere(qapp, tmp_path):
    with pytest.raises(SaveError, match=r"saved as \.png, \.svg or \.pdf"):
        save_chart(tmp_path / "rd.gif", CHART)
    with pytest.raises(SaveError, match="could not be saved"):
        save_chart(tmp_path / "none" / "rd.png", CHART)


def test_ticks():
    assert linear_ticks(29.5, 36.2) == [30, 32, 34, 36]
    assert log_ticks(0.03, 0.6) == [0.05, 0.1, 0.2, 0.5]
    assert [tick_text(tick, [0.05, 0.1]) for tick in (0.05, 0.1)] == ["0.05", "0.10"]
    assert linear_ticks(1.0, 1.0) == []


def report(step: int, loss: float | None, rate: float | None = None, level: float | None = None) -> Progress:
    return Progress("training", 0, 1, 0.5, 1.0, None, step=step, loss=loss, rate_bpp=rate, distortion_db=level)


def test_a_curve_reads_only_what_is_new_and_starts_anew_with_another_history():
    curve = training_curve(Quantity.LOSS)
    history = [report(step, 1.0 / (step + 1)) for step in range(2000)]
    assert curve.follow(history)
    assert not curve.follow(history)
    history += [report(2000, None), report(2001, float("nan")), report(2002, 0.0)]
    assert not curve.follow(history)
    history.append(report(2003, 0.25))
    assert curve.follow(history)
    x, y = curve.points
    assert (len(x), x[-1], y[-1]) == (2001, 2003, 0.25)
    assert curve.follow([report(5, 2.0)])
    assert [list(values) for values in curve.points] == [[5.0], [2.0]]


def test_trail_skips_reports_without_rate_or_distortion():
    trail = rd_trail()
    trail.follow([report(0, 1.0), report(1, 1.0, 0.2, 30.0), report(2, 1.0, 0.0, 31.0), report(3, 1.0, 0.1, 32.0)])
    assert [list(values) for values in trail.points] == [[0.2, 0.1], [30.0, 32.0]]


def test_the_training_curve_is_of_what_the_codec_reports_until_a_person_chooses(qtbot, qapp):
    from nvc_studio.views.loss_chart import LossChart

    chart = LossChart(Theme(qapp, Scheme.LIGHT))
    qtbot.addWidget(chart)
    passes = [Progress("coding", 0, 2, 0.1 * n, n, None, step=n, rate_bpp=1.0 / n, distortion_db=30.0) for n in (1, 2)]
    chart.show_history(passes)
    assert chart.choice.currentText() == "Rate (bpp)"
    steps = [Progress("training", 0, 2, 0.1 * n, n, None, step=n, loss=1.0 / n, rate_bpp=0.1) for n in (1, 2)]
    chart.show_history(steps)
    assert chart.choice.currentText() == "Loss"
    chart.choice.setCurrentIndex(chart.choice.findText("PSNR (dB)"))
    chart.choice.activated.emit(chart.choice.currentIndex())
    chart.show_history(passes)
    assert chart.choice.currentText() == "PSNR (dB)"
