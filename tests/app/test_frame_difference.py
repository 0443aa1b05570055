"""The difference picture, value by value."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from nvc_studio.views.frame_difference import GAINS, difference, error_map, scale_colour, scale_end


def image(values: NDArray[np.uint8]) -> QImage:
    """An RGB32 picture of BGR values [H, W, 3]."""
    height, width = values.shape[:2]
    made = QImage(width, height, QImage.Format.Format_RGB32)
    pixels = np.frombuffer(made.bits(), np.uint8).reshape(height, width, 4)
    pixels[..., :3] = values
    pixels[..., 3] = 255
    return made


def values(picture: QImage) -> NDArray[np.uint8]:
    """BGRX values [H, W, 4]."""
    return np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4).copy()


@pytest.mark.parametrize("gain", [*GAINS, 3, 255])
def test_every_pair_of_values_at_every_gain(gain: int) -> None:
    first, second = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    a, b = np.repeat(first[..., None], 3, axis=2), np.repeat(second[..., None], 3, axis=2)
    got = values(difference(image(a), image(b), gain))
    expected = np.minimum(255, np.abs(a.astype(int) - b.astype(int)) * gain)
    np.testing.assert_array_equal(got[..., :3], expected)
    assert np.all(got[..., 3] == 255)


def test_channels_are_kept_apart() -> None:
    a = np.array([[[10, 20, 30]]], np.uint8)
    b = np.array([[[13, 15, 30]]], np.uint8)
    assert values(difference(image(a), image(b), 2))[0, 0].tolist() == [6, 10, 0, 255]


def test_b_is_scaled_to_a() -> None:
    a, b = np.full((40, 60, 3), 90, np.uint8), np.full((20, 30, 3), 100, np.uint8)
    result = difference(image(a), image(b), 1)
    assert (result.width(), result.height()) == (60, 40)
    assert set(np.unique(values(result)[..., :3])) == {10}


@pytest.mark.parametrize("gain", [0, -1, 256])
def test_refuses_gains_that_make_no_sense(gain: int) -> None:
    picture = image(np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(ValueError, match="gain"):
        difference(picture, picture, gain)


@pytest.mark.parametrize("gain", [1, 16])
def test_the_error_map_takes_the_worst_channel(gain: int) -> None:
    a = np.array([[[10, 20, 30], [0, 0, 0], [7, 7, 7]]], np.uint8)
    b = np.array([[[13, 15, 30], [0, 0, 255], [7, 7, 7]]], np.uint8)
    shown = error_map(image(a), image(b), gain)
    expected = [scale_colour(error / scale_end(gain)).rgb() for error in (5, 255, 0)]
    assert [shown.pixel(x, 0) for x in range(3)] == expected


def test_the_scale_of_errors_rises_to_its_end() -> None:
    lights = [scale_colour(place / 50).lightnessF() for place in range(51)]
    assert lights == sorted(lights)
    assert [scale_end(gain) for gain in GAINS] == [255, 128, 64, 32, 16, 8, 4]
