"""The small pictures of a file's base layer in the place of its own."""

from collections.abc import Iterator, Mapping

from nvc_engine.codecs.contract import LayeredDecoder
from nvc_engine.media.picture import Picture


class BaseLayerDecoder:
    """A `contract.Decoder` that gives the base layer's pictures of another; all else is said of the whole units."""

    def __init__(self, whole: LayeredDecoder) -> None:
        """Takes over `whole` and closes it."""
        self._whole = whole

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        return self._whole.base_frames(payload, first, count, start, stop)

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        return self._whole.frame_bytes(payload, first, count)

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        return self._whole.shares(payload, first, count)

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return self._whole.symbol_checksum(payload, first, count)

    def close(self) -> None:
        self._whole.close()
