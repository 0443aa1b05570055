"""Where a picture lies in a pane: zoom and pan as plain arithmetic. Distances are logical pixels unless said."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

LEAST_ZOOM = 1 / 32
MOST_ZOOM = 64.0


@dataclass(frozen=True)
class Viewport:
    """How all panes look at their picture.

    Attributes:
        zoom: device pixels per picture pixel; None fits the whole picture into the pane.
        x, y: the picture point in the middle of the pane, as fractions of its width and height.
    """

    zoom: float | None = None
    x: float = 0.5
    y: float = 0.5


def fit_zoom(picture: QSizeF, pane: QRectF, ratio: float) -> float:
    """The zoom at which the whole picture just fits. `ratio`: device pixels per logical pixel."""
    if picture.isEmpty() or pane.isEmpty():
        return 1.0
    return min(pane.width() / picture.width(), pane.height() / picture.height()) * ratio


def zoom_of(view: Viewport, picture: QSizeF, pane: QRectF, ratio: float) -> float:
    """The zoom that is in force: the fitting one where none is set."""
    return fit_zoom(picture, pane, ratio) if view.zoom is None else view.zoom


def placed(view: Viewport, picture: QSizeF, pane: QRectF, ratio: float) -> QRectF:
    """The rectangle that the picture covers, its corner on a whole device pixel.

    A picture smaller than the pane lies in the middle; a larger one leaves no gap at an edge.
    """
    scale = zoom_of(view, picture, pane, ratio) / ratio
    width, height = picture.width() * scale, picture.height() * scale
    left = pane.left() + _offset(width, pane.width(), view.x)
    top = pane.top() + _offset(height, pane.height(), view.y)
    return QRectF(round(left * ratio) / ratio, round(top * ratio) / ratio, width, height)


def zoomed(view: Viewport, zoom: float | None, at: QPointF, picture: QSizeF, pane: QRectF, ratio: float) -> Viewport:
    """The view at another zoom (None: fit), the picture point under `at` staying there as far as edges allow."""
    if zoom is None:
        return Viewport()
    zoom = min(max(zoom, LEAST_ZOOM), MOST_ZOOM)
    target = placed(view, picture, pane, ratio)
    if target.isEmpty():
        return replace(view, zoom=zoom)
    across = (at.x() - target.left()) / target.width()
    down = (at.y() - target.top()) / target.height()
    scale = zoom / ratio
    x = across - (at.x() - pane.center().x()) / (picture.width() * scale)
    y = down - (at.y() - pane.center().y()) / (picture.height() * scale)
    return _kept_inside(Viewport(zoom, x, y), picture, pane, ratio)


def panned(view: Viewport, by: QPointF, picture: QSizeF, pane: QRectF, ratio: float) -> Viewport:
    """The view with the picture dragged by so much."""
    scale = zoom_of(view, picture, pane, ratio) / ratio
    if picture.isEmpty():
        return view
    moved = replace(view, x=view.x - by.x() / (picture.width() * scale), y=view.y - by.y() / (picture.height() * scale))
    return _kept_inside(moved, picture, pane, ratio)


def can_pan(view: Viewport, picture: QSizeF, pane: QRectF, ratio: float) -> bool:
    """Whether the picture is larger than the pane."""
    target = placed(view, picture, pane, ratio)
    return target.width() > pane.width() + 0.5 or target.height() > pane.height() + 0.5


def _offset(length: float, room: float, middle: float) -> float:
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, room / 2 - middle * length))


def _kept_inside(view: Viewport, picture: QSizeF, pane: QRectF, ratio: float) -> Viewport:
    scale = zoom_of(view, picture, pane, ratio) / ratio
    return replace(
        view,
        x=_middle(view.x, picture.width() * scale, pane.width()),
        y=_middle(view.y, picture.height() * scale, pane.height()),
    )


def _middle(middle: float, length: float, room: float) -> float:
    if length <= room:
        return 0.5
    half = room / 2 / length
    return min(1 - half, max(half, middle))
