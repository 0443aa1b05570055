"""Where the parts of a chart stand, in a light style for papers: learned codecs solid, conventional ones dashed."""

import itertools
import math
from dataclasses import dataclass, replace

from nvc_engine.charting.axes import Axes, Place, View
from nvc_engine.charting.chart import Chart, Series, Style
from nvc_engine.charting.drawing import Area, Drawing, Line, Mark, Words
from nvc_engine.charting.font import chart_font, fitted
from nvc_engine.charting.ticks import linear_ticks, log_ticks, tick_text

WIDTH, HEIGHT = 480.0, 330.0
_SMALL, _LARGE = 9.0, 10.5
_LEFT, _TOP, _RIGHT, _BOTTOM = 50.0, 28.0, 14.0, 40.0
_RADIUS = 3.0
_ROOM_A_TICK = 30.0
_LEGEND_STEP, _LEGEND_INDENT = 13.0, 26.0
_LEAST_PLOT = 75.0
_LEAST_ENTRY = 88.0
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


def lay_out(
    chart: Chart,
    width: float = WIDTH,
    height: float | None = None,
    palette: Palette = PAPER,
    view: View | None = None,
) -> Drawing:
    """Draw `chart` into `width` x `height` points. Points that are no numbers, or not positive on a log axis, are left
    out.

    Args:
        height: None takes `HEIGHT`, and what a legend below the plot needs more.
        view: the values to show; None shows all.
    """
    return _Layout(chart, width, height, palette, view).drawing()


@dataclass(frozen=True)
class _Legend:
    """The legend's entries in rows and columns; `more` are those for which there is no room."""

    rows: int
    columns: int
    width: float
    more: int = 0

    @property
    def height(self) -> float:
        return _LEGEND_STEP * self.rows + 6


