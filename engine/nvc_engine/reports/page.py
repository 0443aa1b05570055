"""The report: one HTML file with everything in it, which needs no network and runs nothing."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from nvc_engine.charting.chart import Chart
from nvc_engine.charting.layout import lay_out
from nvc_engine.charting.svg import svg
from nvc_engine.comparing.bd_rate import Method
from nvc_engine.comparing.bd_table import BdTable, anchor_curve, bd_table, quality_text, rate_text, refusals
from nvc_engine.comparing.metrics import METRIC_TITLES
from nvc_engine.comparing.published import PublishedCurve
from nvc_engine.quality.measure import METRICS
from nvc_engine.quality.rd import RdPoint
from nvc_engine.reports.crops import FrameCrops, representatives
from nvc_engine.reports.rd_charts import bits_chart, frame_chart, rd_chart
from nvc_engine.reports.rd_files import ClipResults

CHART_METRICS = ("psnr_yuv", "psnr_rgb", "ms_ssim", "xpsnr", "vmaf")

_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2em auto; max-width: 1160px;
  padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.25em; border-top: 1px solid #dfe3e8; padding-top: 1em }
h3 { font-size: 1.05em; margin-bottom: .3em }
table { border-collapse: collapse; margin: .5em 0 } .wide { overflow-x: auto }
th, td { border-bottom: 1px solid #dfe3e8; padding: .25em .5em; text-align: right; white-space: nowrap }
.wide table { font-size: 12px }
th:first-child, td:first-child { text-align: left }
th { font-weight: 600; white-space: normal; vertical-align: bottom }
.charts, .crops { display: flex; flex-wrap: wrap; gap: 1em; align-items: flex-start }
.charts svg { width: 500px; max-width: 100%; height: auto }
figure { margin: 0; max-width: 320px } figcaption { font-size: .85em }
img { image-rendering: pixelated; width: 320px; border: 1px solid #dfe3e8 }
.note { color: #57606a; font-size: .9em } code { font-size: .85em; word-break: break-all }
"""


def report_page(
    title: str,
    results: Sequence[ClipResults],
    crops: dict[str, tuple[FrameCrops, ...]],
    *,
    anchor: str = "",
    method: Method = Method.PCHIP,
    published: Sequence[PublishedCurve] = (),
    facts: dict[str, str] | None = None,
) -> str:
    """The page.

    Args:
        crops: by name of the clip.
        anchor: beginning of the title of the curve that the others are compared with.
        facts: what is to be said of the machine and the versions.
    """
    body = [f"<h1>{escape(title)}</h1>", _paragraph(f"Made {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.", "note")]
    for clip in results:
        body += _clip(clip, crops.get(clip.name, ()), anchor, method, published)
    body += ["<h2>How it was measured</h2>", *_method(), _facts(facts or {})]
    if published:
        body += ["<h3>Published figures</h3>", *(_paragraph(f"{each.title}: {each.source}.") for each in published)]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _clip(
    clip: ClipResults,
    crops: Sequence[FrameCrops],
    anchor: str,
    method: Method,
    published: Sequence[PublishedCurve],
) -> list[str]:
    parts = [f"<h2>{escape(clip.name)}</h2>"]
    curves = clip.curves
    if not curves:
        return [*parts, *(_paragraph(sentence) for sentence in (*clip.failures, "There is no point to show."))]
    first = curves[0].points[0]
    parts.append(
        _paragraph(f"{len(first.per_frame)} frames of {first.width} x {first.height}, from frame {first.first} on.")
    )
    charts = [rd_chart(clip.name, curves, metric, published=published) for metric in CHART_METRICS]
    parts.append(_charts(chart for chart in charts if chart.series))
    parts += _bd(bd_table(curves, anchor_curve(curves, anchor), method)) if len(curves) > 1 else []
    parts += ["<h3>Points</h3>", _points(clip), *(_paragraph(sentence) for sentence in clip.failures)]
    notes = {note: None for curve in curves for point in curve.points for note in point.notes}
    parts += [_paragraph(note, "note") for note in notes]
    chosen = representatives(curves)
    parts += ["<h3>Frame by frame, at the rate in the middle</h3>"]
    parts.append(_charts([frame_chart(clip.name, chosen), bits_chart(clip.name, chosen)]))
    for each in crops:
        parts.append(f"<h3>Frame {each.frame}: {escape(each.words)}</h3>")
        figures = "".join(_figure(crop.title, crop.caption, crop.image) for crop in each.crops)
        parts.append(f'<div class="crops">{figures}</div>')
    return [*parts, "<h3>Settings</h3>", *_settings(clip)]


