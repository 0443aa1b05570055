"""The pictures seen last, within a bound of bytes."""

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtGui import QImage

FrameKey = tuple[int, int]


class FrameCache:
    """Pictures by (clip, frame); above `limit_bytes` the one unused the longest goes. The newest always stays."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._pictures: OrderedDict[FrameKey, QImage] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._pictures)

    def __contains__(self, key: FrameKey) -> bool:
        return key in self._pictures

    def get(self, key: FrameKey) -> QImage | None:
        """The picture of `key`, which counts as used now, or None."""
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        return picture

    def put(self, key: FrameKey, picture: QImage) -> None:
        """Keep a picture, in the place of an older one of that key."""
        old = self._pictures.pop(key, None)
        if old is not None:
            self.bytes -= old.sizeInBytes()
        self._pictures[key] = picture
        self.bytes += picture.sizeInBytes()
        while self.bytes > self._limit and len(self._pictures) > 1:
            _, oldest = self._pictures.popitem(last=False)
            self.bytes -= oldest.sizeInBytes()

    def drop(self, chosen: Callable[[FrameKey], bool]) -> None:
        """Let go of the pictures whose key is `chosen`."""
        for key in [key for key in self._pictures if chosen(key)]:
            self.bytes -= self._pictures.pop(key).sizeInBytes()

    def clear(self) -> None:
        self._pictures.clear()
        self.bytes = 0
