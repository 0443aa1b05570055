"""Everything that the compare view can do, as actions with their keys: for its buttons, the menus and the keyboard."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette

from nvc_studio.models.playback import Playback
from nvc_studio.translation import mark, tr
from nvc_studio.views.compare_icons import compare_icon
from nvc_studio.views.flicker import FLICKER_RATES
from nvc_studio.views.frame_canvas import LETTERS, FrameCanvas
from nvc_studio.views.frame_modes import ViewMode
from nvc_studio.views.key_map import name_action, tip_with_key

DIVIDER_STEP = 0.02

_FRONT = mark("A against {letter}")


class CompareActions(QObject):
    """The actions of one compare view, kept in step with its playback and canvas.

    Keys work while the view or something in it has the focus, so that they leave the rest of the window alone. Left to
    their owner are `shuttle_stop` and `peek`, which last as long as their key is held, and what leads through curves.
    """

    def __init__(self, playback: Playback, canvas: FrameCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback, self._canvas = playback, canvas
        self._icons: dict[QAction, str] = {}
        self._palette = QPalette()

        self.play = self._action(mark("Play"), ["Space"], playback.toggle, "play")
        self.step_back = self._action(mark("One frame back"), ["Left", ","], lambda: playback.step(-1), "step-back")
        self.step_forward = self._action(
            mark("One frame forwards"), ["Right", "."], lambda: playback.step(1), "step-forward"
        )
        self.second_back = self._action(mark("One second back"), ["Shift+Left"], lambda: playback.step_seconds(-1))
        self.second_forward = self._action(
            mark("One second forwards"), ["Shift+Right"], lambda: playback.step_seconds(1)
        )
        self.to_start = self._action(mark("First frame"), ["Home"], playback.home, "to-start")
        self.to_end = self._action(mark("Last frame"), ["End"], playback.to_end, "to-end")
        self.shuttle_back = self._action(mark("Shuttle backwards"), ["J"], playback.shuttle_backward)
        self.shuttle_stop = self._action(mark("Shuttle stop"), ["K"], None)
        self.shuttle_forward = self._action(mark("Shuttle forwards"), ["L"], playback.shuttle_forward)
        self.set_in = self._action(mark("Set in point"), ["I"], playback.set_in)
        self.set_out = self._action(mark("Set out point"), ["O"], playback.set_out)
        self.clear_range = self._action(mark("Clear in and out"), ["Alt+X"], playback.clear_range)
        self.loop = self._switch(mark("Loop"), ["Ctrl+L"], playback.set_loop, "loop")
        self.ping_pong = self._switch(mark("Ping-pong"), ["Ctrl+Shift+L"], playback.set_ping_pong, "ping-pong")
        self.slower = self._action(mark("Slower"), ["["], playback.slower)
        self.faster = self._action(mark("Faster"), ["]"], playback.faster)
        self.normal_speed = self._action(mark("Normal speed"), ["Backspace"], lambda: playback.set_speed(1.0))
        self.film = self._action(mark("Filmstrip"), ["Shift+F"], None)
        self.film.setCheckable(True)
        self.worst = self._action(mark("Next worst frame"), ["W"], None)
        self.worst_back = self._action(mark("Worse frame before"), ["Shift+W"], None)
        self.next_measure = self._action(mark("Next measure of the curves"), ["M"], None)
        self.copy_position = self._action(mark("Copy frame number and time"), ["Ctrl+Shift+C"], None)

        self.cycle_mode = self._action(mark("Next way of comparing"), ["V"], canvas.cycle_mode)
        self.modes = self._mode_actions()
        self.alone = [
            self._action(
                mark("{letter} only"), [str(number + 1)], partial(canvas.show_alone, number), letter=LETTERS[number]
            )
            for number in range(2, len(LETTERS))
        ]
        self.next_other = self._action(mark("Set the next source against A"), ["N"], canvas.next_other)
        self.toggle_front = self._action(_FRONT, ["Tab"], canvas.toggle_front, letter="B")
        self.toggle_front.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.peek = self._action(mark("Peek at the other while held"), ["`"], None)
        self.flicker = self._switch(mark("Flicker"), ["T"], canvas.flicker.set_on, "flicker")
        self.flicker_slower = self._action(mark("Flicker slower"), ["Alt+["], lambda: self._change_flicker(-1))
        self.flicker_faster = self._action(mark("Flicker faster"), ["Alt+]"], lambda: self._change_flicker(1))
        probe = canvas.probe
        self.loupe = self._switch(mark("Loupe"), ["Z"], probe.set_loupe, "loupe")
        self.inspect = self._switch(mark("Values of the pixel"), ["P"], probe.set_inspecting, "inspect")
        self.less_gain = self._action(mark("Less gain"), ["Shift+["], canvas.less_gain)
        self.more_gain = self._action(mark("More gain"), ["Shift+]"], canvas.more_gain)
        self.divider_back = self._action(mark("Divider left or up"), ["Alt+Left"], lambda: self._move_divider(-1))
        self.divider_forward = self._action(mark("Divider right or down"), ["Alt+Right"], lambda: self._move_divider(1))
        self.fit = self._switch(mark("Fit"), ["F"], lambda _: canvas.fit(), "fit")
        self.one_to_one = self._action(mark("Actual pixels"), ["Ctrl+1"], canvas.one_to_one)
        self.zoom_in = self._action(mark("Zoom in"), ["Ctrl+=", "Ctrl++"], canvas.zoom_in)
        self.zoom_out = self._action(mark("Zoom out"), ["Ctrl+-"], canvas.zoom_out)
        self.full_screen = self._action(mark("Full screen"), ["F11"], None)
        switches = (
            self.loop,
            self.ping_pong,
            self.flicker,
            self.loupe,
            self.inspect,
            self.full_screen,
            *self.modes.values(),
        )
        for action in (self.play, self.peek, self.shuttle_stop, *switches):
            action.setAutoRepeat(False)

        playback.playing_changed.connect(self._playing_changed)
        playback.loop_changed.connect(self.loop.setChecked)
        playback.ping_pong_changed.connect(self.ping_pong.setChecked)
        canvas.mode_changed.connect(self._mode_changed)
        canvas.view_changed.connect(self._view_changed)
        canvas.other_changed.connect(self._other_changed)
        canvas.flicker.changed.connect(lambda: self.flicker.setChecked(canvas.flicker.on))
        probe.switched.connect(self._probe_switched)
        self._mode_changed(canvas.mode)
        self._view_changed()
        self.set_source_count(2)

    def playback_actions(self) -> list[QAction]:
        """Those that move the playhead, in the order of a menu."""
        return [
            self.play, self.step_back, self.step_forward, self.second_back, self.second_forward, self.to_start,
            self.to_end, self.shuttle_back, self.shuttle_stop, self.shuttle_forward, self.set_in, self.set_out,
            self.clear_range, self.loop, self.ping_pong, self.slower, self.faster, self.normal_speed,
            self.worst, self.worst_back, self.next_measure, self.copy_position,
        ]  # fmt: skip

    def view_actions(self) -> list[QAction]:
        """Those that change how the pictures are seen, in the order of a menu."""
        return [
            *self.modes.values(), *self.alone, self.cycle_mode, self.next_other, self.toggle_front, self.peek,
            self.flicker, self.flicker_slower, self.flicker_faster, self.loupe, self.inspect, self.less_gain,
            self.more_gain,
            self.divider_back, self.divider_forward, self.fit, self.one_to_one, self.zoom_in, self.zoom_out,
            self.film, self.full_screen,
        ]  # fmt: skip

    def set_source_count(self, count: int) -> None:
        """Offer what can be done with so many sources, A and B among them."""
        for number, action in enumerate(self.alone, 2):
            action.setVisible(number < count)
            action.setEnabled(number < count)
        self.next_other.setEnabled(count > 2)

    def paint_icons(self, palette: QPalette) -> None:
        """Draw the icons in the colours of a palette."""
        for action, name in self._icons.items():
            action.setIcon(compare_icon(name, palette))
        self._palette = palette

    # --- inside ---------------------------------------------------------------------------------------------------

    def _action(
        self, text: str, keys: list[str], does: Callable[[], object] | None, icon: str = "", **values: str
    ) -> QAction:
        action = QAction(self)
        name_action(action, text, **values)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._explain(action)
        if does is not None:
            action.triggered.connect(lambda _=False: does())
        if icon:
            self._icons[action] = icon
        return action

    def _switch(self, text: str, keys: list[str], does: Callable[[bool], object], icon: str) -> QAction:
        action = self._action(text, keys, None, icon)
        action.setCheckable(True)
        action.triggered.connect(lambda checked: does(checked))
        return action

    def _mode_actions(self) -> dict[ViewMode, QAction]:
        keys = {ViewMode.A: ["1"], ViewMode.B: ["2"], ViewMode.DIFFERENCE: ["D"], ViewMode.ERROR_MAP: ["H"]}
        icons = dict(zip(ViewMode, ("side", "split", "split-across", "a", "b", "difference", "error-map"), strict=True))
        group = QActionGroup(self)
        actions = {}
        for mode in ViewMode:
            action = self._action(mode.value, keys.get(mode, []), None, icons[mode])
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _, mode=mode: self._choose(mode))
            actions[mode] = action
        return actions

    def _choose(self, mode: ViewMode) -> None:
        """Go to a mode; the difference and the error map go back to side by side when asked for twice."""
        if mode.is_made:
            self._canvas.toggle_mode(mode)
        elif mode is ViewMode.B:
            self._canvas.show_alone(1)
        else:
            self._canvas.set_mode(mode)
        self._mode_changed(self._canvas.mode)

    def _move_divider(self, direction: int) -> None:
        self._canvas.set_divider(self._canvas.divider + direction * DIVIDER_STEP)

    def _change_flicker(self, direction: int) -> None:
        rates = [rate for rate in FLICKER_RATES if (rate - self._canvas.flicker.rate) * direction > 0]
        if rates:
            self._canvas.flicker.set_rate(min(rates) if direction > 0 else max(rates))

    def _other_changed(self, number: int) -> None:
        self.toggle_front.setText(tr(_FRONT, letter=LETTERS[number]))
        self._explain(self.toggle_front)

    def _probe_switched(self) -> None:
        self.loupe.setChecked(self._canvas.probe.loupe)
        self.inspect.setChecked(self._canvas.probe.inspecting)

    def _playing_changed(self, playing: bool) -> None:
        self.play.setText(tr("Pause") if playing else tr("Play"))
        self._explain(self.play)
        self._icons[self.play] = "pause" if playing else "play"
        self.play.setIcon(compare_icon(self._icons[self.play], self._palette))

    def _mode_changed(self, mode: ViewMode) -> None:
        self.modes[mode].setChecked(True)
        for action in (self.less_gain, self.more_gain):
            action.setEnabled(mode.is_made)
        for action in (self.divider_back, self.divider_forward):
            action.setEnabled(mode.is_split)

    def _view_changed(self) -> None:
        self.fit.setChecked(self._canvas.fitted)

    def _explain(self, action: QAction) -> None:
        action.setToolTip(tip_with_key(action.text(), action))
