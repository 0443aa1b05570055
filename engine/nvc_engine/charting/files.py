"""A chart into a file, in the format of its name."""

from pathlib import Path

from nvc_engine.charting.chart import PAPER_DPI, Chart
from nvc_engine.charting.layout import lay_out
from nvc_engine.charting.pdf import pdf
from nvc_engine.charting.png import png
from nvc_engine.charting.svg import svg

SUFFIXES = (".png", ".svg", ".pdf")


def chart_bytes(chart: Chart, suffix: str, dpi: float = PAPER_DPI) -> bytes:
    """A file's bytes; `suffix` is one of `SUFFIXES`, `dpi` of a PNG alone.

    Raises:
        ValueError: there is no such format.
    """
    drawing = lay_out(chart)
    match suffix:
        case ".png":
            return png(drawing, dpi)
        case ".svg":
            return svg(drawing).encode("utf-8")
        case ".pdf":
            return pdf(drawing)
        case _:
            raise ValueError(f"a chart is saved as .png, .svg or .pdf, not as {suffix or 'a file without a suffix'}")


def save(path: Path, chart: Chart, dpi: float = PAPER_DPI) -> None:
    """Write `chart` to `path`. Raises ValueError as `chart_bytes`, OSError where it cannot be written."""
    path.write_bytes(chart_bytes(chart, path.suffix.lower(), dpi))
