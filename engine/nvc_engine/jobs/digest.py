"""Which checkpoints and finished units belong to which encode."""

import hashlib
import json
from pathlib import Path

import nvc_engine
from nvc_engine.codecs.contract import Codec, FileCodec
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import JobRequest

_NOT_OF_THE_ENCODE = ("output", "overwrite", "device", "training")
_SAMPLES, _SAMPLE_BYTES = 16, 1 << 14


def order_digest(request: JobRequest, codec: Codec, info: ClipInfo) -> str:
    """A digest of all that a checkpoint hangs on: what was asked, who encodes, and the clip as it was.

    Where the file goes and on which device is left out: an encode may continue elsewhere.
    """
    plain = {key: value for key, value in wire.to_plain(request).items() if key not in _NOT_OF_THE_ENCODE}
    words = json.dumps([nvc_engine.__version__, plain, made_of(codec, info)], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def made_of(codec: Codec | FileCodec, info: ClipInfo) -> str:
    """A digest of what finished units hang on: who has made them, and of which clip.

    Of the clip's bytes it sees a few samples, so that one that was made anew under its old name, with its old length,
    is known for another, and one that was moved away and back for the same.

    Raises:
        OSError: the clip cannot be read.
    """
    maker = codec.version if isinstance(codec, FileCodec) else codec.bitstream_version
    clip = [info.width, info.height, info.frame_count, info.byte_count, _samples(Path(info.path))]
    return hashlib.sha256(json.dumps([codec.name, maker, clip]).encode()).hexdigest()


def _samples(path: Path) -> str:
    """Of a file, some evenly spaced bytes; of a folder, all names, and the same of some evenly spaced files."""
    digest = hashlib.sha256()
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.is_file())
        digest.update(json.dumps([each.name for each in files]).encode())
        chosen = [files[index * len(files) // _SAMPLES] for index in range(_SAMPLES)] if files else []
    else:
        chosen = [path]
    for each in dict.fromkeys(chosen):
        with each.open("rb") as file:
            last = max(0, each.stat().st_size - _SAMPLE_BYTES)
            for index in range(_SAMPLES):
                file.seek(index * last // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()
