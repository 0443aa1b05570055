"""Rate and distortion as plain data: what a chart draws, and the same numbers as CSV."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from nvc_engine.charting.chart import Chart, Series, Style
from nvc_engine.comparing.metrics import AXIS_TITLES, metric_of, on_scale
from nvc_engine.comparing.published import PublishedCurve
from nvc_engine.protocol.messages import JobFacts, Result
from nvc_studio.models.output_names import goal_text
from nvc_studio.translation import tr


class RateAxis(StrEnum):
    """The x axis: bits per pixel as papers have it, or kb/s as encoders have it."""

    BPP = "bpp"
    KBPS = "kbps"


class QualityAxis(StrEnum):
    """The y axis: in dB, similarities as -10 log10(1 - x) or as they are."""

    PSNR_Y = "psnr_y"
    PSNR_U = "psnr_u"
    PSNR_V = "psnr_v"
    PSNR_YUV = "psnr_yuv"
    PSNR_RGB = "psnr_rgb"
    SSIM = "ssim"
    MS_SSIM = "ms_ssim"
    SSIM_LINEAR = "ssim_linear"
    MS_SSIM_LINEAR = "ms_ssim_linear"
    XPSNR = "xpsnr"
    VMAF = "vmaf"


RATE_TITLES = {RateAxis.BPP: "Rate (bits per pixel)", RateAxis.KBPS: "Rate (kb/s)"}
QUALITY_TITLES = {axis: AXIS_TITLES[axis] for axis in QualityAxis}

LOG_SPREAD = 4.0


@dataclass(frozen=True)
class RdSeries:
    """One curve: `points` are (rate, quality), rising in rate. `measured` is False for a trainer's estimates.

    `published` curves are somebody else's figures. `jobs` names, point by point, the job that it comes from, and
    `labels` its settings (both may be empty).
    """

    name: str
    points: tuple[tuple[float, float], ...]
    conventional: bool = False
    measured: bool = True
    published: bool = False
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
    """The chart as it is drawn on the screen and in files: learned codecs solid, others dashed, published
    figures dotted, estimates grey."""
    series = tuple(Series(one.name, one.points, _style(one), one.jobs) for one in chart.series)
    return Chart(chart.title, RATE_TITLES[chart.rate], QUALITY_TITLES[chart.quality], series, log_x=chart.log_rate)


def _style(series: RdSeries) -> Style:
    if series.published:
        return Style.PUBLISHED
    if not series.measured:
        return Style.ESTIMATE
    return Style.CONVENTIONAL if series.conventional else Style.NEURAL


@dataclass(frozen=True)
class MeasuredCurve:
    """The finished encodes of one codec, preset and choice of settings on one clip, rising in rate."""

    title: str
    conventional: bool
    jobs: tuple[JobFacts, ...]

    def levels(self, metric: str, /, *, per_second: bool = False) -> list[tuple[float, float]]:
        """(rate, quality) of every encode that has the metric; rate in bits per pixel, or in kb/s."""
        return [point for _, point in self.points(metric, per_second=per_second)]

    def points(self, metric: str, *, per_second: bool = False) -> list[tuple[JobFacts, tuple[float, float]]]:
        """The encodes that have the metric, each with its (rate, quality)."""
        found = []
        for job in self.jobs:
            result = _measured(job)
            level = getattr(result, metric_of(metric))
            if level is not None and math.isfinite(level):
                found.append((job, (result.kbps if per_second else result.bpp, on_scale(metric, level))))
        return found


@dataclass(frozen=True)
class Comparison:
    """The curves of one clip, all of the same frames.

    Attributes:
        title: the clip's name, and its frames where encodes of others are left out.
    """

    title: str = ""
    curves: tuple[MeasuredCurve, ...] = ()


def same_source(job: JobFacts, source: str) -> bool:
    """Whether a job encodes the clip at path `source`."""
    return Path(job.request.source) == Path(source)


def comparison(
    jobs: Iterable[JobFacts], source: str, conventional: frozenset[str] = frozenset(), like: JobFacts | None = None
) -> Comparison:
    """The finished encodes of one clip as curves, learned codecs first, each in the order in which it was first made.

    Of encodes of several ranges of frames, those of the range of `like` are taken, else those of the range that has
    most; of several of the same order the newest.

    Args:
        conventional: names of the codecs that are drawn dashed.
    """
    name = Path(source).name
    known = [job for job in jobs if job.result is not None and same_source(job, source)]
    if not known:
        return Comparison(name)
    alike = [job for job in known if like is not None and _range(job) == _range(like)]
    first, stop = Counter(_frames(job) for job in alike or known).most_common(1)[0][0]
    kept = [job for job in known if _frames(job) == (first, stop)]
    title = name if len(kept) == len(known) else f"{name}, frames {first} to {stop - 1}"
    newest = {_order_of(job): job for job in sorted(kept, key=lambda each: each.created)}
    groups: dict[tuple[str, str], list[JobFacts]] = {}
    for job in newest.values():
        groups.setdefault((job.request.codec, _choice(job)), []).append(job)
    curves = [
        MeasuredCurve(
            " ".join(filter(None, (codec, _preset(group), choice))),
            codec in conventional,
            tuple(sorted(group, key=lambda each: _measured(each).bpp)),
        )
        for (codec, choice), together in groups.items()
        for group in _by_preset(together)
    ]
    curves.sort(key=lambda curve: curve.conventional)
    return Comparison(title, tuple(curves))


def rd_chart(
    found: Comparison,
    rate: RateAxis = RateAxis.BPP,
    quality: QualityAxis = QualityAxis.PSNR_YUV,
    published: Iterable[PublishedCurve] = (),
) -> RdChart:
    """Measured curves, and where the rate is in bits per pixel published ones beside them."""
    series = []
    for curve in found.curves:
        points = curve.points(quality, per_second=rate is RateAxis.KBPS)
        if points:
            series.append(
                RdSeries(
                    name=curve.title,
                    points=tuple(point for _, point in points),
                    conventional=curve.conventional,
                    jobs=tuple(job.id for job, _ in points),
                    labels=tuple(_label(job) for job, _ in points),
                )
            )
    if rate is RateAxis.BPP:
        series += [
            RdSeries(f"{curve.title}, published", drawn, published=True, labels=(curve.source,) * len(drawn))
            for curve in published
            if (drawn := curve.levels(quality))
        ]
    return RdChart(title=found.title, rate=rate, quality=quality, series=tuple(series))


def _measured(job: JobFacts) -> Result:
    assert job.result is not None
    return job.result


def _frames(job: JobFacts) -> tuple[int, int]:
    """The frames of a finished encode, from the first to the one after the last."""
    first = job.request.first or 0
    return first, first + _measured(job).frames


def _range(job: JobFacts) -> tuple[int, int | None]:
    """The frames as they were asked for."""
    return job.request.first or 0, job.request.stop


def _order_of(job: JobFacts) -> str:
    """What was asked of an encode, wherever its file went."""
    asked = replace(job.request, output="", overwrite=False)
    return f"{_measured(job).preset} {asked}"


def _by_preset(jobs: list[JobFacts]) -> list[list[JobFacts]]:
    """Encodes whose preset was chosen make a curve a preset; those that left it to the codec make one together."""
    groups: dict[str, list[JobFacts]] = {}
    for job in jobs:
        groups.setdefault(job.request.preset, []).append(job)
    free = groups.pop("", [])
    alike = {_measured(job).preset for job in free}
    if len(alike) == 1:
        groups.setdefault(alike.pop(), []).extend(free)
        free = []
    return [*groups.values(), free] if free else [*groups.values()]


def _preset(group: list[JobFacts]) -> str:
    presets = {_measured(job).preset for job in group}
    return presets.pop() if len(presets) == 1 else "auto"


def _choice(job: JobFacts) -> str:
    """What was chosen of an encode beside its codec, preset and goal: words for the legend."""
    request = job.request
    chosen = sorted((name, value) for name, value in request.settings.items() if name != "rate_control")
    words = [f"{name}={value}" for name, value in chosen]
    words += [f"{request.minutes:g} min"] if request.minutes is not None else []
    words += [f"{request.epochs} epochs"] if request.epochs is not None else []
    return " ".join(words)


def _label(job: JobFacts) -> str:
    """What was asked of an encode, and how long it took."""
    request = job.request
    words = [goal_text(request.goal), *(f"{name}={value}" for name, value in sorted(request.settings.items()))]
    words += [tr("{minutes:g} min", minutes=request.minutes)] if request.minutes is not None else []
    words += [tr("{count} epochs", count=request.epochs)] if request.epochs is not None else []
    return tr("{order}; encoded in {seconds:.0f} s", order=", ".join(words), seconds=_measured(job).seconds)


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
