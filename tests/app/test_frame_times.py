"""Frame times: lengths, lookups, and how two sources line up."""

from fractions import Fraction

import pytest

from nvc_studio.models.frame_times import Alignment, FrameTimes

MS = Fraction(1, 1000)


def steady(count: int, rate: int, start: int = 0) -> FrameTimes:
    return FrameTimes(tuple(range(start, start + count)), Fraction(1, rate), Fraction(rate))


def test_counts_seconds_from_the_first_frame() -> None:
    times = steady(5, 25, start=100)
    assert times.starts == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])
    assert times.duration == pytest.approx(0.2)
    assert times.exact(3) == Fraction(3, 25)
    assert times.absolute(0) == pytest.approx(4.0)
    assert times.end(4) == pytest.approx(0.2)


def test_a_lone_frame_lasts_as_long_as_the_rate_says() -> None:
    assert FrameTimes((7,), MS, Fraction(50)).duration == pytest.approx(0.02)


def test_no_frames_are_no_trouble() -> None:
    nothing = FrameTimes()
    assert (nothing.count, nothing.last, nothing.duration) == (0, 0, 0.0)
    assert nothing.exact(0) == 0
    assert nothing.at(1.0) == 0


@pytest.mark.parametrize(
    ("seconds", "at", "before"),
    [(-1.0, 0, 0), (0.0, 0, 0), (0.1, 1, 0), (0.12, 1, 1), (0.5, 2, 1), (0.6, 2, 2), (9.0, 3, 3)],
)
def test_finds_frames_of_a_variable_rate(seconds: float, at: int, before: int) -> None:
    times = FrameTimes((0, 100, 500, 700), MS)
    assert times.at(seconds) == at
    assert times.before(seconds) == before


def test_equal_counts_are_locked_by_number() -> None:
    alignment = Alignment(steady(4, 25), steady(4, 50))
    assert alignment.locked
    assert [alignment.frame(n) for n in range(4)] == [0, 1, 2, 3]
    assert alignment.covered(3)


def test_half_the_rate_shows_each_frame_twice() -> None:
    alignment = Alignment(steady(8, 50), steady(4, 25))
    assert [alignment.frame(n) for n in range(8)] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_twice_the_rate_shows_every_other_frame() -> None:
    alignment = Alignment(steady(4, 25), steady(8, 50))
    assert [alignment.frame(n) for n in range(4)] == [0, 2, 4, 6]


def test_timestamps_rounded_to_milliseconds_still_meet() -> None:
    exact = FrameTimes(tuple(range(24)), Fraction(1001, 24000), Fraction(24000, 1001))
    rounded = FrameTimes(tuple(round(n * 1001 / 24) for n in range(23)), MS)
    alignment = Alignment(exact, rounded)
    assert [alignment.frame(n) for n in range(23)] == list(range(23))
    assert alignment.frame(23) == 22


def test_a_cut_is_placed_by_the_clock_of_its_source() -> None:
    alignment = Alignment(steady(20, 25), steady(5, 25, start=10))
    assert [alignment.frame(n) for n in range(10, 15)] == [0, 1, 2, 3, 4]
    assert [alignment.covered(n) for n in (0, 9, 10, 14, 16)] == [False, False, True, True, False]
    assert alignment.frame(0) == 0
    assert alignment.frame(19) == 4


def test_other_clocks_are_counted_from_their_first_frames() -> None:
    shifted = FrameTimes(tuple(range(7007, 7007 + 40 * 10, 40)), MS)
    alignment = Alignment(steady(20, 25), shifted)
    assert [alignment.frame(n) for n in range(10)] == list(range(10))
    assert not alignment.covered(15)


def test_a_source_without_frames_covers_nothing() -> None:
    alignment = Alignment(steady(2, 25), FrameTimes())
    assert (alignment.frame(1), alignment.covered(1)) == (0, False)


def test_slow_motion_of_a_part_stands_beside_the_frames_that_it_is_of() -> None:
    original = FrameTimes(tuple(range(0, 800, 40)))
    part = FrameTimes(tuple(range(200, 401, 20)), Fraction(1, 1000), Fraction(50), slow_motion=2)
    aligned = Alignment(part, original)
    assert [aligned.frame(picture) for picture in range(part.count)] == [5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10]
    assert part.frames_alone() == FrameTimes(tuple(range(200, 401, 40)), Fraction(1, 1000), Fraction(50))
