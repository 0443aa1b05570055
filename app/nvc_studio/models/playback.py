"""The playhead: which frame is on view, and how it moves with the clock or by hand. No widgets."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from nvc_studio.models.frame_times import FrameTimes

SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
MAX_SHUTTLE = 8
# A timer never waits longer than this, so that a clock that jumps is noticed.
_LONGEST_WAIT_MS = 250
# Pictures after a start for which the clock waits where they are late: what decodes ahead has just begun.
_STARTING_FRAMES = 8


class Playback(QObject):
    """The transport of one view: a playhead over the frames of a clip, played by the clock.

    While playing, the frame is the one whose time it is: frames are dropped to keep time and never queued. A view that
    draws pictures says `picture_shown` for each; until then the playhead stands, and then jumps to where the clock is;
    for the first few after a start the clock waits instead. Speeds multiply: the playhead moves at `speed` (0.1 to 4)
    times `shuttle` (-8 to 8, negative backwards). Frames count from 0 and the playhead never leaves them. In and out
    points are frames too; both belong to the range that plays and loops. Stepping ignores them, and how long a frame
    lasts.

    Signals:
        frame_changed(int): the playhead stands on another frame.
        playing_changed(bool): it began to move by itself, or stopped.
        speed_changed(): `speed` or `shuttle` is another.
        range_changed(): the in or out point is another.
        loop_changed(bool): looping was switched.
        ping_pong_changed(bool): turning round at the ends was switched.
        times_changed(): another clip's frames and times; in and out points are gone.
    """

    frame_changed = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal()
    range_changed = Signal()
    loop_changed = Signal(bool)
    ping_pong_changed = Signal(bool)
    times_changed = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds from anywhere and never runs backwards."""
        super().__init__(parent)
        self._clock = clock
        self._times = FrameTimes()
        self._frame = 0
        self._speed = 1.0
        self._shuttle = 0
        self._in: int | None = None
        self._out: int | None = None
        self._loop = False
        self._ping_pong = False
        self._stop_held = False
        self._scrubbing = False
        self._awaiting = False
        self._dropping = False
        self._starting = 0
        # Where playing began: the clock then, and the second of the clip then.
        self._began = 0.0
        self._began_at = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    # --- what it is -----------------------------------------------------------------------------------------------

    @property
    def times(self) -> FrameTimes:
        return self._times

    @property
    def frame_count(self) -> int:
        return self._times.count

    @property
    def frame(self) -> int:
        return self._frame

    @property
    def playing(self) -> bool:
        return self._shuttle != 0

    @property
    def shuttle(self) -> int:
        """0 standing, 1 playing, 2, 4, 8 faster; negative backwards."""
        return self._shuttle

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def rate(self) -> float:
        """Seconds of the clip per second of the clock, negative backwards, 0 standing."""
        return self._speed * self._shuttle

    @property
    def in_point(self) -> int | None:
        return self._in

    @property
    def out_point(self) -> int | None:
        return self._out

    @property
    def range(self) -> tuple[int, int]:
        """First and last frame of what plays."""
        return (0 if self._in is None else self._in, self._times.last if self._out is None else self._out)

    @property
    def loop(self) -> bool:
        return self._loop

    @property
    def ping_pong(self) -> bool:
        """Whether playing turns round at the ends of the range; then looping means nothing."""
        return self._ping_pong

    @property
    def scrubbing(self) -> bool:
        return self._scrubbing

    def upcoming(self, count: int) -> list[int]:
        """The next frames that playing will want, nearest first. [] while standing, and while frames have to be
        dropped: to fetch ahead then would only hold up what is wanted."""
        if not self.playing or not self.frame_count or self._dropping:
            return []
        stride = self._stride * (1 if self._shuttle > 0 else -1)
        first, last = self.range
        frames = []
        for ahead in range(1, count + 1):
            frame = self._frame + stride * ahead
            if not first <= frame <= last:
                if self._ping_pong:
                    frame = min(max(2 * (last if stride > 0 else first) - frame, first), last)
                elif self._loop:
                    frame = first + (frame - first) % (last - first + 1)
                else:
                    break
            frames.append(frame)
        return frames

    # --- what it plays --------------------------------------------------------------------------------------------

    def set_times(self, times: FrameTimes) -> None:
        """Take another clip's frames: stops, forgets in and out, keeps the playhead where it can stand."""
        self.pause()
        self._times = times
        self._in = self._out = None
        self._awaiting = False
        moved = times.clamp(self._frame) != self._frame
        self._frame = times.clamp(self._frame)
        self.times_changed.emit()
        self.range_changed.emit()
        if moved:
            self.frame_changed.emit(self._frame)

    # --- by the clock ---------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play forwards if standing, else pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self, shuttle: int = 1) -> None:
        """Move by the clock, `shuttle` times the speed. From an end of the range it starts over at the other."""
        if not self.frame_count or shuttle == 0:
            self.pause()
            return
        first, last = self.range
        if not self.playing and shuttle > 0 and not first <= self._frame < last:
            self._move(first)
        elif not self.playing and shuttle < 0 and not first < self._frame <= last:
            self._move(last)
        self._set_shuttle(max(-MAX_SHUTTLE, min(MAX_SHUTTLE, shuttle)))

    def pause(self) -> None:
        """Stand still on the frame that is on view."""
        self._set_shuttle(0)

    def shuttle_forward(self) -> None:
        """L: play forwards, twice as fast with each call; while stop is held, one frame forwards."""
        self._shuttle_towards(1)

    def shuttle_backward(self) -> None:
        """J: play backwards, twice as fast with each call; while stop is held, one frame back."""
        self._shuttle_towards(-1)

    def hold_stop(self, held: bool) -> None:
        """K went down (stands still, and J and L step single frames) or came up."""
        self._stop_held = held
        if held:
            self.pause()

    def set_speed(self, speed: float) -> None:
        """Set the speed of playing, kept between 0.1 and 4."""
        speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        if speed == self._speed:
            return
        self._anchor(self._position())
        self._speed = speed
        self._schedule()
        self.speed_changed.emit()

    def faster(self) -> None:
        """The next speed of the scale."""
        self.set_speed(next((speed for speed in SPEEDS if speed > self._speed), SPEEDS[-1]))

    def slower(self) -> None:
        """The speed below on the scale."""
        self.set_speed(next((speed for speed in reversed(SPEEDS) if speed < self._speed), SPEEDS[0]))

    def tick(self) -> None:
        """Stand where the clock is. Called by a timer of its own and by `picture_shown`."""
        if not self.playing or self._awaiting or self._scrubbing:
            return
        position = self._position()
        first, last = self.range
        begin, end = self._times.start(first), self._times.end(last)
        over = position >= end - 1e-6 if self._shuttle > 0 else position <= begin + 1e-6
        if over and self._ping_pong and first < last:
            self._turn_round(position, first, last)
            return
        if over and not self._loop:
            self._move(last if self._shuttle > 0 else first)
            self.pause()
            return
        if over:
            position = begin + (position - begin) % (end - begin)
            if self._shuttle < 0 and position <= begin:
                position = end
            self._anchor(position)
        frame = self._times.at(position) if self._shuttle > 0 else self._times.before(position)
        frame = min(max(frame, first), last)
        if frame != self._frame:
            self._dropping = abs(frame - self._frame) > self._stride and not over
            self._awaiting = True
            self._move(frame)
        self._schedule()

    def picture_shown(self) -> None:
        """The view shows the playhead's frame (or gave it up): playing may go on."""
        if self._awaiting:
            self._awaiting = False
            if self._starting:
                self._starting -= 1
                if self._is_late():
                    self._anchor(self._boundary(self._frame))
            self.tick()

    # --- by hand --------------------------------------------------------------------------------------------------

    def step(self, frames: int) -> None:
        """Stop, and move by so many frames."""
        self.pause()
        self._move(self._frame + frames)

    def step_seconds(self, seconds: float) -> None:
        """Stop, and move to the frame so many seconds away, at least one frame."""
        self.pause()
        if not self.frame_count:
            return
        frame = self._times.at(self._times.start(self._frame) + seconds)
        if frame == self._frame:
            frame += 1 if seconds > 0 else -1
        self._move(frame)

    def seek(self, frame: int) -> None:
        """Stand on `frame`, or the nearest that exists; playing goes on from there."""
        self._move(frame)
        if self.playing:
            self._anchor_at_frame()

    def home(self) -> None:
        """To the first frame."""
        self.seek(0)

    def to_end(self) -> None:
        """To the last frame; stops."""
        self.pause()
        self.seek(self._times.last)

    def begin_scrub(self) -> None:
        """The playhead is taken in hand: playing waits until it is let go."""
        if not self._scrubbing:
            self._scrubbing = True
            self._timer.stop()

    def end_scrub(self) -> None:
        """The playhead is let go; what played plays on from there."""
        if not self._scrubbing:
            return
        self._scrubbing = False
        self._awaiting = False
        if self.playing:
            self._anchor_at_frame()

    def set_in(self, frame: int | None = None) -> None:
        """Begin the range at `frame` (default: the playhead). An out point before it is dropped."""
        self._in = self._times.clamp(self._frame if frame is None else frame)
        if self._out is not None and self._out < self._in:
            self._out = None
        self.range_changed.emit()

    def set_out(self, frame: int | None = None) -> None:
        """End the range with `frame` (default: the playhead). An in point after it is dropped."""
        self._out = self._times.clamp(self._frame if frame is None else frame)
        if self._in is not None and self._in > self._out:
            self._in = None
        self.range_changed.emit()

    def clear_range(self) -> None:
        """The whole clip plays again."""
        if self._in is not None or self._out is not None:
            self._in = self._out = None
            self.range_changed.emit()

    def set_loop(self, loop: bool) -> None:
        """Whether playing starts over at the end of the range."""
        if loop != self._loop:
            self._loop = loop
            self.loop_changed.emit(loop)

    def set_ping_pong(self, ping_pong: bool) -> None:
        """Whether playing turns round at the ends of the range."""
        if ping_pong != self._ping_pong:
            self._ping_pong = ping_pong
            self.ping_pong_changed.emit(ping_pong)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _turn_round(self, position: float, first: int, last: int) -> None:
        """Go back from an end of the range, whose frame has been on view for its time."""
        forwards = self._shuttle > 0
        over = abs(position - (self._times.end(last) if forwards else self._times.start(first)))
        length = self._times.start(last) - self._times.end(first)
        back = min(over, max(length, 0.0))  # what a stalled clock is beyond the other end too is forgotten
        self._shuttle = -self._shuttle
        self._anchor(self._times.start(last) - back if forwards else self._times.end(first) + back)
        self.speed_changed.emit()
        self.tick()

    def _shuttle_towards(self, direction: int) -> None:
        if self._stop_held:
            self.step(direction)
            return
        going = self._shuttle * direction > 0
        self.play(self._shuttle * 2 if going else direction)

    def _set_shuttle(self, shuttle: int) -> None:
        if shuttle == self._shuttle:
            return
        was_playing = self.playing
        # A change of gear goes on from the very moment; a start begins with the whole of the frame on view.
        position = self._position() if was_playing and self._shuttle * shuttle > 0 else None
        self._shuttle = shuttle
        self._dropping = False
        if shuttle == 0:
            self._timer.stop()
            self._awaiting = False
        elif position is None:
            self._starting = _STARTING_FRAMES
            self._anchor_at_frame()
        else:
            self._anchor(position)
            self._schedule()
        if was_playing != self.playing:
            self.playing_changed.emit(self.playing)
        self.speed_changed.emit()

    def _position(self) -> float:
        """The second of the clip at which the clock is, not kept inside the range."""
        return self._began_at + (self._clock() - self._began) * self.rate

    @property
    def _stride(self) -> int:
        """How many frames on the next one lies, at the present rate."""
        return max(1, round(abs(self.rate)))

    def _anchor(self, position: float) -> None:
        self._began, self._began_at = self._clock(), position

    def _anchor_at_frame(self) -> None:
        self._anchor(self._boundary(self._frame))
        self._schedule()

    def _is_late(self) -> bool:
        """Whether the clock is beyond the time of the frame on view."""
        position = self._position()
        if self._shuttle > 0:
            return position >= self._times.end(self._frame)
        return position <= self._times.start(self._frame)

    def _boundary(self, frame: int) -> float:
        """The second of the clip at which playing reaches `frame`."""
        return self._times.start(frame) if self._shuttle > 0 else self._times.end(frame)

    def _schedule(self) -> None:
        if not self.playing or self._awaiting or self._scrubbing:
            return
        position = self._position()
        if self._shuttle > 0:
            ahead = self._times.end(self._times.at(position)) - position
        else:
            ahead = position - self._times.start(self._times.before(position))
        wait = max(0.0, ahead) / abs(self.rate) * 1000
        self._timer.start(min(_LONGEST_WAIT_MS, max(1, int(wait) + 1)))

    def _move(self, frame: int) -> None:
        frame = self._times.clamp(frame)
        if frame != self._frame:
            self._frame = frame
            self.frame_changed.emit(frame)
