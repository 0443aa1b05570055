"""The loupe and the table of code values, by what they say and paint."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from nvc_engine.protocol.messages import ClipFacts, PixelRead
from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.models.pixel_values import PixelPlace, stored_place
from nvc_studio.models.sources import Source
from nvc_studio.views.frame_canvas import FrameCanvas
from nvc_studio.views.frame_loupe import pixel_rows

ODD, EVEN = QColor(250, 20, 20), QColor(20, 20, 250)


def source(rotation: int, width: int = 6, height: int = 4) -> Source:
    facts = ClipFacts(
        path="/a.mkv", container="matroska", codec="ffv1", width=width, height=height, frames=1, rate="25/1",
        time_base="1/25", timestamps=(0,), pixel_format="yuv420p", bit_depth=8, matrix="bt601", primaries="2",
        transfer="2", full_range=False, colour_assumed=False, rotation=rotation,
    )  # fmt: skip
    return Source(1, "a.mkv", facts)


@pytest.mark.parametrize(
    ("rotation", "upright", "stored"),
    [(0, (5, 1), (5, 1)), (90, (0, 0), (0, 3)), (180, (0, 0), (5, 3)), (270, (0, 0), (5, 0)), (90, (3, 5), (5, 0))],
)
def test_a_place_is_found_in_the_picture_as_it_is_stored(
    rotation: int, upright: tuple[int, int], stored: tuple[int, int]
) -> None:
    size = (4, 6) if rotation % 180 else (6, 4)
    assert stored_place(PixelPlace(*upright), size, source(rotation)) == stored


def test_a_smaller_source_is_read_where_it_is_drawn() -> None:
    assert stored_place(PixelPlace(11, 6), (12, 8), source(0)) == (5, 3)


def test_differences_of_other_depths_are_left_out() -> None:
    rows = pixel_rows("ABC", [PixelRead(1, (100, 1, 2), (5, 6, 7), 8), PixelRead(2, (404, 5, 9), (5, 4, 9), 10), None])
    assert [(row.title, row.values) for row in rows] == [
        ("A", ("100", "1", "2", "5", "6", "7")),
        ("B", ("404", "5", "9", "5", "4", "9")),
        ("C", ("",) * 6),
        ("B − A", ("–", "–", "–", "0", "-2", "+2")),
    ]


def test_the_loupe_shows_the_pixel_under_the_pointer_in_squares(qtbot: QtBot) -> None:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    for y in range(64):
        for x in range(64):
            image.setPixelColor(x, y, ODD if (x + y) % 2 else EVEN)
    canvas = FrameCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.set_pictures(FramePicture(image, "place", 0))
    canvas.one_to_one()
    rect = canvas.picture_rect(canvas.panes()[0].rect)
    at = QPointF(rect.left() + 30.5, rect.top() + 31.5)
    canvas.probe.set_loupe(True)
    canvas.probe.move(at)
    assert canvas.probe.place == PixelPlace(30, 31)
    shown = canvas.grab().toImage()
    middle = QPointF(at.x() + 24 + 4 + 76, at.y() + 24 + 4 + 76).toPoint()
    assert shown.pixelColor(middle.x(), middle.y()) == ODD
    assert shown.pixelColor(middle.x() + 8, middle.y()) == EVEN
    canvas.probe.move(None)
    assert canvas.grab().toImage().pixelColor(middle.x(), middle.y()) not in (ODD, EVEN)
