"""Bjontegaard's mean differences between two rate-distortion curves (VCEG-M33), by curves that do not overshoot.

PCHIP (Fritsch and Butland 1984) is what the JVET's common test conditions take; Akima (1970) the newer advice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from nvc_engine.errors import EngineError

LEAST_POINTS = 4
LEAST_OVERLAP = 0.5
"""Share of the shorter curve's range that both must cover."""

Floats = NDArray[np.float64]
Point = tuple[float, float]


class BdError(EngineError):
    """Two curves do not allow a comparison."""


class Method(StrEnum):
    """How the curve runs between measured points."""

    PCHIP = "pchip"
    AKIMA = "akima"


@dataclass(frozen=True)
class Difference:
    """A mean difference over what both curves cover.

    Attributes:
        value: a fraction of the anchor's rate (negative: the test saves), or a difference in quality.
        overlap: what both cover, as a share of the shorter range; of quality for a rate, of log rate for a quality.
    """

    value: float
    overlap: float


def bd_rate(anchor: Sequence[Point], test: Sequence[Point], method: Method = Method.PCHIP) -> Difference:
    """Mean difference in rate of `test` against `anchor` at equal quality, as a fraction; negative: it saves.

    Args:
        anchor, test: (rate, quality) of each point, in any order; quality on a scale of decibels or like one.

    Raises:
        BdError: too few points, a curve that does not rise, or too little in common.
    """
    curves = [_curve(points, ("anchor", "test")[number]) for number, points in enumerate((anchor, test))]
    mean, overlap = _mean_difference([(quality, rate) for rate, quality in curves], method, "quality")
    return Difference(float(10**mean - 1), overlap)


def bd_quality(anchor: Sequence[Point], test: Sequence[Point], method: Method = Method.PCHIP) -> Difference:
    """Mean difference in quality of `test` against `anchor` at equal rate (BD-PSNR for a PSNR); positive: it is better.

    Arguments and errors are those of `bd_rate`.
    """
    curves = [_curve(points, ("anchor", "test")[number]) for number, points in enumerate((anchor, test))]
    return Difference(*_mean_difference(curves, method, "rate"))


def _curve(points: Collection[Point], name: str) -> tuple[Floats, Floats]:
    """(log10 of the rates, qualities), both rising; encodes that came out the same are one point."""
    points = set(points)
    if len(points) < LEAST_POINTS:
        count = "1 point" if len(points) == 1 else f"{len(points)} different points"
        raise BdError(f"The {name} has {count}; a mean difference needs at least {LEAST_POINTS}.")
    ordered = np.array(sorted(points), np.float64)
    if not np.isfinite(ordered).all() or (ordered[:, 0] <= 0).any():
        raise BdError(f"The {name} has a point whose rate or quality is no number that can be compared.")
    if (np.diff(ordered, axis=0) <= 0).any():
        raise BdError(f"The quality of the {name} does not rise with its rate from point to point; there is no mean.")
    return np.log10(ordered[:, 0]), ordered[:, 1]


def _mean_difference(curves: list[tuple[Floats, Floats]], method: Method, axis: str) -> tuple[float, float]:
    """(mean over x of the second curve less the first, overlap) of two curves (x, y)."""
    low, high = max(x[0] for x, _ in curves), min(x[-1] for x, _ in curves)
    shorter = min(x[-1] - x[0] for x, _ in curves)
    overlap = max(0.0, float((high - low) / shorter))
    if overlap < LEAST_OVERLAP:
        raise BdError(
            f"The curves have {100 * overlap:.0f} % of the shorter one's range of {axis} in common; a mean difference"
            f" needs {100 * LEAST_OVERLAP:.0f} %."
        )
    slopes = {Method.PCHIP: _pchip_slopes, Method.AKIMA: _akima_slopes}[method]
    first, second = (_integral(x, y, slopes(x, y), low, high) for x, y in curves)
    return float((second - first) / (high - low)), overlap


def _integral(x: Floats, y: Floats, slopes: Floats, low: float, high: float) -> float:
    """Exact integral over low..high of the cubic Hermite curve through (x, y) with these slopes."""
    width, rise = np.diff(x), np.diff(y)
    secant = rise / width
    # y + s t + c t^2 + d t^3 from the left end of each piece
    c = (3 * secant - 2 * slopes[:-1] - slopes[1:]) / width
    d = (slopes[:-1] + slopes[1:] - 2 * secant) / width**2

    def primitive(t: Floats) -> Floats:
        result: Floats = t * (y[:-1] + t * (slopes[:-1] / 2 + t * (c / 3 + t * d / 4)))
        return result

    begins, ends = (np.clip(bound - x[:-1], 0, width) for bound in (low, high))
    return float((primitive(ends) - primitive(begins)).sum())


def _pchip_slopes(x: Floats, y: Floats) -> Floats:
    """Weighted harmonic means of neighbouring secants; one-sided three-point slopes at the ends, held in bounds."""
    width, secant = np.diff(x), np.diff(y) / np.diff(x)
    before, after = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
    inner = (before + after) / (before / secant[:-1] + after / secant[1:])
    ends = [_end_slope(width[0], width[1], secant[0], secant[1])]
    ends.append(_end_slope(width[-1], width[-2], secant[-1], secant[-2]))
    return np.concatenate([[ends[0]], inner, [ends[1]]])


def _end_slope(width: float, next_width: float, secant: float, next_secant: float) -> float:
    slope = ((2 * width + next_width) * secant - width * next_secant) / (width + next_width)
    return max(slope, 0.0)  # the curves rise


def _akima_slopes(x: Floats, y: Floats) -> Floats:
    """Secants of both sides, weighed by how little the secants beyond them turn."""
    secant = np.diff(y) / np.diff(x)
    ahead = [2 * secant[0] - secant[1]]
    ahead.insert(0, 2 * ahead[0] - secant[0])
    behind = [2 * secant[-1] - secant[-2]]
    behind.append(2 * behind[0] - secant[-1])
    all_secants = np.concatenate([ahead, secant, behind])
    turn = np.abs(np.diff(all_secants))
    left, right = turn[2:], turn[:-2]
    total = left + right
    even = total <= 1e-9 * total.max()
    weights = np.where(even, 0.5, left / np.where(even, 1, total))
    slopes: Floats = weights * all_secants[1:-2] + (1 - weights) * all_secants[2:-1]
    return slopes
