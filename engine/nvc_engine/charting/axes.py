"""The two axes of a chart: which values stand where, and how the view of them is zoomed and moved."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Place = tuple[float, float]

_SMALLEST_SHARE = 1e-6


@dataclass(frozen=True)
class View:
    """The values that a chart shows: from `xs[0]` to `xs[1]` and from `ys[0]` to `ys[1]`, both rising."""

    xs: tuple[float, float]
    ys: tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """A view in a rectangle of a drawing, in its points; `log_x` has the x axis logarithmic."""

    left: float
    top: float
    right: float
    bottom: float
    view: View
    log_x: bool = False

    def place(self, x: float, y: float) -> Place:
        """Where values stand; outside the rectangle where they are outside the view."""
        (left, right), (low, high) = self._spans()
        across = (self._along_x(x) - left) / (right - left)
        up = (y - low) / (high - low)
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def holds(self, place: Place) -> bool:
        """Whether a place lies in the rectangle."""
        x, y = place
        return self.left - 1e-6 <= x <= self.right + 1e-6 and self.top - 1e-6 <= y <= self.bottom + 1e-6

    def clipped(self, places: Sequence[Place]) -> Iterator[tuple[Place, ...]]:
        """The parts of a line through `places` that lie in the rectangle."""
        part: list[Place] = []
        for begin, end in itertools.pairwise(places):
            inside = self._inside(begin, end)
            if inside is None or (part and part[-1] != inside[0]):
                if part:
                    yield tuple(part)
                part = []
            if inside is not None:
                part += [*inside] if not part else [inside[1]]
        if part:
            yield tuple(part)

    def zoomed(self, place: Place, factor: float) -> View:
        """The view `factor` times as wide and high, with what stands at `place` kept there."""
        across = (place[0] - self.left) / (self.right - self.left)
        up = (self.bottom - place[1]) / (self.bottom - self.top)
        xs, ys = self._spans()
        return self._view(_scaled(xs, across, factor), _scaled(ys, up, factor))

    def moved(self, right: float, down: float) -> View:
        """The view after its content was moved by that many points."""
        xs, ys = self._spans()
        across = -right / (self.right - self.left) * (xs[1] - xs[0])
        up = down / (self.bottom - self.top) * (ys[1] - ys[0])
        return self._view((xs[0] + across, xs[1] + across), (ys[0] + up, ys[1] + up))

    def _along_x(self, x: float) -> float:
        return math.log10(x) if self.log_x else x

    def _spans(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What the axes are even in: values, or their logarithms."""
        low, high = self.view.xs
        return (self._along_x(low), self._along_x(high)), self.view.ys

    def _view(self, xs: tuple[float, float], ys: tuple[float, float]) -> View:
        """A view of these spans; the one there is where they would leave what numbers can say."""
        for low, high in (xs, ys):
            if not high - low > _SMALLEST_SHARE * max(abs(low), abs(high)) or abs(low) + abs(high) > 1e9:
                return self.view
        if self.log_x:
            if xs[0] < -30 or xs[1] > 30:
                return self.view
            xs = (10 ** xs[0], 10 ** xs[1])
        return View(xs, ys)

    def _inside(self, begin: Place, end: Place) -> tuple[Place, Place] | None:
        """The part of a stroke in the rectangle (Liang and Barsky 1984)."""
        (x, y), across, down = begin, end[0] - begin[0], end[1] - begin[1]
        first, last = 0.0, 1.0
        for step, room in (
            (-across, x - self.left), (across, self.right - x), (-down, y - self.top), (down, self.bottom - y)
        ):  # fmt: skip
            if step == 0:
                if room < 0:
                    return None
            elif step < 0:
                first = max(first, room / step)
            else:
                last = min(last, room / step)
        if first > last:
            return None
        enters = begin if first == 0 else (x + first * across, y + first * down)
        leaves = end if last == 1 else (x + last * across, y + last * down)
        return enters, leaves


def _scaled(span: tuple[float, float], share: float, factor: float) -> tuple[float, float]:
    low, high = span
    kept = low + share * (high - low)
    return kept - factor * (kept - low), kept + factor * (high - kept)
