"""Carried tracks as Matroska keeps them: descriptions and blocks taken out of one file, byte for byte, for another."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from av.audio.stream import AudioStream

from nvc_engine.media import ebml
from nvc_engine.media.clip import ClipError
from nvc_engine.media.track_times import MILLISECOND
from nvc_engine.media.tracks import ALL_TIMES, Stretch, TrackReader, audio_duration

SEGMENT, INFO, TRACKS, TRACK_ENTRY, CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0x1F43B675
TIMESTAMP_SCALE, TRACK_NUMBER, CODEC_DELAY, CLUSTER_TIMESTAMP = 0x2AD7B1, 0xD7, 0x56AA, 0xE7
SIMPLE_BLOCK, BLOCK_GROUP, BLOCK, BLOCK_DURATION, REFERENCE_BLOCK = 0xA3, 0xA0, 0xA1, 0x9B, 0xFB
KEY_FLAG = 0x80
NANOSECONDS = 1_000_000_000


def on_grid(delay: Fraction, tick: Fraction) -> Fraction:
    """A codec delay as FFmpeg takes it off the times of blocks: in whole ticks, rounded half up."""
    return (delay / tick + Fraction(1, 2)) // 1 * tick


@dataclass(frozen=True)
class CarriedTrack:
    """One track.

    Attributes:
        delay: seconds that the decoder swallows at its start (CodecDelay); blocks are later than their times by it.
        description: its TrackEntry without number and delay.
    """

    delay: Fraction
    description: tuple[bytes, ...]


@dataclass(frozen=True)
class CarriedBlock:
    """One packet.

    Attributes:
        track: which of the tracks, from 0.
        time, duration: in seconds, the time on the source's clock; `duration` None where the block does not state it.
        key: whether decoding can begin here.
        extras: what else its group holds (padding to discard, additions), as it stands.
    """

    track: int
    time: Fraction
    payload: bytes
    key: bool
    duration: Fraction | None = None
    extras: bytes = b""

    def at(self, time: Fraction) -> "CarriedBlock":
        return replace(self, time=time)


@dataclass(frozen=True)
class CarriedFile:
    """The Matroska file of carried tracks, read by its elements."""

    tracks: tuple[CarriedTrack, ...] = ()
    _numbers: dict[int, int] = field(default_factory=dict)
    _scale: Fraction = MILLISECOND
    _clusters: Sequence[memoryview] = ()

    @classmethod
    def read(cls, blob: bytes) -> "CarriedFile":
        """Raises ClipError where `blob` is no such file."""
        tracks: list[CarriedTrack] = []
        numbers: dict[int, int] = {}
        clusters: list[memoryview] = []
        scale = MILLISECOND
        for top, segment in ebml.elements(memoryview(blob)):
            for identity, content in ebml.elements(segment) if top == SEGMENT else ():
                if identity == CLUSTER:
                    clusters.append(content)
                elif identity == INFO:
                    stated = [ebml.number(value) for kind, value in ebml.elements(content) if kind == TIMESTAMP_SCALE]
                    scale = Fraction(stated[0], NANOSECONDS) if stated and stated[0] else scale
                elif identity == TRACKS:
                    for kind, entry in ebml.elements(content):
                        if kind == TRACK_ENTRY:
                            number, track = _track(entry)
                            numbers[number] = len(tracks)
                            tracks.append(track)
        return cls(tuple(tracks), numbers, scale, clusters)

    def blocks(self, reader: TrackReader, stretch: Stretch = ALL_TIMES) -> Iterator[CarriedBlock]:
        """The blocks that lie in `stretch`; `reader` is of the same file and knows its exact times."""
        counts = [0] * len(self.tracks)
        lasting = [
            audio_duration(stream) if isinstance(stream, AudioStream) else None for stream in reader.container.streams
        ]
        if len(lasting) != len(self.tracks):
            raise ClipError("The carried audio and subtitles are damaged and cannot be read.")
        for cluster in self._clusters:
            begins = 0
            for identity, content in ebml.elements(cluster):
                if identity == CLUSTER_TIMESTAMP:
                    begins = ebml.number(content)
                block = self._block(identity, content, begins)
                if block is None or not block.payload:
                    continue
                exact = reader.times[block.track].time(counts[block.track], block.time - reader.shift)
                counts[block.track] += 1
                if stretch.meets(exact, lasting[block.track] or block.duration or Fraction(0)):
                    yield CarriedBlock(block.track, exact, block.payload, block.key, block.duration, block.extras)

    def _block(self, identity: int, content: memoryview, begins: int) -> CarriedBlock | None:
        """A block by the file's own times; None for other elements, and for blocks of tracks that there are not."""
        group = {SIMPLE_BLOCK: [(SIMPLE_BLOCK, content)], BLOCK_GROUP: ebml.elements(content)}.get(identity, ())
        parts = list(group)
        bodies = [value for kind, value in parts if kind in (SIMPLE_BLOCK, BLOCK)]
        if not bodies:
            return None
        body = bodies[0]
        size = 9 - body[0].bit_length() if len(body) else 9
        if len(body) < size + 3:
            raise ClipError("The carried audio and subtitles are damaged and cannot be read.")
        number = int.from_bytes(body[:size], "big") & ((1 << (7 * size)) - 1)
        if number not in self._numbers:
            return None
        track = self._numbers[number]
        relative, flags = struct.unpack(">hB", body[size : size + 3])
        lasts = [ebml.number(value) * self._scale for kind, value in parts if kind == BLOCK_DURATION]
        kept = (SIMPLE_BLOCK, BLOCK, BLOCK_DURATION, REFERENCE_BLOCK)
        return CarriedBlock(
            track,
            (begins + relative) * self._scale - on_grid(self.tracks[track].delay, self._scale),
            bytes(body[size + 3 :]),
            bool(flags & KEY_FLAG) if identity == SIMPLE_BLOCK else all(kind != REFERENCE_BLOCK for kind, _ in parts),
            lasts[0] if lasts else None,
            b"".join(ebml.element(kind, bytes(value)) for kind, value in parts if kind not in kept),
        )


def _track(entry: memoryview) -> tuple[int, CarriedTrack]:
    parts = list(ebml.elements(entry))
    values = {kind: value for kind, value in parts if kind in (TRACK_NUMBER, CODEC_DELAY)}
    number = ebml.number(values.get(TRACK_NUMBER, memoryview(b"\0")))
    delay = Fraction(ebml.number(values.get(CODEC_DELAY, memoryview(b""))), NANOSECONDS)
    rest = (ebml.element(kind, bytes(value)) for kind, value in parts if kind not in values)
    return number, CarriedTrack(delay, tuple(rest))
