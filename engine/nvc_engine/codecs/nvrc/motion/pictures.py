"""Pictures as padded planes of whole numbers, and back."""

import numpy as np

from nvc_engine.codecs.nvrc.motion.frames import Planes
from nvc_engine.codecs.nvrc.motion.laws import Ints
from nvc_engine.codecs.nvrc.motion.vectors import BLOCK
from nvc_engine.media.colour import Colour, to_420
from nvc_engine.media.frames import neutral
from nvc_engine.media.picture import Chroma, Picture, Plane


def padded_size(height: int, width: int) -> tuple[int, int]:
    """Luma rows and columns of whole blocks."""
    return -(-height // BLOCK) * BLOCK, -(-width // BLOCK) * BLOCK


def to_planes(picture: Picture, colour: Colour, bit_depth: int) -> Planes:
    """The picture's planes in 4:2:0, their edges repeated to whole blocks."""
    plain = to_420(picture, colour, bit_depth)
    rows, columns = padded_size(picture.height, picture.width)
    return (
        _padded(plain.y, rows, columns),
        _padded(plain.u, rows // 2, columns // 2),
        _padded(plain.v, rows // 2, columns // 2),
    )


def to_picture(planes: Planes, height: int, width: int, bit_depth: int, chroma: Chroma) -> Picture:
    """The picture of `height` x `width` that padded planes hold. A gray one has no colour."""
    rows, columns = -(-height // 2), -(-width // 2)
    y = _stored(planes[0][:height, :width], bit_depth)
    if chroma is Chroma.GRAY:
        u, v = neutral(y, rows, columns, bit_depth), neutral(y, rows, columns, bit_depth)
        return Picture(y, u, v, bit_depth, chroma)
    u, v = (_stored(plane[:rows, :columns], bit_depth) for plane in planes[1:])
    return Picture(y, u, v, bit_depth, chroma)


def _stored(plane: Ints, bit_depth: int) -> Plane:
    return plane.astype(np.uint8) if bit_depth == 8 else plane.astype(np.uint16)


def _padded(plane: Plane, rows: int, columns: int) -> Ints:
    below, right = rows - plane.shape[0], columns - plane.shape[1]
    return np.pad(plane.astype(np.int32), ((0, below), (0, right)), mode="edge")
