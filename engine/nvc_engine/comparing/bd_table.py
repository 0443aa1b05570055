"""Bjontegaard's differences of every curve of a clip against one of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from nvc_engine.comparing.bd_rate import BdError, Difference, Method, Point, bd_quality, bd_rate
from nvc_engine.comparing.metrics import AXIS_TITLES, unit_of
from nvc_engine.errors import UsageError

TABLE_METRICS = ("psnr_yuv", "psnr_rgb", "ms_ssim", "xpsnr", "vmaf")


class Curve(Protocol):
    """What a table needs of a curve."""

    @property
    def title(self) -> str: ...

    @property
    def conventional(self) -> bool: ...

    def levels(self, metric: str, /) -> Sequence[Point]:
        """(rate, quality) of every point that has the metric, rising in rate."""
        ...


C = TypeVar("C", bound=Curve)


@dataclass(frozen=True)
class BdCell:
    """One comparison. Where a difference is None, its sentence says why."""

    metric: str
    rate: Difference | None
    quality: Difference | None
    rate_refused: str = ""
    quality_refused: str = ""


@dataclass(frozen=True)
class BdTable:
    """`rows` are (title of the test, its cells in the order of `metrics`)."""

    anchor: str
    method: Method
    metrics: tuple[str, ...]
    rows: tuple[tuple[str, tuple[BdCell, ...]], ...]

    @property
    def heading(self) -> str:
        """What the numbers mean: sign, anchor and method."""
        return (
            f"BD-rate against {self.anchor} (negative: fewer bits at equal quality) and BD-quality (positive: better at"
            f" equal rate); {'PCHIP' if self.method is Method.PCHIP else 'Akima'}, share of the shorter range in common"
            " in brackets."
        )


def anchor_curve(curves: Sequence[C], name: str = "") -> C:
    """The curve whose title begins with `name`; "" takes the first conventional one, or the first of all.

    Raises:
        UsageError: there is none.
    """
    if not curves:
        raise UsageError("There is no curve to compare with.")
    if not name:
        return next((curve for curve in curves if curve.conventional), curves[0])
    found = next((curve for curve in curves if curve.title.startswith(name)), None)
    if found is None:
        raise UsageError(f"There is no curve '{name}'; there are {', '.join(curve.title for curve in curves)}.")
    return found


def bd_table(
    curves: Sequence[Curve], anchor: Curve, method: Method = Method.PCHIP, metrics: Sequence[str] = TABLE_METRICS
) -> BdTable:
    """Every other curve against `anchor`, in each of the metrics that the anchor has."""
    metrics = tuple(metric for metric in metrics if anchor.levels(metric))
    rows = [
        (curve.title, tuple(_cell(anchor, curve, metric, method) for metric in metrics))
        for curve in curves
        if curve is not anchor
    ]
    return BdTable(anchor.title, method, metrics, tuple(rows))


def cell_text(cell: BdCell) -> str:
    """A cell for people, such as "-12.3 % [88 %], +0.71 dB [90 %]"; "-" where a difference is refused."""
    return f"{rate_text(cell)}, {quality_text(cell)}"


def rate_text(cell: BdCell) -> str:
    """The BD-rate of a cell, such as "-12.30 % [88 %]", or "-"."""
    return "-" if cell.rate is None else f"{100 * cell.rate.value:+.2f} % [{100 * cell.rate.overlap:.0f} %]"


def quality_text(cell: BdCell) -> str:
    """The BD-quality of a cell, such as "+0.710 dB [90 %]", or "-"."""
    unit = unit_of(cell.metric)
    found = cell.quality
    return "-" if found is None else f"{found.value:+.3f}{unit} [{100 * found.overlap:.0f} %]"


def refusals(table: BdTable) -> tuple[str, ...]:
    """Sentences on what has no number, each said once with the curve, the differences and the metrics it is about."""
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for title, cells in table.rows:
        for cell in cells:
            for what, sentence in (("BD-rate", cell.rate_refused), ("BD-quality", cell.quality_refused)):
                if sentence:
                    whats, metrics = found.setdefault((title, sentence), ([], []))
                    whats += [what] if what not in whats else []
                    metrics += [cell.metric] if cell.metric not in metrics else []
    return tuple(
        f"{title}, {' and '.join(whats)}{_of([AXIS_TITLES[metric] for metric in metrics], table.metrics)}: {sentence}"
        for (title, sentence), (whats, metrics) in found.items()
    )


def _of(about: Sequence[str], all_metrics: Sequence[str]) -> str:
    """Which metrics a sentence is about, unless it is all."""
    return "" if len(about) == len(all_metrics) else f" in {', '.join(about)}"


def _cell(anchor: Curve, test: Curve, metric: str, method: Method) -> BdCell:
    curves = anchor.levels(metric), test.levels(metric)
    rate, rate_refused = _tried(lambda: bd_rate(*curves, method))
    quality, quality_refused = _tried(lambda: bd_quality(*curves, method))
    return BdCell(metric, rate, quality, rate_refused, quality_refused)


def _tried(difference: Callable[[], Difference]) -> tuple[Difference | None, str]:
    """The difference, or why there is none."""
    try:
        return difference(), ""
    except BdError as error:
        return None, str(error)
