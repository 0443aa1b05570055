"""The canvas, by the pixels that it paints."""

from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.views.frame_canvas import SURROUND, FrameCanvas
from nvc_studio.views.frame_difference import scale_colour
from nvc_studio.views.frame_labels import WARNING
from nvc_studio.views.frame_modes import ViewMode
from nvc_studio.views.frame_painting import PicturePainter

RED, BLUE = QColor(200, 10, 10), QColor(10, 10, 200)


def picture(colour: QColor, width: int = 80, height: int = 40, **facts: object) -> FramePicture:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    return FramePicture(image, **{"title": "clip", "frame": 3, **facts})  # type: ignore[arg-type]


def checkered(width: int = 80, height: int = 40) -> FramePicture:
    """Each pixel's colour is its place."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    for y in range(height):
        for x in range(width):
            image.setPixelColor(x, y, QColor(x, y, 128))
    return FramePicture(image, "place", 0)


@pytest.fixture
def canvas(qtbot: QtBot) -> FrameCanvas:
    """400 x 300, showing red beside blue."""
    made = FrameCanvas()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_pictures(picture(RED), picture(BLUE))
    return made


def at(canvas: FrameCanvas, x: float, y: float) -> QColor:
    """The colour on view, once the difference or error map that it shows is made."""
    while not canvas.is_made:
        QApplication.processEvents()
    shown = canvas.grab().toImage()
    return shown.pixelColor(int(x * shown.devicePixelRatio()), int(y * shown.devicePixelRatio()))


def test_side_by_side(canvas: FrameCanvas) -> None:
    assert at(canvas, 100, 150) == RED
    assert at(canvas, 300, 150) == BLUE
    assert at(canvas, 100, 280) == SURROUND


@pytest.mark.parametrize("place", [0.25, 0.5, 0.8])
def test_split_changes_sides_at_the_divider(canvas: FrameCanvas, place: float) -> None:
    canvas.set_mode(ViewMode.SPLIT)
    canvas.set_divider(place)
    assert at(canvas, 400 * place - 4, 100) == RED
    assert at(canvas, 400 * place + 4, 100) == BLUE


def test_split_across_changes_at_a_height(canvas: FrameCanvas) -> None:
    canvas.set_mode(ViewMode.SPLIT_ACROSS)
    canvas.set_divider(0.4)
    assert at(canvas, 100, 120 - 4) == RED
    assert at(canvas, 100, 120 + 4) == BLUE


def test_the_divider_is_dragged(canvas: FrameCanvas, qtbot: QtBot) -> None:
    canvas.set_mode(ViewMode.SPLIT)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
    qtbot.mouseMove(canvas, QPoint(100, 50))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 50))
    assert canvas.divider == 0.25
    qtbot.mouseMove(canvas, QPoint(300, 50))
    assert canvas.divider == 0.25


def test_the_divider_stays_on_the_canvas(canvas: FrameCanvas) -> None:
    canvas.set_divider(7)
    assert canvas.divider == 1
    canvas.set_divider(-7)
    assert canvas.divider == 0


def test_one_picture_alone(canvas: FrameCanvas) -> None:
    canvas.set_mode(ViewMode.A)
    assert at(canvas, 200, 150) == RED
    canvas.toggle_front()
    assert (canvas.mode, at(canvas, 200, 150)) == (ViewMode.B, BLUE)
    canvas.toggle_front()
    assert canvas.mode is ViewMode.A


def test_peeking_shows_the_other_one(canvas: FrameCanvas) -> None:
    canvas.set_mode(ViewMode.A)
    canvas.set_peek(True)
    assert at(canvas, 200, 150) == BLUE
    canvas.set_peek(False)
    assert at(canvas, 200, 150) == RED
    canvas.set_mode(ViewMode.DIFFERENCE)
    canvas.set_peek(True)
    assert at(canvas, 200, 150) == RED


def test_difference_with_gain(canvas: FrameCanvas) -> None:
    canvas.set_pictures(picture(QColor(100, 50, 7)), picture(QColor(97, 60, 7)))
    canvas.set_mode(ViewMode.DIFFERENCE)
    canvas.set_gain(4)
    assert at(canvas, 200, 150) == QColor(12, 40, 0)
    canvas.more_gain()
    assert (canvas.gain, at(canvas, 200, 150)) == (8, QColor(24, 80, 0))
    canvas.set_pictures(picture(QColor(1, 1, 1)), picture(QColor(1, 1, 2)))
    assert at(canvas, 200, 150) == QColor(0, 0, 8)


def test_gain_walks_its_scale(canvas: FrameCanvas) -> None:
    gains = []
    canvas.set_gain(1)
    for _ in range(8):
        gains.append(canvas.gain)
        canvas.more_gain()
    assert gains == [1, 2, 4, 8, 16, 32, 64, 64]
    canvas.less_gain()
    assert canvas.gain == 32
    canvas.set_gain(5)
    assert canvas.gain == 4


def test_modes_go_round(canvas: FrameCanvas) -> None:
    heard: list[ViewMode] = []
    canvas.mode_changed.connect(heard.append)
    for _ in ViewMode:
        canvas.cycle_mode()
    assert heard == [*list(ViewMode)[1:], ViewMode.SIDE_BY_SIDE]
    canvas.toggle_mode(ViewMode.DIFFERENCE)
    canvas.toggle_mode(ViewMode.DIFFERENCE)
    assert canvas.mode is ViewMode.SIDE_BY_SIDE


def test_a_lone_picture_has_the_whole_canvas_in_every_mode(canvas: FrameCanvas) -> None:
    for mode in ViewMode:
        canvas.set_mode(mode)
        canvas.set_pictures(picture(RED), None)
        assert at(canvas, 380, 150) == RED
        canvas.set_pictures(None, picture(BLUE))
        assert at(canvas, 20, 150) == BLUE


def test_an_empty_canvas_says_so(canvas: FrameCanvas) -> None:
    canvas.set_pictures(None, None)
    canvas.set_hint("")
    blank = canvas.grab().toImage()
    canvas.set_hint("Drop a clip here")
    assert canvas.grab().toImage() != blank
    assert at(canvas, 5, 5) == SURROUND


def test_b_is_drawn_at_the_size_of_a(canvas: FrameCanvas) -> None:
    canvas.set_pictures(picture(RED, 80, 40), picture(BLUE, 20, 20))
    canvas.set_mode(ViewMode.B)
    assert at(canvas, 5, 150) == BLUE
    assert at(canvas, 5, 20) == SURROUND


def test_pixels_that_are_not_square_are_stretched(canvas: FrameCanvas) -> None:
    canvas.set_pictures(picture(RED, 40, 40, aspect=Fraction(4, 3)), None)
    pane = canvas.panes()[0][0]
    assert canvas.picture_rect(pane).width() / canvas.picture_rect(pane).height() == pytest.approx(4 / 3)
    canvas.set_pictures(picture(RED, 40, 40, aspect=Fraction(1, 2)), None)
    assert canvas.picture_rect(pane).width() / canvas.picture_rect(pane).height() == pytest.approx(1 / 2)


def test_actual_pixels_are_exact(canvas: FrameCanvas) -> None:
    canvas.set_pictures(checkered(), None)
    canvas.one_to_one()
    assert canvas.zoom == 1
    corner = canvas.picture_rect(canvas.panes()[0][0]).topLeft()
    shown = canvas.grab().toImage()
    for x, y in ((0, 0), (79, 0), (0, 39), (79, 39), (33, 21)):
        assert shown.pixelColor(int(corner.x()) + x, int(corner.y()) + y) == QColor(x, y, 128)


def test_far_in_pixels_are_squares(canvas: FrameCanvas) -> None:
    canvas.set_pictures(checkered(), None)
    canvas.set_zoom(16.0)
    rect = canvas.picture_rect(canvas.panes()[0][0])
    shown = canvas.grab().toImage()
    for x, y in ((40, 20), (41, 20), (38, 17)):
        left, top = int(rect.left()) + 16 * x, int(rect.top()) + 16 * y
        for dx, dy in ((0, 0), (15, 0), (0, 15), (15, 15), (8, 8)):
            assert shown.pixelColor(left + dx, top + dy) == QColor(x, y, 128)


def test_a_picture_that_shrinks_is_averaged(canvas: FrameCanvas) -> None:
    stripes = QImage(1600, 800, QImage.Format.Format_RGB32)
    columns = np.frombuffer(stripes.bits(), np.uint32).reshape(800, 1600)
    columns[:, 0::2] = 0xFF000000
    columns[:, 1::2] = 0xFFFFFFFF
    canvas.set_pictures(FramePicture(stripes, "stripes", 0), None)
    assert abs(at(canvas, 200, 150).red() - 127) < 12


def wheel(canvas: FrameCanvas, point: QPointF, steps: int) -> None:
    event = QWheelEvent(
        point,
        canvas.mapToGlobal(point),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_the_wheel_zooms_at_the_cursor_in_all_panes_alike(canvas: FrameCanvas) -> None:
    canvas.set_pictures(checkered(), checkered())
    point = QPointF(260, 140)
    before = at(canvas, point.x(), point.y())
    wheel(canvas, point, 8)
    assert canvas.zoom == pytest.approx(199 / 80 * 1.25**8, rel=1e-6)
    after = at(canvas, point.x(), point.y())
    assert abs(after.red() - before.red()) <= 1
    assert abs(after.green() - before.green()) <= 1
    left, right = (canvas.picture_rect(pane) for pane, _ in canvas.panes())
    assert left.size() == right.size()
    assert right.left() - left.left() == pytest.approx(canvas.panes()[1][0].left())


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_dragging_pans(canvas: FrameCanvas, qtbot: QtBot, button: Qt.MouseButton) -> None:
    canvas.set_mode(ViewMode.A)
    canvas.set_zoom(20.0)
    before = canvas.picture_rect(canvas.panes()[0][0])
    qtbot.mousePress(canvas, button, pos=QPoint(200, 150))
    qtbot.mouseMove(canvas, QPoint(170, 165))
    qtbot.mouseRelease(canvas, button, pos=QPoint(170, 165))
    after = canvas.picture_rect(canvas.panes()[0][0])
    assert (after.left() - before.left(), after.top() - before.top()) == (-30, 15)


def test_zoom_and_place_outlive_the_picture_and_fit_ends_them(canvas: FrameCanvas) -> None:
    canvas.set_mode(ViewMode.A)
    canvas.set_zoom(5.0)
    canvas.set_pictures(picture(BLUE), picture(RED))
    assert (canvas.zoom, canvas.fitted) == (5, False)
    canvas.zoom_in()
    canvas.zoom_out()
    assert canvas.zoom == pytest.approx(5)
    canvas.fit()
    assert (canvas.zoom, canvas.fitted) == (5, True)


def amber(canvas: FrameCanvas) -> bool:
    at(canvas, 0, 0)
    shown = canvas.grab().toImage()
    return any(shown.pixelColor(x, y) == WARNING for x in range(400) for y in range(40))


def test_a_picture_that_lags_is_marked(canvas: FrameCanvas) -> None:
    assert not amber(canvas)
    canvas.set_pictures(picture(RED), picture(BLUE, frame=1, current=False))
    assert amber(canvas)
    canvas.set_mode(ViewMode.A)
    assert not amber(canvas)
    canvas.set_mode(ViewMode.DIFFERENCE)
    assert amber(canvas)


def test_double_click_asks_for_the_full_screen(canvas: FrameCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.full_screen_requested):
        qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))


def test_is_named_for_screen_readers(canvas: FrameCanvas) -> None:
    assert canvas.accessibleName()
    canvas.set_mode(ViewMode.SPLIT)
    assert "Split" in canvas.accessibleDescription()


GREEN = QColor(10, 200, 10)


def test_more_than_two_stand_in_a_grid_and_any_is_set_against_a(canvas: FrameCanvas) -> None:
    canvas.set_pictures(picture(RED), picture(BLUE), picture(GREEN))
    assert len({(pane.rect.x(), pane.rect.y()) for pane in canvas.panes()}) == 3
    middles = [pane.rect.center() for pane in canvas.panes()]
    assert [at(canvas, middle.x(), middle.y()) for middle in middles] == [RED, BLUE, GREEN]
    canvas.next_other()
    canvas.set_mode(ViewMode.SPLIT)
    assert (at(canvas, 100, 150), at(canvas, 300, 150)) == (RED, GREEN)
    assert "C" in canvas.accessibleDescription()
    canvas.show_alone(1)
    assert (canvas.other, at(canvas, 200, 150)) == (1, BLUE)
    canvas.show_alone(7)
    assert canvas.other == 1
    canvas.set_other(2)
    canvas.set_pictures(picture(RED), picture(BLUE))
    assert canvas.other == 1


def test_it_flickers_between_a_and_the_other(canvas: FrameCanvas, qtbot: QtBot) -> None:
    canvas.flicker.set_rate(8.0)
    canvas.flicker.set_on(True)
    seen = {at(canvas, 20, 150).name()}
    qtbot.waitUntil(lambda: seen.add(at(canvas, 20, 150).name()) or len(seen) == 2)
    assert seen == {RED.name(), BLUE.name()}
    canvas.flicker.set_on(False)
    assert at(canvas, 100, 150) == RED


def test_the_error_map_has_a_scale_in_code_values(canvas: FrameCanvas) -> None:
    canvas.set_pictures(picture(QColor(100, 50, 7)), picture(QColor(97, 60, 7)))
    canvas.set_mode(ViewMode.ERROR_MAP)
    canvas.set_gain(16)
    assert at(canvas, 200, 110) == scale_colour(10 / 16)
    canvas.set_gain(64)
    assert at(canvas, 200, 110) == scale_colour(1.0)
    legend = canvas.grab().toImage().copy(0, 230, 280, 70)
    canvas.set_gain(16)
    at(canvas, 0, 0)
    assert canvas.grab().toImage().copy(0, 230, 280, 70) != legend


def test_a_snapshot_shows_the_difference_of_the_pictures_on_view(canvas: FrameCanvas) -> None:
    canvas.set_mode(ViewMode.DIFFERENCE)
    canvas.set_gain(1)
    canvas.set_pictures(picture(QColor(9, 9, 9)), picture(QColor(4, 9, 9)))
    assert canvas.snapshot().pixelColor(200, 150) == QColor(5, 0, 0)


@pytest.mark.parametrize(("width", "levels"), [(1024, 1024), (1300, 1024), (400, 380)])
def test_ten_bits_a_channel_stay_ten_at_any_zoom(width: int, levels: int) -> None:
    ramp = np.arange(1024, dtype=np.uint32)
    image, shown = (QImage(w, 4, QImage.Format.Format_RGB30) for w in (1024, 1400))
    pixels = np.frombuffer(image.bits(), np.uint32).reshape(4, 1024)
    pixels[:] = 0xC0000000 | ramp << 20 | ramp << 10 | ramp
    shown.fill(0)
    painter = QPainter(shown)
    PicturePainter().draw(painter, image, QRectF(0, 0, width, 4), QRectF(0, 0, 1400, 4), 1.0)
    painter.end()
    assert len(np.unique(np.frombuffer(shown.constBits(), np.uint32) & 1023)) >= levels
