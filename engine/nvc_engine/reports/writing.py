"""Everything that a comparison leaves in its folder."""

import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

import av
import torch

import nvc_engine
from nvc_engine.charting.chart import PAPER_DPI
from nvc_engine.charting.files import SUFFIXES, save
from nvc_engine.comparing.bd_rate import Method
from nvc_engine.comparing.published import PublishedCurve
from nvc_engine.errors import EngineError
from nvc_engine.media.output import write_failure
from nvc_engine.reports.crops import FrameCrops, frame_crops, representatives
from nvc_engine.reports.page import CHART_METRICS, report_page
from nvc_engine.reports.rd_charts import rd_chart
from nvc_engine.reports.rd_files import ClipResults, rd_csv, rd_json

REPORT = "report.html"


def write_figures(folder: Path, results: Sequence[ClipResults]) -> None:
    """rd.json and rd.csv. Raises EngineError where they cannot be written."""
    try:
        for name, text in (("rd.json", rd_json(results)), ("rd.csv", rd_csv(results))):
            _replace(folder / name, text)
    except OSError as error:
        raise EngineError(write_failure(folder, error)) from error


def write_all(
    folder: Path,
    results: Sequence[ClipResults],
    *,
    anchor: str = "",
    method: Method = Method.PCHIP,
    published: Sequence[PublishedCurve] = (),
    dpi: float = PAPER_DPI,
) -> tuple[Path, ...]:
    """The figures, a chart of each clip and metric as PNG, SVG and PDF, and the report; the paths of what was written.

    Raises:
        EngineError: the folder cannot be written, or there is no curve `anchor`.
    """
    write_figures(folder, results)
    written = [folder / "rd.json", folder / "rd.csv"]
    try:
        for clip in results:
            for metric in CHART_METRICS:
                chart = rd_chart(clip.name, clip.curves, metric, published=published)
                if not any(curve.levels(metric) for curve in clip.curves):
                    continue
                for suffix in SUFFIXES:
                    path = folder / f"{_file_stem(clip.name)}.{metric}{suffix}"
                    save(path, chart, dpi)
                    written.append(path)
        page = report_page(
            f"Comparison of {', '.join(clip.name for clip in results)}",
            results,
            {clip.name: _crops(clip) for clip in results},
            anchor=anchor,
            method=method,
            published=published,
            facts=machine_facts(),
        )
        _replace(folder / REPORT, page)
    except OSError as error:
        raise EngineError(write_failure(folder, error)) from error
    return (*written, folder / REPORT)


def machine_facts() -> dict[str, str]:
    """Versions and machine, for whoever wants the same figures again."""
    return {
        "NVC Studio": nvc_engine.__version__,
        "Python": platform.python_version(),
        "torch": torch.__version__,
        "PyAV": av.__version__,
        "FFmpeg": ", ".join(f"{name} {'.'.join(map(str, found))}" for name, found in av.library_versions.items()),
        "System": platform.platform(),
        "Processors": f"{os.cpu_count()} ({platform.machine()})",
        "Graphics card": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
    }


def _crops(clip: ClipResults) -> tuple[FrameCrops, ...]:
    try:
        return frame_crops(Path(clip.source), representatives(clip.curves))
    except EngineError:
        return ()  # the source is gone; the figures stand without pictures


def _file_stem(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name)


def _replace(path: Path, text: str) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(text, "utf-8")
    beside.replace(path)
