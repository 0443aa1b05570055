"""Augment Stages: motion and texture of the base layer refined against the reference (specs/sevc.md, 5.1)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nvc_engine.codecs.sevc.layers import conv3, subpel
from nvc_engine.codecs.sevc.warping import warp


class AugmentUnit(nn.Module):
    """A small U-net: [B, inputs, H, W] to [B, outputs, H, W], H and W divisible by 4."""

    def __init__(self, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.conv0 = conv3(inputs, hidden, 2)
        self.conv1 = conv3(hidden, 2 * hidden, 2)
        self.conv2 = conv3(2 * hidden, 4 * hidden)
        self.up2 = subpel(4 * hidden, 2 * hidden, 1)
        self.up1 = subpel(3 * hidden, hidden, 1)
        self.up0 = conv3(hidden + inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        # The skip at half scale is the activated tensor, the one at full scale the plain input.
        half = F.leaky_relu_(self.conv0(x), 0.01)
        y = self.conv2(F.leaky_relu_(self.conv1(half), 0.01))
        y = F.leaky_relu_(self.up2(y), 0.01)
        y = F.leaky_relu_(self.up1(torch.cat([y, half], 1)), 0.01)
        refined: Tensor = self.up0(torch.cat([y, x], 1))
        return refined


class AugmentStages(nn.Module):
    """Several rounds of refinement at one scale.

    Args:
        width: channels C of feature and texture at this scale.
        stages: rounds, each with weights of its own.
    """

    def __init__(self, width: int, stages: int) -> None:
        super().__init__()
        self.motion_layers = nn.ModuleList(AugmentUnit(2 * width + 2, width // 2, 2) for _ in range(stages))
        self.texture_layers = nn.ModuleList(AugmentUnit(2 * width, 3 * width // 4, width) for _ in range(stages))

    def forward(self, feature: Tensor, texture: Tensor, flow: Tensor) -> tuple[Tensor, Tensor]:
        """Refined texture [B, C, H, W] and flow [B, 2, H, W].

        `feature` [B, C, H, W] belongs to the reference and is not aligned; every round aligns it anew.
        """
        for motion_unit, texture_unit in zip(self.motion_layers, self.texture_layers, strict=True):
            flow = flow + motion_unit(torch.cat([feature, texture, flow], 1))
            texture = texture + texture_unit(torch.cat([warp(feature, flow), texture], 1))
        return texture, flow
