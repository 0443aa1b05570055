"""The compare view: sources frame by frame, with everything to move through them and look closely."""

from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nvc_engine.protocol.messages import Result
from nvc_studio.engine_client import EngineClient, EngineState
from nvc_studio.models.compare_set import CompareSet, master_of
from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.models.frames import FrameFetcher
from nvc_studio.models.pixel_values import PixelReader
from nvc_studio.models.playback import Playback
from nvc_studio.models.sources import Source
from nvc_studio.models.thumbnails import Thumbnails
from nvc_studio.translation import tr
from nvc_studio.views.compare_actions import CompareActions
from nvc_studio.views.compare_bar import CompareBar
from nvc_studio.views.filmstrip import Filmstrip
from nvc_studio.views.frame_canvas import LETTERS, FrameCanvas
from nvc_studio.views.frame_curves import FrameCurves
from nvc_studio.views.scrubber import Scrubber
from nvc_studio.views.transport import Transport
from nvc_studio.wording import time_text

# Pairs fetched before their time while playing.
READ_AHEAD = 2
# Bits a pixel of a display that has 10 a channel; 32 are 8 a channel and 8 of no use.
DEEP_DISPLAY = 30


class CompareView(QWidget):
    """Pictures of A (the original), B (a decode) and more of them, always of the same moment.

    The playhead counts A's frames, or B's where there is no A. Where the counts of frames agree, the others follow by
    number, else by time. `playback` and `canvas` may be used by others: the one moves, the other shows.

    Signals:
        frame_changed(int): the playhead stands on another frame, or on another picture behind it.
        slow_motion_wanted(int): so many pictures are wanted for each frame, 1: the frames alone.
        problem(str): a picture cannot be had; a sentence. The view shows it too.
        full_screen_changed(bool): the window went to full screen, or came back.
    """

    frame_changed = Signal(int)
    slow_motion_wanted = Signal(int)
    problem = Signal(str)
    full_screen_changed = Signal(bool)

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playback = Playback(self)
        self.canvas = FrameCanvas(self)
        self._fetcher = FrameFetcher(client, self)
        self._set = CompareSet(self._fetcher, self)
        self._pixels = PixelReader(client, self)
        self._actions = CompareActions(self.playback, self.canvas, self)
        self._actions.paint_icons(self.palette())
        self._bar = CompareBar(self.canvas, self._actions, self)
        self._scrubber = Scrubber(self)
        self._thumbnails = Thumbnails(client, self)
        self._film = Filmstrip(self._thumbnails, self)
        self._film.hide()
        self._curves = FrameCurves(LETTERS, self)
        self._transport = Transport(self.playback, self._actions, self)
        self._held_keys: set[int] = set()
        self._watches_screen = False
        self._lay_out()
        self._connect()
        client.state_changed.connect(self._engine_changed)
        self._sources_changed()

    # --- what is compared -----------------------------------------------------------------------------------------

    @property
    def frame(self) -> int:
        """The frame at or before which the playhead stands, counted from 0."""
        return self.playback.frame // self._set.times.slow_motion

    @property
    def sources(self) -> tuple[Source | None, ...]:
        return self._set.sources

    def set_sources(self, *sources: Source | None) -> None:
        """Compare these: A, B and what there is more.

        The playhead stays where A is of the same file, else it goes to the first frame.

        After the engine was lost, the pictures on view stay, and this has to be called with the clips opened anew.
        """
        before, after = ([source.facts.path for source in each if source] for each in (self.sources, sources))
        frame, slow_motion = self.frame, self._set.times.slow_motion
        self._set.set_sources(*sources)
        if self._set.times != self.playback.times:
            self.playback.set_times(self._set.times)
        if before[:1] != after[:1]:
            self.playback.pause()
            self.playback.seek(0)
        elif self._set.times.slow_motion != slow_motion:
            self.playback.seek(frame * self._set.times.slow_motion)
        self._sources_changed()
        self._set.want(self.playback.frame, drafts=True)

    def set_result(self, source: Source, result: Result) -> None:
        """Give what an encode or a measurement has found of each frame of `source`."""
        self._curves.set_result(source, result)

    def set_still(self, image: QImage | None, title: str = "", frame: int | None = None) -> None:
        """Show `image` as B while there is no file yet (None: B's source again); `frame` says which of A's it is of."""
        self._set.set_still(image, title, frame)

    def set_hint(self, text: str) -> None:
        """What the view says while there is nothing to show."""
        self.canvas.set_hint(text)

    def show_frame(self, frame: int) -> None:
        """Go to a frame, or the nearest that exists, and stand there."""
        self.playback.pause()
        self.playback.seek(frame)

    # --- what it gives --------------------------------------------------------------------------------------------

    def actions(self) -> list[QAction]:
        """All that the view can do: those of playback, then those of viewing."""
        return self.playback_actions() + self.view_actions()

    def playback_actions(self) -> list[QAction]:
        """For a menu of playback."""
        return self._actions.playback_actions()

    def view_actions(self) -> list[QAction]:
        """For a menu of viewing."""
        return self._actions.view_actions()

    @property
    def is_settled(self) -> bool:
        """Whether what is on view belongs to the playhead and nothing more is on its way."""
        return self._set.is_settled

    @property
    def pictures(self) -> tuple[FramePicture | None, ...]:
        """What is on view of A, B and what there is more."""
        return self._set.pictures

    def current_pictures(self) -> tuple[QImage | None, QImage | None]:
        """A and B as they are on view, upright, in their stored number of pixels."""
        a, b, *_ = self._set.pictures
        return (a.image if a else None, b.image if b else None)

    def rendered(self) -> QImage:
        """The pictures as the view shows them, labels and divider and all, in device pixels."""
        return self.canvas.snapshot()

    def position_text(self) -> str:
        """The playhead as text: `frame 12 (0:00:00.480)`."""
        slow_motion = self._set.times.slow_motion
        part = self.playback.frame % slow_motion
        frame = tr("frame {frame}", frame=self.frame)
        if part:
            more = tr("+ {part}/{slow_motion}, interpolated", part=part, slow_motion=slow_motion)
            frame = f"{frame} {more}"
        return f"{frame} ({time_text(self.playback.times.exact(self.playback.frame))})"

    def close_pictures(self) -> None:
        """Let go of the shared memory; for when the window closes."""
        self.playback.pause()
        self._fetcher.close()
        self._thumbnails.close()
        self._pixels.close()

    # --- keyboard -------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # A key that runs a shortcut is seen only here when it goes down, and it comes up as usual.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._held_keys.add(event.key())
        elif event.type() is QEvent.Type.WindowDeactivate:
            self._release(set(self._held_keys))
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        window = self.window().windowHandle()
        if window is not None and not self._watches_screen:
            self._watches_screen = True
            window.screenChanged.connect(self._screen_changed)
        self._screen_changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not by a focus proxy, with which Tab would begin anew at the canvas and never come to what is before it.
        self.canvas.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.window().isFullScreen():
            self._toggle_full_screen()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._release({event.key()})
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._actions.paint_icons(self.palette())
        super().changeEvent(event)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self.canvas, 1)
        column.addWidget(self._curves)
        column.addWidget(self._film)
        column.addWidget(self._scrubber)
        column.addWidget(self._transport)
        stops = [
            *self._bar.tab_stops(),
            self.canvas,
            *self._curves.tab_stops(),
            self._scrubber,
            *self._transport.tab_stops(),
        ]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        for action in self.actions():
            owner = self.canvas if action is self._actions.toggle_front else self
            QWidget.addAction(owner, action)

    def _connect(self) -> None:
        playback, together, actions = self.playback, self._set, self._actions
        playback.frame_changed.connect(self._playhead_moved)
        playback.range_changed.connect(lambda: self._scrubber.set_range(playback.in_point, playback.out_point))
        together.changed.connect(self._pictures_changed)
        # Queued, so that each picture is painted before the playhead goes on.
        together.settled.connect(self._settled, Qt.ConnectionType.QueuedConnection)
        together.problem.connect(self._problem)
        self._scrubber.scrub_began.connect(playback.begin_scrub)
        self._scrubber.scrub_ended.connect(playback.end_scrub)
        self._scrubber.scrubbed.connect(playback.seek)
        self._curves.frame_chosen.connect(self.show_frame)
        self._transport.left.connect(self.canvas.setFocus)
        self._transport.slow_motion_chosen.connect(self._slow_motion_chosen)
        self.canvas.full_screen_requested.connect(self._toggle_full_screen)
        self.canvas.other_changed.connect(self._curves.set_other)
        self.canvas.probe.pointed.connect(self._read_pixels)
        self._pixels.changed.connect(lambda: self.canvas.probe.set_values(self._pixels.values))
        playback.playing_changed.connect(lambda _: self._read_pixels())
        actions.full_screen.triggered.connect(self._toggle_full_screen)
        actions.copy_position.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.position_text()))
        self._film.frame_chosen.connect(self.show_frame)
        playback.playing_changed.connect(self._thumbnails.hold)
        actions.film.toggled.connect(self._film.setVisible)
        actions.next_measure.triggered.connect(self._curves.next_measure)
        actions.worst.triggered.connect(lambda: self._curves.go_to_worst(1))
        actions.worst_back.triggered.connect(lambda: self._curves.go_to_worst(-1))
        actions.shuttle_stop.triggered.connect(self._stop_pressed)
        actions.peek.triggered.connect(self._peek_pressed)

    def _playhead_moved(self, frame: int) -> None:
        self._scrubber.set_frame(frame)
        self._film.set_frame(frame)
        self._curves.set_frame(frame)
        # Playing waits for each frame: blurred and sharp pictures by turns would only flicker.
        by_hand = not self.playback.playing or self.playback.scrubbing
        self._set.want(frame, drafts=by_hand, near=self.playback.scrubbing)
        self.frame_changed.emit(self.frame)

    def _pictures_changed(self) -> None:
        self.canvas.set_pictures(*self._set.pictures)
        self._read_pixels()

    def _read_pixels(self) -> None:
        """Have the values under the pointer read; while playing there is no time for that."""
        probe, a = self.canvas.probe, next((each for each in self._set.pictures if each is not None), None)
        place = probe.place if probe.inspecting and a is not None and not self.playback.playing else None
        size = (a.image.width(), a.image.height()) if a is not None else (0, 0)
        self._pixels.point(place, size, self._set.on_view if place else ())

    def _settled(self, _: int) -> None:
        self.playback.picture_shown()
        self._set.read_ahead(self.playback.upcoming(READ_AHEAD))

    def _sources_changed(self) -> None:
        master = master_of(*self.sources)
        self._scrubber.set_frame_count(self._set.times.count)
        self._film.set_source(master, self._set.times.count)
        self._scrubber.set_frame(self.playback.frame)
        facts = [source.facts for source in self.sources if source is not None]
        units = next((each.units for each in reversed(facts) if each.units), ())
        self._scrubber.set_marks(units, master.facts.scene_cuts if master else ())
        self._transport.set_slow_motion(self._set.times.slow_motion, offered=any(each.interpolates for each in facts))
        self._bar.set_titles([source.title if source else "" for source in self.sources])
        self._actions.set_source_count(len(self.sources))
        self.canvas.set_message("")
        aligned = [
            (source, alignment) if source is not None and alignment is not None else None
            for source, alignment in zip(self.sources, map(self._set.alignment, range(len(self.sources))), strict=True)
        ]
        self._curves.set_sources(aligned, self._set.times.count)
        self._curves.set_frame(self.playback.frame)

    def _problem(self, sentence: str) -> None:
        self.canvas.set_message(sentence)
        self.problem.emit(sentence)

    def _slow_motion_chosen(self, factor: int) -> None:
        self.playback.set_speed(1 / factor)
        self.slow_motion_wanted.emit(factor)

    @Slot()
    def _screen_changed(self) -> None:
        """Show 10 bits a channel where the display has them."""
        self._set.set_deep(self.screen().depth() == DEEP_DISPLAY)

    def _engine_changed(self, state: EngineState, _: str) -> None:
        if state not in (EngineState.STARTING, EngineState.READY):
            self.playback.pause()
            self._set.set_void()

    def _stop_pressed(self) -> None:
        if Qt.Key.Key_K.value in self._held_keys:
            self.playback.hold_stop(True)
        else:
            self.playback.pause()

    def _peek_pressed(self) -> None:
        """From the menu there is no key to let go: it switches between looking and not."""
        self.canvas.set_peek(not self.canvas.peeking or Qt.Key.Key_QuoteLeft.value in self._held_keys)

    def _release(self, keys: set[int]) -> None:
        self._held_keys -= keys
        if Qt.Key.Key_K.value in keys:
            self.playback.hold_stop(False)
        if Qt.Key.Key_QuoteLeft.value in keys:
            self.canvas.set_peek(False)

    def _toggle_full_screen(self) -> None:
        window = self.window()
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.full_screen_changed.emit(bool(window.windowState() & Qt.WindowState.WindowFullScreen))
