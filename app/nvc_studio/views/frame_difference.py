"""How far two pictures are apart, made visible."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

GAINS = (1, 2, 4, 8, 16, 32, 64)
_OPAQUE = np.uint32(0xFF000000)
# Error colours: place on the scale in 0..1, and the colour there; each is lighter than the one before it.
_RAMP = (
    (0.0, QColor(8, 10, 22)),
    (0.2, QColor(46, 36, 124)),
    (0.45, QColor(166, 44, 122)),
    (0.7, QColor(240, 116, 62)),
    (0.9, QColor(250, 212, 92)),
    (1.0, QColor(255, 255, 236)),
)


def difference(a: QImage, b: QImage, gain: int) -> QImage:
    """min(255, gain * |A - B|) of each of R, G, B, as RGB32 of A's size. `b` is scaled to A's size first.

    Raises:
        ValueError: the gain is not a whole number from 1 to 255.
    """
    result, apart = _apart(a, b, gain)
    low = np.empty_like(apart)
    if gain > 1:
        _multiply_saturated(apart, gain, low)
    pixels = apart.view(np.uint32)
    np.bitwise_or(pixels, _OPAQUE, out=pixels)
    return result


def error_map(a: QImage, b: QImage, gain: int) -> QImage:
    """The largest of |A - B| of R, G and B at each pixel as a colour of the scale from 0 to `scale_end(gain)`, in RGB32
    of A's size. `b` is scaled to A's size first.

    Raises:
        ValueError: the gain is not a whole number from 1 to 255.
    """
    result, apart = _apart(a, b, gain)
    error = np.maximum(apart[0::4], apart[1::4])
    np.maximum(error, apart[2::4], out=error)
    np.take(_colours_of_errors(gain), error, out=apart.view(np.uint32))
    return result


def scale_end(gain: int) -> int:
    """The error in code values of 8 bits at which the error map's scale ends."""
    return max(1, round(256 / gain)) if gain > 1 else 255


def scale_colour(place: float) -> QColor:
    """The colour at a place of the error map's scale, 0 to 1."""
    place = min(max(place, 0.0), 1.0)
    for (begin, first), (end, second) in pairwise(_RAMP):
        if place <= end:
            share = (place - begin) / (end - begin)
            red, green, blue = (
                round(one + (other - one) * share)
                for one, other in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
            )
            return QColor(red, green, blue)
    return QColor(_RAMP[-1][1])


def _colours_of_errors(gain: int) -> NDArray[np.uint32]:
    """[256] colours, one an error."""
    end = scale_end(gain)
    return np.array([scale_colour(error / end).rgb() for error in range(256)], np.uint32)


def _apart(a: QImage, b: QImage, gain: int) -> tuple[QImage, NDArray[np.uint8]]:
    """|A - B| of each byte, [4 * width * height], and the picture that it is the memory of."""
    if not 1 <= gain <= 255:
        raise ValueError(f"a gain of {gain} is not within 1 to 255")
    if b.size() != a.size():
        b = b.scaled(a.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    a, b = (image.convertToFormat(QImage.Format.Format_RGB32) for image in (a, b))
    first, second = (np.frombuffer(image.constBits(), np.uint8) for image in (a, b))
    result = QImage(a.width(), a.height(), QImage.Format.Format_RGB32)
    apart = np.frombuffer(result.bits(), np.uint8)
    np.maximum(first, second, out=apart)
    np.subtract(apart, np.minimum(first, second), out=apart)
    return result, apart


def _multiply_saturated(values: np.ndarray, gain: int, scratch: np.ndarray) -> None:
    """values = min(255, gain * values), in place: what would overflow is all ones, the rest an exact product."""
    over = np.greater(values, 255 // gain, out=scratch.view(np.bool_))
    mask = over.view(np.uint8)
    np.negative(mask, out=mask)
    np.multiply(values, np.uint8(gain), out=values)
    np.bitwise_or(values, mask, out=values)
