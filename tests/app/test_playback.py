"""The playhead under a clock that is held still."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from pytestqt.qtbot import QtBot

from nvc_studio.models.frame_times import FrameTimes
from nvc_studio.models.playback import SPEEDS, Playback

MS = Fraction(1, 1000)


class Clock:
    """Stands until it is told to go."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Player:
    """A playback whose pictures come at once, its clock, and the frames it has been on."""

    def __init__(self, times: FrameTimes) -> None:
        self.clock = Clock()
        self.playback = Playback(clock=self.clock)
        self.playback.set_times(times)
        self.seen: list[int] = []
        self.playback.frame_changed.connect(self.seen.append)

    def run(self, seconds: float, *, shown: bool = True) -> None:
        self.clock.now += seconds
        self.playback.tick()
        if shown:
            self.playback.picture_shown()


@pytest.fixture
def player(qtbot: QtBot) -> Player:
    """Ten frames at 10 frames per second."""
    return Player(FrameTimes(tuple(range(0, 1000, 100)), MS, Fraction(10)))


def test_starts_standing_on_the_first_frame(player: Player) -> None:
    playback = player.playback
    assert (playback.frame, playback.frame_count, playback.playing, playback.rate) == (0, 10, False, 0)
    assert playback.range == (0, 9)
    player.run(5)
    assert playback.frame == 0


def test_plays_by_the_clock(player: Player) -> None:
    player.playback.play()
    player.run(0.05)
    assert player.playback.frame == 0
    for _ in range(4):
        player.run(0.1)
    assert player.seen == [1, 2, 3, 4]


def test_drops_frames_to_keep_time(player: Player) -> None:
    player.playback.play()
    player.run(0.35)
    player.run(0.3)
    assert player.seen == [3, 6]


def test_waits_for_the_picture_and_then_goes_to_where_the_clock_is(qtbot: QtBot) -> None:
    player = Player(FrameTimes(tuple(range(0, 3000, 100)), MS, Fraction(10)))
    player.playback.play()
    for _ in range(10):
        player.run(0.1)
    player.seen.clear()
    player.run(0.1, shown=False)
    player.run(0.2, shown=False)
    player.run(0.2, shown=False)
    assert player.seen == [11]
    player.playback.picture_shown()
    assert player.seen == [11, 15]


def test_the_clock_waits_for_the_first_pictures(player: Player) -> None:
    player.playback.play()
    for _ in range(4):
        player.run(0.1, shown=False)
        player.run(0.35)
    assert player.seen == [1, 2, 3, 4]


def test_the_clock_waits_backwards_too(player: Player) -> None:
    player.playback.seek(8)
    player.seen.clear()
    player.playback.play(-1)
    for _ in range(3):
        player.run(0.11, shown=False)
        player.run(0.35)
    assert player.seen == [7, 6, 5]


def test_a_picture_shown_while_standing_changes_nothing(player: Player) -> None:
    player.playback.picture_shown()
    assert (player.seen, player.playback.playing) == ([], False)


def test_honours_a_variable_rate(qtbot: QtBot) -> None:
    player = Player(FrameTimes((0, 100, 500, 600), MS))
    player.playback.play()
    for _ in range(7):
        player.run(0.1)
    assert player.seen == [1, 2, 3]
    assert player.playback.playing
    player.run(0.101)
    assert not player.playback.playing


def test_stops_on_the_last_frame_when_its_time_is_over(player: Player, qtbot: QtBot) -> None:
    player.playback.seek(8)
    player.playback.play()
    player.run(0.15)
    assert (player.playback.frame, player.playback.playing) == (9, True)
    with qtbot.waitSignal(player.playback.playing_changed, check_params_cb=lambda playing: not playing):
        player.run(0.05)
    assert (player.playback.frame, player.playback.playing) == (9, False)
    player.run(10)
    assert player.playback.frame == 9


def test_a_late_clock_never_leaves_the_clip(player: Player) -> None:
    player.playback.play()
    player.run(1000)
    assert (player.playback.frame, player.playback.playing) == (9, False)


def test_play_at_the_end_starts_over(player: Player) -> None:
    player.playback.to_end()
    player.playback.play()
    assert (player.playback.frame, player.playback.playing) == (0, True)


