"""Curves as charts: quality over rate, and quality or bits over the frames of a clip."""

from collections.abc import Iterable, Sequence

from nvc_engine.charting.chart import Chart, Series, Style
from nvc_engine.comparing.metrics import AXIS_TITLES
from nvc_engine.comparing.published import PublishedCurve
from nvc_engine.quality.rd import RdCurve, RdPoint, level

RATE_TITLE, KBPS_TITLE = "Rate (bits per pixel)", "Rate (kb/s)"
LOG_SPREAD = 4.0


def rd_chart(
    title: str,
    curves: Sequence[RdCurve],
    metric: str = "psnr_yuv",
    *,
    per_second: bool = False,
    published: Sequence[PublishedCurve] = (),
) -> Chart:
    """Quality over rate; published curves stand beside ours where the rate is in bits per pixel. The rate axis is
    logarithmic where the rates spread wider than 4x."""
    series = []
    for curve in curves:
        style = Style.CONVENTIONAL if curve.conventional else Style.NEURAL
        keys = tuple(point.setting for point in curve.points if level(point.mean, metric) is not None)
        points = tuple(curve.levels(metric, per_second=per_second))
        if points:
            series.append(Series(curve.title, points, style, keys))
    if not per_second:
        series += [
            Series(f"{curve.title}, published", curve.levels(metric), Style.PUBLISHED)
            for curve in published
            if curve.levels(metric)
        ]
    return Chart(
        title=title,
        x_title=KBPS_TITLE if per_second else RATE_TITLE,
        y_title=AXIS_TITLES[metric],
        series=tuple(series),
        log_x=_spread(series),
    )


def frame_chart(title: str, points: Iterable[tuple[str, RdPoint]], metric: str = "psnr_yuv") -> Chart:
    """A metric frame by frame, for (title, point) pairs."""
    series = []
    for name, point in points:
        values = [level(scores, metric) for scores in point.per_frame]
        drawn = tuple((float(point.first + frame), value) for frame, value in enumerate(values) if value is not None)
        series.append(Series(name, drawn, Style.PLAIN))
    return Chart(title, "Frame", AXIS_TITLES[metric], tuple(series))


def bits_chart(title: str, points: Iterable[tuple[str, RdPoint]]) -> Chart:
    """Coded kilobits of each frame, for (title, point) pairs; files without bytes of their own a frame are left out."""
    series = [
        Series(
            name,
            tuple((float(point.first + frame), size * 8 / 1000) for frame, size in enumerate(point.frame_bytes)),
            Style.PLAIN,
        )
        for name, point in points
        if point.frame_bytes
    ]
    return Chart(title, "Frame", "Bits of the frame (kb)", tuple(series))


def _spread(series: Sequence[Series]) -> bool:
    rates = [rate for one in series for rate, _ in one.points]
    return len(rates) > 1 and min(rates) > 0 and max(rates) > LOG_SPREAD * min(rates)
