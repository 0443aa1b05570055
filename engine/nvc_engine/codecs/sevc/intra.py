"""The intra model (specs/sevc.md, 3)."""

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.bit_estimator import BitEstimator
from nvc_engine.codecs.sevc.layers import DepthConvBlock, ResidualDown, ResidualUp, conv3, leaky
from nvc_engine.codecs.sevc.padding import hyper_size, pad_latent
from nvc_engine.codecs.sevc.prior import code_latent, spatial_adaptor
from nvc_engine.codecs.sevc.rate_points import basic_steps, quant_step, rate_anchors
from nvc_engine.codecs.sevc.steps import HyperStep, Law, Pass
from nvc_engine.codecs.sevc.unet import UNet
from nvc_engine.codecs.sevc.widths import IntraWidths


def _block(inputs: int, outputs: int) -> DepthConvBlock:
    return DepthConvBlock(inputs, outputs, gated=True)


class IntraEncoder(nn.Module):
    """Picture [B, 3, H, W] to latent [B, N, H/16, W/16]."""

    def __init__(self, widths: IntraWidths) -> None:
        super().__init__()
        half, quarter, latent = widths.half, widths.quarter, widths.latent
        self.enc_1 = nn.Sequential(ResidualDown(3, half), _block(half, half))
        self.enc_2 = nn.Sequential(
            ResidualDown(half, quarter),
            _block(quarter, quarter),
            ResidualDown(quarter, latent),
            _block(latent, latent),
            conv3(latent, latent, 2),
        )

    def forward(self, picture: Tensor, step: Tensor) -> Tensor:
        latent: Tensor = self.enc_2(self.enc_1(picture) * step)
        return latent


class IntraDecoder(nn.Module):
    """Latent [B, N, H/16, W/16] to a feature [B, last, H, W]."""

    def __init__(self, widths: IntraWidths) -> None:
        super().__init__()
        half, quarter, latent = widths.half, widths.quarter, widths.latent
        self.dec_1 = nn.Sequential(
            _block(latent, latent),
            ResidualUp(latent, latent),
            _block(latent, latent),
            ResidualUp(latent, quarter),
            _block(quarter, quarter),
            ResidualUp(quarter, half),
        )
        self.dec_2 = nn.Sequential(_block(half, half), ResidualUp(half, widths.last))

    def forward(self, latent: Tensor, step: Tensor) -> Tensor:
        feature: Tensor = self.dec_2(self.dec_1(latent) * step)
        return feature


class IntraNetwork(nn.Module):
    """Codes one picture by itself; 64 rate points."""

    def __init__(self, widths: IntraWidths) -> None:
        super().__init__()
        latent = widths.latent
        self.q_basic_enc = basic_steps(widths.half)
        self.q_scale_enc = rate_anchors(0.6, 1.5)
        self.q_basic_dec = basic_steps(widths.half)
        self.q_scale_dec = rate_anchors(1.5, 0.8)
        self.bit_estimator_z = BitEstimator(latent)
        self.enc = IntraEncoder(widths)
        self.hyper_enc = nn.Sequential(
            _block(latent, latent), conv3(latent, latent, 2), leaky(), conv3(latent, latent, 2)
        )
        self.hyper_dec = nn.Sequential(ResidualUp(latent, latent), ResidualUp(latent, latent), _block(latent, latent))
        self.y_prior_fusion = nn.Sequential(_block(latent, 2 * latent), _block(2 * latent, 3 * latent))
        self.y_spatial_prior_adaptor_1 = spatial_adaptor(latent)
        self.y_spatial_prior_adaptor_2 = spatial_adaptor(latent)
        self.y_spatial_prior_adaptor_3 = spatial_adaptor(latent)
        self.y_spatial_prior = nn.Sequential(
            _block(3 * latent, 3 * latent), _block(3 * latent, 2 * latent), _block(2 * latent, 2 * latent)
        )
        self.dec = IntraDecoder(widths)
        self.refine = nn.Sequential(
            UNet(widths.last, widths.last, widths.refine, widths.refine_depth, gated=True), conv3(widths.last, 3)
        )
        self._latent = latent

    def code(
        self, picture: Tensor | None, size: tuple[int, int], rate_point: int | Tensor, batch: int = 1
    ) -> Pass[Tensor]:
        """Code a picture; returns it as decoded, [B, 3, H, W], not clamped.

        Args:
            picture: [B, 3, H, W] in 0..1; None in a decoder.
            size: H and W, divisible by 16.
            rate_point: 0 to 63, or one a sample, [B].
            batch: B.
        """
        height, width = size[0] // 16, size[1] // 16
        latent = hyper = None
        if picture is not None:
            latent = self.enc(picture, quant_step(self.q_basic_enc, self.q_scale_enc, rate_point))
            hyper = self.hyper_enc(pad_latent(latent))
        shape = torch.Size((batch, self._latent, *hyper_size(height, width)))
        decoded_hyper = yield HyperStep("z", shape, self.bit_estimator_z, hyper)
        common = self.y_prior_fusion(self.hyper_dec(decoded_hyper))[..., :height, :width]
        adaptors = (self.y_spatial_prior_adaptor_1, self.y_spatial_prior_adaptor_2, self.y_spatial_prior_adaptor_3)
        decoded = yield from code_latent("y", Law.GAUSSIAN, common, adaptors, self.y_spatial_prior, latent)
        result: Tensor = self.refine(self.dec(decoded, quant_step(self.q_basic_dec, self.q_scale_dec, rate_point)))
        return result
