"""Padding of any size, cropping, and the small picture of the base layer."""

import math

import pytest
import torch

from nvc_engine.codecs.sevc.downsampling import quarter_size
from nvc_engine.codecs.sevc.padding import Geometry, check_size
from nvc_engine.errors import UsageError


@pytest.mark.parametrize(
    ("width", "height", "coded", "base", "base_coded"),
    [
        (1920, 1080, (1088, 1920), (272, 480), (272, 480)),
        (640, 360, (384, 640), (96, 160), (96, 160)),
        (854, 480, (512, 896), (128, 224), (128, 224)),
        (144, 80, (80, 144), (20, 36), (32, 48)),
        (64, 64, (64, 64), (16, 16), (16, 16)),
        (65, 64, (64, 128), (16, 32), (16, 32)),
        (1366, 768, (768, 1408), (192, 352), (192, 352)),
    ],
)
def test_sizes_of_both_layers(
    width: int, height: int, coded: tuple[int, int], base: tuple[int, int], base_coded: tuple[int, int]
) -> None:
    geometry = Geometry(height, width)
    assert (geometry.coded, geometry.base, geometry.base_coded) == (coded, base, base_coded)


@pytest.mark.parametrize(("width", "height"), [(70, 65), (100, 100), (144, 80), (127, 64)])
def test_cropping_undoes_padding(width: int, height: int) -> None:
    geometry = Geometry(height, width)
    picture = torch.rand(2, 3, height, width)
    padded = geometry.pad(picture)
    assert padded.shape[2:] == geometry.coded
    assert torch.equal(geometry.crop(padded), picture)
    assert torch.equal(padded[..., -1, -1], picture[..., -1, -1])
    assert torch.equal(padded[..., 0, -1], picture[..., 0, -1])
    small = torch.rand(2, 5, *geometry.base)
    extended = geometry.pad_base(small)
    assert extended.shape[2:] == geometry.base_coded
    assert torch.equal(geometry.crop_base(extended), small)
    assert float(extended.sum()) == pytest.approx(float(small.sum()), rel=1e-5)


def test_pictures_may_not_be_smaller_than_64() -> None:
    check_size(64, 64)
    with pytest.raises(UsageError, match="63x64"):
        check_size(63, 64)
    with pytest.raises(UsageError, match="at least 64x64"):
        check_size(640, 48)


def test_the_small_picture_is_that_of_the_stretched_cubic_kernel() -> None:
    def cubic(x: float) -> float:
        x = abs(x)
        if x <= 1:
            return 1.5 * x**3 - 2.5 * x**2 + 1
        return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0

    height, width = 32, 20
    picture = torch.rand(1, 3, height, width, dtype=torch.float64)

    def mirrored(place: int, size: int) -> int:
        return -1 - place if place < 0 else 2 * size - 1 - place if place >= size else place

    def along(values: torch.Tensor, size: int) -> torch.Tensor:
        rows = []
        for out in range(size // 4):
            centre = 4 * out + 1.5
            row = torch.zeros(size, dtype=torch.float64)
            for place in range(math.floor(centre) - 8, math.floor(centre) + 10):
                row[mirrored(place, size)] += cubic((place - centre) / 4) / 4
            rows.append(row)
        return torch.stack(rows) @ values

    wanted = along(along(picture, height).transpose(2, 3), width).transpose(2, 3)
    assert torch.allclose(quarter_size(picture), wanted, atol=1e-12)
    assert torch.allclose(quarter_size(picture.float()), wanted.float(), atol=1e-6)
