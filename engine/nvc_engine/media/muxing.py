"""Pictures through an encoder into a container, with the carried tracks between them in order of time."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.container import SAMPLE_ASPECT_TAG
from nvc_engine.media.frames import frame_of, pixel_format_of
from nvc_engine.media.output import OutputError
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.media.rational import in_32_bits
from nvc_engine.media.tracks import ALL_TIMES, Stretch, open_tracks, track_facts_of


@dataclass(frozen=True)
class MuxKind:
    """A container, the video encoder in it, and the encoder's options."""

    container: str
    encoder: str
    title: str
    options: dict[str, str] = field(default_factory=dict)


FFV1_IN_MATROSKA = MuxKind("matroska", "ffv1", "Matroska", {"level": "3", "coder": "1", "context": "1", "g": "1"})
H264_IN_MP4 = MuxKind("mp4", "libx264", "MP4", {"crf": "12", "preset": "medium"})


def write_muxed(
    file: BinaryIO,
    kind: MuxKind,
    pictures: Iterable[Picture],
    info: ClipInfo,
    tracks: bytes | None,
    stretch: Stretch = ALL_TIMES,
) -> tuple[str, ...]:
    """Encode and mux all pictures, and of the tracks what lies in `stretch`; times start at 0 and are otherwise those
    of `info`.

    Returns:
        Sentences on what could not be kept.

    Raises:
        OutputError: the encoder refuses the pictures.
        OSError: from `file`.
        ClipError: the carried tracks are damaged.
    """
    notes: list[str] = []
    with ExitStack() as stack:
        container = av.open(file, "w", format=kind.container)
        # After an error the trailer cannot be written either; the first error is the one to tell.
        stack.callback(_close_quietly, container)
        source = iter(pictures)
        first = next(source)
        evened = kind is H264_IN_MP4 and _needs_even_sides(first)
        if evened:
            notes.append("H.264 needs even sides here; the last row or column is repeated to reach them.")
        if kind.container == "matroska" and info.sample_aspect != 1:
            notes.append(f"Other players show the Matroska file with square pixels, not {info.sample_aspect}.")
        stream = _video_stream(container, kind, first, info, evened=evened)
        carried = _Carried(container, stack, tracks, kind, info.timestamps[0] * info.time_base, stretch)
        notes += carried.notes
        try:
            for packet in _encoded(stream, first, source, info, evened=evened):
                if packet.dts is not None and packet.time_base:
                    carried.mux_until(packet.dts * packet.time_base)
                container.mux(packet)
            carried.mux_until(None)
            container.close()
        except av.FFmpegError as error:
            if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
                raise
            raise OutputError(f"{kind.title} could not be written: {error.strerror}.") from error
    return tuple(notes)


class _Carried:
    """The carried tracks on their way into a container."""

    def __init__(
        self,
        container: OutputContainer,
        stack: ExitStack,
        tracks: bytes | None,
        kind: MuxKind,
        origin: Fraction,
        stretch: Stretch,
    ) -> None:
        self.notes: list[str] = []
        self._container = container
        self._waiting: Iterator[tuple[Packet[Stream], Fraction]] = iter(())
        self._next: tuple[Packet[Stream], Fraction] | None = None
        self._copies: dict[int, Stream] = {}
        self._origin = origin
        if not tracks:
            return
        reader = stack.enter_context(open_tracks(tracks))
        holdable = container.supported_codecs
        for each in reader.streams:
            facts = track_facts_of(each)
            if facts.codec not in holdable:
                self.notes.append(f"{kind.title} cannot hold the {facts.kind} track in {facts.codec}; it is left out.")
                continue
            copy = container.add_stream_from_template(each)
            copy.metadata.update({name: text for name, text in each.metadata.items() if name in ("language", "title")})
            self._copies[each.index] = copy
        self._waiting = (pair for pair in reader.packets(stretch) if pair[0].stream_index in self._copies)
        self._next = next(self._waiting, None)

    def mux_until(self, time: Fraction | None) -> None:
        """Mux every packet that starts at or before `time` seconds of the output (None: all)."""
        while self._next is not None:
            packet, at = self._next
            at -= self._origin
            if time is not None and at > time:
                return
            unit = packet.time_base or Fraction(1, 1000)
            copy = self._copies[packet.stream_index]
            rate = getattr(copy, "rate", None)
            if rate:
                # Whole samples, so that exact times stay exact.
                duration = round((packet.duration or 0) * unit * rate)
                unit = Fraction(1, rate)
                packet.time_base = unit
                packet.duration = duration
            packet.pts = packet.dts = round(at / unit)
            packet.stream = copy
            self._container.mux(packet)
            self._next = next(self._waiting, None)


def _needs_even_sides(picture: Picture) -> bool:
    across, down = (2, 2) if picture.chroma is Chroma.GRAY else picture.chroma.divisors
    return bool(picture.width % across or picture.height % down)


def _video_stream(
    container: OutputContainer, kind: MuxKind, first: Picture, info: ClipInfo, *, evened: bool
) -> VideoStream:
    stream = container.add_stream(kind.encoder, rate=in_32_bits(info.rate), options=kind.options)
    assert isinstance(stream, VideoStream)
    context = stream.codec_context
    context.width = first.width + (first.width % 2 if evened else 0)
    context.height = first.height + (first.height % 2 if evened else 0)
    context.pix_fmt = pixel_format_of(first)
    context.time_base = in_32_bits(info.time_base)
    context.colorspace = info.colour.matrix.code
    context.color_range = 2 if info.colour.full_range else 1
    context.color_primaries = info.colour.primaries
    context.color_trc = info.colour.transfer
    if info.sample_aspect != 1:
        context.sample_aspect_ratio = in_32_bits(info.sample_aspect)
        if kind.container == "matroska":
            stream.metadata[SAMPLE_ASPECT_TAG] = f"{info.sample_aspect.numerator}/{info.sample_aspect.denominator}"
    if info.rotation:
        stream.set_display_rotation(-info.rotation)
    return stream


def _encoded(
    stream: VideoStream, first: Picture, others: Iterator[Picture], info: ClipInfo, *, evened: bool
) -> Iterator["Packet[VideoStream]"]:
    """Packets of the whole clip, their times in the stream's own units."""
    picture: Picture | None = first
    for time in info.timestamps:
        assert picture is not None
        frame = frame_of(picture, even=evened)
        frame.pts = time - info.timestamps[0]
        frame.time_base = in_32_bits(info.time_base)
        frame.colorspace = info.colour.matrix.code
        frame.color_range = 2 if info.colour.full_range else 1
        yield from stream.encode(frame)
        picture = next(others, None)
    yield from stream.encode(None)


def _close_quietly(container: OutputContainer) -> None:
    with suppress(av.FFmpegError, OSError, ValueError):
        container.close()