def _charts(charts: Iterable[Chart]) -> str:
    return f'<div class="charts">{"".join(svg(lay_out(chart)) for chart in charts if chart.series)}</div>'


def _bd(table: BdTable) -> list[str]:
    rows = []
    for title, cells in table.rows:
        rows.append([title, "BD-rate", *(rate_text(cell) for cell in cells)])
        rows.append(["", "BD-quality", *(quality_text(cell) for cell in cells)])
    heads = ["Curve", "", *(_short(metric) for metric in table.metrics)]
    sentences = [_paragraph(sentence, "note") for sentence in refusals(table)]
    return ["<h3>Mean differences</h3>", _paragraph(table.heading), _table(heads, rows), *sentences]


def _points(clip: ClipResults) -> str:
    metrics = [name for name in METRICS if any(getattr(point.mean, name) is not None for point in clip.points)]
    heads = ["Curve", "Setting", "bpp", "kb/s", "Bytes", "Video alone", "Seconds", *(_short(name) for name in metrics)]
    rows = [
        [
            curve.title,
            point.setting,
            f"{point.bpp:.5f}",
            f"{point.kbps:.2f}",
            str(point.bytes),
            str(sum(point.frame_bytes) or "-"),
            f"{point.seconds:.1f}",
            *(_score(point, name) for name in metrics),
        ]
        for curve in clip.curves
        for point in curve.points
    ]
    return _table(heads, rows)


def _score(point: RdPoint, metric: str) -> str:
    value = getattr(point.mean, metric)
    if value is None:
        return "-"
    return f"{value:.5f}" if metric in ("ssim", "ms_ssim") else f"{value:.3f}"


def _short(metric: str) -> str:
    return METRIC_TITLES[metric].removesuffix(" (dB)")


def _settings(clip: ClipResults) -> list[str]:
    parts = []
    for curve in clip.curves:
        parts.append(_paragraph(f"{curve.title}: {curve.points[0].version}, on {curve.points[0].device}."))
        listed = "".join(
            f"<li>{escape(point.setting)}: <code>{escape(point.settings)}</code></li>" for point in curve.points
        )
        parts.append(f"<details><summary>all settings</summary><ul>{listed}</ul></details>")
    return parts


def _method() -> list[str]:
    return [
        _paragraph(
            "Every file was decoded from the disk and measured by the same code. Rates count the bytes of the whole"
            " file, its container included, without audio; “video alone” are the coded frames."
        ),
        _paragraph(
            "Scores are means over frames. PSNR is of the planes as stored, PSNR-YUV their mean with weights 6:1:1;"
            " PSNR-RGB after the conversion by the matrix of the clip. SSIM, MS-SSIM, XPSNR and VMAF are of luma; SSIM"
            " and MS-SSIM are drawn and compared as -10 log10(1 - x)."
        ),
    ]


def _facts(facts: dict[str, str]) -> str:
    return _table(["Fact", ""], [[name, text] for name, text in facts.items()]) if facts else ""


def _figure(title: str, caption: str, image: str) -> str:
    picture = f'<img src="{image}" alt="{escape(title)}">' if image else "<p>The file is gone.</p>"
    return f"<figure>{picture}<figcaption><b>{escape(title)}</b><br>{escape(caption)}</figcaption></figure>"


def _paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
