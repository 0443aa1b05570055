"""Transforms between a picture and its texture latent, conditioned on contexts (specs/sevc.md, 4.4)."""

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.contexts import Scales
from nvc_engine.codecs.sevc.layers import ResidualBlock, conv3, subpel
from nvc_engine.codecs.sevc.unet import UNet
from nvc_engine.codecs.sevc.widths import InterWidths


def _mixing(width: int) -> ResidualBlock:
    return ResidualBlock(width, 0.1, bottleneck=True, end_activation=True)


class ContextualEncoder(nn.Module):
    """Picture [B, 3, H, W] to latent [B, c16, H/16, W/16]."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        half, quarter = widths.half, widths.quarter
        self.conv1 = conv3(3 + widths.full, half, 2)
        self.res1 = _mixing(2 * half)
        self.conv2 = conv3(2 * half, quarter, 2)
        self.res2 = _mixing(2 * quarter)
        self.conv3 = conv3(2 * quarter, widths.eighth, 2)
        self.conv4 = conv3(widths.eighth, widths.latent, 2)

    def forward(self, picture: Tensor, contexts: Scales, quant_step: Tensor) -> Tensor:
        """`quant_step` [B or 1, 2 c2, 1, 1] scales the features at half scale."""
        y = self.conv1(torch.cat([picture, contexts.full], 1))
        y = self.res1(torch.cat([y, contexts.half], 1)) * quant_step
        y = self.conv2(y)
        y = self.res2(torch.cat([y, contexts.quarter], 1))
        latent: Tensor = self.conv4(self.conv3(y))
        return latent


class ContextualDecoder(nn.Module):
    """Latent [B, c16, H/16, W/16] to a feature [B, r, H, W]."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        half, quarter = widths.half, widths.quarter
        self.up1 = subpel(widths.latent, widths.eighth, 3)
        self.up2 = subpel(widths.eighth, quarter, 3)
        self.res1 = _mixing(2 * quarter)
        self.up3 = subpel(2 * quarter, half, 3)
        self.res2 = _mixing(2 * half)
        self.up4 = subpel(2 * half, widths.decoded, 3)

    def forward(self, latent: Tensor, contexts: Scales, quant_step: Tensor) -> Tensor:
        """`quant_step` [B or 1, c2, 1, 1] scales the features at half scale, before the context joins them."""
        y = self.up2(self.up1(latent))
        y = self.up3(self.res1(torch.cat([y, contexts.quarter], 1)))
        y = self.res2(torch.cat([y * quant_step, contexts.half], 1))
        feature: Tensor = self.up4(y)
        return feature


class Reconstruction(nn.Module):
    """Decoded feature [B, r, H, W] and full-scale context to the picture, and the feature for the next frame."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        full = widths.full
        self.first_conv = conv3(widths.decoded + full, full)
        self.unet_1 = UNet(full, full, widths.unet, widths.unet_depth)
        self.unet_2 = UNet(full, full, widths.unet, widths.unet_depth)
        self.recon_conv = conv3(full, 3)

    def forward(self, decoded: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """The picture [B, 3, H, W], not clamped, and the feature [B, c1, H, W]."""
        feature = self.unet_2(self.unet_1(self.first_conv(torch.cat([decoded, context], 1))))
        return self.recon_conv(feature), feature
