"""Which decoder reads which file: one line a profile.

From version 3 on, the first byte of a file's configuration says the profile; that of the light profile has its number
of stages there, and its length tells it from the others.
"""

from collections.abc import Callable

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import Decoder
from nvc_engine.codecs.nvrc.decoding import NvrcDecoder
from nvc_engine.codecs.nvrc.motion import decoding as motion
from nvc_engine.codecs.nvrc.paper.decoding import PaperDecoder
from nvc_engine.codecs.nvrc.paper.file_config import LEAST_BYTES, PAPER_VERSION, PROFILE

# By profile: the version that it came with, lengths of its configuration, and its decoder.
PROFILES: dict[int, tuple[int, range, Callable[[Header, str], Decoder]]] = {
    PROFILE: (PAPER_VERSION, range(LEAST_BYTES, 256), PaperDecoder),
    motion.PROFILE: (motion.PROFILE_VERSION, range(1, 2), motion.MotionDecoder),
}


def decoder_for(header: Header, device: str) -> Decoder:
    """The decoder of a file; that of the light profile where its configuration is no other's.

    Raises:
        EngineError: it is of an older or newer version, or its configuration is damaged.
    """
    config = header.codec_config
    since, lengths, make = PROFILES.get(config[0] if config else 0, (0, range(0), NvrcDecoder))
    if header.codec_version == since and len(config) in lengths:
        return make(header, device)
    return NvrcDecoder(header, device)
