"""Opening a container with PyAV, and saying in one sentence why it did not work."""

import errno
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from nvc_engine.media.clip import ClipError
from nvc_engine.media.frames import MAX_SIDE


def open_container(path: Path) -> InputContainer:
    """Open a file for reading. Only local files are followed, whatever a playlist in it may name.

    Raises:
        ClipError: no such file, not readable, empty, or not a video.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise ClipError(f"There is no file {path}.") from error
    except OSError as error:
        raise ClipError(f"{path} cannot be read: {error.strerror or error}.") from error
    if size == 0:
        raise ClipError(f"{path} is empty.")
    try:
        return av.open(f"file:{path}", "r", options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except av.FFmpegError as error:
        raise ClipError(_why_not(path, error)) from error


def _why_not(path: Path, error: av.FFmpegError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{path} cannot be read: permission denied."
    if isinstance(error, av.InvalidDataError | av.EOFError):
        return f"{path} is not a video that can be opened, or it is damaged or cut short at its start."
    return f"{path} cannot be opened as a video: {error.strerror}."


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The main video stream, cover pictures apart.

    Raises:
        ClipError: there is none, no decoder knows it, or its size is beyond what the studio opens.
    """
    streams = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not streams:
        raise ClipError(f"{path} has no video stream.")
    best = container.streams.best("video")
    stream = next((each for each in streams if best is not None and each.index == best.index), streams[0])
    try:
        width, height = stream.codec_context.width, stream.codec_context.height
    except AttributeError as error:
        raise ClipError(f"{path} holds video of a kind that no decoder here knows.") from error
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ClipError(f"{path} says that its picture is {width} x {height}; sides of 1 to {MAX_SIDE} can be opened.")
    return stream
