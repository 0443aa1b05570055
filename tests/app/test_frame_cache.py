"""The pictures that are kept."""

from PySide6.QtGui import QImage

from nvc_studio.models.frame_cache import FrameCache


def picture() -> QImage:
    """400 bytes."""
    return QImage(10, 10, QImage.Format.Format_RGB32)


def test_the_one_unused_the_longest_goes() -> None:
    cache = FrameCache(1200)
    for frame in range(3):
        cache.put((1, frame), picture())
    assert cache.get((1, 0)) is not None
    cache.put((1, 3), picture())
    assert [frame for frame in range(4) if (1, frame) in cache] == [0, 2, 3]
    assert cache.bytes == 1200


def test_the_newest_stays_however_large() -> None:
    cache = FrameCache(100)
    cache.put((1, 0), picture())
    cache.put((1, 1), picture())
    assert (len(cache), cache.bytes, (1, 1) in cache) == (1, 400, True)


def test_a_picture_replaced_counts_once() -> None:
    cache = FrameCache(10_000)
    cache.put((1, 0), picture())
    cache.put((1, 0), picture())
    assert (len(cache), cache.bytes) == (1, 400)


def test_drops_what_is_chosen() -> None:
    cache = FrameCache(10_000)
    for clip in (1, 2):
        cache.put((clip, 0), picture())
    cache.drop(lambda key: key[0] == 1)
    assert ((1, 0) in cache, (2, 0) in cache, cache.bytes) == (False, True, 400)
    cache.clear()
    assert (len(cache), cache.bytes) == (0, 0)
