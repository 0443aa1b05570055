"""The distortions that NVRC minimises (specs/nvrc.md, 3.1)."""

import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.paper.pictures import Objective
from nvc_engine.nn.ssim import ms_ssim

WINDOW = 5
MSE_FLOOR = 1e-9
PLANE_SHARES = (0.75, 0.125, 0.125)


def distortion(rendered: Tensor, target: Tensor, real: Tensor | None, objective: Objective) -> tuple[Tensor, Tensor]:
    """The distortion of a batch of patches, and an error that can be told in dB: the mean squared error, for YUV the
    planes' geometric mean.

    RGB: 0.7 L1 + 0.3 (1 - MS-SSIM). YUV: 0.99 MSE_Y^(6/8) MSE_U^(1/8) MSE_V^(1/8) + 0.01 (1 - MS-SSIM of Y), each MSE
    over the whole batch. Padding counts in neither.

    Args:
        rendered, target: [N, h, w, 3] in 0..1.
        real: which positions are no padding [N, h, w, 1], or None where all are.
    """
    count = rendered.numel() / 3 if real is None else real.sum()
    if real is not None:
        rendered = torch.where(real, rendered, target)
    difference = rendered - target
    errors = difference.square().sum(dim=(0, 1, 2)) / count
    channels = 3 if objective is Objective.RGB else 1
    x, y = (each[..., :channels].permute(0, 3, 1, 2) for each in (rendered, target))
    structure = 1 - ms_ssim(x, y, WINDOW).mean()
    if objective is Objective.RGB:
        return 0.7 * difference.abs().sum() / (3 * count) + 0.3 * structure, errors.mean().detach()
    shares = torch.tensor(PLANE_SHARES, device=errors.device)
    mean = torch.exp((torch.log(errors + MSE_FLOOR) * shares).sum())
    return 0.99 * mean + 0.01 * structure, mean.detach()
