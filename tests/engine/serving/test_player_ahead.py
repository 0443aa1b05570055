"""What the player decodes before it is asked, and how it makes pictures smaller."""

import numpy as np
import pytest

from nvc_engine.media.cache import PictureCache
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.player_ahead import LONGEST_REACH, ReadAhead
from nvc_engine.player_thumbnails import shrink

TINY = Picture(np.zeros((2, 2), np.uint8), np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8))


def everything(ahead: ReadAhead) -> list[int]:
    frames = []
    while (frame := ahead.next()) is not None:
        frames.append(frame)
    return frames


@pytest.fixture
def cache() -> PictureCache:
    return PictureCache()


@pytest.fixture
def ahead(cache: PictureCache) -> ReadAhead:
    return ReadAhead(100, cache, room=1000)


def test_forward_it_reads_what_comes_next_and_is_not_there(ahead: ReadAhead, cache: PictureCache) -> None:
    ahead.moved("view", 10)
    assert everything(ahead) == []
    cache.put(13, TINY)
    ahead.moved("view", 11)
    assert everything(ahead) == [frame for frame in range(12, 12 + LONGEST_REACH) if frame != 13]


def test_it_stops_at_the_end(ahead: ReadAhead) -> None:
    ahead.moved("view", 96)
    ahead.moved("view", 97)
    assert everything(ahead) == [98, 99]


def test_backward_a_whole_stretch_is_read_in_forward_order(ahead: ReadAhead, cache: PictureCache) -> None:
    ahead.moved("view", 50)
    stretch = ahead.stretch("view", 49)
    assert (stretch.start, stretch[-1]) == (50 - LONGEST_REACH, 49)
    for frame in stretch:
        cache.put(frame, TINY)
    ahead.moved("view", 49)
    assert everything(ahead) == list(range(50 - 2 * LONGEST_REACH, 50 - LONGEST_REACH))


def test_backward_it_stops_at_the_start(ahead: ReadAhead) -> None:
    ahead.moved("view", 3)
    assert ahead.stretch("view", 2) == range(3)
    ahead.moved("view", 0)
    assert everything(ahead) == []


def test_a_jump_ends_reading_ahead(ahead: ReadAhead) -> None:
    ahead.moved("view", 10)
    ahead.moved("view", 11)
    assert ahead.next() == 12
    ahead.moved("view", 80)
    assert everything(ahead) == []
    assert ahead.stretch("view", 20) == range(20, 21)


def test_large_pictures_leave_room_for_what_is_shown(cache: PictureCache) -> None:
    ahead = ReadAhead(100, cache, room=6)
    ahead.moved("view", 10)
    ahead.moved("view", 11)
    assert everything(ahead) == [12, 13]


@pytest.mark.parametrize("chroma", list(Chroma))
@pytest.mark.parametrize(("height", "width", "most"), [(48, 64, 20), (239, 427, 100), (3, 5, 1), (1, 1000, 7)])
def test_a_small_picture_is_the_mean_of_the_large_one(chroma: Chroma, height: int, width: int, most: int) -> None:
    stored = Chroma.C420 if chroma is Chroma.GRAY else chroma
    rows, columns = stored.plane_shape(height, width)
    random = np.random.default_rng(1)
    luma = random.integers(0, 1024, (height, width)).astype(np.uint16)
    flat = np.full((rows, columns), 300, np.uint16)
    small = shrink(Picture(luma, flat, flat, 10, chroma), most)
    assert 1 <= small.width <= most
    assert (small.bit_depth, small.chroma, small.y.dtype) == (10, chroma, np.uint16)
    assert (small.u == 300).all()
    assert small.u.shape == stored.plane_shape(small.height, small.width)
    factor = -(-width // most)
    whole = luma[: height // factor * factor, : width // factor * factor]
    if whole.size:
        means = whole.reshape(height // factor, factor, width // factor, factor).mean(axis=(1, 3))
        assert np.abs(small.y[: means.shape[0], : means.shape[1]] - means).max() <= 0.5


def test_a_picture_that_is_small_enough_stays_as_it_is() -> None:
    assert shrink(TINY, 0) is TINY
    assert shrink(TINY, 2) is TINY
