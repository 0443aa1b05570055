"""`frame`: one frame of each of several sources as PNG, and all of them beside each other in one picture."""

import argparse
import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from nvc_engine.charting.drawing import Drawing, Words
from nvc_engine.charting.font import fitted
from nvc_engine.charting.png import raster
from nvc_engine.cli_measure import offset_by_time
from nvc_engine.cli_printing import print_json
from nvc_engine.codecs.sources import open_source
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.opening import device_named
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import to_rgb, to_rgb_16bit
from nvc_engine.media.output import writing_beside
from nvc_engine.media.picture import Picture
from nvc_engine.media.png_folder import png_bytes
from nvc_engine.media.raw import RAW_SUFFIXES

LETTERS = "ABCDEFGHI"
"""As the window calls its sources."""
_BAND, _TEXT, _GAP, _MARGIN = 24, 12.0, 4, 8
_SURROUND, _INK = "#202020", "#f0f0f0"
_EARLY = Fraction(1, 1000)

Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class FrameOf:
    """A frame of one source: its letter, its number there, and the picture."""

    info: ClipInfo
    letter: str
    number: int
    picture: Picture

    @property
    def caption(self) -> str:
        return f"{self.letter}  {self.info.path.name}  ·  frame {self.number}"

    def name(self, what: str) -> str:
        """What a file is called that shows this frame, or with it all others."""
        return f"{self.info.path.stem or self.info.path.name}.{what}.f{self.number:06d}.png"

    def rgb(self, *, deep: bool) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Upright samples [H, W, 3], of 16 bits if the source has more than 8 and that is wanted."""
        convert = to_rgb_16bit if deep and self.picture.bit_depth > 8 else to_rgb
        return np.rot90(convert(self.picture, self.info.colour), -(self.info.rotation // 90))


def frame(options: argparse.Namespace) -> int:
    """Write a frame of each source into a folder, under names that say which it is, and print their paths.

    Frames are counted from 0 in the first source; in the others it is the one with the same number where they have as
    many, else the one at the same time.
    """
    if len(options.input) > len(LETTERS):
        raise UsageError(f"At most {len(LETTERS)} sources are taken at a time; {len(options.input)} are named.")
    found = list(_frames(options))
    files = {each.name(each.letter.lower()): png_bytes(each.rgb(deep=True)) for each in found}
    if options.together:
        files[found[0].name("view")] = png_bytes(together(found))
    options.output.mkdir(parents=True, exist_ok=True)
    paths = [options.output / name for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        with writing_beside(path, options.overwrite) as part:
            part.write_bytes(data)
    if options.json:
        print_json({"files": [str(path) for path in paths], "frames": [each.number for each in found]})
    else:
        print("\n".join(map(str, paths)))
    return 0


def _frames(options: argparse.Namespace) -> Iterator[FrameOf]:
    """The frame of each source, one source after the other."""
    first: ClipInfo | None = None
    device = device_named(options.device)
    for letter, path in zip(LETTERS, options.input, strict=False):
        raw = options.raw if path.suffix.lower() in RAW_SUFFIXES else None
        with closing(open_source(path, raw, device=device)) as clip:
            if first is None:
                first = clip.info
                if not 0 <= options.frame < first.frame_count:
                    raise EngineError(f"{path.name} has frames 0 to {first.frame_count - 1}, and no {options.frame}.")
            number = frame_beside(first, clip.info, options.frame)
            yield FrameOf(clip.info, letter, number, clip.picture(number))


def frame_beside(first: ClipInfo, other: ClipInfo, frame: int) -> int:
    """The frame of `other` that is shown when `frame` of `first` is.

    Raises:
        EngineError: it has none at that time.
    """
    if first.frame_count == other.frame_count:
        return frame
    offset = offset_by_time(first, other)
    seconds = (first.timestamps[frame] - first.timestamps[offset]) * first.time_base
    starts = [(stamp - other.timestamps[0]) * other.time_base for stamp in other.timestamps]
    number = bisect_right(starts, seconds + _EARLY) - 1
    if number < 0 or seconds > other.duration - _EARLY:
        raise EngineError(
            f"{other.path.name} has no frame at the time of frame {frame} of {first.path.name}; leave it out, or name"
            " another frame."
        )
    return number


def together(frames: Sequence[FrameOf]) -> Rgb:
    """All pictures in one, each in its own pixels under its letter, name and number, in rows of about as many."""
    pictures = [each.rgb(deep=False) for each in frames]
    high = max(picture.shape[0] for picture in pictures) + _BAND
    wide = max(picture.shape[1] for picture in pictures)
    columns = len(frames) if len(frames) < 4 else math.ceil(math.sqrt(len(frames)))
    rows = -(-len(frames) // columns)
    whole: Rgb = np.empty((rows * (high + _GAP) - _GAP, columns * (wide + _GAP) - _GAP, 3), np.uint8)
    whole[:] = raster(Drawing(1, 1, (), background=_SURROUND), 72)[0, 0]
    for number, (each, picture) in enumerate(zip(frames, pictures, strict=True)):
        top, left = number // columns * (high + _GAP), number % columns * (wide + _GAP)
        whole[top : top + _BAND, left : left + wide] = _band(each.caption, wide)
        whole[top + _BAND : top + _BAND + picture.shape[0], left : left + picture.shape[1]] = picture
    return whole


def _band(text: str, width: int) -> Rgb:
    """A line of text on the ground of the surround [_BAND, width, 3], cut short where it is too long."""
    words = Words((_MARGIN, _BAND - 8), fitted(text, _TEXT, width - 2 * _MARGIN), _TEXT, _INK)
    return raster(Drawing(width, _BAND, (words,), background=_SURROUND), 72)