def test_toggle_plays_and_pauses(player: Player) -> None:
    playback = player.playback
    playback.toggle()
    player.run(0.25)
    playback.toggle()
    assert (playback.frame, playback.playing) == (2, False)
    player.run(0.5)
    assert playback.frame == 2
    playback.toggle()
    player.run(0.1)
    assert playback.frame == 3


def test_plays_backwards_and_stops_on_the_first_frame(player: Player) -> None:
    player.playback.seek(3)
    player.playback.play(-1)
    player.run(0.05)
    assert player.playback.frame == 3
    for _ in range(4):
        player.run(0.1)
    assert player.playback.frame == 0
    player.run(0.1)
    assert player.seen == [3, 2, 1, 0]
    assert not player.playback.playing


def test_playing_backwards_from_the_first_frame_starts_at_the_last(player: Player) -> None:
    player.playback.play(-1)
    assert player.playback.frame == 9


def test_nothing_plays_without_frames(qtbot: QtBot) -> None:
    player = Player(FrameTimes())
    playback = player.playback
    for do in (playback.play, playback.shuttle_forward, playback.shuttle_backward, playback.home, playback.to_end):
        do()
    playback.step(1)
    playback.step_seconds(1)
    playback.seek(5)
    player.run(1)
    assert (playback.frame, playback.playing, player.seen, playback.upcoming(2)) == (0, False, [], [])


def test_a_single_frame_plays_for_its_time(qtbot: QtBot) -> None:
    player = Player(FrameTimes((5,), MS, Fraction(10)))
    player.playback.play()
    assert player.playback.playing
    player.run(0.11)
    assert (player.playback.playing, player.playback.frame) == (False, 0)


@pytest.mark.parametrize(("steps", "frame"), [(1, 6), (-1, 4), (3, 8), (100, 9), (-100, 0)])
def test_steps_stay_inside(player: Player, steps: int, frame: int) -> None:
    player.playback.seek(5)
    player.playback.step(steps)
    assert player.playback.frame == frame


def test_a_step_stops_playing(player: Player) -> None:
    player.playback.play()
    player.run(0.2)
    player.playback.step(1)
    assert (player.playback.frame, player.playback.playing) == (3, False)


def test_steps_ignore_how_long_a_frame_lasts(qtbot: QtBot) -> None:
    player = Player(FrameTimes((0, 10, 60_000, 60_010), MS))
    for _ in range(3):
        player.playback.step(1)
    assert player.seen == [1, 2, 3]


def test_steps_of_a_second(qtbot: QtBot) -> None:
    player = Player(FrameTimes(tuple(range(0, 5000, 100)), MS))
    playback = player.playback
    playback.step_seconds(1)
    assert playback.frame == 10
    playback.step_seconds(1)
    assert playback.frame == 20
    playback.step_seconds(-1)
    assert playback.frame == 10
    playback.seek(4)
    playback.step_seconds(-1)
    assert playback.frame == 0
    playback.seek(45)
    playback.step_seconds(1)
    assert playback.frame == 49


def test_a_step_of_a_second_moves_also_over_longer_frames(qtbot: QtBot) -> None:
    player = Player(FrameTimes((0, 3000, 6000), MS))
    player.playback.step_seconds(1)
    assert player.playback.frame == 1
    player.playback.step_seconds(-1)
    assert player.playback.frame == 0


def test_ends(player: Player) -> None:
    player.playback.to_end()
    assert player.playback.frame == 9
    player.playback.home()
    assert player.playback.frame == 0


@pytest.mark.parametrize(("asked", "got"), [(4, 4), (-3, 0), (99, 9)])
def test_seek_goes_to_the_nearest_frame(player: Player, asked: int, got: int) -> None:
    player.playback.seek(asked)
    assert player.playback.frame == got


def test_seek_while_playing_plays_on_from_there(player: Player) -> None:
    player.playback.play()
    player.run(0.1)
    player.playback.seek(6)
    player.run(0.1)
    assert (player.playback.frame, player.playback.playing) == (7, True)


def test_shuttle_doubles_up_to_eight(player: Player) -> None:
    playback = player.playback
    gears = []
    for _ in range(5):
        playback.shuttle_forward()
        gears.append(playback.shuttle)
    assert gears == [1, 2, 4, 8, 8]
    playback.shuttle_backward()
    assert playback.shuttle == -1
    playback.shuttle_backward()
    assert (playback.shuttle, playback.rate) == (-2, -2.0)


