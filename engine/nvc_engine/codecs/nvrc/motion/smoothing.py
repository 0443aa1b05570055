"""The filter in the loop: a small convolutional network in whole numbers that mends a reconstructed frame.

It sees cells of 2x2 luma samples with their U and V: of the frame as reconstructed, of its prediction, how coarse the
step is, whether the frame is the first, and which cells lie at the edges of blocks. Three layers of 3x3; values between
are clamped to 0..255; every sum stays below 2^24, so that floats carry it exactly, and is rounded again for good
measure (specs/nvrc.md, 5.2). The network is fitted to the clip and travels in the unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.bitstream.decisions import LAWS, DecisionReader, DecisionWriter, law_of
from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.bitstream.varint import FieldReader, svarint, uvarint
from nvc_engine.codecs.nvrc.motion.laws import Ints
from nvc_engine.codecs.nvrc.motion.sources import code_values

INPUTS, HIDDEN, OUTPUTS = 16, 8, 6
EDGE = 64
INPUT_BITS = 8
GRAIN = 4
WEIGHT_MAX = 31
OFFSET_MAX = 1 << 15
ACTIVATION_MAX = 255
SHIFT = 7
LAYERS = 3
FINE_BITS = 4
"""Outputs are in 16ths of a sample of 8 bits."""


@dataclass(frozen=True)
class SmoothNet:
    """Weights [out, in, 3, 3] in ±`WEIGHT_MAX`, `GRAIN` 128ths each, and offsets [out] of each layer."""

    weights: tuple[Ints, ...]
    offsets: tuple[Ints, ...]

    def pack(self) -> bytes:
        """The network as bytes: its offsets, three laws for each layer's weights, and one stream of these."""
        out = bytearray()
        for offset in self.offsets:
            for value in offset:
                out += svarint(int(value))
        writer = DecisionWriter()
        laws_of_layers = [_best_laws(weight) for weight in self.weights]
        for laws, weight in zip(laws_of_layers, self.weights, strict=True):
            out += bytes(laws)
            code_values(writer, _laws_of(laws, weight.size), weight.reshape(-1))
        stream = writer.finish()
        return bytes(out) + uvarint(len(stream)) + stream

    @classmethod
    def read(cls, reader: FieldReader) -> "SmoothNet":
        """Read what `pack` wrote.

        Raises:
            MalformedError, StreamError: cut short or damaged.
        """
        sizes = [INPUTS, HIDDEN, HIDDEN, OUTPUTS]
        offsets = [np.array([reader.svarint() for _ in range(size)], np.int64) for size in sizes[1:]]
        if any(int(np.abs(offset).max()) > OFFSET_MAX for offset in offsets):
            raise StreamError("A unit of the file is damaged.")
        laws = [reader.take(3) for _ in range(LAYERS)]
        decisions = DecisionReader(reader.take(reader.uvarint()))
        weights = []
        for layer, law in enumerate(laws):
            shape = (sizes[layer + 1], sizes[layer], 3, 3)
            if max(law) >= LAWS:
                raise StreamError("A unit of the file is damaged.")
            values = code_values(decisions, _laws_of(law, int(np.prod(shape))), None)
            if int(np.abs(values).max()) > WEIGHT_MAX:
                raise StreamError("A unit of the file is damaged.")
            weights.append(values.reshape(shape))
        decisions.finish()
        return cls(tuple(weights), tuple(offset.astype(np.int32) for offset in offsets))

    @torch.inference_mode()
    def change(self, cells: Tensor) -> Tensor:
        """What is to be added to the frame [1, 6, rows, columns], in 16ths of an 8-bit sample, for inputs
        [1, INPUTS, rows, columns]."""
        x = cells
        for layer, (weight, offset) in enumerate(zip(self.weights, self.offsets, strict=True)):
            kernel = torch.from_numpy((weight * GRAIN).astype(np.float32))
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
    facts = np.empty((4, *frame.shape[1:]), np.float32)
    facts[0], facts[1] = step_feature, 128 * first
    down, across = (np.arange(size) % 4 for size in frame.shape[1:])
    facts[2] = (EDGE * ((down == 3).astype(np.float32) - (down == 0)))[:, None]
    facts[3] = (EDGE * ((across == 3).astype(np.float32) - (across == 0)))[None]
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


def _best_laws(weight: Ints) -> tuple[int, int, int]:
    """Laws of: not 0, above 1, going on."""
    size = np.abs(weight.reshape(-1))
    some, more = (size > 0).mean(), (size > 1).sum() / max(1, (size > 0).sum())
    rest = size[size > 1] - 2
    on = rest.sum() / max(1, rest.sum() + rest.size)
    return law_of(float(some)), law_of(float(more)), law_of(float(on))


def _laws_of(laws: Sequence[int], count: int) -> Ints:
    return np.broadcast_to(np.array(tuple(laws), np.int32), (count, 3))
