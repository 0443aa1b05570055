"""Opening anything that can be shown: a `.nvc`, or whatever the media package reads."""

from dataclasses import replace
from pathlib import Path

from nvc_engine.bitstream.container import is_nvc
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import Clip
from nvc_engine.media.colour import Matrix
from nvc_engine.media.opening import open_video
from nvc_engine.protocol.messages import RawSpec


def open_source(
    path: Path,
    raw: RawSpec | None = None,
    matrix: Matrix | str | None = None,
    full_range: bool | None = None,
    device: str = "cpu",
) -> Clip:
    """Open `path` as a clip: a `.nvc` is known by its first bytes (or its name), all else goes to `open_video`.

    `raw` says how to read raw YUV; `matrix` (a `Matrix` or its name, "" for none) and `full_range` override what the
    stream says or the studio assumed; `device` is where a `.nvc` is decoded.
    Raises EngineError with a sentence where the file cannot be opened.
    """
    chosen = _matrix(matrix)
    if path.suffix.lower() != ".nvc" and not (path.is_file() and is_nvc(path)):
        return open_video(path, raw, chosen, full_range)
    clip = NvcClip.open(path, device)
    if chosen is not None or full_range is not None:
        stated = clip.info.colour
        clip.override_colour(
            replace(
                stated,
                matrix=chosen or stated.matrix,
                full_range=stated.full_range if full_range is None else full_range,
                assumed=False,
            )
        )
    return clip


def _matrix(matrix: Matrix | str | None) -> Matrix | None:
    if not matrix:
        return None
    try:
        return Matrix(matrix)
    except ValueError:
        raise UsageError(f"There is no colour matrix '{matrix}'; there are {', '.join(Matrix)}.") from None