def test_a_faster_gear_goes_on_from_the_moment(player: Player) -> None:
    player.playback.shuttle_forward()
    player.run(0.15)
    player.playback.shuttle_forward()
    player.run(0.1)
    assert player.playback.frame == 3


def test_reverse_shuttle_stops_at_the_first_frame(player: Player) -> None:
    player.playback.seek(2)
    player.playback.shuttle_backward()
    player.playback.shuttle_backward()
    player.run(1)
    assert (player.playback.frame, player.playback.playing) == (0, False)


def test_turning_round_at_an_end_does_not_jump_to_the_other(player: Player) -> None:
    player.playback.shuttle_forward()
    player.playback.shuttle_backward()
    assert player.playback.frame == 0
    player.run(0.2)
    assert (player.playback.frame, player.playback.playing) == (0, False)


def test_stop_held_makes_the_shuttle_step(player: Player) -> None:
    playback = player.playback
    playback.shuttle_forward()
    player.run(0.2)
    playback.hold_stop(True)
    assert (playback.playing, playback.frame) == (False, 2)
    playback.shuttle_forward()
    playback.shuttle_forward()
    playback.shuttle_backward()
    assert (playback.playing, playback.frame) == (False, 3)
    playback.hold_stop(False)
    playback.shuttle_forward()
    assert playback.playing


def test_speed_multiplies(player: Player) -> None:
    player.playback.set_speed(0.5)
    player.playback.play()
    player.run(0.4)
    assert player.playback.frame == 2
    player.playback.set_speed(2)
    player.run(0.1)
    assert player.playback.frame == 4
    player.playback.shuttle_forward()
    assert player.playback.rate == 4


def test_speeds_are_bounded_and_walk_a_scale(player: Player) -> None:
    playback = player.playback
    playback.set_speed(77)
    assert playback.speed == SPEEDS[-1] == 4
    playback.set_speed(0)
    assert playback.speed == SPEEDS[0] == 0.1
    playback.slower()
    assert playback.speed == 0.1
    walked = []
    for _ in range(len(SPEEDS) + 1):
        walked.append(playback.speed)
        playback.faster()
    assert walked == [*SPEEDS, SPEEDS[-1]]
    playback.slower()
    assert playback.speed == 3


def test_in_and_out_bound_what_plays(player: Player) -> None:
    playback = player.playback
    playback.set_in(3)
    playback.set_out(5)
    assert (playback.in_point, playback.out_point, playback.range) == (3, 5, (3, 5))
    playback.play()
    assert playback.frame == 3
    player.run(0.2)
    assert playback.frame == 5
    player.run(0.2)
    assert (playback.frame, playback.playing) == (5, False)
    playback.play()
    assert playback.frame == 3
    playback.pause()
    playback.step(-1)
    assert playback.frame == 2


def test_in_and_out_default_to_the_playhead_and_push_each_other_out(player: Player) -> None:
    playback = player.playback
    playback.seek(6)
    playback.set_out()
    playback.seek(8)
    playback.set_in()
    assert (playback.in_point, playback.out_point) == (8, None)
    playback.set_out(2)
    assert (playback.in_point, playback.out_point) == (None, 2)
    playback.clear_range()
    assert playback.range == (0, 9)


def test_loops_over_the_range(player: Player) -> None:
    playback = player.playback
    playback.set_loop(True)
    playback.set_in(2)
    playback.set_out(4)
    playback.seek(2)
    playback.play()
    for _ in range(6):
        player.run(0.1)
    assert player.seen == [2, 3, 4, 2, 3, 4, 2]
    player.run(0.1 + 3 * 0.3)
    assert (playback.frame, playback.playing) == (3, True)


def test_loops_backwards(player: Player) -> None:
    playback = player.playback
    playback.set_loop(True)
    playback.set_in(2)
    playback.set_out(4)
    playback.seek(3)
    playback.play(-1)
    for _ in range(4):
        player.run(0.1 + 1e-9)
    assert player.seen == [3, 2, 4, 3, 2]


def test_upcoming_frames(player: Player) -> None:
    playback = player.playback
    assert playback.upcoming(2) == []
    playback.seek(7)
    playback.play()
    assert playback.upcoming(3) == [8, 9]
    playback.set_loop(True)
    assert playback.upcoming(4) == [8, 9, 0, 1]
    playback.set_speed(2)
    assert playback.upcoming(2) == [9, 1]
    playback.set_loop(False)
    playback.pause()
    playback.set_speed(1)
    playback.play(-1)
    assert playback.upcoming(2) == [6, 5]


