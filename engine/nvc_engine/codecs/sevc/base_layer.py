"""The base layer: a contextual codec at a quarter of the size (specs/sevc.md, 4)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.bit_estimator import BitEstimator
from nvc_engine.codecs.sevc.contexts import (
    ContextFusion,
    FeatureExtractor,
    Scales,
    adapted_feature,
    feature_adaptors,
)
from nvc_engine.codecs.sevc.hyper_prior import hyper_decoder, motion_hyper_encoder, texture_hyper_encoder
from nvc_engine.codecs.sevc.layers import DepthConvBlock, conv3, leaky
from nvc_engine.codecs.sevc.motion import MotionDecoder, MotionEncoder
from nvc_engine.codecs.sevc.offset_diversity import OffsetDiversity
from nvc_engine.codecs.sevc.padding import hyper_size, pad_latent
from nvc_engine.codecs.sevc.prior import code_latent, spatial_adaptor, spatial_prior
from nvc_engine.codecs.sevc.rate_points import basic_steps, quant_step, rate_anchors
from nvc_engine.codecs.sevc.spynet import SpyNet
from nvc_engine.codecs.sevc.states import BaseState
from nvc_engine.codecs.sevc.steps import HyperStep, Law, Pass
from nvc_engine.codecs.sevc.texture import ContextualDecoder, ContextualEncoder, Reconstruction
from nvc_engine.codecs.sevc.warping import halve_flow, warp
from nvc_engine.codecs.sevc.widths import InterWidths


@dataclass(frozen=True)
class BaseFrame:
    """A decoded frame of the base layer, at its coded size [h, w].

    Attributes:
        flow: decoded motion, [B, 2, h, w], in samples of this layer.
        state: references for the next frame; `state.frame` is the frame itself, within 0..1, and `state.feature`,
            `state.latent` are what the enhancement layer takes from it.
    """

    flow: Tensor
    state: BaseState


@dataclass(frozen=True)
class _Motion:
    flow: Tensor
    feature: Tensor
    latent: Tensor


class BaseLayer(nn.Module):
    """Codes the small frames. Sides of its frames are multiples of 16."""

    def __init__(self, widths: InterWidths) -> None:
        super().__init__()
        motion, latent = widths.motion, widths.latent
        self.mv_y_q_basic_enc = basic_steps(motion)
        self.mv_y_q_scale_enc = rate_anchors(0.6, 1.5)
        self.mv_y_q_basic_dec = basic_steps(motion)
        self.mv_y_q_scale_dec = rate_anchors(1.5, 0.8)
        self.y_q_basic_enc = basic_steps(2 * widths.half)
        self.y_q_scale_enc = rate_anchors(0.6, 1.5)
        self.y_q_basic_dec = basic_steps(widths.half)
        self.y_q_scale_dec = rate_anchors(1.5, 0.8)
        self.bit_estimator_z = BitEstimator(latent)
        self.bit_estimator_z_mv = BitEstimator(motion)

        self.optic_flow = SpyNet(widths.flow, widths.flow_kernel)
        self.mv_encoder = MotionEncoder(motion)
        self.mv_hyper_prior_encoder = motion_hyper_encoder(motion)
        self.mv_hyper_prior_decoder = hyper_decoder(motion)
        self.mv_y_prior_fusion_adaptor_0 = DepthConvBlock(motion, 2 * motion)
        self.mv_y_prior_fusion_adaptor_1 = DepthConvBlock(2 * motion, 2 * motion)
        self.mv_y_prior_fusion = nn.Sequential(
            DepthConvBlock(2 * motion, 3 * motion), DepthConvBlock(3 * motion, 3 * motion)
        )
        self.mv_y_spatial_prior_adaptor_1 = spatial_adaptor(motion)
        self.mv_y_spatial_prior_adaptor_2 = spatial_adaptor(motion)
        self.mv_y_spatial_prior_adaptor_3 = spatial_adaptor(motion)
        self.mv_y_spatial_prior = spatial_prior(motion)
        self.mv_decoder = MotionDecoder(motion)

        self.feature_adaptor_I = conv3(3, widths.full)
        self.feature_adaptor = feature_adaptors(widths.full)
        self.feature_extractor = FeatureExtractor(widths)
        self.align = OffsetDiversity(widths.full, widths.half, widths.offset_groups)
        self.context_fusion_net = ContextFusion(widths)

        self.contextual_encoder = ContextualEncoder(widths)
        self.contextual_hyper_prior_encoder = texture_hyper_encoder(latent)
        self.contextual_hyper_prior_decoder = hyper_decoder(latent)
        self.temporal_prior_encoder = nn.Sequential(
            conv3(widths.quarter, widths.eighth, 2), leaky(0.1), conv3(widths.eighth, latent, 2)
        )
        self.y_prior_fusion_adaptor_0 = DepthConvBlock(2 * latent, 3 * latent)
        self.y_prior_fusion_adaptor_1 = DepthConvBlock(3 * latent, 3 * latent)
        self.y_prior_fusion = nn.Sequential(
            DepthConvBlock(3 * latent, 3 * latent), DepthConvBlock(3 * latent, 3 * latent)
        )
        self.y_spatial_prior_adaptor_1 = spatial_adaptor(latent)
        self.y_spatial_prior_adaptor_2 = spatial_adaptor(latent)
        self.y_spatial_prior_adaptor_3 = spatial_adaptor(latent)
        self.y_spatial_prior = spatial_prior(latent)
        self.contextual_decoder = ContextualDecoder(widths)
        self.recon_generation_net = Reconstruction(widths)
        self._motion_width = motion
        self._latent_width = latent

    def code(
        self, picture: Tensor | None, before: BaseState, rate_point: int | Tensor, position: int
    ) -> Pass[BaseFrame]:
        """Code a frame: steps mv_z, mv_y.0 to .3, z, y.0 to .3.

        Args:
            picture: [B, 3, h, w], a quarter of the frame's size; None in a decoder.
            before: what the frame before left.
            rate_point: 0 to 63, or one a sample, [B].
            position: of the frame, counted from the last refresh; chooses the adaptor of the reference.
        """
        motion = yield from self._code_motion(picture, before, rate_point)
        contexts = self._contexts(before, motion.flow, position)
        latent = yield from self._code_texture(picture, contexts, before, rate_point)
        step = quant_step(self.y_q_basic_dec, self.y_q_scale_dec, rate_point)
        decoded = self.contextual_decoder(latent, contexts, step)
        frame, feature = self.recon_generation_net(decoded, contexts.full)
        return BaseFrame(motion.flow, BaseState(frame.clamp(0, 1), feature, motion.feature, latent, motion.latent))

    def _code_motion(self, picture: Tensor | None, before: BaseState, rate_point: int | Tensor) -> Pass[_Motion]:
        latent = hyper = None
        if picture is not None:
            flow = self.optic_flow(picture, before.frame)
            step = quant_step(self.mv_y_q_basic_enc, self.mv_y_q_scale_enc, rate_point)
            latent = self.mv_encoder(flow, before.motion_feature, step)
            hyper = self.mv_hyper_prior_encoder(pad_latent(latent))
        height, width = _latent_size(before)
        shape = torch.Size((before.frame.shape[0], self._motion_width, *hyper_size(height, width)))
        decoded_hyper = yield HyperStep("mv_z", shape, self.bit_estimator_z_mv, hyper)
        parameters = self.mv_hyper_prior_decoder(decoded_hyper)[..., :height, :width]
        if before.motion_latent is None:
            parameters = self.mv_y_prior_fusion_adaptor_0(parameters)
        else:
            parameters = self.mv_y_prior_fusion_adaptor_1(torch.cat([parameters, before.motion_latent], 1))
        common = self.mv_y_prior_fusion(parameters)
        adaptors = (
            self.mv_y_spatial_prior_adaptor_1,
            self.mv_y_spatial_prior_adaptor_2,
            self.mv_y_spatial_prior_adaptor_3,
        )
        decoded = yield from code_latent("mv_y", Law.LAPLACE, common, adaptors, self.mv_y_spatial_prior, latent)
        step = quant_step(self.mv_y_q_basic_dec, self.mv_y_q_scale_dec, rate_point)
        flow, feature = self.mv_decoder(decoded, step)
        return _Motion(flow, feature, decoded)

    def _contexts(self, before: BaseState, flow: Tensor, position: int) -> Scales:
        feature = adapted_feature(self.feature_adaptor_I, self.feature_adaptor, before.frame, before.feature, position)
        features = self.feature_extractor(feature)
        half_flow = halve_flow(flow)
        aligned = Scales(
            self.align(features.full, warp(before.frame, flow), flow),
            warp(features.half, half_flow),
            warp(features.quarter, halve_flow(half_flow)),
        )
        contexts: Scales = self.context_fusion_net(aligned)
        return contexts

    def _code_texture(
        self, picture: Tensor | None, contexts: Scales, before: BaseState, rate_point: int | Tensor
    ) -> Pass[Tensor]:
        latent = hyper = None
        if picture is not None:
            step = quant_step(self.y_q_basic_enc, self.y_q_scale_enc, rate_point)
            latent = self.contextual_encoder(picture, contexts, step)
            hyper = self.contextual_hyper_prior_encoder(pad_latent(latent))
        height, width = _latent_size(before)
        shape = torch.Size((before.frame.shape[0], self._latent_width, *hyper_size(height, width)))
        decoded_hyper = yield HyperStep("z", shape, self.bit_estimator_z, hyper)
        parameters = [
            self.temporal_prior_encoder(contexts.quarter),
            self.contextual_hyper_prior_decoder(decoded_hyper)[..., :height, :width],
        ]
        if before.latent is None:
            common = self.y_prior_fusion(self.y_prior_fusion_adaptor_0(torch.cat(parameters, 1)))
        else:
            common = self.y_prior_fusion(self.y_prior_fusion_adaptor_1(torch.cat([*parameters, before.latent], 1)))
        adaptors = (self.y_spatial_prior_adaptor_1, self.y_spatial_prior_adaptor_2, self.y_spatial_prior_adaptor_3)
        return (yield from code_latent("y", Law.LAPLACE, common, adaptors, self.y_spatial_prior, latent))


def _latent_size(before: BaseState) -> tuple[int, int]:
    return before.frame.shape[2] // 16, before.frame.shape[3] // 16
