"""Pictures through an encoder into MP4, with the carried tracks between them in order of time."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import BinaryIO

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import to_depth
from nvc_engine.media.encoder_stream import describe, needs_even_sides, tag
from nvc_engine.media.frames import frame_of
from nvc_engine.media.output import OutputError
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.media.rational import in_32_bits
from nvc_engine.media.tracks import ALL_TIMES, Stretch, lasting, open_tracks, track_facts_of

_MOST_MOVIE_TICKS = 1 << 30


@dataclass(frozen=True)
class _Encoder:
    """A video encoder, the bit depths that it takes, and its options."""

    name: str
    title: str
    depths: tuple[int, ...]
    options: dict[str, str] = field(default_factory=dict)
    tag: str = ""


_H264 = _Encoder("libx264", "H.264", (8,), {"crf": "12", "preset": "medium"})
# Without B-frames: with them x265 gives clips of a few frames senseless decoding times.
_HEVC = _Encoder(
    "libx265", "HEVC", (10, 12), {"crf": "12", "preset": "medium", "x265-params": "log-level=none:bframes=0"}, "hvc1"
)


def write_mp4(
    file: BinaryIO,
    pictures: Iterable[Picture],
    info: ClipInfo,
    origin: Fraction,
    tracks: bytes | None = None,
    stretch: Stretch = ALL_TIMES,
) -> tuple[str, ...]:
    """Encode and mux all pictures (8 bits as H.264, more as HEVC), and of the tracks what lies in `stretch`.

    Args:
        file: can seek.
        origin: the time of the source, in seconds, that becomes 0; no picture is before it.

    Returns:
        Sentences on what could not be kept.

    Raises:
        OutputError: the encoder refuses the pictures.
        OSError: from `file`.
        ClipError: the carried tracks are damaged.
    """
    source = iter(pictures)
    first = next(source)
    encoder = _H264 if first.bit_depth == 8 else _HEVC
    depth = next((each for each in encoder.depths if each >= first.bit_depth), encoder.depths[-1])
    notes = [f"MP4 holds {encoder.title}, which is not lossless; take .mkv for exactly the decoded pictures."]
    evened = needs_even_sides(first)
    if evened:
        notes.append(f"{encoder.title} needs even sides here; the last row or column is repeated to reach them.")
    if depth < first.bit_depth:
        notes.append(f"{encoder.title} holds {depth} bits a sample here; the {first.bit_depth} bits are rounded.")
    if first.chroma is Chroma.GRAY:
        notes.append("The gray pictures are written as 4:2:0 without colour.")
    fitted = (to_depth(picture, info.colour, depth) for picture in chain([first], source))
    with ExitStack() as stack:
        scale = {"movie_timescale": str(_movie_timescale(info))}
        container = av.open(file, "w", format="mp4", options=scale)
        # After an error the trailer cannot be written either; the first error is the one to tell.
        stack.callback(_close_quietly, container)
        stream = _video_stream(container, encoder, to_depth(first, info.colour, depth), info, evened=evened)
        carried = _Carried(container, stack, tracks, origin, stretch)
        notes += carried.notes
        try:
            for packet in _encoded(stream, fitted, info, origin, evened=evened):
                if packet.dts is not None and packet.time_base:
                    carried.mux_until(packet.dts * packet.time_base)
                container.mux(packet)
            carried.mux_until(None)
            container.close()
        except av.FFmpegError as error:
            if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
                raise
            raise OutputError(f"MP4 could not be written: {error.strerror}.") from error
        except OverflowError as error:
            raise OutputError("MP4 cannot hold times as far from 0 as this file has; take .mkv.") from error
    return tuple(notes)


class _Carried:
    """The carried tracks on their way into a container."""

    def __init__(
        self,
        container: OutputContainer,
        stack: ExitStack,
        tracks: bytes | None,
        origin: Fraction,
        stretch: Stretch,
    ) -> None:
        self.notes: list[str] = []
        self._container = container
        self._waiting: Iterator[tuple[Packet[Stream], Fraction]] = iter(())
        self._next: tuple[Packet[Stream], Fraction] | None = None
        self._copies: dict[int, tuple[Stream, Fraction]] = {}
        self._origin = origin
        if not tracks:
            return
        reader = stack.enter_context(open_tracks(tracks))
        holdable = container.supported_codecs
        for each in reader.streams:
            facts = track_facts_of(each)
            if facts.codec not in holdable:
                self.notes.append(f"MP4 cannot hold the {facts.kind} track in {facts.codec}; it is left out.")
                continue
            copy = container.add_stream_from_template(each)
            copy.metadata.update({name: text for name, text in each.metadata.items() if name in ("language", "title")})
            rate = getattr(copy, "rate", None)
            # MP4 counts sound in samples.
            self._copies[each.index] = copy, Fraction(1, rate) if rate else reader.times[each.index].tick
        self._waiting = (pair for pair in reader.packets(stretch) if pair[0].stream_index in self._copies)
        self._next = next(self._waiting, None)

    def mux_until(self, time: Fraction | None) -> None:
        """Mux every packet that starts at or before `time` seconds of the output (None: all)."""
        while self._next is not None:
            packet, at = self._next
            at -= self._origin
            if time is not None and at > time:
                return
            copy, unit = self._copies[packet.stream_index]
            packet.duration = round(lasting(packet.stream, packet) / unit)
            packet.time_base = unit
            packet.pts = packet.dts = round(at / unit)
            packet.stream = copy
            self._container.mux(packet)
            self._next = next(self._waiting, None)


def _movie_timescale(info: ClipInfo) -> int:
    """Ticks a second of the edit lists: those of the source, so that a start which is not 0 stays exact."""
    ticks = info.time_base.denominator
    return ticks * -(-1000 // ticks) if ticks <= _MOST_MOVIE_TICKS else 1000


def _video_stream(
    container: OutputContainer, encoder: _Encoder, first: Picture, info: ClipInfo, *, evened: bool
) -> VideoStream:
    stream = container.add_stream(encoder.name, rate=in_32_bits(info.rate), options=dict(encoder.options))
    assert isinstance(stream, VideoStream)
    describe(stream, first, info, evened=evened)
    stream.codec_context.time_base = in_32_bits(info.time_base)
    if encoder.tag:
        stream.codec_context.codec_tag = encoder.tag
    return stream


def _encoded(
    stream: VideoStream, pictures: Iterable[Picture], info: ClipInfo, origin: Fraction, *, evened: bool
) -> Iterator["Packet[VideoStream]"]:
    """Packets of the whole clip, their times in the stream's own units."""
    for picture, time in zip(pictures, info.timestamps, strict=False):
        frame = tag(frame_of(picture, even=evened), info)
        frame.pts = time - round(origin / info.time_base)
        frame.time_base = in_32_bits(info.time_base)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _close_quietly(container: OutputContainer) -> None:
    with suppress(av.FFmpegError, OSError, ValueError):
        container.close()
