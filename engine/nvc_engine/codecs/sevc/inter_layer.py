"""Inter-layer prediction: contexts from the base layer's feature and motion and the past (specs/sevc.md, 5.1)."""

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.augment import AugmentStages
from nvc_engine.codecs.sevc.contexts import ContextFusion, FeatureExtractor, Scales
from nvc_engine.codecs.sevc.layers import DepthConvBlock, ResidualBlock, conv3, subpel
from nvc_engine.codecs.sevc.offset_diversity import OffsetDiversity
from nvc_engine.codecs.sevc.warping import double_flow, warp
from nvc_engine.codecs.sevc.widths import InterWidths


class InterLayerPrediction(nn.Module):
    """Fuses spatial (base layer) and temporal (past frame) references scale by scale, coarse to fine."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        full, half, quarter = widths.full, widths.half, widths.quarter
        self.texture_adaptor = conv3(full, quarter)
        self.feature_extractor = FeatureExtractor(widths)
        self.mre3 = AugmentStages(quarter, widths.augment_stages)
        self.up2 = nn.Sequential(subpel(quarter, half, 3), ResidualBlock(half))
        self.mre2 = AugmentStages(half, widths.augment_stages)
        self.up1 = nn.Sequential(subpel(half, full, 3), ResidualBlock(full))
        self.mre1 = AugmentStages(full, widths.augment_stages)
        self.align = OffsetDiversity(full, half, widths.offset_groups)
        self.fuse1 = DepthConvBlock(2 * full, full)
        self.fuse2 = DepthConvBlock(2 * half, half)
        self.fuse3 = DepthConvBlock(2 * quarter, quarter)
        self.context_fusion_net = ContextFusion(widths)

    def forward(self, base_feature: Tensor, base_flow: Tensor, feature: Tensor, frame: Tensor) -> Scales:
        """Contexts at three scales.

        Args:
            base_feature, base_flow: of the base layer at a quarter of the size, [B, c1, H/4, W/4], [B, 2, H/4, W/4].
            feature: temporal feature, [B, c1, H, W], H and W divisible by 16.
            frame: the decoded frame before, [B, 3, H, W].
        """
        features = self.feature_extractor(feature)
        texture3, flow3 = self.mre3(features.quarter, self.texture_adaptor(base_feature), base_flow)
        texture2, flow2 = self.mre2(features.half, self.up2(texture3), double_flow(flow3))
        texture1, flow1 = self.mre1(features.full, self.up1(texture2), double_flow(flow2))
        aligned = self.align(features.full, warp(frame, flow1), flow1)
        fused = Scales(
            self.fuse1(torch.cat([aligned, texture1], 1)),
            self.fuse2(torch.cat([warp(features.half, flow2), texture2], 1)),
            self.fuse3(torch.cat([warp(features.quarter, flow3), texture3], 1)),
        )
        contexts: Scales = self.context_fusion_net(fused)
        return contexts
