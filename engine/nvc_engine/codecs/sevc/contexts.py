"""Multi-scale features of a reference, and their fusion into contexts (specs/sevc.md, 4.2 and 4.3)."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.layers import ResidualBlock, conv1, conv3, subpel
from nvc_engine.codecs.sevc.widths import InterWidths

_ADAPTOR_OF_POSITION = (0, 1, 0, 2)


class Scales(NamedTuple):
    """Features or contexts at full, half and quarter scale: [B, c1, H, W], [B, c2, H/2, W/2], [B, c4, H/4, W/4]."""

    full: Tensor
    half: Tensor
    quarter: Tensor


def feature_adaptors(width: int) -> nn.ModuleList:
    """One adaptor for each class of quality that a reference may have."""
    return nn.ModuleList(conv1(width, width) for _ in range(max(_ADAPTOR_OF_POSITION) + 1))


def adapted_feature(
    from_frame: nn.Module, adaptors: nn.ModuleList, frame: Tensor, feature: Tensor | None, position: int
) -> Tensor:
    """What the reference offers to frame `position` (counted from the refresh): [B, c1, H, W].

    Taken from the frame itself where there is no feature, as after an I-frame or a refresh.
    """
    if feature is None:
        taken: Tensor = from_frame(frame)
        return taken
    adapted: Tensor = adaptors[_ADAPTOR_OF_POSITION[position % len(_ADAPTOR_OF_POSITION)]](feature)
    return adapted


class FeatureExtractor(nn.Module):
    """[B, c1, H, W] to features at three scales."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        self.conv1 = conv3(widths.full, widths.full)
        self.res_block1 = ResidualBlock(widths.full)
        self.conv2 = conv3(widths.full, widths.half, 2)
        self.res_block2 = ResidualBlock(widths.half)
        self.conv3 = conv3(widths.half, widths.quarter, 2)
        self.res_block3 = ResidualBlock(widths.quarter)

    def forward(self, feature: Tensor) -> Scales:
        full = self.res_block1(self.conv1(feature))
        half = self.res_block2(self.conv2(full))
        return Scales(full, half, self.res_block3(self.conv3(half)))


class ContextFusion(nn.Module):
    """Aligned features to contexts; each scale hears the coarser ones."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        full, half, quarter = widths.full, widths.half, widths.quarter
        self.conv3_up = subpel(quarter, half, 3)
        self.res_block3_up = ResidualBlock(half)
        self.conv3_out = conv3(quarter, quarter)
        self.res_block3_out = ResidualBlock(quarter)
        self.conv2_up = subpel(2 * half, full, 3)
        self.res_block2_up = ResidualBlock(full)
        self.conv2_out = conv3(2 * half, half)
        self.res_block2_out = ResidualBlock(half)
        self.conv1_out = conv3(2 * full, full)
        self.res_block1_out = ResidualBlock(full)

    def forward(self, aligned: Scales) -> Scales:
        up = self.res_block3_up(self.conv3_up(aligned.quarter))
        quarter = aligned.quarter + self.res_block3_out(self.conv3_out(aligned.quarter))
        both = torch.cat([up, aligned.half], 1)
        up = self.res_block2_up(self.conv2_up(both))
        half = aligned.half + self.res_block2_out(self.conv2_out(both))
        both = torch.cat([up, aligned.full], 1)
        full = aligned.full + self.res_block1_out(self.conv1_out(both))
        return Scales(full, half, quarter)
