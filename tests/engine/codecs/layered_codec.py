"""The small codec of these tests with a base layer: every fourth sample of a picture."""

from collections.abc import Callable, Iterator

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import Decoder
from nvc_engine.media.picture import Picture

from .conftest import DeflateCodec, DeflateDecoder


def small(picture: Picture) -> Picture:
    """What the base layer has of a picture."""
    return Picture(*(plane[::4, ::4].copy() for plane in (picture.y, picture.u, picture.v)))


class LayeredDecoder(DeflateDecoder):
    """Approaches a frame over all frames of its unit; `between` hears of each step: the frame approached, and layer."""

    def __init__(self, header: Header, between: Callable[[int, bool], None]) -> None:
        super().__init__(header)
        self._between = between

    @property
    def base_size(self) -> tuple[int, int]:
        return -(-self._header.height // 4), -(-self._header.width // 4)

    def base_frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        return map(small, self.frames(payload, first, count, start, stop))

    def approach(self, payload: bytes, first: int, count: int, frame: int, *, base: bool = False) -> Iterator[None]:
        for _ in range(first, frame):
            self._between(frame, base)
            yield


class LayeredCodec(DeflateCodec):
    """`between` is called before each step of its decoders; they have no base layer once it is no longer `layered`."""

    layered = True
    between: Callable[[int, bool], None] = staticmethod(lambda frame, base: None)

    def decoder(self, header: Header, device: str = "cpu") -> Decoder:
        if not self.layered:
            return super().decoder(header, device)
        return LayeredDecoder(header, lambda frame, base: self.between(frame, base))
