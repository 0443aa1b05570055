"""Known code values of every matrix and range, and the quick conversion against the exact one."""

import numpy as np
import pytest

from nvc_engine.media.colour import Colour, Matrix, from_rgb, to_420, to_bgrx, to_rgb, to_rgb30, to_rgb_16bit
from nvc_engine.media.picture import Chroma, Picture

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)

# Code values that the recommendations give for 8 bits: (matrix, full range, R'G'B', Y, Cb, Cr).
KNOWN = [
    (Matrix.BT601, False, RED, 81, 90, 240),
    (Matrix.BT601, False, GREEN, 145, 54, 34),
    (Matrix.BT601, False, BLUE, 41, 240, 110),
    (Matrix.BT601, True, RED, 76, 85, 255),
    (Matrix.BT601, True, GREEN, 150, 44, 21),
    (Matrix.BT601, True, BLUE, 29, 255, 107),
    (Matrix.BT709, False, RED, 63, 102, 240),
    (Matrix.BT709, False, GREEN, 173, 42, 26),
    (Matrix.BT709, False, BLUE, 32, 240, 118),
    (Matrix.BT709, True, RED, 54, 99, 255),
    (Matrix.BT2020, False, RED, 74, 97, 240),
    (Matrix.BT2020, False, GREEN, 164, 47, 25),
    (Matrix.BT2020, False, BLUE, 29, 240, 119),
    (Matrix.BT709, False, WHITE, 235, 128, 128),
    (Matrix.BT601, False, BLACK, 16, 128, 128),
    (Matrix.BT2020, True, WHITE, 255, 128, 128),
]


def flat(y: int, u: int, v: int, depth: int = 8, chroma: Chroma = Chroma.C420) -> Picture:
    kind = np.uint8 if depth == 8 else np.uint16
    shape = chroma.plane_shape(32, 32)
    return Picture(np.full((32, 32), y, kind), np.full(shape, u, kind), np.full(shape, v, kind), depth, chroma)


def textured(width: int, height: int, chroma: Chroma, depth: int) -> Picture:
    """Smooth planes that stay inside the colour cube for the most part."""
    kind = np.uint8 if depth == 8 else np.uint16
    unit = 2.0 ** (depth - 8)

    def wave(shape: tuple[int, int], low: float, high: float, phase: float) -> np.ndarray:
        rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
        wave = 0.5 + 0.5 * np.sin(columns / 7 + rows / 11 + phase) * np.cos(rows / 5 - columns / 23)
        return ((low + (high - low) * wave) * unit).astype(kind)

    small = chroma.plane_shape(height, width)
    return Picture(wave((height, width), 16, 235, 0), wave(small, 60, 190, 1), wave(small, 70, 200, 4), depth, chroma)


@pytest.mark.parametrize(("matrix", "full_range", "rgb", "y", "u", "v"), KNOWN)
def test_known_code_values(matrix: Matrix, full_range: bool, rgb: tuple[int, int, int], y: int, u: int, v: int) -> None:
    colour = Colour(matrix, full_range=full_range)
    picture = from_rgb(np.full((8, 8, 3), rgb, np.uint8), colour, Chroma.C420)
    assert (picture.y[3, 3], picture.u[1, 1], picture.v[1, 1]) == (y, u, v)
    back = to_rgb(flat(y, u, v), colour)
    assert np.abs(back.astype(int) - rgb).max() <= 2


@pytest.mark.parametrize("depth", [8, 10, 12, 16])
@pytest.mark.parametrize("full_range", [False, True])
def test_depths_agree(depth: int, full_range: bool) -> None:
    unit = 2 ** (depth - 8)
    peak = (1 << depth) - 1
    white = flat(peak if full_range else 235 * unit, 128 * unit, 128 * unit, depth)
    black = flat(0 if full_range else 16 * unit, 128 * unit, 128 * unit, depth)
    colour = Colour(Matrix.BT709, full_range=full_range)
    assert np.all(to_rgb(white, colour) == 255)
    assert np.all(to_rgb(black, colour) == 0)


def test_code_values_out_of_range_are_clipped() -> None:
    assert np.all(to_rgb(flat(255, 128, 128), Colour()) == 255)
    assert np.all(to_rgb(flat(0, 128, 128), Colour()) == 0)


def test_chroma_is_left_sited_and_vertically_centred() -> None:
    y = np.full((4, 4), 126, np.uint8)
    u = np.array([[128, 228], [28, 128]], np.uint8)
    colour = Colour(Matrix.BT709, full_range=True)
    blue = to_rgb(Picture(y, u, np.full((2, 2), 128, np.uint8)), colour)[..., 2].astype(float)
    signal = (blue - 126) / 1.8556  # 2 (1 - Kb)
    expected = np.array([[0, 50, 100, 100], [-25, 25, 75, 75], [-75, -25, 25, 25], [-100, -50, 0, 0]])
    assert np.all(np.abs(signal - expected)[(blue > 0) & (blue < 255)] < 0.6)


