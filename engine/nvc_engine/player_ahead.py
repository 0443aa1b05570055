"""Which frames are worth decoding before they are asked for."""

from collections import deque

from nvc_engine.media.cache import PictureCache

LONGEST_STEP = 4
LONGEST_REACH = 16


class ReadAhead:
    """Frames to decode while nobody asks, guessed from how one view moves through the clip.

    Forward, the next frames in order. Backward, a whole stretch before the playhead, decoded in forward order (decoders
    only run forward), and begun before the stretch that is there already is used up.
    """

    def __init__(self, frame_count: int, cache: PictureCache, room: int) -> None:
        """`room` is how many of the clip's pictures `cache` holds."""
        self._frame_count = frame_count
        self._cache = cache
        self._reach = max(1, min(LONGEST_REACH, room // 3))
        self._last: dict[str, int] = {}
        self._planned: deque[int] = deque()

    def stretch(self, channel: str, frame: int) -> range:
        """The frames to decode together where `frame` is asked for and not there: `frame` alone unless played back."""
        backward = -LONGEST_STEP <= frame - self._last.get(channel, frame) < 0
        return range(max(0, frame + 1 - self._reach), frame + 1) if backward else range(frame, frame + 1)

    def moved(self, channel: str, frame: int) -> None:
        """A view was given `frame`: plan anew."""
        step = frame - self._last.get(channel, frame)
        self._last[channel] = frame
        if 0 < step <= LONGEST_STEP:
            ahead = range(frame + 1, min(frame + 1 + self._reach, self._frame_count))
            self._planned = deque(index for index in ahead if self._cache.get(index) is None)
        elif -LONGEST_STEP <= step < 0:
            if not (self._planned and frame - 2 * self._reach <= self._planned[-1] < frame):
                self._planned = self._stretch_before(frame)
        elif step:
            self._planned.clear()

    def next(self) -> int | None:
        """The next frame to decode, or None; each is given once."""
        return self._planned.popleft() if self._planned else None

    def forget(self) -> None:
        self._planned.clear()

    def _stretch_before(self, frame: int) -> deque[int]:
        """What comes before the pictures that are there already, once fewer than the reach of them are."""
        first = frame
        while first > 0 and self._cache.get(first - 1) is not None:
            first -= 1
        return deque(range(max(0, first - self._reach), first) if frame - first < self._reach else ())
