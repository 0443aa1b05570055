"""A clip through a conventional encoder into an ordinary file: passes, timestamps, and a bitrate that is met."""

import errno
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import cast

import av
from av.bitstream import BitStreamFilterContext
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType
from av.video.stream import VideoStream

from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.conventional.encoders import Encoder, Target, options_of
from nvc_engine.codecs.conventional.settings import ConventionalSettings
from nvc_engine.codecs.goals import goal_bpp
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.clip import Clip
from nvc_engine.media.colour import to_420
from nvc_engine.media.encoder_stream import describe, needs_even_sides, tag
from nvc_engine.media.frames import frame_of
from nvc_engine.media.output import writing_beside
from nvc_engine.media.picture import Picture
from nvc_engine.media.rational import in_32_bits
from nvc_engine.protocol.messages import GoalKind, Progress

CONTAINERS = {".mkv": "matroska", ".mp4": "mp4"}
RATE_TOLERANCE = 0.03
"""How far, as a fraction, a file's rate may be from what was asked, before the encoder is run again."""
MOST_RUNS = 4
_DISK_ERRORS = (errno.EACCES, errno.EFBIG, errno.ENOSPC, errno.EDQUOT)

Report = Callable[[Progress], None]


class EncoderError(EngineError):
    """An encoder refuses what it is given."""


def encode_file(
    clip: Clip, encoder: Encoder, order: EncodeOrder, output: Path, report: Report = lambda progress: None
) -> tuple[str, ...]:
    """Encode frames `order.first`..`order.stop` of `clip` as 4:2:0 into `output`, complete or not at all.

    The file holds the picture alone, with the clip's times, colour, aspect and rotation. A quality is one run; a rate
    takes two passes, run again with a corrected target until the file meets it within `RATE_TOLERANCE`; or, of an
    encoder that PyAV runs in one pass alone, the quality step that comes nearest. An existing `output` is replaced.

    Returns:
        Sentences on what was changed or missed.

    Raises:
        UsageError: the goal, or the output's suffix, is none that this encoder knows.
        EncoderError: the encoder refuses the pictures or its settings.
        OutputError: the output cannot be written.
        EngineError: a frame of the clip cannot be read. What `report` raises ends the encode, too.
    """
    if output.suffix.lower() not in CONTAINERS:
        raise UsageError(f"{encoder.title} writes {' or '.join(CONTAINERS)}, not {output.suffix or 'a bare name'}.")
    work = _Work(clip, encoder, order, CONTAINERS[output.suffix.lower()], report)
    with writing_beside(output, overwrite=True) as part, tempfile.TemporaryDirectory(prefix="nvc-") as folder:
        if order.goal is None or order.goal.kind is GoalKind.QUALITY:
            work.run(part, Target(quality=_quality(encoder, order)))
        else:
            work.meet_rate(part, Path(folder))
    return tuple(work.notes)


def _quality(encoder: Encoder, order: EncodeOrder) -> float:
    wanted = encoder.quality[2] if order.goal is None else order.goal.value
    fractions = encoder.fractions and order.settings.rate_control == "crf"
    return wanted if fractions else float(round(wanted))


