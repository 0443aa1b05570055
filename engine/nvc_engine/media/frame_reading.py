"""Decoder frames to pictures of one kind, whatever pixel format they come in."""

from dataclasses import dataclass

import av

from nvc_engine.media.cache import PictureCache
from nvc_engine.media.clip import ClipError
from nvc_engine.media.colour import Colour, from_rgb
from nvc_engine.media.frames import LAYOUTS, Layout, picture_of, planar_format, reformat, rgb_of
from nvc_engine.media.picture import Chroma, Picture


@dataclass(frozen=True)
class FrameReader:
    """Turns frames of one source into pictures.

    Attributes:
        name: of the source, for messages.
        width, height: of every frame.
        pixel_format: planar format whose planes are taken, or "rgb24": converted to 8-bit YUV 4:4:4.
        colour: of the pictures that come out.
    """

    name: str
    width: int
    height: int
    pixel_format: str
    colour: Colour

    @classmethod
    def for_format(cls, name: str, width: int, height: int, source_format: str, colour: Colour) -> "FrameReader":
        return cls(name, width, height, planar_format(source_format), colour)

    @property
    def layout(self) -> Layout:
        """What the pictures are: sampling and depth."""
        return LAYOUTS.get(self.pixel_format, Layout(Chroma.C444, 8))

    def read(self, frame: av.VideoFrame, index: int) -> Picture:
        """The picture of a frame.

        Raises:
            ClipError: the frame's size is not that of the clip.
        """
        if (frame.width, frame.height) != (self.width, self.height):
            raise ClipError(
                f"Frame {index} of {self.name} is {frame.width} x {frame.height}, "
                f"but the clip is {self.width} x {self.height}; a change of size is not supported."
            )
        planar = reformat(frame, self.pixel_format, full_range=self.colour.full_range)
        if self.pixel_format == "rgb24":
            return from_rgb(rgb_of(planar), self.colour, Chroma.C444)
        return picture_of(planar)

    def worth_keeping(self, cache: PictureCache) -> int:
        """How many pictures before the wanted one are worth converting for the cache's sake."""
        across, down = self.layout.chroma.divisors
        samples = self.width * self.height + 2 * (-(-self.width // across)) * (-(-self.height // down))
        return cache.capacity(samples * (1 if self.layout.bit_depth == 8 else 2)) - 1
