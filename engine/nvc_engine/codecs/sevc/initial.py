"""Networks as training begins with them."""

import re

import torch
from torch import nn

from nvc_engine.codecs.sevc.intra import IntraNetwork
from nvc_engine.codecs.sevc.network import InterNetwork
from nvc_engine.codecs.sevc.weights import Networks
from nvc_engine.codecs.sevc.widths import Widths

# Ends of keys of biases, the share of their elements that begins higher, and by how much: quantisation steps and
# scales begin at about 1, where gradients have something to hold on to, and pictures begin grey.
_RAISED = (
    ("y_prior_fusion.1.block.0.conv2.bias", 2 / 3, 1.0),
    ("y_spatial_prior.2.block.0.conv2.bias", 1 / 2, 1.0),
    ("recon_conv.bias", 1.0, 0.5),
    ("refine.1.bias", 1.0, 0.5),
)
# Gated blocks square their input; where they begin with a say of their own, a few steps lead beyond float32's range.
_GATED_OUTPUT = ".block.1.conv_out.weight"
_GATED_SHARE = 0.1
# What makes motion begins with nearly none: else references are torn by many samples before anything is learned.
_MOTION_OUTPUTS = ("align.conv_offset.4.", "mv_decoder.dec_3.1.0.")
_FLOW_REFINEMENT = re.compile(r"(optic_flow\.moduleBasic\.\d+\.conv5|motion_layers\.\d+\.up0)\.")
_MOTION_SHARE = 0.02
# Each class of references begins with the feature as it is: short groups never meet some of the classes.
_FEATURE_ADAPTOR = re.compile(r"feature_adaptor\.\d+\.(weight|bias)")


def fresh_networks(widths: Widths, seed: int) -> Networks:
    """Both networks with weights drawn by `seed`; the caller's own randomness is left as it was."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        networks = Networks(IntraNetwork(widths.intra), InterNetwork(widths.inter))
        for network in (networks.intra, networks.inter):
            for key, parameter in network.named_parameters():
                if key.endswith(_GATED_OUTPUT):
                    parameter.mul_(_GATED_SHARE)
                if any(part in key for part in _MOTION_OUTPUTS) or _FLOW_REFINEMENT.search(key):
                    parameter.mul_(_MOTION_SHARE)
                if _FEATURE_ADAPTOR.search(key):
                    parameter.zero_()
                    if parameter.dim() > 1:
                        nn.init.dirac_(parameter)
                for end, share, by in _RAISED:
                    if key.endswith(end):
                        parameter[: round(share * parameter.numel())] += by
    return networks
