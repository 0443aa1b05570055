"""RD data, its CSV, and its drawing as PNG, SVG and PDF."""

import csv
import io

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from nvc_engine.charting.ticks import linear_ticks, log_ticks, tick_text
from nvc_engine.protocol.messages import JobFacts, JobRequest, JobState, Progress, Result
from nvc_studio.models.curves import Quantity, rd_trail, training_curve
from nvc_studio.models.rd import QualityAxis, RateAxis, RdChart, RdSeries, ms_ssim_db, rd_chart, rd_csv
from nvc_studio.models.settings import Scheme
from nvc_studio.saving import SaveError
from nvc_studio.theme import Theme
from nvc_studio.views.rd_painting import save_chart


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
    assert ms_ssim_db(1.0) == 100.0


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


def test_a_trail_that_wanders_back_in_its_rate_is_drawn_whole(qtbot, qapp):
    from nvc_studio.views.rd_chart import RdChartView

    view = RdChartView(Theme(qapp, Scheme.LIGHT))
    qtbot.addWidget(view)
    view.show()
    turn = np.linspace(0, 2 * np.pi, 1500)
    view.show_trail((0.1 + 0.02 * np.sin(turn), np.linspace(20, 30, 1500)), live=True)
    view.plot.getPlotItem().getViewBox().setRange(xRange=(0.09, 0.12), yRange=(21, 25))
    drawn = [
        len(item.getData()[0]) for item in view.plot.getPlotItem().listDataItems() if item.getData()[0] is not None
    ]
    assert max(drawn) == 1500


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
    save_chart(tmp_path / "rd.png", CHART, scale=2.0)
    image = QImage(str(tmp_path / "rd.png"))
    assert (image.width(), image.height()) == (1280, 880)
    colours = {image.pixelColor(x, y).name() for x in range(0, 1280, 3) for y in range(0, 880, 3)}
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
