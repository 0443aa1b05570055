"""Scrubber, curve, transport and actions, each by itself."""

import math
from collections.abc import Sequence
from fractions import Fraction

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QPalette
from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nvc_studio.models.frame_times import FrameTimes
from nvc_studio.models.playback import Playback
from nvc_studio.views.compare_actions import CompareActions
from nvc_studio.views.compare_bar import CompareBar
from nvc_studio.views.frame_axis import FrameAxis
from nvc_studio.views.frame_canvas import FrameCanvas
from nvc_studio.views.frame_modes import ViewMode
from nvc_studio.views.metric_strip import FrameCurve, MetricStrip
from nvc_studio.views.scrubber import Scrubber
from nvc_studio.views.transport import Transport


@pytest.fixture
def scrubber(qtbot: QtBot) -> Scrubber:
    made = Scrubber()
    qtbot.addWidget(made)
    made.resize(654, 40)
    made.set_frame_count(100)
    return made


@pytest.fixture
def strip(qtbot: QtBot) -> MetricStrip:
    made = MetricStrip()
    qtbot.addWidget(made)
    made.resize(654, 72)
    return made


@pytest.fixture
def playback(qtbot: QtBot) -> Playback:
    made = Playback()
    made.set_times(FrameTimes(tuple(range(0, 4000, 40)), Fraction(1, 1000)))
    return made


def show(strip: MetricStrip, values: Sequence[float]) -> None:
    strip.set_curves([FrameCurve(1, "B", tuple(values))], "PSNR-Y")


def place(widget: Scrubber | MetricStrip, frame: int) -> QPoint:
    return QPoint(int(widget.axis.x(frame)), 14)


@pytest.mark.parametrize("count", [1, 7, 600, 5000])
def test_axis_finds_the_frame_that_it_drew(count: int) -> None:
    axis = FrameAxis.across(count, 900)
    for frame in {0, count // 3, count - 1}:
        assert axis.frame(axis.x(frame)) == frame
    assert (axis.frame(-50), axis.frame(5000)) == (0, count - 1)


@pytest.mark.parametrize(("count", "step"), [(10, 1), (100, 10), (1000, 100), (1700, 200), (100_000, 10_000)])
def test_axis_steps_are_round(count: int, step: int) -> None:
    assert FrameAxis(count, 0, 600).step(50) == step


def test_axis_of_nothing(qtbot: QtBot) -> None:
    assert FrameAxis.across(0, 300).frame(100) == 0
    assert FrameAxis.across(0, 300).step(50) == 1


def test_dragging_scrubs(scrubber: Scrubber, qtbot: QtBot) -> None:
    heard: list[str] = []
    scrubber.scrub_began.connect(lambda: heard.append("began"))
    scrubber.scrubbed.connect(lambda frame: heard.append(f"{frame}"))
    scrubber.scrub_ended.connect(lambda: heard.append("ended"))
    qtbot.mousePress(scrubber, Qt.MouseButton.LeftButton, pos=place(scrubber, 20))
    qtbot.mouseMove(scrubber, place(scrubber, 45))
    qtbot.mouseMove(scrubber, QPoint(5000, 10))
    qtbot.mouseRelease(scrubber, Qt.MouseButton.LeftButton, pos=QPoint(5000, 10))
    assert heard == ["began", "20", "45", "99", "ended"]
    qtbot.mouseMove(scrubber, place(scrubber, 10))
    assert scrubber.value() == 99


@pytest.mark.parametrize(
    ("key", "frame"),
    [
        (Qt.Key.Key_Right, 51),
        (Qt.Key.Key_Left, 49),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 99),
        (Qt.Key.Key_PageUp, 55),
        (Qt.Key.Key_PageDown, 45),
    ],
)
def test_the_scrubber_obeys_keys(scrubber: Scrubber, qtbot: QtBot, key: Qt.Key, frame: int) -> None:
    scrubber.set_frame(50)
    with qtbot.waitSignal(scrubber.scrubbed, check_params_cb=lambda to: to == frame):
        qtbot.keyClick(scrubber, key)
    assert scrubber.value() == frame


