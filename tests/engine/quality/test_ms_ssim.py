"""MS-SSIM against pytorch-msssim, and what small pictures get."""

import numpy as np
import pytest
import pytorch_msssim
import torch

from nvc_engine.quality.ms_ssim import SMALLEST_SIDE, ms_ssim, window_for


def noisy(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(5)
    rows, columns = np.mgrid[0:height, 0:width]
    plane = 128 + 60 * np.sin(rows / 9) * np.cos(columns / 13)
    other = plane + generator.normal(0, 8, plane.shape)
    return plane.astype(np.uint8), np.clip(other, 0, 255).astype(np.uint8)


def test_agrees_with_the_package() -> None:
    a, b = noisy(180, 200)
    expected = pytorch_msssim.ms_ssim(
        torch.tensor(a, dtype=torch.float32)[None, None],
        torch.tensor(b, dtype=torch.float32)[None, None],
        data_range=255,
        win_size=11,
    )
    found = ms_ssim(a, b)
    assert found == pytest.approx(float(expected), abs=1e-6)
    assert found is not None
    assert 0.5 < found < 0.999


def test_identical_planes_score_one() -> None:
    a, _ = noisy(180, 320)
    assert ms_ssim(a, a) == pytest.approx(1)


@pytest.mark.parametrize(
    ("height", "width", "taps"),
    [(161, 300, 11), (160, 300, 9), (129, 129, 9), (48, 64, 3), (33, 40, 3), (32, 400, None)],
)
def test_window_shrinks_with_the_picture(height: int, width: int, taps: int | None) -> None:
    assert window_for(height, width) == taps
    a, b = noisy(height, width)
    found = ms_ssim(a, b)
    assert (found is None) == (taps is None)
    assert (min(height, width) < SMALLEST_SIDE) == (taps is None)
