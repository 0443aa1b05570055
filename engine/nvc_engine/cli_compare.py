"""`chart` and `bdrate`: figures of a sweep drawn and compared anew."""

import argparse
import json
from pathlib import Path

from nvc_engine.charting.files import SUFFIXES, chart_bytes
from nvc_engine.cli_printing import print_json, print_table
from nvc_engine.comparing.bd_rate import Method
from nvc_engine.comparing.bd_table import BdTable, anchor_curve, bd_table, cell_text, refusals
from nvc_engine.comparing.metrics import AXIS_TITLES, METRIC_TITLES
from nvc_engine.comparing.published import PublishedCurve, anchors, read_published
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.output import writing_beside
from nvc_engine.reports.rd_charts import rd_chart
from nvc_engine.reports.rd_files import ClipResults, read_rd_json


def chart(options: argparse.Namespace) -> int:
    """Draw one chart."""
    suffix = options.output.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"A chart is saved as {', '.join(SUFFIXES)}, not as {options.output.name}.")
    ours, published = _read(options.files)
    if options.anchors:
        published += anchors(options.anchors)
    clip = _chosen(ours, options.clip)
    title, curves = (clip.name, clip.curves) if clip else (published[0].source if published else "", ())
    drawn = rd_chart(title, curves, options.metric, per_second=options.kbps, published=published)
    if not drawn.series:
        raise UsageError(f"None of the curves has {AXIS_TITLES[options.metric]}.")
    with writing_beside(options.output, options.overwrite) as part:
        part.write_bytes(chart_bytes(drawn, suffix, options.dpi))
    print(options.output)
    return 0


def bdrate(options: argparse.Namespace) -> int:
    """Print the mean differences on every clip."""
    tables = {}
    for clip in read_rd_json(options.file):
        curves = clip.curves
        tables[clip.name] = bd_table(curves, anchor_curve(curves, options.anchor), Method(options.method))
    if options.json:
        print_json({"clips": [{"name": name, "table": table} for name, table in tables.items()]})
        return 0
    for name, table in tables.items():
        print(name)
        print_bd(table)
    return 0


def print_bd(table: BdTable) -> None:
    """A table and its sentences on stdout."""
    print(table.heading)
    heads = ("curve", *(METRIC_TITLES[metric] for metric in table.metrics))
    print_table([heads, *((title, *(cell_text(cell) for cell in cells)) for title, cells in table.rows)])
    for sentence in refusals(table):
        print(sentence)


def _read(files: list[Path]) -> tuple[tuple[ClipResults, ...], tuple[PublishedCurve, ...]]:
    ours: list[ClipResults] = []
    published: list[PublishedCurve] = []
    for path in files:
        if _is_ours(path):
            ours += read_rd_json(path)
        else:
            published.append(read_published(path))
    return tuple(ours), tuple(published)


def _is_ours(path: Path) -> bool:
    try:
        return "format" in json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EngineError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise EngineError(f"{path} is no JSON file.") from error


def _chosen(ours: tuple[ClipResults, ...], name: str) -> ClipResults | None:
    if not name:
        if len(ours) > 1:
            raise UsageError(f"Name one clip by --clip: {', '.join(clip.name for clip in ours)}.")
        return ours[0] if ours else None
    found = next((clip for clip in ours if clip.name == name), None)
    if found is None:
        raise UsageError(f"There is no clip '{name}'; there are {', '.join(clip.name for clip in ours)}.")
    return found