def test_showing_the_playhead_is_no_scrubbing(scrubber: Scrubber, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(scrubber.scrubbed):
        scrubber.set_frame(30)
        scrubber.set_frame_count(20)
    assert scrubber.value() == 19
    scrubber.set_frame_count(0)
    assert not scrubber.isEnabled()


def test_marks_are_drawn_where_they_belong(scrubber: Scrubber) -> None:
    plain = scrubber.grab().toImage()
    scrubber.set_marks(((0, 40), (40, 100)), (70,))
    marked = scrubber.grab().toImage()
    changed = {x for x in range(plain.width()) for y in range(20) if plain.pixel(x, y) != marked.pixel(x, y)}
    assert changed
    assert {round(scrubber.axis.frame(x) / 10) * 10 for x in changed} == {40, 70}
    scrubber.set_range(10, 90)
    assert scrubber.grab().toImage() != marked


def test_a_click_on_the_curve_goes_there(strip: MetricStrip, qtbot: QtBot) -> None:
    show(strip, [30 + n for n in range(10)])
    with qtbot.waitSignal(strip.frame_chosen, check_params_cb=lambda frame: frame == 7):
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place(strip, 7))


def test_the_curve_obeys_keys(strip: MetricStrip, qtbot: QtBot) -> None:
    show(strip, [30.0] * 10)
    strip.set_frame(9)
    chosen: list[int] = []
    strip.frame_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(strip, key)
    assert chosen == [8, 9, 0, 9]


def test_the_curve_has_room_for_all_that_is_finite(strip: MetricStrip) -> None:
    show(strip, [31.2, math.nan, 38.4, math.inf])
    low, high = strip.bounds
    assert low <= 31.2 < 38.4 <= high
    assert high - low < 12
    show(strip, [math.inf, math.nan])
    show(strip, [40.0, 40.0])
    assert strip.bounds[0] < 40.0001
    assert strip.bounds[1] > strip.bounds[0]


def test_values_in_words(strip: MetricStrip) -> None:
    show(strip, [31.257, math.nan, math.inf])
    assert [strip.value_text(frame) for frame in range(4)] == ["31.26 dB", "not measured", "lossless", ""]
    strip.set_frame(2)
    assert strip.accessibleDescription() == "PSNR-Y, frame 2: B lossless"


