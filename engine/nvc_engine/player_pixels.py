"""Code values of single pixels, for whoever looks closely."""

from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Colour, to_rgb
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import GetPixel, PixelRead

_AROUND = 8  # more than chroma filters reach, and even


def read_pixel(picture: Picture, colour: Colour, request: GetPixel) -> PixelRead:
    """The values at `request`'s place of a picture: as they are stored, and in RGB as `to_rgb` has them.

    Raises EngineError where the place is outside the picture.
    """
    x, y = request.x, request.y
    if not (0 <= x < picture.width and 0 <= y < picture.height):
        raise EngineError(f"There is no pixel {x}, {y} in a picture of {picture.width} x {picture.height}.")
    across, down = picture.chroma.divisors
    row, column = y // down, x // across
    yuv = (int(picture.y[y, x]), int(picture.u[row, column]), int(picture.v[row, column]))
    left, top = max(0, x - _AROUND) & ~1, max(0, y - _AROUND) & ~1
    rgb = to_rgb(_part(picture, left, top), colour)[y - top, x - left]
    return PixelRead(request.request, yuv, tuple(int(level) for level in rgb), picture.bit_depth)


def _part(picture: Picture, left: int, top: int) -> Picture:
    """What lies around a pixel, from an even row and column on."""
    side = 2 * _AROUND + 2
    across, down = picture.chroma.divisors
    luma = picture.y[top : top + side, left : left + side]
    u, v = (
        plane[top // down : (top + side) // down, left // across : (left + side) // across]
        for plane in (picture.u, picture.v)
    )
    return Picture(luma, u, v, picture.bit_depth, picture.chroma)
