"""What a chart shows: axes and curves."""

from dataclasses import dataclass
from enum import StrEnum

PAPER_DPI = 300.0
DPI_BOUNDS = (30.0, 1200.0)
"""Dots an inch that a chart's PNG has by default, and may have."""


class Style(StrEnum):
    """What a curve is of; its line and marks say so."""

    NEURAL = "neural"
    """Solid, filled marks."""
    CONVENTIONAL = "conventional"
    """Dashed, filled marks."""
    PUBLISHED = "published"
    """Dotted, hollow marks: somebody else's figures, not measured here."""
    ESTIMATE = "estimate"
    """Grey, a mark at the end alone: where a running encode believes to stand."""
    PLAIN = "plain"
    """Solid, without marks."""


@dataclass(frozen=True)
class Series:
    """One curve: `points` are (x, y) in the order in which they are joined; `title` stands in the legend.

    `keys` names each point for whoever asks what lies under the pointer (may be empty).
    """

    title: str
    points: tuple[tuple[float, float], ...]
    style: Style = Style.NEURAL
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A whole chart. `log_x` asks for a logarithmic x axis; values that are not positive then cannot be drawn."""

    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    log_x: bool = False
