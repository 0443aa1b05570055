"""Zoom and pan as arithmetic."""

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from nvc_studio.views.frame_geometry import MOST_ZOOM, Viewport, can_pan, fit_zoom, panned, placed, zoomed

PICTURE = QSizeF(200, 100)
PANE = QRectF(10, 20, 400, 400)


def picture_point(view: Viewport, at: QPointF, ratio: float = 1.0) -> tuple[float, float]:
    """The picture pixel under a point of the pane."""
    target = placed(view, PICTURE, PANE, ratio)
    return (
        (at.x() - target.left()) / target.width() * PICTURE.width(),
        (at.y() - target.top()) / target.height() * PICTURE.height(),
    )


def test_fit_fills_the_narrower_side_and_centres_the_other() -> None:
    assert fit_zoom(PICTURE, PANE, 1.0) == 2
    assert fit_zoom(PICTURE, PANE, 2.0) == 4
    assert placed(Viewport(), PICTURE, PANE, 1.0) == QRectF(10, 120, 400, 200)


def test_fit_of_nothing_is_harmless() -> None:
    assert fit_zoom(QSizeF(), PANE, 1.0) == 1
    assert placed(Viewport(), QSizeF(), PANE, 1.0).isEmpty()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_one_to_one_is_in_device_pixels_and_on_whole_ones(ratio: float) -> None:
    target = placed(Viewport(1.0), PICTURE, PANE, ratio)
    assert target.width() * ratio == pytest.approx(200)
    assert target.left() * ratio == pytest.approx(round(target.left() * ratio))
    assert target.top() * ratio == pytest.approx(round(target.top() * ratio))


@pytest.mark.parametrize("zoom", [5.0, 7.5, 20.0])
def test_what_is_under_the_cursor_stays_there(zoom: float) -> None:
    view = Viewport(3.0)
    at = QPointF(150, 260)
    before = picture_point(view, at)
    after = picture_point(zoomed(view, zoom, at, PICTURE, PANE, 1.0), at)
    assert after[0] == pytest.approx(before[0], abs=0.5)
    assert after[1] == pytest.approx(before[1], abs=0.5)


def test_zoom_from_fit_keeps_the_point_too() -> None:
    at = QPointF(300, 220)
    before = picture_point(Viewport(), at)
    after = picture_point(zoomed(Viewport(), 8.0, at, PICTURE, PANE, 1.0), at)
    assert after == pytest.approx(before, abs=0.5)


def test_zoom_is_bounded_and_none_is_fit() -> None:
    assert zoomed(Viewport(), 1e9, PANE.center(), PICTURE, PANE, 1.0).zoom == MOST_ZOOM
    assert zoomed(Viewport(5.0, 0.2, 0.2), None, PANE.center(), PICTURE, PANE, 1.0) == Viewport()


def test_dragging_moves_the_picture_with_the_hand() -> None:
    view = Viewport(8.0)
    before = placed(view, PICTURE, PANE, 1.0)
    after = placed(panned(view, QPointF(30, -50), PICTURE, PANE, 1.0), PICTURE, PANE, 1.0)
    assert after.left() - before.left() == pytest.approx(30)
    assert after.top() - before.top() == pytest.approx(-50)


def test_dragging_leaves_no_gap_at_the_edges() -> None:
    far = panned(Viewport(8.0), QPointF(1e6, -1e6), PICTURE, PANE, 1.0)
    target = placed(far, PICTURE, PANE, 1.0)
    assert target.left() == pytest.approx(PANE.left())
    assert target.bottom() == pytest.approx(PANE.bottom())


def test_a_picture_that_fits_cannot_be_dragged() -> None:
    assert not can_pan(Viewport(), PICTURE, PANE, 1.0)
    assert not can_pan(Viewport(1.0), PICTURE, PANE, 1.0)
    assert can_pan(Viewport(3.0), PICTURE, PANE, 1.0)
    assert panned(Viewport(1.0), QPointF(30, 30), PICTURE, PANE, 1.0) == Viewport(1.0)
