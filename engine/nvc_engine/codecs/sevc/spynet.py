"""Optical flow of the base layer, coarse to fine (specs/sevc.md, 2.4). Only an encoder needs it."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nvc_engine.codecs.sevc.warping import double_flow, warp

LEVELS = 4


class FlowLevel(nn.Module):
    """What one level adds to the flow: [B, 8, H, W] to [B, 2, H, W]."""

    def __init__(self, widths: tuple[int, int, int, int], kernel: int) -> None:
        super().__init__()
        first, second, third, fourth = widths
        padding = kernel // 2
        self.conv1 = nn.Conv2d(8, first, kernel, 1, padding)
        self.conv2 = nn.Conv2d(first, second, kernel, 1, padding)
        self.conv3 = nn.Conv2d(second, third, kernel, 1, padding)
        self.conv4 = nn.Conv2d(third, fourth, kernel, 1, padding)
        self.conv5 = nn.Conv2d(fourth, 2, kernel, 1, padding)

    def forward(self, x: Tensor) -> Tensor:
        for layer in (self.conv1, self.conv2, self.conv3, self.conv4):
            x = F.relu_(layer(x))
        flow: Tensor = self.conv5(x)
        return flow


class SpyNet(nn.Module):
    """The flow from each position of a picture to where the reference shows the same."""

    def __init__(self, widths: tuple[int, int, int, int], kernel: int) -> None:
        super().__init__()
        self.moduleBasic = nn.ModuleList(FlowLevel(widths, kernel) for _ in range(LEVELS))

    def forward(self, picture: Tensor, reference: Tensor) -> Tensor:
        """Both [B, 3, H, W], H and W divisible by 16; the flow is [B, 2, H, W] in samples (x, y)."""
        pyramid = [(picture, reference)]
        for _ in range(LEVELS - 1):
            pyramid.append((F.avg_pool2d(pyramid[-1][0], 2), F.avg_pool2d(pyramid[-1][1], 2)))
        height, width = pyramid[-1][0].shape[2:]
        flow = picture.new_zeros(picture.shape[0], 2, height // 2, width // 2)
        for level, (current, other) in zip(self.moduleBasic, reversed(pyramid), strict=True):
            flow = double_flow(flow)
            flow = flow + level(torch.cat([current, warp(other, flow), flow], 1))
        return flow
