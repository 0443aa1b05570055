"""How far two pictures are apart, made visible."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

GAINS = (1, 2, 4, 8, 16, 32, 64)
_OPAQUE = np.uint32(0xFF000000)


def difference(a: QImage, b: QImage, gain: int) -> QImage:
    """min(255, gain * |A - B|) of each of R, G, B, as RGB32 of A's size. `b` is scaled to A's size first.

    Raises:
        ValueError: the gain is not a whole number from 1 to 255.
    """
    if not 1 <= gain <= 255:
        raise ValueError(f"a gain of {gain} is not within 1 to 255")
    if b.size() != a.size():
        b = b.scaled(a.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    a, b = (image.convertToFormat(QImage.Format.Format_RGB32) for image in (a, b))
    first, second = (np.frombuffer(image.constBits(), np.uint8) for image in (a, b))
    result = QImage(a.width(), a.height(), QImage.Format.Format_RGB32)
    apart = np.frombuffer(result.bits(), np.uint8)
    np.maximum(first, second, out=apart)
    low = np.minimum(first, second)
    np.subtract(apart, low, out=apart)
    if gain > 1:
        _multiply_saturated(apart, gain, low)
    pixels = apart.view(np.uint32)
    np.bitwise_or(pixels, _OPAQUE, out=pixels)
    return result


def _multiply_saturated(values: np.ndarray, gain: int, scratch: np.ndarray) -> None:
    """values = min(255, gain * values), in place: what would overflow is all ones, the rest an exact product."""
    over = np.greater(values, 255 // gain, out=scratch.view(np.bool_))
    mask = over.view(np.uint8)
    np.negative(mask, out=mask)
    np.multiply(values, np.uint8(gain), out=values)
    np.bitwise_or(values, mask, out=values)