@pytest.mark.parametrize("matrix", [Matrix.BT601, Matrix.BT709, Matrix.BT2020])
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize(("width", "height"), [(64, 48), (67, 45), (5, 3)])
@pytest.mark.parametrize(
    ("chroma", "depth"), [(Chroma.C420, 8), (Chroma.C422, 8), (Chroma.C444, 8), (Chroma.C420, 10), (Chroma.C444, 12)]
)
def test_viewing_agrees_with_the_exact_conversion(
    matrix: Matrix, full_range: bool, width: int, height: int, chroma: Chroma, depth: int
) -> None:
    picture = textured(width, height, chroma, depth)
    colour = Colour(matrix, full_range=full_range)
    out = bytearray(4 * width * height + 8)
    to_bgrx(picture, colour, memoryview(out))
    pixels = np.frombuffer(out, np.uint8)[:-8].reshape(height, width, 4)
    difference = np.abs(pixels[..., 2::-1].astype(int) - to_rgb(picture, colour))
    assert difference.max() <= 2
    assert difference.mean() < 0.5
    assert np.all(pixels[..., 3] == 255)
    assert out[-8:] == bytes(8)


def test_viewing_into_too_small_a_buffer() -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        to_bgrx(flat(1, 2, 3), Colour(), bytearray(100))


def test_gray_has_no_colour() -> None:
    rgb = to_rgb(flat(100, 128, 128, chroma=Chroma.GRAY), Colour(full_range=True))
    assert np.all(rgb == 100)


@pytest.mark.parametrize("chroma", [Chroma.C444, Chroma.C420])
def test_rgb_survives_the_way_there_and_back(chroma: Chroma) -> None:
    rows, columns = np.mgrid[0:24, 0:32]
    rgb = np.stack([rows * 4 + 60, columns * 3 + 80, rows + columns + 90], axis=-1).astype(np.uint8)
    colour = Colour(Matrix.BT709)
    assert np.abs(to_rgb(from_rgb(rgb, colour, chroma), colour).astype(int) - rgb)[1:-1, 1:-1].max() <= 3


def test_to_420_in_8_bits_rounds_and_filters() -> None:
    picture = Picture(
        np.array([[64, 66, 65, 1023]] * 2, np.uint16),
        np.array([[400, 408, 400, 408], [400, 408, 400, 408]], np.uint16),
        np.full((2, 4), 514, np.uint16),
        10,
        Chroma.C444,
    )
    small = to_420(picture, Colour(), 8)
    assert small.y.tolist() == [[16, 17, 16, 255]] * 2
    # 1-2-1 around columns 0 and 2: (400 + 2 * 400 + 408) / 4 = 402 and (408 + 2 * 400 + 408) / 4 = 404, over 4.
    assert small.u.tolist() == [[101, 101]]
    assert small.v.tolist() == [[129, 129]]
    assert (small.bit_depth, small.chroma) == (8, Chroma.C420)


def test_to_420_in_8_bits_of_full_range_keeps_white() -> None:
    white = flat(1023, 512, 512, 10, Chroma.C422)
    assert np.all(to_420(white, Colour(full_range=True), 8).y == 255)


def test_to_420_in_8_bits_leaves_what_is_so_already() -> None:
    picture = flat(1, 2, 3)
    assert to_420(picture, Colour(), 8) is picture
    gray = to_420(flat(1, 128, 128, chroma=Chroma.GRAY), Colour(), 8)
    assert gray.chroma is Chroma.C420
    assert gray.u.shape == (16, 16)


@pytest.mark.parametrize(("width", "height"), [(7, 5), (1, 1), (2, 1)])
def test_odd_sizes_round_chroma_up(width: int, height: int) -> None:
    rgb = np.full((height, width, 3), (30, 60, 90), np.uint8)
    picture = from_rgb(rgb, Colour(), Chroma.C420)
    assert picture.u.shape == ((height + 1) // 2, (width + 1) // 2)
    assert np.abs(to_rgb(picture, Colour()).astype(int) - rgb).max() <= 2


@pytest.mark.parametrize("size", [(64, 48), (8, 6)])
@pytest.mark.parametrize("full_range", [False, True])
def test_ten_bits_a_channel_for_deep_displays(size: tuple[int, int], full_range: bool) -> None:
    width, height = size
    ramp = np.linspace(80, 900, width * height).reshape(height, width).astype(np.uint16)
    chroma = np.full((height // 2, width // 2), 530, np.uint16)
    picture, colour = Picture(ramp, chroma, chroma - 40, 10), Colour(Matrix.BT709, full_range=full_range)
    out = bytearray(4 * width * height)
    to_rgb30(picture, colour, out)
    words = np.frombuffer(out, np.uint32).reshape(height, width)
    channels = np.stack([(words >> shift) & 1023 for shift in (20, 10, 0)], axis=-1).astype(int)
    assert np.all(words >> 30 == 3)
    assert np.abs(channels - to_rgb_16bit(picture, colour).astype(int) / 64.06).max() <= 4
    assert width < 64 or len(np.unique(channels[..., 1])) > 500
