"""Reading files of the motion-aligned profile."""

from collections.abc import Iterator, Mapping

from nvc_engine.bitstream.container import Header
from nvc_engine.bitstream.entropy import CHECKSUM_BYTES
from nvc_engine.codecs.nvrc.motion.pictures import padded_size, to_picture
from nvc_engine.codecs.nvrc.motion.prior import prior_nets
from nvc_engine.codecs.nvrc.motion.reading import UnitReader
from nvc_engine.codecs.nvrc.motion.unit import Unit
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Chroma, Picture

PROFILE = 2
PROFILE_VERSION = 3
MAX_PIXELS = 9 << 20  # of 4096 x 2304; a frame of it decodes in less than 1 GB


class MotionDecoder:
    """Decodes units of one file (see `contract.Decoder`). Frames are the same on every machine, to the last bit."""

    def __init__(self, header: Header, device: str) -> None:
        if header.chroma not in (Chroma.C420, Chroma.GRAY):
            raise EngineError("This file says that its pictures are not 4:2:0, and NVRC knows no others.")
        if header.width * header.height > MAX_PIXELS:
            raise EngineError("This file asks for larger pictures than this version of NVRC allows.")
        if header.codec_config != bytes((PROFILE,)):
            raise EngineError("The NVRC description in the file's header is damaged.")
        self._header = header
        self._size = padded_size(header.height, header.width)
        self._unit: UnitReader | None = None

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        header = self._header
        for frame in range(start - first, stop - first):
            planes = self._reader(payload, count).frame(frame)
            yield to_picture(planes, header.height, header.width, header.bit_depth, header.chroma)

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        unit = Unit.unpack(payload, count)
        sizes = {
            "first frame": len(unit.groups[0].anchor),
            "anchors": sum(len(group.anchor) for group in unit.groups[1:]),
            "frames between": sum(len(group.between) for group in unit.groups),
        }
        shares = {name: max(0, size - CHECKSUM_BYTES) for name, size in sizes.items()}
        return {**shares, "side information": len(payload) - sum(shares.values())}

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return self._reader(payload, count).checksum()

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        """An anchor's own bytes; those of the frames between two anchors shared evenly among them."""
        return Unit.unpack(payload, count).frame_bytes(len(payload))

    def close(self) -> None:
        self._unit = None

    def _reader(self, payload: bytes, count: int) -> UnitReader:
        """The reader of a unit; only the last one's is kept."""
        if self._unit is None or self._unit.payload != payload:
            peak = (1 << self._header.bit_depth) - 1
            self._unit = UnitReader(payload, count, self._size, peak, prior_nets())
        return self._unit
