"""The one table of a clip's frames: demuxed once, checked against what the decoder gives, then trusted."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from nvc_engine.media.clip import ClipError
from nvc_engine.media.container import open_container

_TAIL_LIMIT = 300  # frames that are decoded to learn where a file that is cut short really ends


@dataclass(frozen=True)
class Timeline:
    """The frames of one video stream in order of presentation.

    Attributes:
        timestamps: strictly rising, in units of the stream's time base.
        keys: frame numbers at which decoding can start; 0 is always one of them.
        frame_bytes: coded bytes of each frame.
        by_time: the decoder's timestamps name the frames. Where False, only their count from the start does.
        track_bytes: coded bytes of the audio and subtitle streams.
        notes: sentences for the user.
    """

    timestamps: tuple[int, ...]
    keys: tuple[int, ...]
    frame_bytes: tuple[int, ...]
    by_time: bool
    track_bytes: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Entry:
    pts: int | None
    size: int
    key: bool


@dataclass
class _Demuxed:
    """`packets` counts those that are not shown too; `end` is the latest end of a packet, in seconds."""

    entries: list[_Entry] = field(default_factory=list)
    packets: int = 0
    track_bytes: int = 0
    damaged: bool = False
    end: Fraction = Fraction(0)


def read_timeline(container: InputContainer, stream: VideoStream, path: Path) -> Timeline:
    """Demux the whole file once and settle which frames it really shows.

    The container is left at its end; open it anew, or seek.

    Raises:
        ClipError: the stream has no frame that can be decoded.
    """
    demuxed = _demux(container, stream)
    if not demuxed.entries:
        raise ClipError(f"{path} has no frames.")
    cut_short = demuxed.damaged or stream.frames > demuxed.packets or _ends_early(container, stream, demuxed)
    times = [entry.pts for entry in demuxed.entries]
    known = [time for time in times if time is not None]
    if len(known) < len(times) or len(set(known)) < len(known):
        timeline = _counted(stream.index, path, demuxed)
    else:
        entries = sorted(demuxed.entries, key=lambda entry: entry.pts or 0)
        timeline = _by_time(entries, demuxed.track_bytes)
        checked = _without_undecodable(container, stream, path, timeline, cut_short=cut_short)
        timeline = checked if checked is not None else _counted(stream.index, path, demuxed)
    if cut_short:
        note = f"The file is cut short or damaged; {len(timeline.timestamps)} frames of it can be read."
        timeline = replace(timeline, notes=(*timeline.notes, note))
    return timeline


def decoded(container: InputContainer, stream: VideoStream, *, from_key: bool = False) -> Iterator[VideoFrame]:
    """Frames from the container's position to its end, damaged packets passed over.

    With `from_key`, packets before the first key frame are not given to the decoder.
    """
    waiting = from_key
    try:
        for packet in container.demux(stream):
            if waiting and packet.size and not packet.is_keyframe:
                continue
            waiting = False
            try:
                yield from packet.decode()
            except av.FFmpegError:
                continue
    except av.FFmpegError:
        yield from _drained(stream)


def _drained(stream: VideoStream) -> Iterator[VideoFrame]:
    try:
        yield from stream.decode(None)
    except av.FFmpegError:
        return


def _demux(container: InputContainer, stream: VideoStream) -> _Demuxed:
    found = _Demuxed()
    carried = {each.index for each in (*container.streams.audio, *container.streams.subtitles)}
    hides_frames = stream.codec_context.name in ("vp8", "libvpx")
    try:
        for packet in container.demux():
            if not packet.size:
                continue
            if packet.stream_index in carried:
                found.track_bytes += packet.size
            elif packet.stream_index == stream.index:
                found.packets += 1
                if packet.is_corrupt:
                    found.damaged = True
                    continue
                if packet.pts is not None and stream.time_base:
                    found.end = max(found.end, (packet.pts + (packet.duration or 0)) * stream.time_base)
                if not packet.is_discard and not (hides_frames and _is_hidden_vp8(packet)):
                    found.entries.append(_Entry(packet.pts, packet.size, packet.is_keyframe))
    except av.FFmpegError:
        found.damaged = True
    return found


def _ends_early(container: InputContainer, stream: VideoStream, demuxed: _Demuxed) -> bool:
    """Whether a Matroska file's own word on the stream's length goes three frames beyond what it holds."""
    stated = next((text for name, text in stream.metadata.items() if name.upper().startswith("DURATION")), "")
    parts = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stated)
    if parts is None or "matroska" not in container.format.name:
        return False
    end = int(parts[1]) * 3600 + int(parts[2]) * 60 + Fraction(parts[3])
    return end - demuxed.end > 3 * demuxed.end / max(1, len(demuxed.entries))


def _is_hidden_vp8(packet: "Packet[Stream]") -> bool:
    """Whether the frame tag (RFC 6386, section 9.1) says that the frame is not shown."""
    return not (memoryview(packet)[0] >> 4) & 1


def _by_time(entries: list[_Entry], track_bytes: int) -> Timeline:
    keys = {index for index, entry in enumerate(entries) if entry.key} | {0}
    return Timeline(
        timestamps=tuple(entry.pts or 0 for entry in entries),
        keys=tuple(sorted(keys)),
        frame_bytes=tuple(entry.size for entry in entries),
        by_time=True,
        track_bytes=track_bytes,
    )


def _without_undecodable(
    container: InputContainer, stream: VideoStream, path: Path, timeline: Timeline, *, cut_short: bool
) -> Timeline | None:
    """`timeline` without frames at its ends that the decoder never gives; None where its timestamps are others.

    Leading pictures of a stream that starts in an open group of pictures, and the end of a file that is cut short.
    """
    numbers = {time: index for index, time in enumerate(timeline.timestamps)}
    # Opened anew: a seek may land behind frames whose times are below 0.
    with open_container(path) as again:
        same = again.streams[stream.index]
        assert isinstance(same, VideoStream)
        first = next(decoded(again, same), None)
    if first is None or first.pts is None or first.pts not in numbers:
        return None
    start, stop = numbers[first.pts], len(timeline.timestamps)
    last_key = timeline.keys[-1]
    if cut_short and stop - last_key <= _TAIL_LIMIT:
        with suppress(av.FFmpegError):  # what cannot be sought is left as the container tells it
            container.seek(timeline.timestamps[last_key], stream=stream)
            given = [numbers[frame.pts] for frame in decoded(container, stream, from_key=True) if frame.pts in numbers]
            stop = max(given, default=stop - 1) + 1
    if (start, stop) == (0, len(timeline.timestamps)):
        return timeline
    return replace(
        timeline,
        timestamps=timeline.timestamps[start:stop],
        keys=tuple(sorted({0} | {key - start for key in timeline.keys if start <= key < stop})),
        frame_bytes=timeline.frame_bytes[start:stop],
    )


def _counted(index: int, path: Path, demuxed: _Demuxed) -> Timeline:
    """The table of a stream without usable timestamps: it is decoded once, and its frames are counted."""
    with open_container(path) as again:
        same = again.streams[index]
        assert isinstance(same, VideoStream)
        times = [frame.pts for frame in decoded(again, same)]
        rate, time_base = same.guessed_rate or same.average_rate, same.time_base
    if not times:
        raise ClipError(f"{path} has no frames that can be decoded.")
    step = max(1, round(1 / (rate * time_base))) if rate and time_base else 1
    note = "The file's timestamps are missing or repeat; its frames are told apart by counting, so seeking is slow."
    sizes = [entry.size for entry in demuxed.entries]
    return Timeline(
        timestamps=_made_rising(times, step),
        keys=(0,),
        frame_bytes=tuple(sizes) if len(sizes) == len(times) else (),
        by_time=False,
        track_bytes=demuxed.track_bytes,
        notes=(note,),
    )


def _made_rising(times: list[int | None], step: int) -> tuple[int, ...]:
    """Keep timestamps that rise; give the others one step after their predecessor."""
    rising: list[int] = []
    for time in times:
        earliest = rising[-1] + 1 if rising else None
        if time is not None and (earliest is None or time >= earliest):
            rising.append(time)
        else:
            rising.append(rising[-1] + step if rising else 0)
    return tuple(rising)
