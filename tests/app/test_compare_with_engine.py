"""The compare view with the real engine, on small clips whose pixels say which frame they are."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from nvc_engine.protocol.messages import ClipOpened, CloseClip, Failed, OpenClip, Result, Welcome
from nvc_studio.engine_client import EngineClient, EngineState
from nvc_studio.models.frames import FrameFetcher
from nvc_studio.models.sources import Source
from nvc_studio.views.compare_view import CompareView
from nvc_studio.views.filmstrip import Filmstrip
from nvc_studio.views.frame_curves import FrameCurves
from nvc_studio.views.frame_loupe import pixel_rows
from nvc_studio.views.frame_modes import ViewMode
from nvc_studio.views.metric_strip import MetricStrip

WIDTH, HEIGHT, RATE = 48, 32, 10
PATIENCE = 30_000


class Engine:
    """A running engine, and how to open clips through it."""

    def __init__(self) -> None:
        self.client = EngineClient()
        self.pid = 0
        self.client.received.connect(self._received)
        self.client.start()

    def _received(self, message: object) -> None:
        if isinstance(message, Welcome):
            self.pid = message.pid

    def open(self, qtbot: QtBot, path: Path, slow_motion: int = 1) -> Source:
        qtbot.waitUntil(lambda: self.client.state is EngineState.READY, timeout=PATIENCE)
        answers: list[object] = []
        order = OpenClip(self.client.next_request(), str(path), slow_motion=slow_motion)
        self.client.ask(order, answers.append)
        qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE)
        answer = answers[0]
        assert not isinstance(answer, Failed), answer.sentence
        assert isinstance(answer, ClipOpened)
        return Source(answer.clip, path.name, answer.facts)


@pytest.fixture(scope="module")
def engine(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NVC_HOME", str(tmp_path_factory.mktemp("home")))
        running = Engine()
        loop = QEventLoop()
        running.client.state_changed.connect(lambda state, _: loop.quit() if state is EngineState.READY else None)
        QTimer.singleShot(PATIENCE, loop.quit)
        loop.exec()
        yield running
        running.client.close(stop_jobs=True)


def luma(frame: int, offset: int = 0) -> int:
    return 20 + 6 * frame + offset


def grey(frame: int, offset: int = 0) -> int:
    """What BT.601 limited range makes of that luma."""
    return round((luma(frame, offset) - 16) * 255 / 219)


def render(
    path: Path, frames: int, *, rate: int = RATE, offset: int = 0, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Path:
    """A Y4M file of grey frames, each brighter than the one before."""
    width, height = size
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(frames):
            chroma = bytes([128]) * (width // 2 * height // 2)
            file.write(b"FRAME\n" + bytes([luma(frame, offset)]) * (width * height) + chroma + chroma)
    return path


@pytest.fixture
def view(engine: Engine, qtbot: QtBot) -> Iterator[CompareView]:
    made = CompareView(engine.client)
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    qtbot.waitExposed(made)
    made.canvas.setFocus()
    yield made
    made.close_pictures()


@pytest.fixture
def pair(engine: Engine, qtbot: QtBot, tmp_path: Path) -> tuple[Source, Source]:
    """Two clips of 12 frames; B is three code values brighter."""
    return (
        engine.open(qtbot, render(tmp_path / "a.y4m", 12)),
        engine.open(qtbot, render(tmp_path / "b.y4m", 12, offset=3)),
    )


def shown(view: CompareView) -> tuple[int | None, int | None]:
    """The grey values of A and B on view."""
    a, b = view.current_pictures()
    return (
        None if a is None else QColor(a.pixel(5, 5)).green(),
        None if b is None else QColor(b.pixel(5, 5)).green(),
    )


def result(psnr_y: list[float]) -> Result:
    """What a measurement found, with an MS-SSIM of 0.9 in each frame."""
    ms_ssim = (0.9,) * len(psnr_y)
    return Result(
        bytes=1, bpp=0.1, kbps=1.0, frames=len(psnr_y), width=WIDTH, height=HEIGHT, codec="", preset="", seconds=0.0,
        psnr_y=30.0, psnr_u=30.0, psnr_v=30.0, psnr_yuv=30.0, psnr_rgb=30.0, ms_ssim=0.9,
        per_frame_psnr_y=tuple(psnr_y), per_frame_ms_ssim=ms_ssim,
    )  # fmt: skip


def settle(view: CompareView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: view.is_settled, timeout=PATIENCE)


def test_the_fetcher_brings_exact_frames_once(engine: Engine, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    fetcher = FrameFetcher(engine.client)
    for frame in (7, 0, 11):
        with qtbot.waitSignal(fetcher.frame_ready, timeout=PATIENCE) as ready:
            assert fetcher.request(pair[0], frame) is None
        source, number, picture = ready.args
        assert (source, number) == (pair[0], frame)
        assert (picture.width(), picture.height(), picture.format()) == (WIDTH, HEIGHT, QImage.Format.Format_RGB32)
        assert picture.pixelColor(0, 0).alpha() == 255
        assert abs(picture.pixelColor(20, 20).red() - grey(frame)) <= 1
    with qtbot.assertNotEmitted(fetcher.frame_ready):
        assert fetcher.request(pair[0], 7) is not None
    fetcher.forget(pair[0])
    assert fetcher.cached(pair[0], 7) is None
    fetcher.close()


def test_a_larger_picture_gets_a_larger_ring(engine: Engine, qtbot: QtBot, tmp_path: Path) -> None:
    small = engine.open(qtbot, render(tmp_path / "small.y4m", 2))
    large = engine.open(qtbot, render(tmp_path / "large.y4m", 2, size=(320, 240)))
    fetcher = FrameFetcher(engine.client)
    came: list[tuple[int, int]] = []
    fetcher.frame_ready.connect(lambda source, frame, picture: came.append((picture.width(), frame)))
    fetcher.request(small, 0)
    fetcher.request(large, 1)
    fetcher.request(small, 1)
    qtbot.waitUntil(lambda: {(320, 1), (WIDTH, 1)} <= set(came), timeout=PATIENCE)
    fetcher.close()


def test_the_newest_request_is_always_served(engine: Engine, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    fetcher = FrameFetcher(engine.client)
    came: list[int] = []
    fetcher.frame_ready.connect(lambda source, frame, picture: came.append(frame))
    for frame in (1, 2, 3, 4, 5, 6, 7, 8, 9):
        fetcher.request(pair[0], frame)
    qtbot.waitUntil(lambda: 9 in came, timeout=PATIENCE)
    assert len(came) < 9
    fetcher.close()


def test_a_frame_that_is_not_there_fails_in_words(engine: Engine, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    fetcher = FrameFetcher(engine.client)
    with qtbot.waitSignal(fetcher.failed, timeout=PATIENCE) as failed:
        fetcher.request(pair[0], 500)
    assert failed.args[1] == 500
    assert failed.args[2].endswith(".")
    with qtbot.waitSignal(fetcher.frame_ready, timeout=PATIENCE):
        fetcher.request(pair[0], 3)
    fetcher.close()


def test_four_sources_move_together(
    view: CompareView, engine: Engine, pair: tuple[Source, Source], qtbot: QtBot, tmp_path: Path
) -> None:
    more = [engine.open(qtbot, render(tmp_path / f"{offset}.y4m", 12, offset=offset)) for offset in (6, 9)]
    view.set_sources(*pair, *more)
    view.show_frame(7)
    settle(view, qtbot)
    greys = [QColor(each.image.pixel(5, 5)).green() for each in view.canvas.pictures if each]
    assert greys == [grey(7, offset) for offset in (0, 3, 6, 9)]
    (against,) = [box for box in view.findChildren(QComboBox) if box.accessibleName() == "Source set against A"]
    assert [against.itemText(index) for index in range(against.count())] == ["B  b.y4m", "C  6.y4m", "D  9.y4m"]
    qtbot.keyClick(view.canvas, Qt.Key.Key_4)
    assert (view.canvas.mode, view.canvas.other, against.currentIndex()) == (ViewMode.B, 3, 2)
    view.set_sources(*pair)
    settle(view, qtbot)
    assert len(view.canvas.pictures) == 2
    assert view.canvas.other == 1


def test_a_fast_drag_shows_the_nearest_frame_at_hand_and_ends_on_the_exact_one(
    view: CompareView, pair: tuple[Source, Source], qtbot: QtBot
) -> None:
    view.set_sources(*pair)
    for frame in (4, 0):
        view.show_frame(frame)
        settle(view, qtbot)
    view.playback.begin_scrub()
    view.playback.seek(5)
    assert [(each.frame, each.current) for each in view.canvas.pictures if each] == [(4, False), (4, False)]
    settle(view, qtbot)
    assert [(each.frame, each.current) for each in view.canvas.pictures if each] == [(5, True), (5, True)]
    view.playback.end_scrub()


def test_the_pixel_under_the_pointer_is_read_of_every_source(
    view: CompareView, pair: tuple[Source, Source], qtbot: QtBot
) -> None:
    view.set_sources(*pair)
    settle(view, qtbot)
    canvas = view.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_P)
    canvas.probe.move(canvas.panes()[1].rect.center())
    assert canvas.probe.place is not None

    def lumas() -> list[int | None]:
        return [value.yuv[0] if value else None for value in view._pixels.values]

    qtbot.waitUntil(lambda: lumas() == [luma(0), luma(0, 3)], timeout=PATIENCE)
    rows = pixel_rows("AB", view._pixels.values)
    assert [row.title for row in rows] == ["A", "B", "B − A"]
    assert rows[1].values[:3] == (str(luma(0, 3)), "128", "128")
    assert rows[2].values == ("+3", "0", "0", *[f"{grey(0, 3) - grey(0):+d}"] * 3)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: lumas() == [luma(1), luma(1, 3)], timeout=PATIENCE)
    plain = canvas.grab().toImage()
    qtbot.keyClick(canvas, Qt.Key.Key_Z)
    assert canvas.grab().toImage() != plain
    canvas.probe.move(QPointF(2, 2))
    assert canvas.probe.place is None
    qtbot.waitUntil(lambda: lumas() == [], timeout=PATIENCE)


def test_a_deep_source_comes_with_ten_bits_where_the_display_has_them(
    view: CompareView, engine: Engine, qtbot: QtBot, render_clip: Callable[..., Path], tmp_path: Path
) -> None:
    deep = engine.open(qtbot, render_clip(tmp_path / "deep.mkv", 64, 48, 2, pixel_format="yuv420p10le"))
    view.set_sources(deep, engine.open(qtbot, render(tmp_path / "plain.y4m", 2)))
    settle(view, qtbot)
    formats = [QImage.Format.Format_RGB32] * 2
    assert [each.image.format() for each in view.canvas.pictures if each] == formats
    view._set.set_deep(True)
    view.show_frame(1)
    settle(view, qtbot)
    formats[0] = QImage.Format.Format_RGB30
    assert [each.image.format() for each in view.canvas.pictures if each] == formats
    view.canvas.set_mode(ViewMode.DIFFERENCE)
    qtbot.waitUntil(lambda: view.canvas.is_made, timeout=PATIENCE)


def test_both_show_the_same_frame(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    view.set_sources(*pair)
    settle(view, qtbot)
    assert shown(view) == (grey(0), grey(0, 3))
    view.show_frame(9)
    settle(view, qtbot)
    assert shown(view) == (grey(9), grey(9, 3))
    assert view.frame == 9
    assert [picture.frame for picture in view.canvas.pictures if picture] == [9, 9]
    view.show_frame(400)
    settle(view, qtbot)
    assert (view.frame, shown(view)) == (11, (grey(11), grey(11, 3)))


def test_the_view_is_what_is_exported(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    view.set_sources(*pair)
    view.show_frame(4)
    settle(view, qtbot)
    view.canvas.set_mode(ViewMode.SPLIT)
    rendered = view.rendered()
    ratio = rendered.devicePixelRatio()
    assert (rendered.width(), rendered.height()) == (
        round(view.canvas.width() * ratio),
        round(view.canvas.height() * ratio),
    )
    middle = rendered.height() // 2 + 40
    assert rendered.pixelColor(rendered.width() // 4, middle).green() == grey(4)
    assert rendered.pixelColor(3 * rendered.width() // 4, middle).green() == grey(4, 3)


def test_only_what_is_newest_is_waited_for(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    view.set_sources(*pair)
    moved: list[int] = []
    view.frame_changed.connect(moved.append)
    for frame in (1, 5, 2, 8, 3, 10):
        view.playback.seek(frame)
    settle(view, qtbot)
    assert moved == [1, 5, 2, 8, 3, 10]
    assert shown(view) == (grey(10), grey(10, 3))


def test_plays_to_the_end(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    view.set_sources(*pair)
    settle(view, qtbot)
    view.playback.set_speed(4)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Space)
    assert view.playback.playing
    qtbot.waitUntil(lambda: not view.playback.playing, timeout=PATIENCE)
    settle(view, qtbot)
    assert (view.frame, shown(view)) == (11, (grey(11), grey(11, 3)))


def test_other_counts_go_by_time(view: CompareView, engine: Engine, qtbot: QtBot, tmp_path: Path) -> None:
    a = engine.open(qtbot, render(tmp_path / "fast.y4m", 16, rate=20))
    b = engine.open(qtbot, render(tmp_path / "slow.y4m", 6, rate=10))
    view.set_sources(a, b)
    view.show_frame(9)
    settle(view, qtbot)
    assert shown(view) == (grey(9), grey(4))
    view.show_frame(15)
    settle(view, qtbot)
    assert shown(view) == (grey(15), grey(5))
    after_its_end = view.canvas.pictures[1]
    assert after_its_end is not None
    assert not after_its_end.current


def test_one_source_alone(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    view.set_sources(None, pair[1])
    view.show_frame(3)
    settle(view, qtbot)
    assert shown(view) == (None, grey(3, 3))
    view.set_sources(None, None)
    assert shown(view) == (None, None)
    assert view.frame == 0


def test_changing_b_keeps_the_place_and_another_a_starts_over(
    view: CompareView, pair: tuple[Source, Source], engine: Engine, qtbot: QtBot, tmp_path: Path
) -> None:
    a, b = pair
    view.set_sources(a, None)
    view.playback.set_in(2)
    view.show_frame(6)
    view.set_sources(a, b)
    settle(view, qtbot)
    assert (view.frame, view.playback.in_point, shown(view)) == (6, 2, (grey(6), grey(6, 3)))
    view.set_sources(engine.open(qtbot, render(tmp_path / "c.y4m", 9, offset=1)), None)
    settle(view, qtbot)
    assert (view.frame, view.playback.in_point, shown(view)) == (0, None, (grey(0, 1), None))


def test_a_still_stands_for_b(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    still = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    still.fill(QColor(9, 9, 9))
    view.set_sources(*pair)
    view.show_frame(2)
    settle(view, qtbot)
    view.set_still(still, "preview", 2)
    assert shown(view) == (grey(2), 9)
    assert view.canvas.pictures[1].current
    view.show_frame(5)
    settle(view, qtbot)
    assert shown(view) == (grey(5), 9)
    assert not view.canvas.pictures[1].current
    view.set_still(None)
    settle(view, qtbot)
    assert shown(view) == (grey(5), grey(5, 3))


def test_a_source_that_is_lost_stays_on_view_and_is_marked(
    view: CompareView, pair: tuple[Source, Source], engine: Engine, qtbot: QtBot
) -> None:
    view.set_sources(*pair)
    settle(view, qtbot)
    engine.client.send(CloseClip(pair[1].clip))
    with qtbot.waitSignal(view.problem, timeout=PATIENCE) as problem:
        view.show_frame(6)
    assert problem.args[0].endswith(".")
    settle(view, qtbot)
    assert shown(view) == (grey(6), grey(0, 3))
    a, b = view.canvas.pictures
    assert a is not None
    assert b is not None
    assert (a.frame, a.current, b.frame, b.current) == (6, True, 0, False)


def test_a_turned_clip_stands_upright(
    view: CompareView, engine: Engine, qtbot: QtBot, tmp_path: Path, render_clip: Callable[..., Path]
) -> None:
    source = engine.open(qtbot, render_clip(tmp_path / "turned.mp4", 64, 48, 3, codec="libx264", rotation=90))
    view.set_sources(source, None)
    settle(view, qtbot)
    picture = view.current_pictures()[0]
    assert picture is not None
    assert (source.facts.rotation, picture.width(), picture.height()) == (90, 48, 64)


def test_keys(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    view.set_sources(*pair)
    canvas = view.canvas
    reached = []
    for key in (
        Qt.Key.Key_Right,
        Qt.Key.Key_Period,
        Qt.Key.Key_Comma,
        Qt.Key.Key_End,
        Qt.Key.Key_Left,
        Qt.Key.Key_Home,
    ):
        qtbot.keyClick(canvas, key)
        reached.append(view.frame)
    assert reached == [1, 2, 1, 11, 10, 0]
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.frame == 10
    qtbot.keyClick(canvas, Qt.Key.Key_O)
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    qtbot.keyClick(canvas, Qt.Key.Key_I)
    assert view.playback.range == (0, 10)
    qtbot.keyClick(canvas, Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    assert view.playback.out_point is None
    for key, mode in (
        (Qt.Key.Key_1, ViewMode.A),
        (Qt.Key.Key_2, ViewMode.B),
        (Qt.Key.Key_Tab, ViewMode.A),
        (Qt.Key.Key_Tab, ViewMode.B),
        (Qt.Key.Key_D, ViewMode.DIFFERENCE),
        (Qt.Key.Key_V, ViewMode.ERROR_MAP),
        (Qt.Key.Key_H, ViewMode.SIDE_BY_SIDE),
    ):
        qtbot.keyClick(canvas, key)
        assert canvas.mode is mode
    qtbot.keyClick(canvas, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == 1
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.fitted
    qtbot.keyClick(canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "frame 0 (0:00:00.000)"


def test_keys_that_are_held(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    view.set_sources(*pair)
    settle(view, qtbot)
    qtbot.keyPress(view.canvas, Qt.Key.Key_QuoteLeft)
    assert view.canvas.peeking
    qtbot.keyRelease(view.canvas, Qt.Key.Key_QuoteLeft)
    assert not view.canvas.peeking
    qtbot.keyClick(view.canvas, Qt.Key.Key_L)
    assert view.playback.shuttle == 1
    qtbot.keyPress(view.canvas, Qt.Key.Key_K)
    assert not view.playback.playing
    before = view.frame
    qtbot.keyClick(view.canvas, Qt.Key.Key_L)
    qtbot.keyClick(view.canvas, Qt.Key.Key_L)
    assert (view.frame, view.playback.playing) == (before + 2, False)
    qtbot.keyRelease(view.canvas, Qt.Key.Key_K)
    qtbot.keyClick(view.canvas, Qt.Key.Key_J)
    assert view.playback.shuttle == -1


def test_the_curve_is_linked_with_the_playhead(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    strip, curves = view.findChild(MetricStrip), view.findChild(FrameCurves)
    view.set_sources(*pair)
    assert curves.isHidden()
    view.set_result(pair[1], result([30.0 + n for n in range(12)]))
    assert not curves.isHidden()
    view.show_frame(5)
    assert strip.accessibleDescription() == "PSNR-Y, frame 5: B 35.00 dB"
    strip.frame_chosen.emit(8)
    settle(view, qtbot)
    assert (view.frame, shown(view)) == (8, (grey(8), grey(8, 3)))
    qtbot.keyClick(view.canvas, Qt.Key.Key_W)
    assert view.frame == 0
    qtbot.keyClick(view.canvas, Qt.Key.Key_W)
    assert view.frame == 5
    qtbot.keyClick(view.canvas, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert view.frame == 0
    qtbot.keyClick(view.canvas, Qt.Key.Key_M)
    assert strip.accessibleDescription() == "MS-SSIM, frame 0: B 0.9000"
    view.set_sources(pair[0])
    assert curves.isHidden()


def test_the_filmstrip_shows_the_clip_and_leads_to_its_frames(
    view: CompareView, pair: tuple[Source, Source], qtbot: QtBot
) -> None:
    film = view.findChild(Filmstrip)
    view.set_sources(*pair)
    assert film.isHidden()
    qtbot.keyClick(view.canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert film.isVisible()
    cells = film.cells
    assert len(cells) > 4

    def greys() -> list[int]:
        shown = film.grab().toImage()
        return [shown.pixelColor(rect.left() + 4, 20).green() for rect, _ in (cells[1], cells[-2])]

    expected = [grey(cells[1][1]), grey(cells[-2][1])]
    qtbot.waitUntil(lambda: all(abs(a - b) <= 2 for a, b in zip(greys(), expected, strict=True)), timeout=PATIENCE)
    qtbot.mouseClick(film, Qt.MouseButton.LeftButton, pos=cells[-1][0].center().toPoint())
    settle(view, qtbot)
    assert view.frame == cells[-1][1]


def test_pictures_stay_and_go_on_after_the_engine_died(
    engine: Engine, view: CompareView, pair: tuple[Source, Source], qtbot: QtBot, tmp_path: Path
) -> None:
    view.set_sources(*pair)
    view.show_frame(3)
    settle(view, qtbot)
    view.playback.play()
    problems: list[str] = []
    view.problem.connect(problems.append)
    states: list[EngineState] = []
    engine.client.state_changed.connect(lambda state, _: states.append(state))
    os.kill(engine.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: EngineState.LOST in states, timeout=PATIENCE)
    assert not view.playback.playing
    assert None not in shown(view)
    view.show_frame(7)
    qtbot.waitUntil(lambda: engine.client.state is EngineState.READY, timeout=PATIENCE)
    again = tuple(engine.open(qtbot, Path(source.facts.path)) for source in pair)
    view.set_sources(*again)
    settle(view, qtbot)
    assert (view.frame, shown(view)) == (7, (grey(7), grey(7, 3)))
    assert not problems


def test_the_keyboard_reaches_everything(view: CompareView, pair: tuple[Source, Source], qtbot: QtBot) -> None:
    view.set_sources(*pair)
    view.set_result(pair[1], result([30.0] * 12))
    names = []
    control = Qt.KeyboardModifier.ControlModifier
    for _ in range(30):
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab, control if focused is view.canvas else Qt.KeyboardModifier.NoModifier)
    assert names[:5] == ["Pictures A and B", "Quality of each frame", "Measure of the curves", "Worst frames", "Frame"]
    assert {"Play", "Loop", "Speed", "Side by side", "Difference", "Fit", "Actual pixels"} <= set(names)


def test_space_presses_the_button_that_has_the_focus(
    view: CompareView, pair: tuple[Source, Source], qtbot: QtBot
) -> None:
    view.set_sources(*pair)
    loop = next(button for button in view.findChildren(QToolButton) if button.accessibleName() == "Loop")
    loop.setFocus()
    qtbot.keyClick(loop, Qt.Key.Key_Space)
    assert (view.playback.loop, view.playback.playing) == (True, False)


def slow_motion_choice(view: CompareView) -> QComboBox:
    return next(box for box in view.findChildren(QComboBox) if box.accessibleName() == "Slow motion")


def test_slow_motion_counts_pictures_between_frames_and_marks_them(
    engine: Engine, view: CompareView, qtbot: QtBot
) -> None:
    path = Path(__file__).parents[1] / "golden" / "mvc-1-scenes.nvc"
    view.set_sources(None, engine.open(qtbot, path))
    view.show_frame(5)
    choice = slow_motion_choice(view)
    assert choice.isVisible()
    with qtbot.waitSignal(view.slow_motion_wanted) as wanted:
        choice.activated.emit(choice.findData(4))
    assert wanted.args == [4]
    view.set_sources(None, engine.open(qtbot, path, slow_motion=4))
    assert (view.frame, view.playback.frame, view.playback.frame_count) == (5, 20, 4 * 23 + 1)
    assert view.playback.speed == 0.25
    for place, facts in ((22, (5, "+ 2/4, interpolated", True)), (24, (6, "", False))):
        view.show_frame(place)
        qtbot.waitUntil(lambda: view.is_settled, timeout=PATIENCE)
        (picture,) = [each for each in view._set.pictures if each is not None]
        assert (picture.frame, picture.note, picture.interpolated) == facts
        assert ("interpolated" in view.position_text()) == picture.interpolated


def test_slow_motion_is_offered_only_where_it_can_be_had(view: CompareView, pair: tuple[Source, Source]) -> None:
    view.set_sources(*pair)
    assert not slow_motion_choice(view).isVisible()
