"""What every source of pictures is to the rest of the engine, whether a video, a folder of images or a decode."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol, runtime_checkable

from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma, Picture
from nvc_engine.protocol.messages import TrackFacts


class ClipError(EngineError):
    """A source of pictures cannot be opened, or one of its frames cannot be read."""


@dataclass(frozen=True)
class ClipInfo:
    """The facts of a clip.

    Attributes:
        timestamps: presentation times of the frames in units of `time_base` seconds, strictly rising, starting
            anywhere; their number is the number of frames.
        rate: frames per second: the stream's own where it states one, else the mean over the clip.
        rotation: degrees clockwise by which the stored picture is to be turned for display (0, 90, 180, 270).
        byte_count: size of the file(s) on disk.
        track_byte_count: what of it belongs to audio and subtitles.
        frame_bytes: coded bytes of each frame in presentation order, or () where unknown.
        units: (first, stop) frame ranges that decode on their own, or () where unknown.
        notes: sentences for the user (colour tags assumed, frames dropped, bits reduced).
        drafts: whether the clip is a `DraftingClip` that has drafts.
        interpolates: whether it can be slowed down, with pictures between its frames.
        slow_motion: N where it is slowed down so: of N pictures one is a frame, and the rest are interpolated.
    """

    path: Path
    container: str
    codec: str
    width: int
    height: int
    timestamps: tuple[int, ...]
    time_base: Fraction
    rate: Fraction
    pixel_format: str
    bit_depth: int
    chroma: Chroma
    colour: Colour
    rotation: int = 0
    sample_aspect: Fraction = Fraction(1)
    byte_count: int = 0
    track_byte_count: int = 0
    frame_bytes: tuple[int, ...] = ()
    units: tuple[tuple[int, int], ...] = ()
    tracks: tuple[TrackFacts, ...] = ()
    notes: tuple[str, ...] = ()
    provenance: str = ""
    drafts: bool = False
    interpolates: bool = False
    slow_motion: int = 1

    @property
    def frame_count(self) -> int:
        return len(self.timestamps)

    @property
    def variable_rate(self) -> bool:
        """Whether neighbouring frames are unevenly spaced by more than the rounding of the time base."""
        gaps = [b - a for a, b in zip(self.timestamps, self.timestamps[1:], strict=False)]
        return bool(gaps) and max(gaps) - min(gaps) > 1 + max(gaps) // 50

    @property
    def duration(self) -> Fraction:
        """Seconds from the first frame's start to the last frame's end (the last one lasts as long as the mean)."""
        if self.frame_count < 2:
            return 1 / self.rate
        span = (self.timestamps[-1] - self.timestamps[0]) * self.time_base
        return span * self.frame_count / (self.frame_count - 1)


def check_index(info: ClipInfo, index: int) -> None:
    """Raises IndexError where `index` is no frame of the clip (negative numbers are none)."""
    if not 0 <= index < info.frame_count:
        raise IndexError(f"frame {index} of {info.frame_count}")


class Clip(Protocol):
    """A source of pictures. Used by one thread at a time; `close` releases its file.

    `picture` and `pictures` are exact in any order: frame n is always the n-th of `info.timestamps`.
    They raise IndexError outside 0..frame_count, and EngineError with a sentence where the file is damaged.
    """

    @property
    def info(self) -> ClipInfo: ...

    def picture(self, index: int) -> Picture: ...

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]: ...

    def close(self) -> None: ...


@runtime_checkable
class DraftingClip(Clip, Protocol):
    """A clip that can give small pictures of its frames sooner than the frames themselves, and be left off midway."""

    def draft(self, index: int) -> Picture | None:
        """A small picture of a frame; None where it would hardly come sooner than the frame, or cannot be had."""
        ...

    def approach(self, index: int, *, draft: bool = False) -> Iterator[None]:
        """Decode what comes before a frame (or its draft) in steps, so that `picture` (or `draft`) then gives it soon.

        The caller may do other things between the steps, also with this clip, or leave off. Damage is not told here.
        """
        ...
