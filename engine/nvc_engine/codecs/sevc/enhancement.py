"""The enhancement layer: codes the frame at full size, given contexts and a predicted latent (specs/sevc.md, 6)."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nvc_engine.codecs.sevc.bit_estimator import BitEstimator
from nvc_engine.codecs.sevc.contexts import Scales
from nvc_engine.codecs.sevc.layers import DepthConvBlock, conv3
from nvc_engine.codecs.sevc.prior import code_latent, spatial_adaptor, spatial_prior
from nvc_engine.codecs.sevc.rate_points import basic_steps, quant_step, rate_anchors
from nvc_engine.codecs.sevc.states import QUEUE
from nvc_engine.codecs.sevc.steps import Law, Pass
from nvc_engine.codecs.sevc.texture import ContextualDecoder, ContextualEncoder, Reconstruction
from nvc_engine.codecs.sevc.widths import InterWidths

_UNUSED_HYPER = 64


@dataclass(frozen=True)
class EnhancementFrame:
    """A decoded frame: picture [B, 3, H, W], not clamped; feature [B, c1, H, W]; latent [B, c16, H/16, W/16]."""

    picture: Tensor
    feature: Tensor
    latent: Tensor


class TemporalPrior(nn.Module):
    """Contexts at three scales to [B, c16, H/16, W/16]."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        self.enc1 = conv3(widths.full, widths.half, 2)
        self.enc2 = conv3(2 * widths.half, widths.quarter, 2)
        self.enc3 = conv3(2 * widths.quarter, widths.eighth, 2)
        self.enc4 = conv3(widths.eighth, widths.latent, 2)

    def forward(self, contexts: Scales) -> Tensor:
        y = F.leaky_relu_(self.enc1(contexts.full), 0.1)
        y = F.leaky_relu_(self.enc2(torch.cat([contexts.half, y], 1)), 0.1)
        y = F.leaky_relu_(self.enc3(torch.cat([contexts.quarter, y], 1)), 0.1)
        prior: Tensor = self.enc4(y)
        return prior


class EnhancementLayer(nn.Module):
    """Codes frames whose sides are multiples of 16. It has no hyper-prior: the base layer's latent stands for one."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        latent = widths.latent
        self.y_q_basic_enc = basic_steps(2 * widths.half)
        self.y_q_scale_enc = rate_anchors(0.6, 1.5)
        self.y_q_basic_dec = basic_steps(widths.half)
        self.y_q_scale_dec = rate_anchors(1.5, 0.8)
        # Part of the published weights, and of no use.
        self.bit_estimator_z = BitEstimator(_UNUSED_HYPER)
        self.contextual_encoder = ContextualEncoder(widths)
        self.temporal_prior_encoder = TemporalPrior(widths)
        self.y_prior_fusion_adaptor_0 = DepthConvBlock(2 * latent, 2 * latent)
        self.y_prior_fusion_adaptor_1 = DepthConvBlock(2 * latent, 2 * latent)
        self.y_prior_fusion_adaptor_2 = DepthConvBlock(2 * latent, 2 * latent)
        self.y_prior_fusion_adaptor_3 = DepthConvBlock(2 * latent, 2 * latent)
        self.y_prior_fusion = nn.Sequential(
            DepthConvBlock(2 * latent, 3 * latent), DepthConvBlock(3 * latent, 3 * latent)
        )
        self.y_spatial_prior_adaptor_1 = spatial_adaptor(latent)
        self.y_spatial_prior_adaptor_2 = spatial_adaptor(latent)
        self.y_spatial_prior_adaptor_3 = spatial_adaptor(latent)
        self.y_spatial_prior = spatial_prior(latent)
        self.contextual_decoder = ContextualDecoder(widths)
        self.recon_generation_net = Reconstruction(widths)

    def code(
        self, picture: Tensor | None, contexts: Scales, prior: Tensor, past: int, rate_point: int | Tensor
    ) -> Pass[EnhancementFrame]:
        """Code a frame: steps y.0 to .3.

        Args:
            picture: [B, 3, H, W] in 0..1; None in a decoder.
            prior: predicted latent, [B, c16, H/16, W/16].
            past: how many latents of frames before went into it; chooses the adaptor.
            rate_point: 0 to 63, or one a sample, [B].
        """
        latent = None
        if picture is not None:
            step = quant_step(self.y_q_basic_enc, self.y_q_scale_enc, rate_point)
            latent = self.contextual_encoder(picture, contexts, step)
        by_past = (
            self.y_prior_fusion_adaptor_0,
            self.y_prior_fusion_adaptor_1,
            self.y_prior_fusion_adaptor_2,
            self.y_prior_fusion_adaptor_3,
        )
        joined = torch.cat([self.temporal_prior_encoder(contexts), prior], 1)
        common = self.y_prior_fusion(by_past[min(past, QUEUE)](joined))
        adaptors = (self.y_spatial_prior_adaptor_1, self.y_spatial_prior_adaptor_2, self.y_spatial_prior_adaptor_3)
        decoded = yield from code_latent("y", Law.LAPLACE, common, adaptors, self.y_spatial_prior, latent)
        step = quant_step(self.y_q_basic_dec, self.y_q_scale_dec, rate_point)
        feature = self.contextual_decoder(decoded, contexts, step)
        frame, feature = self.recon_generation_net(feature, contexts.full)
        return EnhancementFrame(frame, feature, decoded)
