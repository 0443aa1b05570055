"""MS-SSIM that can be minimised (Wang, Simoncelli, Bovik 2003), on pictures and patches of any size."""

import torch
import torch.nn.functional as F
from torch import Tensor

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
SIGMA = 1.5
_LUMINANCE, _CONTRAST = 0.01**2, 0.03**2


def scale_count(height: int, width: int, window: int) -> int:
    """How many of the five scales a picture has room for: the last one's short side must exceed window - 1."""
    side = min(height, width)
    return max(1, sum(side > (window - 1) << scale for scale in range(len(WEIGHTS))))


def ms_ssim(x: Tensor, y: Tensor, window: int = 5) -> Tensor:
    """MS-SSIM of each picture and channel of `x` and `y` [N, C, H, W] in 0..1, as [N, C].

    Where a picture is too small for five scales, the weights of those that it has are scaled up to add to one. A side
    shorter than the window has a window of its own length.
    """
    scales = scale_count(x.shape[2], x.shape[3], window)
    weights = torch.tensor(WEIGHTS[:scales], dtype=x.dtype, device=x.device)
    exponents = weights / weights.sum()
    result = x.new_ones(x.shape[:2])
    for scale in range(scales):
        similarity, structure = _ssim(x, y, window)
        last = scale == scales - 1
        result = result * torch.relu(similarity if last else structure) ** exponents[scale]
        if not last:
            x, y = (F.avg_pool2d(each, 2, padding=[size % 2 for size in each.shape[2:]]) for each in (x, y))
    return result


def _ssim(x: Tensor, y: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """Mean SSIM, and its contrast-structure part alone, of each picture and channel."""
    moments = torch.cat([x, y, x * x, y * y, x * y], dim=1)
    mean_x, mean_y, xx, yy, xy = _blurred(moments, window).chunk(5, dim=1)
    variances = xx + yy - mean_x.square() - mean_y.square()
    structure = (2 * (xy - mean_x * mean_y) + _CONTRAST) / (variances + _CONTRAST)
    luminance = (2 * mean_x * mean_y + _LUMINANCE) / (mean_x.square() + mean_y.square() + _LUMINANCE)
    return (luminance * structure).mean(dim=(2, 3)), structure.mean(dim=(2, 3))


def _blurred(x: Tensor, window: int) -> Tensor:
    """`x` under a normalised Gaussian window, without padding."""
    for axis in (2, 3):
        taps = min(window, x.shape[axis])
        places = torch.arange(taps, dtype=x.dtype, device=x.device) - (taps - 1) / 2
        kernel = torch.exp(-places.square() / (2 * SIGMA**2))
        shape = (1, 1, taps, 1) if axis == 2 else (1, 1, 1, taps)
        full = (kernel / kernel.sum()).view(shape).expand(x.shape[1], -1, -1, -1)
        x = F.conv2d(x, full, groups=x.shape[1])
    return x
