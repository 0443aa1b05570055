"""What PyAV opens, as a clip: its facts gathered from the container, the table of frames and the first frame."""

from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from nvc_engine.media.clip import ClipError, ClipInfo
from nvc_engine.media.colour import Colour, Matrix
from nvc_engine.media.colour_tags import colour_of_rgb, colour_of_tags, rgb_note
from nvc_engine.media.container import open_container, video_stream
from nvc_engine.media.frame_reading import FrameReader
from nvc_engine.media.frames import planar_format
from nvc_engine.media.rational import in_32_bits
from nvc_engine.media.timeline import Timeline, decoded, read_timeline
from nvc_engine.media.tracks import track_facts_of
from nvc_engine.media.video import VideoClip

_DEFAULT_RATE = Fraction(25)


def open_video_file(path: Path, matrix: Matrix | None = None, full_range: bool | None = None) -> VideoClip:
    """Open a video file.

    Raises:
        ClipError: it cannot be opened, or holds no frame that can be decoded.
    """
    with open_container(path) as container:
        stream = video_stream(container, path)
        stream_index = stream.index
        timeline = read_timeline(container, stream, path)
    with open_container(path) as container:
        stream = _stream(container, stream_index)
        first = next(decoded(container, stream), None)
        if first is None:
            raise ClipError(f"{path} has no frames that can be decoded.")
        colour, notes = _colour(first, matrix, full_range)
        reader = FrameReader.for_format(path.name, first.width, first.height, first.format.name, colour)
        reader.read(first, 0)
        info = _info(container, stream, first, timeline, reader, path, notes)
    return VideoClip(path, stream_index, timeline, info, reader)


def _stream(container: InputContainer, index: int) -> VideoStream:
    stream = container.streams[index]
    assert isinstance(stream, VideoStream)
    return stream


def _colour(first: VideoFrame, matrix: Matrix | None, full_range: bool | None) -> tuple[Colour, tuple[str, ...]]:
    if planar_format(first.format.name) == "rgb24":
        colour = colour_of_rgb(first.width, first.height, matrix, full_range)
        return colour, (rgb_note(colour),)
    return colour_of_tags(
        int(first.colorspace),
        int(first.color_range),
        int(first.color_primaries),
        int(first.color_trc),
        pixel_format=first.format.name,
        width=first.width,
        height=first.height,
        chosen_matrix=matrix,
        chosen_full_range=full_range,
    )


def _info(
    container: InputContainer,
    stream: VideoStream,
    first: VideoFrame,
    timeline: Timeline,
    reader: FrameReader,
    path: Path,
    notes: tuple[str, ...],
) -> ClipInfo:
    time_base = stream.time_base or Fraction(1, 1000)
    return ClipInfo(
        path=path,
        container=_container_name(container, path),
        codec=stream.codec_context.codec.canonical_name,
        width=first.width,
        height=first.height,
        timestamps=timeline.timestamps,
        time_base=time_base,
        rate=_rate(stream, timeline.timestamps, time_base),
        pixel_format=first.format.name,
        bit_depth=reader.layout.bit_depth,
        chroma=reader.layout.chroma,
        colour=reader.colour,
        rotation=round(-first.rotation / 90) * 90 % 360,
        sample_aspect=stream.sample_aspect_ratio or Fraction(1),
        byte_count=path.stat().st_size,
        track_byte_count=timeline.track_bytes,
        frame_bytes=timeline.frame_bytes,
        tracks=tuple(track_facts_of(each) for each in (*container.streams.audio, *container.streams.subtitles)),
        notes=(*notes, *_format_notes(container, stream, first, reader), *timeline.notes),
        provenance=next((text for name, text in container.metadata.items() if name.lower() == "encoder"), ""),
    )


def _format_notes(
    container: InputContainer, stream: VideoStream, first: VideoFrame, reader: FrameReader
) -> tuple[str, ...]:
    notes = []
    source, taken = first.format, av.VideoFormat(reader.pixel_format)
    depth, kept = (max(part.bits for part in each.components) for each in (source, taken))
    if depth > kept:
        notes.append(f"The pictures have {depth} bits a sample ({source.name}); they are read with {kept}.")
    if len(source.components) in (2, 4) and source.name != "pal8":
        notes.append("Transparency in the pictures is left out.")
    if first.interlaced_frame:
        notes.append("The video is interlaced; its frames are taken as they are, both fields woven together.")
    others = len(container.streams.video) - 1
    if others > 0:
        notes.append(f"The file has {others + 1} video streams; number {stream.index} is taken.")
    return tuple(notes)


def _rate(stream: VideoStream, timestamps: tuple[int, ...], time_base: Fraction) -> Fraction:
    """The rate that the stream states, where it fits the timestamps within 0.5 %; else the mean over the clip."""
    stated = [rate for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate) if rate]
    if len(timestamps) < 2:
        return stated[0] if stated else _DEFAULT_RATE
    mean = (len(timestamps) - 1) / ((timestamps[-1] - timestamps[0]) * time_base)
    # Rounding of the first and last timestamp alone may move the mean of a short clip.
    slack = mean * max(Fraction(1, 200), Fraction(1, timestamps[-1] - timestamps[0]))
    return next(
        (rate for rate in stated if abs(rate - mean) <= slack), in_32_bits(mean.limit_denominator(1 << 24) or mean)
    )


def _container_name(container: InputContainer, path: Path) -> str:
    names = container.format.name.split(",")
    suffix = path.suffix.lower().lstrip(".")
    return suffix if suffix in names else names[0]
