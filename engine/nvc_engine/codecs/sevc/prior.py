"""The four-part prior: a latent is coded in four steps, each predicted from those before (specs/sevc.md, 7)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nvc_engine.codecs.sevc.bounds import at_least
from nvc_engine.codecs.sevc.layers import DepthConvBlock, conv1
from nvc_engine.codecs.sevc.steps import LatentStep, Law, Pass

MIN_QUANT_STEP = 0.5
# The lattice site (2 * row parity + column parity) that each quarter of the channels has in each step.
_SITES = ((0, 1, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1), (1, 0, 3, 2))


def spatial_adaptor(width: int) -> nn.Module:
    """What joins the decoded parts of a latent of `width` channels with its common parameters."""
    return conv1(4 * width, 3 * width)


def spatial_prior(width: int) -> nn.Sequential:
    """Joined parameters to scales and means of a latent of `width` channels."""
    return nn.Sequential(
        DepthConvBlock(3 * width, 3 * width),
        DepthConvBlock(3 * width, 3 * width),
        DepthConvBlock(3 * width, 2 * width),
    )


def code_latent(
    name: str, law: Law, common: Tensor, adaptors: Sequence[nn.Module], prior: nn.Module, latent: Tensor | None
) -> Pass[Tensor]:
    """Code a latent [B, C, h, w] in four steps `name`.0 to `name`.3; returns the decoded latent.

    Args:
        common: raw quantisation steps, scales and means of the first part, [B, 3 C, h, w].
        adaptors: three; one for each part after the first.
        prior: makes scales and means of those parts.
        latent: what to code; None in a decoder.
    """
    # Half precision, in which a GPU or CPU may train, is too coarse for symbols and probabilities.
    latent = None if latent is None else _at_least_single(latent)
    steps, scales, means = _at_least_single(common).chunk(3, 1)
    steps = at_least(steps, MIN_QUANT_STEP)
    scaled = None if latent is None else latent / steps
    decoded = torch.zeros_like(means)
    for part, sites in enumerate(_SITES):
        if part:
            found = prior(adaptors[part - 1](torch.cat([decoded, common], 1)))
            scales, means = _at_least_single(found).chunk(2, 1)
        mask = _mask(sites, means)
        mean = _gather(means, mask)
        value = None if scaled is None else _gather(scaled, mask)
        symbols = yield LatentStep(f"{name}.{part}", law, _gather(scales, mask), mean, value)
        decoded = decoded + _scatter(symbols + mean, mask)
    return decoded * steps


def _at_least_single(x: Tensor) -> Tensor:
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x


def _mask(sites: Sequence[int], like: Tensor) -> Tensor:
    """1 where a quarter is coded in this step, else 0: [1, 4, 1, h, w]; exactly one quarter has each position."""
    height, width = like.shape[2:]
    rows = torch.arange(height, device=like.device) % 2
    columns = torch.arange(width, device=like.device) % 2
    site = 2 * rows[:, None] + columns
    return torch.stack([site == own for own in sites]).to(like.dtype)[None, :, None]


def _gather(x: Tensor, mask: Tensor) -> Tensor:
    """[B, C, h, w] to the coded quarter at each position, [B, C/4, h, w]."""
    batch, _, height, width = x.shape
    return (x.view(batch, len(_SITES), -1, height, width) * mask).sum(1)


def _scatter(x: Tensor, mask: Tensor) -> Tensor:
    """The inverse of `_gather`, 0 elsewhere."""
    return (x[:, None] * mask).flatten(1, 2)
