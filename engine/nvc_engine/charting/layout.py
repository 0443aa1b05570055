"""Where the parts of a chart stand, in a light style for papers: learned codecs solid, conventional ones dashed."""

import itertools
import math
from dataclasses import dataclass

from nvc_engine.charting.chart import Chart, Series, Style
from nvc_engine.charting.drawing import Area, Drawing, Line, Mark, Place, Words
from nvc_engine.charting.font import chart_font
from nvc_engine.charting.ticks import linear_ticks, log_ticks, tick_text

WIDTH, HEIGHT = 480.0, 330.0
_SMALL, _LARGE = 9.0, 10.5
_LEFT, _TOP, _RIGHT, _BOTTOM = 50.0, 28.0, 14.0, 40.0
_RADIUS = 3.0
_CIRCLE_CORNERS = 20
_DASHES = {Style.CONVENTIONAL: (5.0, 3.0), Style.PUBLISHED: (1.2, 2.4)}


@dataclass(frozen=True)
class Palette:
    """Colours of a chart; `curves` are taken in turns."""

    background: str = "#ffffff"
    ink: str = "#1b1f24"
    grid: str = "#dfe3e8"
    estimate: str = "#8c959f"
    curves: tuple[str, ...] = (
        "#1f5fbf", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#b91c1c", "#4d7c0f", "#a16207",
    )  # fmt: skip


PAPER = Palette()


def lay_out(chart: Chart, width: float = WIDTH, height: float = HEIGHT, palette: Palette = PAPER) -> Drawing:
    """Draw `chart` into `width` x `height` points. Points that are no numbers, or not positive on a log axis, are left
    out."""
    return _Layout(chart, width, height, palette).drawing()


