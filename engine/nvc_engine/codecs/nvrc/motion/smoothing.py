"""The filter in the loop: a small convolutional network in whole numbers that mends a reconstructed frame.

It sees cells of 2x2 luma samples with their U and V: of the frame as reconstructed, of its prediction, and how coarse
the step and whether the frame is the first. Three layers of 3x3; values between are clamped to 0..255, weights to
±127; every sum stays below 2^24, so that floats carry it exactly, and is rounded again for good measure
(specs/nvrc.md, 5.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.codecs.nvrc.motion.laws import Ints

INPUTS, HIDDEN, OUTPUTS = 14, 16, 6
INPUT_BITS = 8
WEIGHT_MAX = 127
ACTIVATION_MAX = 255
SHIFT = 7
LAYERS = 3
FINE_BITS = 4
"""Outputs are in 16ths of a sample of 8 bits."""


@dataclass(frozen=True)
class SmoothNet:
    """Weights [out, in, 3, 3] and offsets [out] of each layer, whole numbers."""

    weights: tuple[Ints, ...]
    offsets: tuple[Ints, ...]

    def tensors(self, name: str) -> dict[str, Ints]:
        """All of it by name, under `name`."""
        pairs = enumerate(zip(self.weights, self.offsets, strict=True))
        return {f"{name}.{n}.{part}": x for n, pair in pairs for part, x in zip(("weight", "offset"), pair, strict=True)}

    @classmethod
    def of_tensors(cls, name: str, tensors: Mapping[str, Ints]) -> "SmoothNet":
        """The inverse of `tensors`."""
        weights = tuple(tensors[f"{name}.{layer}.weight"] for layer in range(LAYERS))
        return cls(weights, tuple(tensors[f"{name}.{layer}.offset"] for layer in range(LAYERS)))

    @torch.inference_mode()
    def change(self, cells: Tensor) -> Tensor:
        """What is to be added to the frame [1, 6, rows, columns], in 16ths of an 8-bit sample, for inputs
        [1, INPUTS, rows, columns]."""
        x = cells
        for layer, (weight, offset) in enumerate(zip(self.weights, self.offsets, strict=True)):
            kernel = torch.from_numpy(weight.astype(np.float32))
            x = torch.round(F.conv2d(x, kernel, torch.from_numpy(offset.astype(np.float32)), padding=1))
            x = torch.floor(x / (1 << SHIFT))
            if layer < LAYERS - 1:
                x = x.clamp(0, ACTIVATION_MAX)
        return x


Planes = tuple[Ints, Ints, Ints]


def cells_of(planes: Planes, peak: int) -> NDArray[np.float32]:
    """Planes as cells [6, rows, columns] of samples of 8 bits around 0."""
    shift = peak.bit_length() - INPUT_BITS
    y, u, v = (plane >> shift for plane in planes)
    parts = [y[0::2, 0::2], y[0::2, 1::2], y[1::2, 0::2], y[1::2, 1::2], u, v]
    return np.stack(parts).astype(np.float32) - 128


def inputs(planes: Planes, predicted: Planes, step_feature: int, first: bool, peak: int) -> Tensor:
    """What the network sees [1, INPUTS, rows, columns]."""
    frame = cells_of(planes, peak)
    facts = np.empty((2, *frame.shape[1:]), np.float32)
    facts[0], facts[1] = step_feature, 128 * first
    return torch.from_numpy(np.concatenate([frame, cells_of(predicted, peak) - frame, facts]))[None]


def mended(planes: Planes, change: Tensor, peak: int) -> Planes:
    """`planes` with a network's `change` added."""
    deeper = peak.bit_length() - INPUT_BITS
    scaled = change[0].numpy().astype(np.int32) << deeper
    whole = (scaled + (1 << (FINE_BITS - 1))) >> FINE_BITS
    y = planes[0].copy()
    for number, (down, across) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        y[down::2, across::2] += whole[number]
    u, v = planes[1] + whole[4], planes[2] + whole[5]
    return np.clip(y, 0, peak), np.clip(u, 0, peak), np.clip(v, 0, peak)
