"""RD data, its CSV, and its drawing as PNG, SVG and PDF."""

import csv
import io

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from nvc_engine.charting.layout import Palette, lay_out
from nvc_engine.charting.ticks import linear_ticks, log_ticks, tick_text
from nvc_engine.protocol.messages import JobFacts, JobRequest, JobState, Progress, Result
from nvc_studio.models.curves import Quantity, rd_trail, training_curve
from nvc_studio.models.rd import QualityAxis, RateAxis, RdChart, RdSeries, rd_chart, rd_csv, similarity_db
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
    request = JobRequest(source=source, output=f"{job}.nvc", codec=codec, preset="small")
    return JobFacts(job, request, JobState.DONE, 0, 0.0, result=result)


def test_points_of_one_source_make_a_rising_curve_a_codec():
    jobs = [finished("b", 0.2, 34.0), finished("a", 0.1, 31.0), finished("x", 0.3, 33.0, codec="x264")]
    jobs.append(finished("other", 0.1, 20.0, source="b.mkv"))
    chart = rd_chart(jobs, "a.mkv", conventional=frozenset({"x264"}))
    assert [(series.name, series.points, series.jobs) for series in chart.series] == [
        ("nvrc small", ((0.1, 31.0), (0.2, 34.0)), ("a", "b")),
        ("x264 small", ((0.3, 33.0),), ("x",)),
    ]
    assert [series.conventional for series in chart.series] == [False, True]


def test_axes_choose_the_numbers_and_missing_metrics_are_left_out():
    jobs = [finished("a", 0.1, 31.0), finished("b", 0.2, 33.0, ms=None)]
    assert rd_chart(jobs, "a.mkv", RateAxis.KBPS, QualityAxis.PSNR_Y).series[0].points == ((10.0, 32.0), (20.0, 34.0))
    ((rate, level),) = rd_chart(jobs, "a.mkv", RateAxis.BPP, QualityAxis.MS_SSIM).series[0].points
    assert (rate, round(level, 6)) == (0.1, 10.0)
    assert similarity_db(1.0) == 100.0


def test_rate_axis_is_logarithmic_beyond_a_spread_of_four():
    narrow = RdChart("", RateAxis.BPP, QualityAxis.PSNR_Y, (RdSeries("a", ((0.1, 1), (0.3, 2))),))
    wide = RdChart("", RateAxis.BPP, QualityAxis.PSNR_Y, (RdSeries("a", ((0.1, 1), (0.5, 2))),))
    assert not narrow.log_rate
    assert wide.log_rate


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
    view.show_chart(rd_chart(jobs, "a.mkv", conventional=frozenset({"x264"})))
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
    words = view._words(0, 1)
    assert words.startswith("nvrc small\ndefault; encoded in 1 s\n0.2 bpp, 34.00")
    image = view.canvas.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    assert LIGHT.curves[0] in colours


def test_axes_are_chosen_in_the_view(view, qtbot):
    jobs = [finished("a", 0.1, 31.0), finished("b", 0.2, 34.0)]
    view.rate_choice.setCurrentIndex(view.rate_choice.findData(RateAxis.KBPS))
    with qtbot.waitSignal(view.axes_changed):
        view.quality_choice.setCurrentIndex(view.quality_choice.findData(QualityAxis.SSIM))
    view.show_chart(rd_chart(jobs, "a.mkv", view.rate, view.quality))
    assert (view.canvas.chart.x_title, view.canvas.chart.y_title) == ("Rate (kb/s)", "SSIM (dB)")
    assert view.canvas.chart.series == (), "which these results do not have"


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
