"""The masked 3-D context network of a grid level, evaluated in integers (specs/nvrc.md, 2.3 and 5.2).

Three layers of causal 5 x 5 x 5 taps, 1 -> 8 -> 8 -> 2 for each channel by itself. Inputs are symbols q times 64;
weights have 10 fractional bits; a hidden value is min(max((sum + 512) >> 10, 0), 4095). The outputs, with 6 fractional
bits, are a mean in bins and log2 of a scale in bins. A block sees itself alone: what is outside it is 0, and so are
symbols at positions of a block beyond the level, which take part like any other. Training uses the same network in
floats.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.codecs.nvrc.paper.blocks import BLOCK
from nvc_engine.codecs.nvrc.paper.fixed_point import Integers

HIDDEN = 8
OUTPUTS = 2
STRICT_TAPS, TAPS = 62, 63
BIASES = 2 * HIDDEN + OUTPUTS
VALUE_BITS, WEIGHT_BITS = 6, 10
CEILING = 4095
SCALE_MIN, SCALE_MAX = -12, 40
_REACH = 2
_SIDE = 5
_HALF = 1 << WEIGHT_BITS >> 1
_MEAN_LIMIT = 1 << 20

# The causal offsets (t, y, x) of a 5 x 5 x 5 kernel in raster order; the last one is the centre.
OFFSETS = tuple(offset for offset in product(range(-_REACH, _REACH + 1), repeat=3) if offset <= (0, 0, 0))


def context_shapes(channels: int) -> dict[str, tuple[int, ...]]:
    """The weights of a level's network by name: 5554 numbers a channel."""
    return {
        "first": (channels, HIDDEN, 1, STRICT_TAPS),
        "second": (channels, HIDDEN, HIDDEN, TAPS),
        "third": (channels, OUTPUTS, HIDDEN, TAPS),
        "bias": (channels, BIASES),
    }


@dataclass(frozen=True)
class ContextWeights:
    """One level's weights [channels, out, in, taps] and biases [channels, 18] (layer by layer), in 2^-10."""

    first: Integers
    second: Integers
    third: Integers
    bias: Integers

    def layers(self) -> list[tuple[Integers, Integers]]:
        """(weights, biases [channels, out]) of each layer."""
        biases = np.split(self.bias, (HIDDEN, 2 * HIDDEN), axis=1)
        return list(zip((self.first, self.second, self.third), biases, strict=True))


def initial_context(channels: int) -> dict[str, Tensor]:
    """Weights before training, nearly all 0: hidden features are both signs of four neighbours, passed on, and little
    of their size goes into the scale. What is 0 costs nothing until the rate calls for it."""
    weights = {name: torch.zeros(shape) for name, shape in context_shapes(channels).items()}
    for number, offset in enumerate(((-1, 0, 0), (0, -1, 0), (0, 0, -1), (-2, 0, 0))):
        tap = OFFSETS.index(offset)
        for sign in (0, 1):
            weights["first"][:, 2 * number + sign, 0, tap] = 1 - 2 * sign
    centre = TAPS - 1
    for feature in range(HIDDEN):
        weights["second"][:, feature, feature, centre] = 1
        weights["third"][:, 1, feature, centre] = 0.125
    weights["bias"][:, 2 * HIDDEN + 1] = -1
    return weights


# --- in integers -----------------------------------------------------------------------------------------------------


def laws_of(outputs: NDArray[np.float64]) -> tuple[Integers, Integers]:
    """Means in sixteenths of a bin and scales in quarter octaves of the last layer's outputs [.., 2, ..]: axis 1."""
    raw = outputs.astype(np.int64)
    mean = np.clip((raw[:, 0] + 2) >> 2, -_MEAN_LIMIT, _MEAN_LIMIT)
    return mean, np.clip((raw[:, 1] + 8) >> 4, SCALE_MIN, SCALE_MAX)