@pytest.mark.parametrize("count", [0, 1, 2, 50, 5000])
def test_curves_of_any_length_are_painted(strip: MetricStrip, count: int) -> None:
    empty = strip.grab().toImage()
    show(strip, [math.nan if n % 7 == 3 else 30 + n % 5 for n in range(count)])
    strip.set_frame(count // 2)
    assert (strip.grab().toImage() == empty) == (count == 0)


@pytest.fixture
def canvas(qtbot: QtBot) -> FrameCanvas:
    made = FrameCanvas()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def actions(playback: Playback, canvas: FrameCanvas) -> CompareActions:
    made = CompareActions(playback, canvas, playback)
    made.paint_icons(QPalette())
    return made


def test_transport_shows_frame_and_time(playback: Playback, actions: CompareActions, qtbot: QtBot) -> None:
    transport = Transport(playback, actions)
    qtbot.addWidget(transport)
    playback.seek(37)
    texts = [label.text().strip() for label in transport.findChildren(QLabel)]
    assert "/ 100" in texts
    assert "0:00:01.480 / 0:00:04.000" in texts
    field = transport.findChild(QSpinBox)
    assert field.value() == 37
    field.setValue(64)
    assert playback.frame == 64


def test_transport_chooses_and_shows_the_speed(playback: Playback, actions: CompareActions, qtbot: QtBot) -> None:
    transport = Transport(playback, actions)
    qtbot.addWidget(transport)
    box = transport.findChild(QComboBox)
    playback.set_speed(0.5)
    assert box.currentText() == "0.5×"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert playback.speed == 0.75
    playback.shuttle_backward()
    playback.shuttle_backward()
    assert any("◀ 2×" in label.text() for label in transport.findChildren(QLabel))


def test_every_control_has_a_name(
    playback: Playback, canvas: FrameCanvas, actions: CompareActions, qtbot: QtBot
) -> None:
    bar = CompareBar(canvas, actions)
    transport = Transport(playback, actions)
    for owner in (bar, transport):
        qtbot.addWidget(owner)
        controls: list[QWidget] = [*owner.findChildren(QToolButton), *owner.findChildren(QComboBox)]
        assert all(control.accessibleName() for control in controls + owner.findChildren(QSpinBox))
        assert all(control.toolTip() for control in controls + owner.findChildren(QSpinBox))


def test_every_action_has_text_and_no_two_share_a_key(actions: CompareActions) -> None:
    every = actions.playback_actions() + actions.view_actions()
    assert all(action.text() for action in every)
    assert len({action.text() for action in every}) == len(every)
    keys = [key.toString(QKeySequence.SequenceFormat.PortableText) for action in every for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    expected = "Space Left Right , . Shift+Left Shift+Right Home End J K L I O Alt+X Ctrl+L [ ] Backspace"
    expected += " 1 2 Tab ` V D Shift+[ Shift+] F Ctrl+1 Ctrl+= Ctrl+- F11 Ctrl+Shift+C"
    assert set(expected.split()) <= set(keys)


def test_actions_follow_what_they_switch(playback: Playback, canvas: FrameCanvas, actions: CompareActions) -> None:
    playback.play()
    assert actions.play.text() == "Pause"
    playback.pause()
    assert actions.play.text() == "Play"
    actions.loop.trigger()
    assert playback.loop
    canvas.set_mode(ViewMode.SPLIT)
    assert [mode for mode, action in actions.modes.items() if action.isChecked()] == [ViewMode.SPLIT]
    assert actions.divider_forward.isEnabled()
    assert not actions.more_gain.isEnabled()
    actions.divider_forward.trigger()
    assert canvas.divider > 0.5
    actions.modes[ViewMode.DIFFERENCE].trigger()
    assert canvas.mode is ViewMode.DIFFERENCE
    actions.modes[ViewMode.DIFFERENCE].trigger()
    assert canvas.mode is ViewMode.SIDE_BY_SIDE
    canvas.one_to_one()
    assert not actions.fit.isChecked()
    actions.fit.trigger()
    assert (canvas.fitted, actions.fit.isChecked()) == (True, True)
    actions.fit.trigger()
    assert (canvas.fitted, actions.fit.isChecked()) == (True, True)


def test_every_source_has_a_curve_of_its_own_colour(strip: MetricStrip) -> None:
    show(strip, [30.0] * 10)
    alone = strip.grab().toImage()
    strip.set_curves([FrameCurve(1, "B", (30.0,) * 10), FrameCurve(2, "C", (34.0, math.nan) * 5)], "PSNR-Y")
    strip.set_frame(3)
    assert strip.accessibleDescription() == "PSNR-Y, frame 3: B 30.00 dB, C not measured"
    assert strip.bounds[1] >= 34
    both = strip.grab().toImage()
    orange = strip.colour(2).name()
    colours = {both.pixelColor(x, y).name() for x in range(both.width()) for y in range(both.height())}
    assert orange in colours
    assert orange not in {alone.pixelColor(x, y).name() for x in range(alone.width()) for y in range(alone.height())}


def test_bits_of_every_size_have_room(strip: MetricStrip) -> None:
    strip.set_curves([FrameCurve(0, "A", (430.0, 0.3, 0.0))], "Bits", "kbit", logarithmic=True)
    assert strip.bounds == (0.1, 1000.0)
    strip.set_curves([FrameCurve(0, "A", (0.0, 0.0))], "Bits", "kbit", logarithmic=True)
    assert not strip.grab().isNull()
