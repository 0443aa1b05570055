"""Networks that begin as transform codecs, so that training has pictures from its first step on.

Encoders and decoders begin as cascades of principal components: each halving of the size keeps the components of 2x2
patches (of the picture, of what motion leaves of it, of flow) that matter most, and decoders begin as the transposed
cascades. What lies between begins as the identity: an inter frame begins as its motion-compensated reference plus what
the latent says. Blocks that have a skip begin near it, and scales of the laws begin at what the components vary by.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nvc_engine.codecs.sevc.bit_estimator import BitEstimator
from nvc_engine.codecs.sevc.contexts import ContextFusion, FeatureExtractor
from nvc_engine.codecs.sevc.downsampling import quarter_size
from nvc_engine.codecs.sevc.intra import IntraNetwork
from nvc_engine.codecs.sevc.layers import (
    DepthConv,
    DepthConvBlock,
    FeedForward,
    GatedFeedForward,
    ResidualBlock,
    ResidualDown,
    ResidualUp,
)
from nvc_engine.codecs.sevc.motion import MotionDecoder, MotionEncoder
from nvc_engine.codecs.sevc.network import InterNetwork
from nvc_engine.codecs.sevc.offset_diversity import OFFSET_SETS, OffsetDiversity
from nvc_engine.codecs.sevc.texture import ContextualDecoder, ContextualEncoder, Reconstruction
from nvc_engine.codecs.sevc.unet import UNet
from nvc_engine.codecs.sevc.weights import Networks

_GAIN = 5.5
"""Quantisation steps a unit of the transform; with the anchors below, about what the range of lambda asks for."""
_MOTION_GAIN = 0.5
_FINEST, _COARSEST = 1.25, 0.45
_SMALL = 0.01
_SPREAD = 6.0
_MOTION_SAMPLES = 1.5
_LEAST_SCALE = 0.3
_HYPER_SHARE = 0.1
_HYPER_SLOPE = 0.85


@dataclass(frozen=True)
class Cascade:
    """Principal components of 2x2 patches of the components of the scale before, finest first.

    Attributes:
        bases: one a scale, [kept, 4 * kept before], orthonormal rows.
        spreads: standard deviations of the kept components, [kept].
        lifts: those of the components of how a patch differs from its first sample, [kept].
    """

    bases: tuple[Tensor, ...]
    spreads: tuple[Tensor, ...]
    lifts: tuple[Tensor, ...]


def cascade(signal: Tensor, widths: Sequence[int]) -> Cascade:
    """The cascade of signals [B, C, H, W], H and W divisible by 2^len(widths), that keeps at most `widths` of each."""
    bases, spreads, lifts = [], [], []
    for width in widths:
        patches = F.pixel_unshuffle(signal, 2)
        rows = patches.transpose(0, 1).flatten(1).double()
        values, vectors = torch.linalg.eigh(rows @ rows.T / rows.shape[1])
        kept = min(width, values.numel())
        basis = vectors.T.flip(0)[:kept].float()
        bases.append(basis)
        spreads.append(values.flip(0)[:kept].clamp(min=1e-8).sqrt().float())
        batch, channels, height, columns = patches.shape
        differences = patches.view(batch, channels // 4, 4, height, columns)
        differences = (differences - differences[:, :, :1]).flatten(1, 2)
        lifts.append(torch.einsum("kc,bchw->bkhw", basis, differences).square().mean((0, 2, 3)).sqrt())
        signal = torch.einsum("kc,bchw->bkhw", basis, patches)
    return Cascade(tuple(bases), tuple(spreads), tuple(lifts))


@torch.no_grad()
def begin_as_transforms(networks: Networks, frames: Tensor, seed: int) -> None:
    """Change fresh networks in place.

    Args:
        frames: runs of frames to learn components from, [T, B, 3, H, W] in 0..1, H and W divisible by 64; T at least 2.
        seed: of the flows that motion's components are learned from.
    """
    for network in (networks.intra, networks.inter):
        for part in network.modules():
            _begin_near_skip(part)
        for key, parameter in network.named_parameters():
            if "q_scale_" in key:
                anchors = torch.logspace(math.log10(_COARSEST), math.log10(_FINEST), 4).view_as(parameter)
                parameter.copy_(anchors if key.endswith("enc") else 1 / anchors)
    _intra(networks.intra, frames.flatten(0, 1))
    _inter(networks.inter, frames, seed)


def _intra(network: IntraNetwork, pictures: Tensor) -> None:
    downs = [_part(network, f"enc.{key}", ResidualDown) for key in ("enc_1.0", "enc_2.0", "enc_2.2")]
    last = _part(network, "enc.enc_2.4", nn.Conv2d)
    components = cascade(pictures - 0.5, [*(down.conv1.out_channels for down in downs), last.out_channels])
    bases = components.bases
    for down, basis, lift in zip(downs, bases, components.lifts, strict=False):
        _set_down(down, basis, lift)
    _bias(downs[0].downsample)[: len(bases[0])] -= 0.5 * bases[0].sum(1)
    _set_strided(last, _GAIN * bases[-1])
    ups = [_part(network, f"dec.{key}.upsample.0", nn.Conv2d) for key in ("dec_2.1", "dec_1.5", "dec_1.3", "dec_1.1")]
    for up, basis in zip(ups, (*bases[:-1], bases[-1] / _GAIN), strict=True):
        _set_up(up, basis)
    _bias(ups[0])[: 4 * pictures.shape[1]] = 0.5
    _set_unet(_part(network, "refine.0", UNet))
    _set_passing(_part(network, "refine.1", nn.Conv2d), range(3))
    _set_hyper(_part(network, "hyper_enc.3", nn.Conv2d), network.bit_estimator_z)
    _set_laws(network, "y", _GAIN * components.spreads[-1])


def _inter(network: InterNetwork, frames: Tensor, seed: int) -> None:
    # What shifts of the whole leave is more than motion compensation will: the components are much the same, at half
    # the spread.
    change = 0.5 * (frames[1:] - frames[:-1]).flatten(0, 1)
    small = torch.stack([quarter_size(frame) for frame in frames])
    small_change = 0.5 * (small[1:] - small[:-1]).flatten(0, 1)
    enhancement, base = network.EL_codec, network.BL_codec
    _pass_frame(network.feature_adaptor_I)
    _set_extractor(network.ILP.feature_extractor)
    places = _set_alignment(network.ILP.align)
    _set_taking(network.ILP.fuse1, places)
    _set_fusion(network.ILP.context_fusion_net)
    spreads = _set_texture(
        enhancement.contextual_encoder,
        enhancement.contextual_decoder,
        enhancement.recon_generation_net,
        range(3),
        change,
    )
    _set_laws(enhancement, "y", spreads)
    _pass_frame(base.feature_adaptor_I)
    _set_extractor(base.feature_extractor)
    places = _set_alignment(base.align)
    _set_fusion(base.context_fusion_net)
    spreads = _set_texture(
        base.contextual_encoder, base.contextual_decoder, base.recon_generation_net, places, small_change
    )
    _set_laws(base, "y", spreads)
    _set_motion(base.mv_encoder, base.mv_decoder, seed)
    _set_hyper(_part(base, "contextual_hyper_prior_encoder.4", nn.Conv2d), base.bit_estimator_z)
    _set_hyper(_part(base, "mv_hyper_prior_encoder.8", nn.Conv2d), base.bit_estimator_z_mv)
    _set_laws(base, "mv_y", torch.tensor([]))


def _set_texture(
    encoder: ContextualEncoder, decoder: ContextualDecoder, reconstruction: Reconstruction, places: Sequence[int],
    residual: Tensor,
) -> Tensor:  # fmt: skip
    """Code the difference to the context's channels `places`; returns how the latent's symbols are spread."""
    convolutions = [encoder.conv1, encoder.conv2, encoder.conv3, encoder.conv4]
    components = cascade(residual, [convolution.out_channels for convolution in convolutions])
    bases = components.bases
    for convolution, basis in zip(convolutions, (*bases[:-1], _GAIN * bases[-1]), strict=True):
        _set_strided(convolution, basis)
    of_first = encoder.conv1.weight
    for channel, place in enumerate(places):
        of_first[: len(bases[0]), 3 + place] = -of_first[: len(bases[0]), channel]
    ups = [_part(decoder, f"{key}.0", nn.Conv2d) for key in ("up4", "up3", "up2", "up1")]
    for up, basis in zip(ups, (*bases[:-1], bases[-1] / _GAIN), strict=True):
        _set_up(up, basis)
    first = reconstruction.first_conv
    _set_passing(first, range(3))
    for channel, place in enumerate(places):
        first.weight[channel, ups[0].out_channels // 4 + place, 1, 1] = 1
    _set_unet(reconstruction.unet_1)
    _set_unet(reconstruction.unet_2)
    _set_passing(reconstruction.recon_conv, range(3))
    return _GAIN * components.spreads[-1] / math.sqrt(2)


def _set_motion(encoder: MotionEncoder, decoder: MotionDecoder, seed: int) -> None:
    width = encoder.enc_2.conv1.out_channels
    components = cascade(_flows(seed), [width] * 4)
    bases = components.bases
    downs = [_part(encoder, key, ResidualDown) for key in ("enc_1.0", "enc_2", "enc_3.0")]
    for down, basis, lift in zip(downs, bases, components.lifts, strict=False):
        _set_down(down, basis, lift)
    _set_strided(_part(encoder, "enc_3.2", nn.Conv2d), _MOTION_GAIN * bases[-1])
    _set_taking(encoder.adaptor_1, range(width))
    ups = ("dec_3.1.0", "dec_2.upsample.0", "dec_1.3.upsample.0", "dec_1.1.upsample.0")
    for key, basis in zip(ups, (*bases[:-1], bases[-1] / _MOTION_GAIN), strict=True):
        _set_up(_part(decoder, key, nn.Conv2d), basis)


def _flows(seed: int) -> Tensor:
    """Smooth random flows, [64, 2, 64, 64], in samples."""
    random = torch.Generator().manual_seed(seed)
    flow = torch.zeros(64, 2, 64, 64)
    for size, share in ((1, 1.0), (2, 0.5), (4, 0.35), (8, 0.25), (16, 0.15), (32, 0.05)):
        drawn = torch.randn(64, 2, size, size, generator=random) * share * _MOTION_SAMPLES
        flow += F.interpolate(drawn, size=(64, 64), mode="bilinear", align_corners=False)
    return flow


def _begin_near_skip(part: nn.Module) -> None:
    """Give what runs beside a skip a small say."""
    last: nn.Module | None = None
    match part:
        case DepthConv() | ResidualBlock():
            last = part.conv2
        case FeedForward():
            last = part.conv[2]
        case GatedFeedForward():
            last = part.conv_out
        case ResidualUp():
            last = part.conv
    if isinstance(last, nn.Conv2d) and last.bias is not None:
        last.weight.mul_(_SMALL)
        last.bias.mul_(_SMALL)


def _set_down(down: ResidualDown, basis: Tensor, spread: Tensor) -> None:
    """Components of 2x2 patches: of the first sample by the skip, of how the others differ from it beside the skip.

    The differences are lifted so far that the activations let nearly all of them pass as they are. The more is lifted,
    the more do all outputs hang on each weight, so the less there is to lift, the better the network learns.
    """
    count, inputs = len(basis), basis.shape[1] // 4
    patches = basis.view(count, inputs, 4)
    differences = patches.clone()
    differences[:, :, 0] -= patches.sum(2)
    lift = _SPREAD * spread + 0.02
    _set_strided(down.conv1, differences.flatten(1))
    _bias(down.conv1)[:count] = lift
    _set_passing(down.conv2, range(count))
    down.downsample.weight[:count] = 0
    down.downsample.weight[:count, :inputs, 0, 0] = patches.sum(2)
    _bias(down.downsample)[:count] = -lift


def _set_strided(convolution: nn.Conv2d, basis: Tensor) -> None:
    """Components of 2x2 patches by a 3x3 convolution of stride 2; its other outputs stay as they are."""
    count, inputs = len(basis), basis.shape[1] // 4
    convolution.weight[:count] = 0
    convolution.weight[:count, :inputs, 1:, 1:] = basis.view(count, inputs, 2, 2)
    _bias(convolution)[:count] = 0


def _set_up(convolution: nn.Conv2d, basis: Tensor) -> None:
    """2x2 patches of components, for a pixel shuffle to lay out; its other outputs stay as they are."""
    count, outputs = basis.shape
    middle = convolution.kernel_size[0] // 2
    convolution.weight[:outputs] = 0
    convolution.weight[:outputs, :count, middle, middle] = basis.T
    _bias(convolution)[:outputs] = 0


def _set_passing(convolution: nn.Conv2d, channels: Sequence[int]) -> None:
    """Outputs 0, 1, .. are the inputs `channels` as they are."""
    middle = convolution.kernel_size[0] // 2
    for output, channel in enumerate(channels):
        convolution.weight[output] = 0
        convolution.weight[output, channel, middle, middle] = 1
        _bias(convolution)[output] = 0


def _pass_frame(adaptor: nn.Conv2d) -> None:
    _set_passing(adaptor, range(3))


def _set_taking(block: DepthConvBlock, channels: Sequence[int]) -> None:
    """A block whose skip has a convolution: outputs 0, 1, .. begin as the inputs `channels`."""
    adaptor = _part(block, "block.0", DepthConv).adaptor
    if adaptor is not None:
        _set_passing(adaptor, channels)


def _set_unet(unet: UNet) -> None:
    ends = [_part(part, "block.0", DepthConv) for part in (unet.conv1, unet.up_conv2)]
    narrow = min(end.conv2.out_channels for end in ends)
    _set_taking(unet.conv1, range(narrow))
    _set_taking(unet.up_conv2, range(narrow))


def _set_extractor(extractor: FeatureExtractor) -> None:
    _set_passing(extractor.conv1, range(3))


def _set_alignment(align: OffsetDiversity) -> tuple[int, ...]:
    """Let every channel through once; returns where the first three then are."""
    fusion = align.fusion
    groups, width = fusion.groups, fusion.out_channels
    own = width // groups
    fusion.weight.mul_(_SMALL)
    _bias(fusion).zero_()
    places = {}
    for output in range(width):
        group, place = divmod(output, own)
        later = own if OFFSET_SETS * group >= groups else 0
        fusion.weight[output] = 0
        fusion.weight[output, later + place] = 2.0  # its mask begins at a half
        places[(OFFSET_SETS * group * own + later + place) % width] = output
    return tuple(places[channel] for channel in range(3))


def _set_fusion(fusion: ContextFusion) -> None:
    fusion.conv1_out.weight.mul_(_SMALL)


def _set_hyper(last: nn.Conv2d, law: BitEstimator) -> None:
    """Hyper-latents begin near 0, under laws that expect them there."""
    last.weight.mul_(_HYPER_SHARE)
    _bias(last).zero_()
    for stage in (law.f1, law.f2, law.f3, law.f4):
        stage.h.fill_(_HYPER_SLOPE)


def _set_laws(codec: nn.Module, latent: str, spread: Tensor) -> None:
    """Steps of 1, means of 0, and scales that vary as the components do; `latent` is y or mv_y of a codec's keys."""
    common = _part(codec, f"{latent}_prior_fusion.1.block.0", DepthConv)
    later = [_part(codec, f"{latent}_spatial_prior.{number}.block.0", DepthConv) for number in (1, 2)]
    width = later[1].conv2.out_channels // 2
    scales = torch.full((width,), _LEAST_SCALE)
    scales[: len(spread)] = spread.clamp(min=_LEAST_SCALE / 3)
    for depth in (common, *later):
        _bias(depth.conv2).zero_()
        if depth.adaptor is not None:
            depth.adaptor.weight.mul_(_SMALL)
            _bias(depth.adaptor).zero_()
    _bias(common.conv2)[: 2 * width] = torch.cat([torch.ones(width), scales])
    _bias(later[1].conv2)[:width] = scales


Part = TypeVar("Part", bound=nn.Module)


def _part(network: nn.Module, key: str, kind: type[Part]) -> Part:
    """The part of a network under a key of its checkpoints."""
    part = network.get_submodule(key)
    assert isinstance(part, kind)
    return part


def _bias(convolution: nn.Conv2d) -> Tensor:
    assert convolution.bias is not None
    return convolution.bias
