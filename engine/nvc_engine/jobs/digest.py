"""Which checkpoints belong to which encode."""

import hashlib
import json

import nvc_engine
from nvc_engine.codecs.contract import Codec
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import JobRequest

_NOT_OF_THE_ENCODE = ("output", "overwrite", "device", "training")


def order_digest(request: JobRequest, codec: Codec, info: ClipInfo) -> str:
    """A digest of all that a checkpoint hangs on: what was asked, who encodes, and the clip as it was.

    Where the file goes and on which device is left out: an encode may continue elsewhere.
    """
    plain = {key: value for key, value in wire.to_plain(request).items() if key not in _NOT_OF_THE_ENCODE}
    clip = [info.width, info.height, info.frame_count, info.byte_count]
    words = json.dumps([nvc_engine.__version__, codec.name, codec.bitstream_version, plain, clip], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()
