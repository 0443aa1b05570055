"""Which frames are worst, and what is known of each."""

import math

from nvc_studio.models.frame_measures import worst_frames


def test_the_worst_frames_come_first_and_keep_apart() -> None:
    values = [30.0] * 20
    values[4], values[5], values[6], values[15], values[18] = 21.0, 20.0, 22.0, 25.0, math.nan
    assert worst_frames(values, 3, 5) == [5, 15, 0]
    assert worst_frames(values, 2, 1) == [5, 4]


def test_of_bits_the_most_are_worst_and_what_lost_nothing_is_none() -> None:
    assert worst_frames([3.0, 9.0, 1.0], 2, 1, highest=True) == [1, 0]
    assert worst_frames([math.inf, math.nan], 3, 1) == []
