"""The pictures decoded last, within a bound of bytes."""

from collections import OrderedDict

from nvc_engine.media.picture import Picture

DEFAULT_CACHE_BYTES = 64 << 20


def picture_bytes(picture: Picture) -> int:
    """Bytes of memory that the planes take."""
    return int(picture.y.nbytes + picture.u.nbytes + picture.v.nbytes)


class PictureCache:
    """Pictures by frame number; the ones untouched for longest are dropped beyond `limit` bytes.

    One picture is always kept, however large.
    """

    def __init__(self, limit: int = DEFAULT_CACHE_BYTES) -> None:
        self._limit = limit
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._bytes = 0

    def get(self, index: int) -> Picture | None:
        picture = self._pictures.get(index)
        if picture is not None:
            self._pictures.move_to_end(index)
        return picture

    def put(self, index: int, picture: Picture) -> None:
        if index in self._pictures:
            self._bytes -= picture_bytes(self._pictures.pop(index))
        self._pictures[index] = picture
        self._bytes += picture_bytes(picture)
        while self._bytes > self._limit and len(self._pictures) > 1:
            self._bytes -= picture_bytes(self._pictures.popitem(last=False)[1])

    def capacity(self, bytes_each: int) -> int:
        """How many pictures of `bytes_each` bytes it holds, at least 1."""
        return max(1, self._limit // max(1, bytes_each))