@dataclass
class _Work:
    """One encode: what every pass needs, and the sentences that gather."""

    clip: Clip
    encoder: Encoder
    order: EncodeOrder
    container: str
    report: Report

    def __post_init__(self) -> None:
        info = self.clip.info
        self.notes: list[str] = []
        self.depth = next((depth for depth in self.encoder.depths if depth >= info.bit_depth), self.encoder.depths[-1])
        if self.depth < info.bit_depth:
            self.notes.append(f"{self.encoder.title} takes {self.depth} bits here; the {info.bit_depth} are rounded.")
        self.times = info.timestamps[self.order.first : self.order.stop]
        self.origin = min(0, self.times[0])
        self.step = max(1, (self.times[-1] - self.times[0]) // max(1, len(self.times) - 1))
        self.began = 0.0
        self.evened = False
        first = self.clip.picture(self.order.first)
        if self.encoder.even_sides and needs_even_sides(self._fitted(first)):
            self.evened = True
            self.notes.append(f"{self.encoder.title} needs even sides; the last row or column is repeated.")

    def meet_rate(self, part: Path, folder: Path) -> None:
        """Encode until the file's rate is the one that is asked for; the last run stands."""
        info, order = self.clip.info, self.order
        wanted = goal_bpp(order.goal, info, order.first, order.stop, 0)
        if wanted is None:
            raise UsageError(f"{self.encoder.title} takes a rate, a size or a quality step as its goal.")
        pixels = info.width * info.height * len(self.times)
        reached = (
            self._two_passes(part, folder, wanted, pixels)
            if self.encoder.two_passes
            else (self._nearest_quality(part, wanted, pixels))
        )
        if abs(reached / wanted - 1) > RATE_TOLERANCE:
            self.notes.append(f"The encoder did not come closer to {wanted:.4g} bits per pixel than {reached:.4g}.")

    def _two_passes(self, part: Path, folder: Path, wanted: float, pixels: int) -> float:
        """Two passes, and again with a corrected target where they miss; bits per pixel of the last."""
        aim = wanted * pixels / len(self.times) * float(self.clip.info.rate)
        reached = wanted
        for _ in range(MOST_RUNS):
            aim *= wanted / reached
            for turn, into in ((1, None), (2, part)):
                self.run(into, Target(bit_rate=round(aim), turn=(turn, 2), statistics=folder / "pass.log"))
            reached = part.stat().st_size * 8 / pixels
            if abs(reached / wanted - 1) <= RATE_TOLERANCE:
                break
        return reached

    def _nearest_quality(self, part: Path, wanted: float, pixels: int) -> float:
        """The quality step whose file comes nearest, found by halving; its bits per pixel."""
        finest = self.encoder.finest if self.order.settings.rate_control == "crf" else 1.0
        best, worst, _ = (int(each / finest) for each in self.encoder.quality)
        reached: dict[int, float] = {}
        step = best
        while best <= worst:
            step = (best + worst) // 2
            self.run(part, Target(quality=step * finest))
            reached[step] = part.stat().st_size * 8 / pixels
            if reached[step] > wanted:
                best = step + 1
            else:
                worst = step - 1
        nearest = min(reached, key=lambda each: abs(math.log(reached[each] / wanted)))
        if nearest != step:
            self.run(part, Target(quality=nearest * finest))
        self.notes.append(
            f"PyAV runs {self.encoder.title} in one pass; of its quality steps {nearest * finest:g} comes nearest."
        )
        return reached[nearest]

    def run(self, part: Path | None, target: Target) -> None:
        """One pass over all frames; into `part`, or into nothing."""
        self.began = time.monotonic()
        try:
            with ExitStack() as stack:
                container = self._open(part)
                # After an error the trailer cannot be written either; the first error is the one to tell.
                stack.callback(_close_quietly, container)
                stream = self._stream(container, target)
                container.start_encoding()
                for packet in self._filtered(stream, self._packets(stream, target)):
                    container.mux(self._timed(packet))
                container.close()
        except av.FFmpegError as error:
            if error.errno in _DISK_ERRORS:
                raise OSError(error.errno, error.strerror) from error
            raise EncoderError(f"{self.encoder.title} refuses this encode: {error.strerror}.") from error

    def _open(self, part: Path | None) -> OutputContainer:
        if part is None:
            return av.open(os.devnull, "w", format="null")
        # Without "bitexact" the file would differ from run to run by random identifiers.
        return av.open(str(part), "w", format=self.container, options={"fflags": "+bitexact"})

    def _stream(self, container: OutputContainer, target: Target) -> VideoStream:
        info, settings = self.clip.info, self.order.settings
        assert isinstance(settings, ConventionalSettings)
        os.environ.setdefault("SVT_LOG", "1")  # its errors alone
        options = options_of(self.encoder, self.order.preset, settings, target)
        stream = container.add_stream(self.encoder.library, rate=in_32_bits(info.rate), options=options)
        assert isinstance(stream, VideoStream)
        describe(stream, self._fitted(self.clip.picture(self.order.first)), info, evened=self.evened)
        stream.codec_context.thread_count = settings.threads
        stream.codec_context.bit_rate = target.bit_rate or 0
        return stream

    def _packets(self, stream: VideoStream, target: Target) -> Iterator["Packet[VideoStream]"]:
        """Packets as the encoder gives them. To it all frames are evenly spaced, whatever their times."""
        info, order = self.clip.info, self.order
        tick = 1 / in_32_bits(info.rate)
        for number, picture in enumerate(self.clip.pictures(order.first, order.stop)):
            frame = tag(frame_of(self._fitted(picture), even=self.evened), info)
            frame.pts, frame.time_base, frame.pict_type = number, tick, PictureType.NONE
            yield from stream.encode(frame)
            self._say(number + 1, target)
        yield from stream.encode(None)

    def _filtered(
        self, stream: VideoStream, packets: Iterable["Packet[VideoStream]"]
    ) -> Iterator["Packet[VideoStream]"]:
        """Packets without what the encoder writes about itself, which short clips would pay for."""
        if not self.encoder.packet_filter:
            yield from packets
            return
        words = BitStreamFilterContext(self.encoder.packet_filter, stream)
        for packet in chain(packets, (None,)):
            for kept in words.filter(packet):
                kept.stream = stream
                yield cast("Packet[VideoStream]", kept)

    def _timed(self, packet: "Packet[VideoStream]") -> "Packet[VideoStream]":
        """The packet at its frame's own time in the clip."""
        tick = 1 / in_32_bits(self.clip.info.rate)
        assert packet.pts is not None
        assert packet.dts is not None
        assert packet.time_base is not None
        number, turn = (round(time * packet.time_base / tick) for time in (packet.pts, packet.dts))
        packet.pts = self._time(number)
        packet.dts = self._time(turn)
        packet.duration = self._time(number + 1) - packet.pts
        packet.time_base = in_32_bits(self.clip.info.time_base)
        return packet

    def _time(self, number: int) -> int:
        """When frame `number` is shown; frames before the first and after the last are evenly spaced."""
        inside = min(max(number, 0), len(self.times) - 1)
        return self.times[inside] - self.origin + (number - inside) * self.step

    def _fitted(self, picture: Picture) -> Picture:
        return to_420(picture, self.clip.info.colour, self.depth)

    def _say(self, done: int, target: Target) -> None:
        turn, passes = target.turn
        frames = len(self.times)
        elapsed = time.monotonic() - self.began
        remaining = elapsed * (frames / done - 1) + (passes - turn) * elapsed * frames / done
        stage = "encoding" if passes == 1 else f"pass {turn}"
        self.report(
            Progress(
                stage,
                turn - 1,
                passes,
                (turn - 1 + done / frames) / passes,
                elapsed,
                remaining,
                step=done,
                steps=frames,
                steps_per_second=done / elapsed if elapsed > 0 else 0.0,
            )
        )


def _close_quietly(container: OutputContainer) -> None:
    with suppress(av.FFmpegError, OSError, ValueError):
        container.close()
