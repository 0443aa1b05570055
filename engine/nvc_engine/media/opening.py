"""The one door to every source of pictures but `.nvc`: video files, Y4M, raw YUV, folders of images."""

from pathlib import Path

from nvc_engine.media.clip import Clip, ClipError
from nvc_engine.media.colour import Matrix
from nvc_engine.media.image_folder import ImageFolderClip
from nvc_engine.media.raw import RAW_SUFFIXES, RawClip, guess_spec
from nvc_engine.media.video_opening import open_video_file
from nvc_engine.protocol.messages import RawSpec


def open_video(
    path: Path, raw: RawSpec | None = None, matrix: Matrix | None = None, full_range: bool | None = None
) -> Clip:
    """Open a source of pictures.

    Args:
        raw: how to read a raw YUV file; where it is not given, a raw file's name is asked.
        matrix, full_range: what the user wants instead of the source's tags, or of what is assumed for lack of them.

    Raises:
        ClipError: with a sentence, where it cannot be opened or has no frames.
    """
    if path.is_dir():
        return ImageFolderClip(path, matrix, full_range)
    if raw is not None:
        return RawClip(path, raw, matrix, full_range)
    if path.suffix.lower() in RAW_SUFFIXES and path.exists():
        guessed = guess_spec(path)
        if guessed is None:
            raise ClipError(
                f"{path} is raw video and its name does not tell its size; give width, height, format and rate."
            )
        return RawClip(path, guessed, matrix, full_range)
    return open_video_file(path, matrix, full_range)
