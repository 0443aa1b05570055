"""Alignment of the full-scale feature by several flows a channel group (specs/sevc.md, 2.3)."""

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.layers import conv3, leaky
from nvc_engine.codecs.sevc.warping import double_size, warp

OFFSET_SETS = 2
MAX_OFFSET = 40.0


class OffsetDiversity(nn.Module):
    """Warps each of `groups` channel groups by `OFFSET_SETS` flows of its own and fuses the results.

    Args:
        width: channels of the feature; divisible by `groups`.
        hidden: channels of the layers that find the offsets.
    """

    def __init__(self, width: int, hidden: int, groups: int) -> None:
        super().__init__()
        self._groups = groups
        self.conv_offset = nn.Sequential(
            conv3(width + 5, hidden, 2),
            leaky(0.1),
            conv3(hidden, hidden),
            leaky(0.1),
            conv3(hidden, 3 * OFFSET_SETS * groups),
        )
        self.fusion = nn.Conv2d(OFFSET_SETS * width, width, 1, groups=groups)

    def forward(self, feature: Tensor, warped_frame: Tensor, flow: Tensor) -> Tensor:
        """`feature` [B, C, H, W] aligned by about `flow` [B, 2, H, W]; `warped_frame` [B, 3, H, W] guides."""
        batch, width, height, columns = feature.shape
        pairs = OFFSET_SETS * self._groups
        guide = torch.cat([warp(feature, flow), warped_frame, flow], 1)
        offsets, masks = torch.split(double_size(self.conv_offset(guide)), [2 * pairs, pairs], 1)
        flows = MAX_OFFSET * torch.tanh(offsets).view(batch, pairs, 2, height, columns) + flow[:, None]
        # Pair j moves group j mod `groups`: the groups follow each other anew for each set of offsets.
        groups = feature.view(batch, self._groups, -1, height, columns).repeat(1, OFFSET_SETS, 1, 1, 1)
        moved = warp(groups.flatten(0, 1), flows.flatten(0, 1)).view(batch, pairs, -1, height, columns)
        weighted = moved * torch.sigmoid(masks)[:, :, None]
        aligned: Tensor = self.fusion(weighted.view(batch, OFFSET_SETS * width, height, columns))
        return aligned
