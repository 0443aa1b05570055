"""Opening clips in the player: what needs no torch does not wait for it."""

from pathlib import Path

from nvc_engine.bitstream.container import is_nvc
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import Clip
from nvc_engine.media.colour import Matrix
from nvc_engine.media.opening import open_video
from nvc_engine.protocol.messages import RawSpec


def open_clip(
    path: Path, raw: RawSpec | None = None, matrix: str = "", full_range: bool | None = None, slow_motion: int = 1
) -> Clip:
    """Open a video, a folder of images, raw YUV or a `.nvc`; only the last brings in the codecs, and torch with them.

    With `slow_motion` N, N - 1 interpolated pictures follow each frame.

    Raises EngineError with a sentence where the file cannot be opened.
    """
    if path.suffix.lower() == ".nvc" or (path.is_file() and is_nvc(path)):
        from nvc_engine.codecs.slow_motion import SlowedClip
        from nvc_engine.codecs.sources import open_source

        return SlowedClip(path, slow_motion) if slow_motion != 1 else open_source(path, raw, matrix, full_range)
    if slow_motion != 1:
        raise EngineError(f"{path.name} cannot be slowed down: it has its frames, and nothing between.")
    if matrix and matrix not in set(Matrix):
        raise EngineError(f"There is no colour matrix '{matrix}'; there are {', '.join(Matrix)}.")
    return open_video(path, raw, Matrix(matrix) if matrix else None, full_range)
