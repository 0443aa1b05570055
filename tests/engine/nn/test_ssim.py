"""The MS-SSIM that is minimised is the one that is measured, where that is defined."""

import pytest
import pytorch_msssim
import torch

from nvc_engine.nn.ssim import ms_ssim, scale_count


@pytest.mark.parametrize("size", [(80, 80), (65, 97)])
def test_equals_pytorch_msssim(size: tuple[int, int]) -> None:
    random = torch.Generator().manual_seed(0)
    x = torch.rand((2, 3, *size), generator=random)
    y = (x + 0.2 * torch.randn(x.shape, generator=random)).clamp(0, 1)
    expected = pytorch_msssim.ms_ssim(x, y, data_range=1.0, win_size=5, size_average=False)
    assert torch.allclose(ms_ssim(x, y).mean(dim=1), expected, atol=1e-5)


@pytest.mark.parametrize(("side", "scales"), [(80, 5), (65, 5), (64, 4), (16, 2), (4, 1), (2, 1)])
def test_small_pictures_have_fewer_scales(side: int, scales: int) -> None:
    assert scale_count(side, 100, 5) == scales
    x = torch.rand(1, 1, side, 100, requires_grad=True)
    assert ms_ssim(x, x.detach()).item() == pytest.approx(1, abs=1e-5)
    ms_ssim(x, torch.rand_like(x)).sum().backward()
    assert x.grad is not None
    assert torch.isfinite(x.grad).all()
