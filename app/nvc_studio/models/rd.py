"""Rate and distortion as plain data: what a chart draws, and the same numbers as CSV."""

import csv
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nvc_engine.charting.chart import Chart, Series, Style
from nvc_engine.protocol.messages import JobFacts, Result
from nvc_studio.models.output_names import goal_text


class RateAxis(StrEnum):
    """The x axis: bits per pixel as papers have it, or kb/s as encoders have it."""

    BPP = "bpp"
    KBPS = "kbps"


class QualityAxis(StrEnum):
    """The y axis: in dB, similarities as -10 log10(1 - x), but for VMAF."""

    PSNR_Y = "psnr_y"
    PSNR_YUV = "psnr_yuv"
    PSNR_RGB = "psnr_rgb"
    SSIM = "ssim"
    MS_SSIM = "ms_ssim"
    XPSNR = "xpsnr"
    VMAF = "vmaf"


RATE_TITLES = {RateAxis.BPP: "Rate (bits per pixel)", RateAxis.KBPS: "Rate (kb/s)"}
QUALITY_TITLES = {
    QualityAxis.PSNR_Y: "PSNR-Y (dB)",
    QualityAxis.PSNR_YUV: "PSNR-YUV 6:1:1 (dB)",
    QualityAxis.PSNR_RGB: "PSNR-RGB (dB)",
    QualityAxis.SSIM: "SSIM (dB)",
    QualityAxis.MS_SSIM: "MS-SSIM (dB)",
    QualityAxis.XPSNR: "XPSNR (dB)",
    QualityAxis.VMAF: "VMAF",
}

LOG_SPREAD = 4.0


@dataclass(frozen=True)
class RdSeries:
    """One curve: `points` are (rate, quality), rising in rate. `measured` is False for a trainer's estimates.

    `jobs` names, point by point, the job that it comes from, and `labels` its settings (both may be empty).
    """

    name: str
    points: tuple[tuple[float, float], ...]
    conventional: bool = False
    measured: bool = True
    jobs: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class RdChart:
    """A whole chart, ready to be drawn."""

    title: str
    rate: RateAxis
    quality: QualityAxis
    series: tuple[RdSeries, ...]

    @property
    def log_rate(self) -> bool:
        """Whether the rates spread so far that the axis is better logarithmic (wider than 4x)."""
        rates = [rate for series in self.series for rate, _ in series.points if rate > 0]
        return len(rates) > 1 and max(rates) > LOG_SPREAD * min(rates)


def drawable(chart: RdChart) -> Chart:
    """The chart as it is drawn on the screen and in files: learned codecs solid, others dashed, estimates grey."""
    series = tuple(Series(one.name, one.points, _style(one), one.jobs) for one in chart.series)
    return Chart(chart.title, RATE_TITLES[chart.rate], QUALITY_TITLES[chart.quality], series, log_x=chart.log_rate)


def _style(series: RdSeries) -> Style:
    if not series.measured:
        return Style.ESTIMATE
    return Style.CONVENTIONAL if series.conventional else Style.NEURAL


def similarity_db(value: float) -> float:
    """A similarity on the decibel scale, -10 log10(1 - x); a perfect 1 is held at 100 dB."""
    return min(100.0, -10 * math.log10(max(1 - value, 1e-10)))


def rd_point(result: Result, rate: RateAxis, quality: QualityAxis) -> tuple[float, float] | None:
    """(rate, quality) of a measured result, or None where the metric was not measured."""
    level = getattr(result, quality.value)
    if level is not None and quality in (QualityAxis.SSIM, QualityAxis.MS_SSIM):
        level = similarity_db(level)
    if level is None or not math.isfinite(level):
        return None
    return (result.bpp if rate is RateAxis.BPP else result.kbps), level


def same_source(job: JobFacts, source: str) -> bool:
    """Whether a job encodes the clip at path `source`."""
    return Path(job.request.source) == Path(source)


def rd_chart(
    jobs: Iterable[JobFacts],
    source: str,
    rate: RateAxis = RateAxis.BPP,
    quality: QualityAxis = QualityAxis.PSNR_YUV,
    conventional: frozenset[str] = frozenset(),
) -> RdChart:
    """The measured points of all finished jobs of one source, a curve for each codec and preset.

    `conventional` names the codecs that are drawn dashed.
    """
    groups: dict[tuple[str, str], list[tuple[tuple[float, float], str, str]]] = {}
    for job in jobs:
        if job.result is None or not same_source(job, source):
            continue
        point = rd_point(job.result, rate, quality)
        if point is not None:
            groups.setdefault((job.result.codec, job.result.preset), []).append((point, job.id, _label(job)))
    series = []
    for (codec, preset), found in sorted(groups.items()):
        found.sort()
        series.append(
            RdSeries(
                name=f"{codec} {preset}".strip(),
                points=tuple(point for point, _, _ in found),
                conventional=codec in conventional,
                jobs=tuple(job for _, job, _ in found),
                labels=tuple(label for _, _, label in found),
            )
        )
    return RdChart(title=Path(source).name, rate=rate, quality=quality, series=tuple(series))


def _label(job: JobFacts) -> str:
    """What was asked of an encode, and how long it took."""
    request, seconds = job.request, job.result.seconds if job.result else 0.0
    words = [goal_text(request.goal), *(f"{name}={value}" for name, value in sorted(request.settings.items()))]
    words += [f"{request.minutes:g} minutes"] if request.minutes is not None else []
    words += [f"{request.epochs} epochs"] if request.epochs is not None else []
    return f"{', '.join(words)}; encoded in {seconds:.0f} s"


CSV_COLUMNS = (
    "source", "file", "codec", "preset", "frames", "width", "height", "bytes", "bpp", "kbps",
    "psnr_y", "psnr_u", "psnr_v", "psnr_yuv", "psnr_rgb", "ssim", "ms_ssim", "xpsnr",
    "vmaf", "seconds",
)  # fmt: skip


def rd_csv(jobs: Iterable[JobFacts]) -> str:
    """The measured results of `jobs` as CSV with a heading line; jobs without a result are left out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for job in jobs:
        if job.result is None:
            continue
        values = [job.request.source, job.request.output]
        values += [getattr(job.result, name) for name in CSV_COLUMNS[2:]]
        writer.writerow(["" if value is None else value for value in values])
    return text.getvalue()
