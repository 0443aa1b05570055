"""Pictures as FFV1, lossless, in Matroska (RFC 9559), with the carried tracks between them block by block.

Written by hand, since FFmpeg's writer knows whole milliseconds alone and, through PyAV, no aspect. The clock here tells
every tick of the source from the next; sound that begins before 0 gets a codec delay, as Matroska has it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from typing import BinaryIO

import av
from av.video.codeccontext import VideoCodecContext

from nvc_engine.media import ebml
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour_tags import stated_matrix
from nvc_engine.media.frames import frame_of, pixel_format_of
from nvc_engine.media.matroska_segment import VIDEO_NUMBER, MatroskaSegment
from nvc_engine.media.matroska_tracks import (
    CODEC_DELAY,
    NANOSECONDS,
    TRACK_ENTRY,
    TRACK_NUMBER,
    CarriedBlock,
    CarriedFile,
    CarriedTrack,
    on_grid,
)
from nvc_engine.media.output import OutputError
from nvc_engine.media.picture import Picture
from nvc_engine.media.rational import in_32_bits
from nvc_engine.media.tracks import ALL_TIMES, Stretch, TrackReader, open_tracks

_FFV1_OPTIONS = {"level": "3", "coder": "1", "context": "1", "g": "1"}
_VIDEO_UID = 1
_SCALES = tuple(10**power for power in range(6, -1, -1))
_MICROSECOND = 1000
_ASPECT_UNIT = 3  # display width and height are the terms of a ratio
_FIRST_CARRIED = VIDEO_NUMBER + 1


def write_matroska(
    file: BinaryIO,
    pictures: Iterable[Picture],
    info: ClipInfo,
    origin: Fraction,
    tracks: bytes | None = None,
    stretch: Stretch = ALL_TIMES,
) -> None:
    """Write all pictures, and of the tracks what lies in `stretch`.

    Args:
        file: can seek.
        origin: the time of the source, in seconds, that becomes 0; no picture is before it.

    Raises:
        OutputError: the encoder refuses the pictures.
        OSError: from `file`.
        ClipError: the carried tracks are damaged.
    """
    source = iter(pictures)
    first = next(source)
    with ExitStack() as stack:
        carried = _Carried(stack.enter_context(open_tracks(tracks)), tracks, stretch, origin) if tracks else None
        scale = clock_scale([info.time_base, *(carried.ticks if carried else ())])
        try:
            encoder = _encoder(first, info)
            entries = [_video_entry(encoder, info), *(carried.entries(scale) if carried else ())]
            segment = MatroskaSegment(file, scale, entries)
            waiting = carried.blocks() if carried else iter(())
            block = next(waiting, None)
            for time, payload in _encoded(encoder, first, source, info, origin):
                while block is not None and block.time <= time:
                    segment.carried(_FIRST_CARRIED + block.track, block)
                    block = next(waiting, None)
                segment.picture(time, payload)
            while block is not None:
                segment.carried(_FIRST_CARRIED + block.track, block)
                block = next(waiting, None)
        except av.FFmpegError as error:
            raise OutputError(f"Matroska could not be written: {error.strerror}.") from error
        last = info.timestamps[-1] * info.time_base - origin
        segment.finish(last + info.duration / info.frame_count)


def clock_scale(steps: Iterable[Fraction]) -> int:
    """Nanoseconds a tick of the file: the most, up to a millisecond, of which each of `steps` (in seconds) is a whole
    number; where there is none, a microsecond, or less if that would not tell every multiple from the next one."""
    lengths = [step * NANOSECONDS for step in steps]
    whole = (scale for scale in _SCALES if all(each % scale == 0 for each in lengths))
    near = (scale for scale in _SCALES if scale <= _MICROSECOND and all(each > scale for each in lengths))
    return next(whole, next(near, 1))


class _Carried:
    """The carried tracks on their way into the file, on the file's own clock."""

    def __init__(self, reader: TrackReader, blob: bytes, stretch: Stretch, origin: Fraction) -> None:
        self._reader = reader
        self._file = CarriedFile.read(blob)
        self._stretch = stretch
        self._origin = origin
        self._delays: list[Fraction] = []
        self._tick = Fraction(0)

    @property
    def ticks(self) -> Sequence[Fraction]:
        return [each.tick for each in self._reader.times.values()]

    def entries(self, scale: int) -> list[bytes]:
        """The tracks' descriptions; a delay is added to those that begin before the file does."""
        earliest = [Fraction(0)] * len(self._file.tracks)
        for block in self._file.blocks(self._reader, self._stretch):
            earliest[block.track] = min(earliest[block.track], block.time - self._origin)
        self._tick = tick = Fraction(scale, NANOSECONDS)
        self._delays = [
            max(track.delay, -(first // tick) * tick) for track, first in zip(self._file.tracks, earliest, strict=True)
        ]
        return [
            _carried_entry(_FIRST_CARRIED + number, track, delay)
            for number, (track, delay) in enumerate(zip(self._file.tracks, self._delays, strict=True))
        ]

    def blocks(self) -> Iterator[CarriedBlock]:
        for block in self._file.blocks(self._reader, self._stretch):
            # Each rounded by itself, so that a reader who takes the delay off again has the time.
            time = round((block.time - self._origin) / self._tick) * self._tick
            yield block.at(time + on_grid(self._delays[block.track], self._tick))


def _carried_entry(number: int, track: CarriedTrack, delay: Fraction) -> bytes:
    delayed = (ebml.unsigned(CODEC_DELAY, round(delay * NANOSECONDS)),) if delay else ()
    return ebml.element(TRACK_ENTRY, ebml.unsigned(TRACK_NUMBER, number), *track.description, *delayed)


def _encoder(first: Picture, info: ClipInfo) -> VideoCodecContext:
    encoder = av.CodecContext.create("ffv1", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = first.width, first.height
    encoder.pix_fmt = pixel_format_of(first, gray=True)
    encoder.time_base = in_32_bits(info.time_base)
    encoder.options = dict(_FFV1_OPTIONS)
    encoder.open()
    return encoder


def _encoded(
    encoder: VideoCodecContext, first: Picture, others: Iterator[Picture], info: ClipInfo, origin: Fraction
) -> Iterator[tuple[Fraction, bytes]]:
    """Every picture's time in the file and its packet: FFV1 takes one in and gives one out."""
    picture: Picture | None = first
    for time in info.timestamps:
        assert picture is not None
        frame = frame_of(picture, gray=True)
        frame.pts = None
        for packet in encoder.encode(frame):
            yield time * info.time_base - origin, bytes(packet)
        picture = next(others, None)


def _video_entry(encoder: VideoCodecContext, info: ClipInfo) -> bytes:
    colour = info.colour
    video = [
        ebml.unsigned(0xB0, encoder.width),
        ebml.unsigned(0xBA, encoder.height),
        ebml.element(
            0x55B0,
            ebml.unsigned(0x55B1, stated_matrix(colour)),
            ebml.unsigned(0x55B2, info.bit_depth),
            ebml.unsigned(0x55B9, 2 if colour.full_range else 1),
            ebml.unsigned(0x55BA, colour.transfer),
            ebml.unsigned(0x55BB, colour.primaries),
        ),
    ]
    if info.sample_aspect != 1:
        shown = in_32_bits(info.sample_aspect * Fraction(encoder.width, encoder.height))
        sides = ((0x54B0, shown.numerator), (0x54BA, shown.denominator), (0x54B2, _ASPECT_UNIT))
        video += [ebml.unsigned(kind, value) for kind, value in sides]
    if info.rotation:
        # Counter-clockwise, from -180 on.
        video.append(ebml.element(0x7670, ebml.real(0x7675, float((180 - info.rotation) % 360 - 180))))
    steady = () if info.variable_rate else (ebml.unsigned(0x23E383, round(NANOSECONDS / info.rate)),)
    return ebml.element(
        TRACK_ENTRY,
        ebml.unsigned(TRACK_NUMBER, VIDEO_NUMBER),
        ebml.unsigned(0x73C5, _VIDEO_UID),
        ebml.unsigned(0x83, 1),
        ebml.unsigned(0x9C, 0),
        ebml.text(0x22B59C, "und"),
        ebml.text(0x86, "V_FFV1"),
        ebml.element(0x63A2, encoder.extradata or b""),
        *steady,
        ebml.element(0xE0, *video),
    )