class _Layout:
    """One layout of one chart: the scales and the plot's rectangle, which every part needs."""

    def __init__(self, chart: Chart, width: float, height: float, palette: Palette) -> None:
        self.chart, self.palette = chart, palette
        self.width, self.height = width, height
        self.left, self.right = _LEFT, width - _RIGHT
        self.top, self.bottom = _TOP, height - _BOTTOM
        places = [place for series in chart.series for place in series.points if self._drawable(place)]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        self.log_x = chart.log_x and bool(xs)
        self.xs = _padded_log(xs) if self.log_x else _padded(xs or [0.0, 1.0], floor=0.0)
        self.ys = _padded(ys or [30.0, 40.0])
        self.items: list[Line | Area | Words] = []
        self.marks: list[Mark] = []

    def drawing(self) -> Drawing:
        self._frame()
        for number, series in enumerate(self.chart.series):
            self._curve(series, number)
        if self.chart.series:
            self._legend()
        chart, marks = self.chart, tuple(self.marks)
        return Drawing(self.width, self.height, tuple(self.items), chart.title, marks, self.palette.background)

    def _drawable(self, place: Place) -> bool:
        return all(math.isfinite(value) for value in place) and (place[0] > 0 or not self.chart.log_x)

    def _place(self, x: float, y: float) -> Place:
        low, high = self.xs
        if self.log_x:
            x, low, high = math.log10(x), math.log10(low), math.log10(high)
        across = (x - low) / (high - low)
        up = (y - self.ys[0]) / (self.ys[1] - self.ys[0])
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def _frame(self) -> None:
        ink, grid = self.palette.ink, self.palette.grid
        x_ticks = log_ticks(*self.xs) if self.log_x else linear_ticks(*self.xs)
        y_ticks = linear_ticks(*self.ys)
        for tick in x_ticks:
            x, _ = self._place(tick, self.ys[0])
            self.items.append(Line(((x, self.top), (x, self.bottom)), grid, 0.7))
            self._words(x, self.bottom + 12, tick_text(tick, x_ticks), 0.5)
        for tick in y_ticks:
            _, y = self._place(self.xs[1], tick)
            self.items.append(Line(((self.left, y), (self.right, y)), grid, 0.7))
            self._words(self.left - 5, y + 3.2, tick_text(tick, y_ticks), 1.0)
        corners = (
            (self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)
        )  # fmt: skip
        self.items.append(Area(corners, stroke=ink, width=0.8))
        x_title = self.chart.x_title + (", log scale" if self.log_x else "")
        middle, centre = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        self._words(middle, self.height - 10, x_title, 0.5)
        self.items.append(Words((middle, 18), self.chart.title, _LARGE, ink, 0.5))
        self.items.append(Words((13, centre), self.chart.y_title, _SMALL, ink, 0.5, upwards=True))

    def _words(self, x: float, y: float, text: str, anchor: float) -> None:
        self.items.append(Words((x, y), text, _SMALL, self.palette.ink, anchor))

    def _curve(self, series: Series, number: int) -> None:
        colour = self._colour(series, number)
        drawn = [(index, self._place(*place)) for index, place in enumerate(series.points) if self._drawable(place)]
        if len(drawn) > 1:
            places = tuple(place for _, place in drawn)
            self.items.append(Line(places, colour, 1.3, _DASHES.get(series.style, ())))
        if series.style is Style.PLAIN:
            return
        for index, place in drawn if series.style is not Style.ESTIMATE else drawn[-1:]:
            self.items.append(self._mark(series, number, place, colour))
            self.marks.append(Mark(place, number, index))

    def _mark(self, series: Series, number: int, place: Place, colour: str) -> Area:
        hollow = series.style in (Style.PUBLISHED, Style.ESTIMATE)
        fill = self.palette.background if hollow else colour
        return Area(_mark_outline(place, number, _RADIUS), fill, colour, 1.0)

    def _colour(self, series: Series, number: int) -> str:
        curves = self.palette.curves
        return self.palette.estimate if series.style is Style.ESTIMATE else curves[number % len(curves)]

    def _legend(self) -> None:
        step, indent = 13.0, 26.0
        font = chart_font()
        width = indent + 10 + _SMALL * max(font.width(series.title) for series in self.chart.series)
        height = step * len(self.chart.series) + 6
        left, top = self._free_corner(width, height)
        corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
        self.items.append(Area(corners, self.palette.background, self.palette.grid, 0.7))
        for number, series in enumerate(self.chart.series):
            y = top + 3 + step * (number + 0.5)
            colour = self._colour(series, number)
            dashes = _DASHES.get(series.style, ())
            self.items.append(Line(((left + 5, y), (left + 22, y)), colour, 1.3, dashes))
            if series.style is not Style.PLAIN:
                self.items.append(self._mark(series, number, (left + 13.5, y), colour))
            self._words(left + indent, y + 3.2, series.title, 0.0)

    def _free_corner(self, width: float, height: float) -> Place:
        """Left and top of a box in the corner where it hides the least, the bottom right one if there is a choice."""
        lefts, tops = (self.right - width - 6, self.left + 6), (self.bottom - height - 6, self.top + 6)
        curves = [item for item in self.items if isinstance(item, Line) and item.width > 1]
        drawn = [place for curve in curves for place in _along(curve.points)] + [mark.place for mark in self.marks]

        def hidden(corner: Place) -> int:
            left, top = corner
            return sum(left - 4 < x < left + width + 4 and top - 4 < y < top + height + 4 for x, y in drawn)

        return min([(lefts[0], tops[0]), (lefts[1], tops[1]), (lefts[1], tops[0]), (lefts[0], tops[1])], key=hidden)


def _along(points: tuple[Place, ...]) -> list[Place]:
    """Places along a line, a few a stroke."""
    steps = [step / 8 for step in range(9)]
    return [
        (xa + (xb - xa) * step, ya + (yb - ya) * step)
        for (xa, ya), (xb, yb) in itertools.pairwise(points)
        for step in steps
    ]


def _mark_outline(place: Place, number: int, radius: float) -> tuple[Place, ...]:
    """A mark whose form, too, tells the curves apart: circle, square, triangle, diamond."""
    corners = (_CIRCLE_CORNERS, 4, 3, 4)[number % 4]
    reach = (1.0, 1.25, 1.3, 1.3)[number % 4] * radius
    first = math.pi / 4 if number % 4 == 1 else -math.pi / 2
    turns = [first + 2 * math.pi * corner / corners for corner in range(corners)]
    return tuple((place[0] + reach * math.cos(turn), place[1] + reach * math.sin(turn)) for turn in turns)


def _padded(values: list[float], floor: float | None = None) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = 0.06 * (high - low) if high > low else max(0.1 * abs(high), 0.5 if floor is None else 1e-3)
    bottom = low - margin
    return (bottom if floor is None or low < floor else max(floor, bottom)), high + margin


def _padded_log(values: list[float]) -> tuple[float, float]:
    return min(values) / 1.25, max(values) * 1.25