def test_nothing_is_fetched_ahead_while_frames_are_dropped(player: Player) -> None:
    player.playback.play()
    player.run(0.1)
    assert player.playback.upcoming(1) == [2]
    player.run(0.3)
    assert player.playback.upcoming(1) == []
    player.run(0.1)
    assert player.playback.upcoming(1) == [6]


def test_scrubbing_holds_the_clock_off(player: Player) -> None:
    playback = player.playback
    playback.play()
    playback.begin_scrub()
    assert playback.scrubbing
    playback.seek(5)
    player.run(3)
    assert (playback.frame, playback.playing) == (5, True)
    playback.end_scrub()
    player.run(0.1)
    assert (playback.frame, playback.playing) == (6, True)


def test_scrubbing_while_standing_leaves_it_standing(player: Player) -> None:
    player.playback.begin_scrub()
    player.playback.seek(5)
    player.playback.end_scrub()
    player.run(1)
    assert (player.playback.frame, player.playback.playing) == (5, False)


def test_another_clip_stops_and_keeps_the_playhead_where_it_can(player: Player) -> None:
    playback = player.playback
    playback.set_in(2)
    playback.seek(7)
    playback.play()
    playback.set_times(FrameTimes((0, 1, 2, 3), MS))
    assert (playback.playing, playback.frame, playback.in_point, playback.range) == (False, 3, None, (0, 3))


def signals(playback: Playback) -> list[str]:
    heard: list[str] = []
    playback.playing_changed.connect(lambda playing: heard.append(f"playing {playing}"))
    playback.speed_changed.connect(lambda: heard.append("speed"))
    playback.range_changed.connect(lambda: heard.append("range"))
    playback.loop_changed.connect(lambda loop: heard.append(f"loop {loop}"))
    return heard


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda p: p.play(), ["playing True", "speed"]),
        (lambda p: p.pause(), []),
        (lambda p: (p.shuttle_forward(), p.shuttle_forward()), ["playing True", "speed", "speed"]),
        (lambda p: p.set_speed(2), ["speed"]),
        (lambda p: p.set_speed(1), []),
        (lambda p: p.set_in(2), ["range"]),
        (lambda p: p.clear_range(), []),
        (lambda p: (p.set_loop(True), p.set_loop(True)), ["loop True"]),
    ],
)
def test_says_what_changes_and_nothing_else(player: Player, do: Callable[[Playback], None], said: list[str]) -> None:
    heard = signals(player.playback)
    do(player.playback)
    assert heard == said


def test_plays_by_itself_with_a_running_clock(qtbot: QtBot) -> None:
    playback = Playback()
    playback.set_times(FrameTimes(tuple(range(0, 60, 10)), MS))
    playback.frame_changed.connect(lambda _: playback.picture_shown())
    with qtbot.waitSignal(playback.playing_changed, check_params_cb=lambda playing: not playing, timeout=5000):
        playback.play()
    assert playback.frame == 5


def test_ping_pong_turns_round_at_both_ends(player: Player) -> None:
    playback = player.playback
    playback.set_ping_pong(True)
    playback.set_in(2)
    playback.set_out(4)
    playback.seek(2)
    playback.play()
    for _ in range(8):
        player.run(0.1 + 1e-9)
    assert player.seen == [2, 3, 4, 3, 2, 3, 4, 3, 2]
    player.run(5.0)
    assert playback.playing
    assert 2 <= playback.frame <= 4


def test_ping_pong_of_one_frame_ends(player: Player) -> None:
    playback = player.playback
    playback.set_ping_pong(True)
    playback.set_in(9)
    playback.seek(9)
    playback.play()
    player.run(0.2)
    assert not playback.playing


def test_upcoming_frames_turn_round_with_the_playhead(player: Player) -> None:
    playback = player.playback
    playback.set_ping_pong(True)
    playback.seek(8)
    playback.play()
    assert playback.upcoming(3) == [9, 8, 7]
    playback.pause()
    playback.seek(1)
    playback.play(-1)
    assert playback.upcoming(3) == [0, 1, 2]