class ContextPass:
    """The integer network over some blocks, at any positions whose causal neighbours are known.

    Sums run through float64 matrix products, which are exact here in any order, for no sum reaches 2^53.
    """

    def __init__(self, weights: ContextWeights, blocks: int) -> None:
        channels = len(weights.first)
        sizes = (1, HIDDEN, HIDDEN)
        self._values = [np.zeros((channels, size, _PADDED, blocks)) for size in sizes]
        self._layers = [
            (layer.reshape(channels, layer.shape[1], -1).astype(np.float64), (bias << VALUE_BITS)[:, :, None])
            for layer, bias in weights.layers()
        ]

    def laws(self, positions: NDArray[np.intp]) -> tuple[Integers, Integers]:
        """The laws at `positions` [P] of every block, each [c, P, B]. Whatever these hang on was asked for before."""
        places, taps = _padded_places()[positions], _tap_places()[positions].T
        for number, (layer, bias) in enumerate(self._layers):
            values = self._values[number]
            seen = np.take(values, taps[: layer.shape[2] // values.shape[1]], axis=2)
            seen = seen.reshape(len(values), layer.shape[2], -1)
            outputs = np.floor((layer @ seen + bias + _HALF) / (1 << WEIGHT_BITS))
            shaped = outputs.reshape(len(values), -1, len(positions), values.shape[3])
            if number < 2:
                self._values[number + 1][:, :, places] = shaped.clip(0, CEILING)
        return laws_of(shaped)

    def put(self, positions: NDArray[np.intp], q: NDArray[np.integer]) -> None:
        """Take in the symbols [c, P, B] at `positions` [P]."""
        self._values[0][:, 0, _padded_places()[positions]] = q * (1 << VALUE_BITS)


# Causal taps reach before a block in time, and around it in rows and columns.
_PADDED_SIZES = (BLOCK[0] + _REACH, BLOCK[1] + 2 * _REACH, BLOCK[2] + 2 * _REACH)
_PADDED = _PADDED_SIZES[0] * _PADDED_SIZES[1] * _PADDED_SIZES[2]


@cache
def _padded_places() -> NDArray[np.intp]:
    """Where each position of a block stands in the padded one [positions]."""
    t, y, x = (axis.ravel() + _REACH for axis in np.indices(BLOCK))
    rows, columns = _PADDED_SIZES[1:]
    places: NDArray[np.intp] = (t * rows + y) * columns + x
    return places


@cache
def _tap_places() -> NDArray[np.intp]:
    """Where each tap of each position stands in the padded block [positions, TAPS]."""
    rows, columns = _PADDED_SIZES[1:]
    steps = np.array([(t * rows + y) * columns + x for t, y, x in OFFSETS])
    places: NDArray[np.intp] = _padded_places()[:, None] + steps
    return places


# --- in training -----------------------------------------------------------------------------------------------------


def kernel_of(weights: Tensor) -> Tensor:
    """Weights [c, out, in, taps] as the kernel of a grouped convolution [c x out, in, 5, 5, 5], 0 where masked."""
    channels, outputs, inputs, taps = weights.shape
    full = F.pad(weights, (0, _SIDE**3 - taps))
    return full.view(channels * outputs, inputs, _SIDE, _SIDE, _SIDE)


def trained_laws(weights: dict[str, Tensor], bins: Tensor) -> tuple[Tensor, Tensor]:
    """Means in bins and log2 of scales in bins, each [B, c, 16, 8, 8], of blocks `bins` [B, c, 16, 8, 8].

    `weights` are real numbers (2^-10 times the integers); hidden values are clamped as the integers are, and the last
    outputs are as fine as they come."""
    x = bins
    channels = bins.shape[1]
    biases = weights["bias"].split([HIDDEN, HIDDEN, OUTPUTS], dim=1)  # type: ignore[no-untyped-call]
    for number, (name, bias) in enumerate(zip(("first", "second", "third"), biases, strict=True)):
        x = F.conv3d(x, kernel_of(weights[name]), bias.flatten(), padding=2, groups=channels)
        if number < 2:
            x = x.clamp(0, CEILING / (1 << VALUE_BITS))
    outputs = x.view(len(bins), channels, OUTPUTS, *BLOCK)
    return outputs[:, :, 0], outputs[:, :, 1].clamp(SCALE_MIN / 4, SCALE_MAX / 4)
