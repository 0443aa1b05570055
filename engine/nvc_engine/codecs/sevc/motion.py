"""Transforms between a flow and its latent (specs/sevc.md, 4.1)."""

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.layers import DepthConvBlock, ResidualDown, ResidualUp, conv3, subpel


class MotionEncoder(nn.Module):
    """Flow [B, 2, h, w] to latent [B, M, h/16, w/16]."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.enc_1 = nn.Sequential(ResidualDown(2, width), DepthConvBlock(width, width))
        self.enc_2 = ResidualDown(width, width)
        self.adaptor_0 = DepthConvBlock(width, width)
        self.adaptor_1 = DepthConvBlock(2 * width, width)
        self.enc_3 = nn.Sequential(ResidualDown(width, width), DepthConvBlock(width, width), conv3(width, width, 2))

    def forward(self, flow: Tensor, before: Tensor | None, step: Tensor) -> Tensor:
        """`before` is the previous frame's motion feature [B, M, h/4, w/4]; `step` scales features at half scale."""
        feature = self.enc_2(self.enc_1(flow) * step)
        adapted = self.adaptor_0(feature) if before is None else self.adaptor_1(torch.cat([feature, before], 1))
        latent: Tensor = self.enc_3(adapted)
        return latent


class MotionDecoder(nn.Module):
    """Latent [B, M, h/16, w/16] to flow."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dec_1 = nn.Sequential(
            DepthConvBlock(width, width),
            ResidualUp(width, width),
            DepthConvBlock(width, width),
            ResidualUp(width, width),
            DepthConvBlock(width, width),
        )
        self.dec_2 = ResidualUp(width, width)
        self.dec_3 = nn.Sequential(DepthConvBlock(width, width), subpel(width, 2, 1))

    def forward(self, latent: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
        """The flow [B, 2, h, w] in samples, and the motion feature [B, M, h/4, w/4]."""
        feature = self.dec_1(latent)
        return self.dec_3(self.dec_2(feature) * step), feature
