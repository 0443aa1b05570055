"""PSNR against its definition; `test_against_ffmpeg.py` holds it against FFmpeg's own filter."""

import math

import numpy as np
import pytest

from nvc_engine.quality.psnr import PSNR_CAP_DB, psnr, psnr_yuv


def test_definition() -> None:
    a = np.full((10, 10), 100, np.uint8)
    assert psnr(a, a + 5) == pytest.approx(10 * math.log10(255**2 / 25))
    assert psnr(np.zeros((4, 4), np.uint8), np.full((4, 4), 255, np.uint8)) == 0
    assert psnr(a, a) == PSNR_CAP_DB
    assert psnr_yuv(40, 32, 24) == (6 * 40 + 32 + 24) / 8
    with pytest.raises(ValueError, match="differ"):
        psnr(a, a[:5])


@pytest.mark.parametrize("bit_depth", [10, 12, 16])
def test_the_peak_is_that_of_the_depth(bit_depth: int) -> None:
    peak = (1 << bit_depth) - 1
    black, white = np.zeros((4, 4), np.uint16), np.full((4, 4), peak, np.uint16)
    assert psnr(black, white, bit_depth) == 0
    assert psnr(white, white - 5, bit_depth) == pytest.approx(10 * math.log10(peak**2 / 25))
