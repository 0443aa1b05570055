"""Audio and subtitles that travel with the picture: their packets, unchanged, in a small Matroska file of their own.

Times in that file are those of the source, in seconds, plus a shift that keeps them from being negative; the shift
stands in the file's tag `NVC_SHIFT` in milliseconds. What whole milliseconds do not hold stands in the tags of
`track_times`.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from nvc_engine.media.clip import ClipError
from nvc_engine.media.container import open_container
from nvc_engine.media.track_times import MILLISECOND, TrackTimes, time_tags, times_of
from nvc_engine.protocol.messages import TrackFacts

MAX_TRACK_BYTES = 1 << 30
MAX_TRACKS = 128  # FFmpeg takes up to 1000 streams, and PyAV does not outlive the next one
_SHIFT_TAG = "NVC_SHIFT"
_SHIFT = re.compile(r"\d{1,15}")  # more digits are no time, and int() refuses thousands of them
_SMALLEST_BLOCK_BYTES = 6


@dataclass(frozen=True)
class Stretch:
    """From `start` to `stop` in seconds on the source's clock; None is without end."""

    start: Fraction | None = None
    stop: Fraction | None = None

    def meets(self, time: Fraction, duration: Fraction) -> bool:
        """Whether what begins at `time` ends after the start and begins before the stop."""
        return (self.start is None or time + duration > self.start) and (self.stop is None or time < self.stop)


ALL_TIMES = Stretch()


@dataclass(frozen=True)
class CarriedTracks:
    """`blob` is a Matroska file without pictures; `tracks` what it holds; `notes` what had to be left behind."""

    blob: bytes
    tracks: tuple[TrackFacts, ...]
    notes: tuple[str, ...]


def carry_tracks(path: Path, start: Fraction | None = None, stop: Fraction | None = None) -> CarriedTracks | None:
    """Take audio and subtitles out of a source; None where it has none that can be carried and nothing to tell.

    Args:
        start, stop: in seconds on the source's own clock; packets that end before `start` or begin at or after `stop`
            are left out.

    Raises:
        ClipError: the tracks exceed 1 GiB.
    """
    if path.is_dir():
        return None
    try:
        opened = open_container(path)
    except ClipError:
        return None  # raw video, which is no container
    with opened as source:
        found = [*source.streams.audio, *source.streams.subtitles]
        wanted = found[:MAX_TRACKS]
        if not wanted:
            return None
        stretch = Stretch(start, stop)
        times = _packet_times(path, [each.index for each in wanted], stretch)
        buffer = io.BytesIO()
        with av.open(buffer, "w", format="matroska") as target:
            copies, notes = _copies(source, target, wanted)
            if len(found) > MAX_TRACKS:
                notes.append(f"Of {len(found)} audio and subtitle tracks the first {MAX_TRACKS} are carried along.")
            if not copies:
                return CarriedTracks(b"", (), tuple(notes)) if notes else None
            shift = _shift(source, {index: times[index] for index in copies})
            target.metadata[_SHIFT_TAG] = str(int(shift / MILLISECOND))
            for index, copy in copies.items():
                copy.metadata.update(time_tags(times[index], _time_base(source.streams[index])))
            _copy_packets(source, target, copies, shift, stretch)
        facts = tuple(track_facts_of(each) for each in wanted if each.index in copies)
        return CarriedTracks(buffer.getvalue(), facts, tuple(notes))


def extract_tracks(path: Path, start: Fraction | None = None, stop: Fraction | None = None) -> bytes | None:
    """The Matroska file of `carry_tracks`, or None where there are no tracks to carry (raw files, folders ...)."""
    carried = carry_tracks(path, start, stop)
    return carried.blob if carried is not None and carried.blob else None


def track_facts_of(stream: Stream) -> TrackFacts:
    """What the window shows of an audio or subtitle stream."""
    parts = []
    if isinstance(stream, AudioStream):
        parts = [stream.layout.name, f"{stream.rate} Hz"]
    if stream.language and stream.language != "und":
        parts.append(stream.language)
    context = getattr(stream, "codec_context", None)
    return TrackFacts(stream.type, context.codec.canonical_name if context else "unknown", ", ".join(parts))


def track_facts(blob: bytes) -> tuple[TrackFacts, ...]:
    """What a blob of `extract_tracks` holds. Raises ClipError where it is damaged."""
    with open_tracks(blob) as tracks:
        return tuple(track_facts_of(each) for each in tracks.streams)


