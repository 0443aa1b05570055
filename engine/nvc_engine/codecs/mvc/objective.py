"""The losses between a picture and its rendering: spatial (L1 and SSIM) and in the frequency domain (FDS)."""

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

SPATIAL_WEIGHT = 10.0  # the paper's lambda
SSIM_WINDOW, SSIM_SIGMA = 11, 1.5
SSIM_C1, SSIM_C2 = 0.01**2, 0.03**2
LUMA = (0.299, 0.587, 0.114)


def spatial_loss(test: Tensor, reference: Tensor, alpha: float, *, luma: bool) -> Tensor:
    """L_spa = alpha L1 + (1 - alpha)(1 - SSIM) of pictures [N, 3, H, W] in 0..1; SSIM of their `luma` or of R, G, B."""
    loss = alpha * F.l1_loss(test, reference)
    if alpha < 1:
        if luma:
            test, reference = _luma(test), _luma(reference)
        loss = loss + (1 - alpha) * (1 - ssim(test, reference))
    return loss


def frequency_loss(test: Tensor, reference: Tensor, norm: str = "ortho") -> Tensor:
    """L_freq: mean of the absolute real and imaginary parts by which the spectra of each channel differ (specs/mvc.md,
    3). One half of the plane is enough. `norm` is torch's: "backward" is sqrt(H W) times "ortho"."""
    spectrum = torch.fft.rfft2(test - reference, norm=norm)
    return torch.view_as_real(spectrum).abs().mean()


def ssim(test: Tensor, reference: Tensor) -> Tensor:
    """Mean SSIM of [N, C, H, W] in 0..1: Gaussian window of 11 and sigma 1.5, smaller where the picture is."""
    moments = torch.cat([test, reference, test * test, reference * reference, test * reference])
    count = len(test)
    x, y, xx, yy, xy = _blurred(moments).split(count)  # type: ignore[no-untyped-call]
    contrast = (2 * (xy - x * y) + SSIM_C2) / (xx - x * x + yy - y * y + SSIM_C2)
    mean: Tensor = ((2 * x * y + SSIM_C1) / (x * x + y * y + SSIM_C1) * contrast).mean()
    return mean


def _blurred(x: Tensor) -> Tensor:
    """`x` [N, C, H, W] under the window, where it fits whole."""
    planes = x.flatten(0, 1)[:, None]
    down, across = (_window(min(SSIM_WINDOW, size)).to(x) for size in x.shape[2:])
    planes = F.conv2d(F.conv2d(planes, down.view(1, 1, -1, 1)), across.view(1, 1, 1, -1))
    return planes.view(*x.shape[:2], *planes.shape[2:])


@cache
def _window(size: int) -> Tensor:
    places = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
    weights = torch.exp(-(places**2) / (2 * SSIM_SIGMA**2))
    return (weights / weights.sum()).float()


def _luma(x: Tensor) -> Tensor:
    red, green, blue = x.split(1, dim=1)  # type: ignore[no-untyped-call]
    luma: Tensor = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    return luma
