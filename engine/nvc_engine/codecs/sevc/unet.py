"""The U-net that refines what a decoder has made (specs/sevc.md, 2.1)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nvc_engine.codecs.sevc.layers import DepthConvBlock, subpel


class UNet(nn.Module):
    """[B, inputs, H, W] to [B, outputs, H, W], H and W divisible by 4.

    Args:
        widths: channels at 1, 1/2 and 1/4 scale.
        depth: blocks at 1/4 scale after the first.
        gated: which feed-forward part its blocks have.
    """

    def __init__(
        self, inputs: int, outputs: int, widths: tuple[int, int, int], depth: int, *, gated: bool = False
    ) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.conv1 = DepthConvBlock(inputs, fine, gated=gated)
        self.conv2 = DepthConvBlock(fine, middle, gated=gated)
        self.conv3 = DepthConvBlock(middle, coarse, gated=gated)
        self.context_refine = nn.Sequential(*(DepthConvBlock(coarse, coarse, gated=gated) for _ in range(depth)))
        self.up3 = subpel(coarse, middle, 1)
        self.up_conv3 = DepthConvBlock(2 * middle, middle, gated=gated)
        self.up2 = subpel(middle, fine, 1)
        self.up_conv2 = DepthConvBlock(2 * fine, outputs, gated=gated)

    def forward(self, x: Tensor) -> Tensor:
        fine = self.conv1(x)
        middle = self.conv2(F.max_pool2d(fine, 2))
        coarse = self.context_refine(self.conv3(F.max_pool2d(middle, 2)))
        middle = self.up_conv3(torch.cat([middle, self.up3(coarse)], 1))
        y: Tensor = self.up_conv2(torch.cat([fine, self.up2(middle)], 1))
        return y