@dataclass(frozen=True)
class TrackReader:
    """Carried tracks, opened: their `streams`, usable as templates, and their packets.

    Attributes:
        shift: seconds by which the file's own times are later than the source's.
        times: what is known of each stream's times, by its index.
    """

    container: InputContainer
    shift: Fraction
    times: Mapping[int, TrackTimes] = field(default_factory=dict)

    @property
    def streams(self) -> list[Stream]:
        return [*self.container.streams.audio, *self.container.streams.subtitles]

    def packets(self, stretch: Stretch = ALL_TIMES) -> Iterator[tuple["Packet[Stream]", Fraction]]:
        """Every packet in `stretch` with its time in seconds on the source's clock, in the order of the file."""
        counts: dict[int, int] = {}
        for packet in self.container.demux():
            if not packet.size or packet.pts is None:
                continue
            index = packet.stream_index
            rough = packet.pts * _time_base(packet.stream) - self.shift
            time = self.times.get(index, TrackTimes()).time(counts.get(index, 0), rough)
            counts[index] = counts.get(index, 0) + 1
            if stretch.meets(time, lasting(packet.stream, packet)):
                yield packet, time


def lasting(stream: Stream, packet: "Packet[Stream]") -> Fraction:
    """Seconds that a packet of `stream` lasts; 0 where nobody says."""
    duration = audio_duration(stream)
    return duration if duration is not None else (packet.duration or 0) * _time_base(stream)


@contextmanager
def open_tracks(blob: bytes) -> Iterator[TrackReader]:
    """Read carried tracks.

    Raises:
        ClipError: they are damaged, or too many.
    """
    try:
        with av.open(io.BytesIO(blob), "r", format="matroska", metadata_errors="replace") as container:
            if len(container.streams) > MAX_TRACKS:
                count = len(container.streams)
                raise ClipError(f"The file carries {count} tracks; no more than {MAX_TRACKS} are read.")
            tags = {name.upper(): value for name, value in container.metadata.items()}
            shift = tags.get(_SHIFT_TAG, "0")
            most = len(blob) // _SMALLEST_BLOCK_BYTES
            yield TrackReader(
                container,
                int(shift) * MILLISECOND if _SHIFT.fullmatch(shift) else Fraction(0),
                {each.index: times_of(each, most) for each in container.streams},
            )
    except av.FFmpegError as error:
        raise ClipError("The carried audio and subtitles are damaged and cannot be read.") from error


def _copies(
    source: InputContainer, target: OutputContainer, wanted: list[Stream]
) -> tuple[dict[int, Stream], list[str]]:
    """Streams of `target` by the index of their origin, and sentences on those that Matroska cannot hold."""
    copies: dict[int, Stream] = {}
    notes = []
    holdable = target.supported_codecs
    for stream in wanted:
        facts = track_facts_of(stream)
        if facts.codec not in holdable:
            notes.append(f"The {facts.kind} track in {facts.codec} cannot be carried along and is left out.")
            continue
        copy = target.add_stream_from_template(stream)
        copy.metadata.update({name: text for name, text in stream.metadata.items() if name in ("language", "title")})
        copies[stream.index] = copy
    return copies, notes


def _packet_times(path: Path, indexes: list[int], stretch: Stretch) -> dict[int, list[int]]:
    """The times of all packets in `stretch`, in ticks of each stream, by its index."""
    times: dict[int, list[int]] = {index: [] for index in indexes}
    with open_container(path) as source:
        for packet, ticks in _packets_within(source, indexes, stretch):
            times[packet.stream_index].append(ticks)
    return times


def _packets_within(
    source: InputContainer, indexes: Sequence[int], stretch: Stretch
) -> Iterator[tuple["Packet[Stream]", int]]:
    """Packets of these streams that lie in `stretch`, with their times in ticks. What has no time is passed over."""
    for packet in source.demux([source.streams[index] for index in indexes]):
        ticks = packet.pts if packet.pts is not None else packet.dts
        if not packet.size or ticks is None:
            continue
        unit = _time_base(packet.stream)
        if stretch.meets(ticks * unit, (packet.duration or 0) * unit):
            yield packet, ticks


def _shift(source: InputContainer, times: dict[int, list[int]]) -> Fraction:
    """What must be added to all times so that none is negative, in whole milliseconds."""
    earliest = Fraction(0)
    for index, ticks in times.items():
        earliest = min(earliest, min(ticks, default=0) * _time_base(source.streams[index]))
    return -(earliest // MILLISECOND) * MILLISECOND


def _copy_packets(
    source: InputContainer,
    target: OutputContainer,
    copies: dict[int, Stream],
    shift: Fraction,
    stretch: Stretch,
) -> None:
    total = 0
    for packet, ticks in _packets_within(source, list(copies), stretch):
        total += packet.size
        if total > MAX_TRACK_BYTES:
            raise ClipError("The source's audio and subtitles take more than 1 GiB, which cannot be carried along.")
        packet.pts = packet.dts = ticks + round(shift / _time_base(packet.stream))
        packet.stream = copies[packet.stream_index]
        target.mux(packet)


def _time_base(stream: Stream) -> Fraction:
    return stream.time_base or MILLISECOND


def audio_duration(stream: Stream) -> Fraction | None:
    """Seconds that every packet of an audio stream lasts, or None where they differ."""
    if not isinstance(stream, AudioStream) or not stream.frame_size or not stream.rate:
        return None
    return Fraction(stream.frame_size, stream.rate)
