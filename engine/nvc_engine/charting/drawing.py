"""A picture as a list of lines, areas and words, in points of 1/72 inch from the top left."""

from dataclasses import dataclass

from nvc_engine.charting.axes import Axes, Place


@dataclass(frozen=True)
class Line:
    """Points joined by straight strokes. `dashes` are lengths of strokes and gaps in turns; () draws through."""

    points: tuple[Place, ...]
    colour: str
    width: float = 1.0
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True)
class Area:
    """A closed outline, filled with `fill` and then drawn with `stroke`; either may be ""."""

    points: tuple[Place, ...]
    fill: str = ""
    stroke: str = ""
    width: float = 1.0


@dataclass(frozen=True)
class Words:
    """One line of text whose baseline begins, is centred or ends (`anchor` 0, 0.5, 1) at `place`. `whole` is what it
    would say had it not been cut short, "" where it was not."""

    place: Place
    text: str
    size: float
    colour: str
    anchor: float = 0.0
    upwards: bool = False
    """Turned to be read from below to above."""
    whole: str = ""


@dataclass(frozen=True)
class Mark:
    """Where a point of a chart is drawn: `series` and `point` are its indices there."""

    place: Place
    series: int
    point: int


@dataclass(frozen=True)
class Drawing:
    """Items in the order in which they are painted; colours are "#rrggbb". `marks` and `axes` tell what lies where."""

    width: float
    height: float
    items: tuple[Line | Area | Words, ...]
    title: str = ""
    marks: tuple[Mark, ...] = ()
    background: str = "#ffffff"
    axes: Axes | None = None


def colour_parts(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb", 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