class _Layout:
    """One layout of one chart: the axes, which every part needs, and what has been drawn so far."""

    def __init__(
        self, chart: Chart, width: float, height: float | None, palette: Palette, view: View | None = None
    ) -> None:
        self.chart, self.palette = chart, palette
        self.width, self.height = width, HEIGHT if height is None else height
        places = [place for series in chart.series for place in series.points if self._drawable(place)]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        log_x = chart.log_x and bool(xs)
        shown = _padded_log(xs) if log_x else _padded(xs or [0.0, 1.0], floor=0.0)
        view = view or View(shown, _padded(ys or [30.0, 40.0]))
        bottom = self.height - _BOTTOM
        self.axes = Axes(_LEFT, _TOP, max(width - _RIGHT, _LEFT + 1), max(bottom, _TOP + 1), view, log_x)
        self.items: list[Line | Area | Words] = []
        self.marks: list[Mark] = []
        self.corner: Place | None = None
        self.legend = self._inner_legend()
        self.corner = self._free_corner(self.legend) if self.legend is not None else None
        if self.legend is None or self.corner is None:
            self._make_room_below(grow=height is None)

    def drawing(self) -> Drawing:
        self._frame()
        for number, series in enumerate(self.chart.series):
            self._curve(series, number)
        if self.chart.series and self.legend is not None:
            self._draw_legend(self.legend)
        chart, marks = self.chart, tuple(self.marks)
        background = self.palette.background
        return Drawing(self.width, self.height, tuple(self.items), chart.title, marks, background, self.axes)

    def _drawable(self, place: Place) -> bool:
        return all(math.isfinite(value) for value in place) and (place[0] > 0 or not self.chart.log_x)

    def _frame(self) -> None:
        ink, grid, axes = self.palette.ink, self.palette.grid, self.axes
        x_ticks = log_ticks(*axes.view.xs) if axes.log_x else linear_ticks(*axes.view.xs)
        y_ticks = linear_ticks(*axes.view.ys)
        x_ticks = _with_room(x_ticks, axes.right - axes.left, _ROOM_A_TICK)
        y_ticks = _with_room(y_ticks, axes.bottom - axes.top, 12.0)
        for tick in x_ticks:
            x, _ = axes.place(tick, axes.view.ys[0])
            self.items.append(Line(((x, axes.top), (x, axes.bottom)), grid, 0.7))
            self._words(x, axes.bottom + 12, tick_text(tick, x_ticks), 0.5)
        for tick in y_ticks:
            _, y = axes.place(axes.view.xs[1], tick)
            self.items.append(Line(((axes.left, y), (axes.right, y)), grid, 0.7))
            self._words(axes.left - 5, y + 3.2, tick_text(tick, y_ticks), 1.0)
        corners = (
            (axes.left, axes.top), (axes.right, axes.top), (axes.right, axes.bottom), (axes.left, axes.bottom)
        )  # fmt: skip
        self.items.append(Area(corners, stroke=ink, width=0.8))
        x_title = self.chart.x_title + (", log scale" if axes.log_x else "")
        middle, centre = (axes.left + axes.right) / 2, (axes.top + axes.bottom) / 2
        self._words(middle, axes.bottom + 30, x_title, 0.5)
        title = fitted(self.chart.title, _LARGE, self.width - 12)
        half = _LARGE * chart_font().width(title) / 2
        place = max(half + 6, min(middle, self.width - half - 6)), 18
        self.items.append(Words(place, title, _LARGE, ink, 0.5, whole=_whole(title, self.chart.title)))
        self.items.append(Words((13, centre), self.chart.y_title, _SMALL, ink, 0.5, upwards=True))

    def _words(self, x: float, y: float, text: str, anchor: float) -> None:
        self.items.append(Words((x, y), text, _SMALL, self.palette.ink, anchor))

    def _drawn(self, series: Series) -> list[tuple[int, Place]]:
        """(index, place) of every point that can be drawn, in the view or not."""
        return [(n, self.axes.place(*place)) for n, place in enumerate(series.points) if self._drawable(place)]

    def _curve(self, series: Series, number: int) -> None:
        colour = self._colour(series, number)
        drawn = self._drawn(series)
        if len(drawn) > 1:
            for part in self.axes.clipped([place for _, place in drawn]):
                self.items.append(Line(part, colour, 1.3, _DASHES.get(series.style, ())))
        for index, place in _marked(series, drawn):
            if self.axes.holds(place):
                self.items.append(self._mark(series, number, place, colour))
                self.marks.append(Mark(place, number, index))

    def _mark(self, series: Series, number: int, place: Place, colour: str) -> Area:
        hollow = series.style in (Style.PUBLISHED, Style.ESTIMATE)
        fill = self.palette.background if hollow else colour
        # Shifted with every turn of the colours, so that no two curves share both.
        form = number + number // len(self.palette.curves)
        return Area(_mark_outline(place, form, _RADIUS), fill, colour, 1.0)

    def _colour(self, series: Series, number: int) -> str:
        curves = self.palette.curves
        return self.palette.estimate if series.style is Style.ESTIMATE else curves[number % len(curves)]

    # --- the legend ---------------------------------------------------------------------------------------------------

    def _entry_width(self) -> float:
        font = chart_font()
        widest = max((font.width(series.title) for series in self.chart.series), default=0.0)
        return _LEGEND_INDENT + 10 + _SMALL * widest

    def _inner_legend(self) -> _Legend | None:
        """One column in the plot, where it leaves enough of that free."""
        axes, legend = self.axes, _Legend(len(self.chart.series), 1, self._entry_width())
        fits = legend.width <= 0.6 * (axes.right - axes.left) and legend.height <= 0.5 * (axes.bottom - axes.top)
        return legend if fits else None

    def _make_room_below(self, *, grow: bool) -> None:
        """Put the legend below the plot, which becomes smaller for it, or with `grow` the drawing higher.

        Entries are cut short only where there is no room for as many rows as whole ones take.
        """
        count, across = len(self.chart.series), max(self.width - 12, 1.0)
        columns = max(1, min(count, int(across // self._entry_width())))
        rows = -(-count // columns)
        if grow:
            self.height += _LEGEND_STEP * rows + 6
        else:
            room = max(0, int((self.height - _TOP - _BOTTOM - _LEAST_PLOT - 6) // _LEGEND_STEP))
            while rows > room and across / (columns + 1) >= _LEAST_ENTRY:
                columns += 1
                rows = -(-count // columns)
            rows = min(rows, room)
        width = min(self._entry_width(), across / columns)
        self.legend = _Legend(rows, columns, width, max(0, count - rows * columns)) if rows else None
        if self.legend is not None:
            bottom = self.height - _BOTTOM - self.legend.height
            self.axes = replace(self.axes, bottom=max(bottom, _TOP + 1))

    def _draw_legend(self, legend: _Legend) -> None:
        if self.corner is not None:
            left, top = self.corner
            right, bottom = left + legend.width, top + legend.height
            corners = ((left, top), (right, top), (right, bottom), (left, bottom))
            self.items.append(Area(corners, self.palette.background, self.palette.grid, 0.7))
        else:
            left = max(6.0, (self.width - legend.columns * legend.width) / 2)
            top = self.height - legend.height - 2
        count = len(self.chart.series) - legend.more
        for number, series in enumerate(self.chart.series[:count]):
            place = left + legend.width * (number // legend.rows), top + 3 + _LEGEND_STEP * (number % legend.rows + 0.5)
            if legend.more and number == count - 1:
                self._words(place[0] + _LEGEND_INDENT, place[1] + 3.2, f"and {legend.more + 1} more", 0.0)
            else:
                self._entry(place, legend.width, series, number)

    def _entry(self, place: Place, width: float, series: Series, number: int) -> None:
        (left, y), colour = place, self._colour(series, number)
        self.items.append(Line(((left + 5, y), (left + 22, y)), colour, 1.3, _DASHES.get(series.style, ())))
        if series.style is not Style.PLAIN:
            self.items.append(self._mark(series, number, (left + 13.5, y), colour))
        title = fitted(series.title, _SMALL, width - _LEGEND_INDENT)
        place, ink = (left + _LEGEND_INDENT, y + 3.2), self.palette.ink
        self.items.append(Words(place, title, _SMALL, ink, whole=_whole(title, series.title)))

    def _free_corner(self, legend: _Legend) -> Place | None:
        """Left and top of a box in a corner where it hides nothing, the bottom right one if there is a choice."""
        axes, width, height = self.axes, legend.width, legend.height
        lefts, tops = (axes.right - width - 6, axes.left + 6), (axes.bottom - height - 6, axes.top + 6)
        curves = [self._drawn(series) for series in self.chart.series]
        drawn = [place for curve in curves for place in _along([place for _, place in curve])]

        def free(corner: Place) -> bool:
            left, top = corner
            return not any(left - 4 < x < left + width + 4 and top - 4 < y < top + height + 4 for x, y in drawn)

        corners = ((lefts[0], tops[0]), (lefts[1], tops[1]), (lefts[1], tops[0]), (lefts[0], tops[1]))
        return next((corner for corner in corners if free(corner)), None)


def _marked(series: Series, drawn: list[tuple[int, Place]]) -> list[tuple[int, Place]]:
    """The points that have a mark."""
    match series.style:
        case Style.PLAIN:
            return []
        case Style.ESTIMATE:
            return drawn[-1:]
        case _:
            return drawn


def _with_room(ticks: list[float], length: float, room: float) -> list[float]:
    """Every tick, or every second, third, ... one, so that their words do not touch."""
    return ticks[:: max(1, math.ceil(len(ticks) * room / max(length, 1.0)))]


def _whole(shown: str, text: str) -> str:
    return "" if shown == text else text


def _along(points: list[Place]) -> list[Place]:
    """Places along a line, a few a stroke."""
    steps = [step / 8 for step in range(9)]
    return points[:1] + [
        (xa + (xb - xa) * step, ya + (yb - ya) * step)
        for (xa, ya), (xb, yb) in itertools.pairwise(points)
        for step in steps
    ]


def _mark_outline(place: Place, form: int, radius: float) -> tuple[Place, ...]:
    """A mark whose form, too, tells the curves apart: circle, square, triangle, diamond."""
    corners = (_CIRCLE_CORNERS, 4, 3, 4)[form % 4]
    reach = (1.0, 1.25, 1.3, 1.3)[form % 4] * radius
    first = math.pi / 4 if form % 4 == 1 else -math.pi / 2
    turns = [first + 2 * math.pi * corner / corners for corner in range(corners)]
    return tuple((place[0] + reach * math.cos(turn), place[1] + reach * math.sin(turn)) for turn in turns)


def _padded(values: list[float], floor: float | None = None) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = 0.06 * (high - low) if high > low else max(0.1 * abs(high), 0.5 if floor is None else 1e-3)
    bottom = low - margin
    return (bottom if floor is None or low < floor else max(floor, bottom)), high + margin


def _padded_log(values: list[float]) -> tuple[float, float]:
    return min(values) / 1.25, max(values) * 1.25
