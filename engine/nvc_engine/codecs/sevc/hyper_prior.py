"""Hyper-encoders and hyper-decoders of the base layer's two latents (specs/sevc.md, 4.1 and 4.5)."""

from torch import nn

from nvc_engine.codecs.sevc.layers import conv3, leaky, subpel


def motion_hyper_encoder(width: int) -> nn.Sequential:
    """[B, C, h, w] to [B, C, h/4, w/4]."""
    return nn.Sequential(
        conv3(width, width),
        leaky(),
        conv3(width, width),
        leaky(),
        conv3(width, width, 2),
        leaky(),
        conv3(width, width),
        leaky(),
        conv3(width, width, 2),
    )


def texture_hyper_encoder(width: int) -> nn.Sequential:
    """[B, C, h, w] to [B, C, h/4, w/4]."""
    return nn.Sequential(conv3(width, width), leaky(), conv3(width, width, 2), leaky(), conv3(width, width, 2))


def hyper_decoder(width: int) -> nn.Sequential:
    """[B, C, h, w] to [B, C, 4 h, 4 w]."""
    return nn.Sequential(
        conv3(width, width),
        leaky(),
        subpel(width, width, 1),
        leaky(),
        conv3(width, width),
        leaky(),
        subpel(width, width, 1),
        leaky(),
        conv3(width, width),
    )
