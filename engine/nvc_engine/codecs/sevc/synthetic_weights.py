"""Weights that follow from a text and the keys alone, for proofs of numerical equality (specs/sevc.md, 16.1)."""

import hashlib
import math
from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_INDEX = "relative_position_index"
_ANCHORS_ENC = (0.6, 0.8, 1.1, 1.5)
_ANCHORS_DEC = (1.5, 1.2, 0.95, 0.8)
_CURVES = {"h": 0.3, "b": 0.2, "a": 0.5}
# The first that matches holds: (end of the key, or a part of it where the second field is true; gain).
_GAINS = (
    (".block.1.conv_out.weight", False, 0.3),
    *((f"optic_flow.moduleBasic.{level}.conv5.weight", False, 1.5) for level in range(4)),
    ("optic_flow.", True, 1.2),
    ("recon_generation_net.recon_conv.weight", False, 0.7),
    ("conv_offset.4.weight", False, 0.3),
    ("enc.enc_2.4.weight", False, 2.5),
    ("hyper_enc.3.weight", False, 2.5),
    ("contextual_encoder.conv4.weight", False, 5.0),
    ("mv_encoder.enc_3.2.weight", False, 1.6),
    ("contextual_hyper_prior_encoder.4.weight", False, 3.0),
    ("mv_hyper_prior_encoder.8.weight", False, 12.0),
    ("attn.qkv.weight", False, 1.2),
)
_OTHER_GAIN = 0.8

Array = NDArray[np.float64]


def load_synthetic(network: nn.Module, salt: str) -> None:
    """Replace every parameter of `network` by the one that `salt` and its key give."""
    with torch.no_grad():
        for key, tensor in parameters_of(network):
            tensor.copy_(torch.from_numpy(synthetic_tensor(key, tuple(tensor.shape), salt)))


def parameters_of(network: nn.Module) -> Iterable[tuple[str, Tensor]]:
    """Keys and tensors of a network but for its computed indexes."""
    return ((key, tensor) for key, tensor in network.state_dict().items() if not key.endswith(_INDEX))


def synthetic_tensor(key: str, shape: tuple[int, ...], salt: str) -> NDArray[np.float32]:
    """The weights of one key; computed in float64."""
    seed = int.from_bytes(hashlib.sha256(f"{salt}|{key}".encode()).digest()[:8], "little")
    raw = np.random.PCG64(seed).random_raw(math.prod(shape))
    uniform = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return _shaped(key, shape, ((uniform - 0.5) * math.sqrt(12)).reshape(shape)).astype(np.float32)


def _shaped(key: str, shape: tuple[int, ...], v: Array) -> Array:
    last = key.rpartition(".")[2]
    if last == "relative_position_bias_table":
        return 0.5 * v
    if "q_basic" in last:
        return 1 + 0.2 * v
    if "q_scale" in last:
        anchors = _ANCHORS_ENC if last.endswith("enc") else _ANCHORS_DEC
        return np.reshape(anchors, shape) * (1 + 0.02 * v)
    if last in _CURVES:
        return _CURVES[last] * v
    if last == "bias":
        return 0.05 * v + _raised(key, shape[0])
    if len(shape) == 1:
        return 1 + 0.1 * v
    return v * (_gain(key) / math.sqrt(math.prod(shape[1:])))


def _raised(key: str, size: int) -> Array:
    """What biases get on top: steps, scales and pictures of a size as trained weights have them."""
    raised = np.zeros(size)
    if key.endswith("y_prior_fusion.1.block.0.conv2.bias"):
        raised[: 2 * size // 3] = 1
    elif key.endswith("y_spatial_prior.2.block.0.conv2.bias"):
        raised[: size // 2] = 1
    elif key.endswith("recon_generation_net.recon_conv.bias") or key == "refine.1.bias":
        raised[:] = 0.5
    return raised


def _gain(key: str) -> float:
    for text, anywhere, gain in _GAINS:
        if key.endswith(text) or (anywhere and text in key):
            return gain
    return _OTHER_GAIN
