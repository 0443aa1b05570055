"""How the filter in the loop is learned: on reconstructed frames of the clip and what they should have been."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.codecs.nvrc.motion.laws import Ints
from nvc_engine.codecs.nvrc.motion.smoothing import (
    ACTIVATION_MAX,
    FINE_BITS,
    GRAIN,
    HIDDEN,
    INPUTS,
    LAYERS,
    OUTPUTS,
    SHIFT,
    WEIGHT_MAX,
    Planes,
    SmoothNet,
    cells_of,
    inputs,
)

CROP = 48
BATCH = 8
PEAK_RATE = 3e-3
OFFSET_RATE = 10
CHANNEL_WEIGHTS = (1.0, 1.0, 1.0, 1.0, 4.0, 4.0)
_UNIT = float(1 << SHIFT)
_GRID = _UNIT / GRAIN


@dataclass(frozen=True, eq=False)
class Lesson:
    """A frame to learn from: planes as reconstructed, as predicted and as they should be; its quantiser step in samples
    of 8 bits, and the feature of it that the network sees; whether it is the first frame."""

    rough: tuple[NDArray[np.generic], ...]
    predicted: tuple[NDArray[np.generic], ...]
    wanted: tuple[NDArray[np.generic], ...]
    step: float
    feature: int
    first: bool


class SmoothTrainer:
    """Trains a network on `lessons`, one step at a time."""

    def __init__(self, lessons: list[Lesson], peak: int, seed: int) -> None:
        self._lessons, self._peak = lessons, peak
        self._random = np.random.default_rng(seed)
        sizes = [INPUTS, HIDDEN, HIDDEN, OUTPUTS]
        shapes = [(sizes[layer + 1], sizes[layer], 3, 3) for layer in range(LAYERS)]
        spreads = [1 / math.sqrt(9 * size) for size in sizes[: LAYERS - 1]] + [0.0]
        self._weights = [
            torch.tensor(self._random.normal(0, spread, shape), dtype=torch.float32, requires_grad=True)
            for shape, spread in zip(shapes, spreads, strict=True)
        ]
        self._offsets = [torch.zeros(size, requires_grad=True) for size in sizes[1:]]
        self._optimiser = torch.optim.Adam([{"params": self._weights}, {"params": self._offsets}], lr=PEAK_RATE)
        self._channels = torch.tensor(CHANNEL_WEIGHTS).view(1, -1, 1, 1)

    def step(self, fraction: float) -> float:
        """One update at `fraction` of the training; the squared error that is left, over that before the filter."""
        factor = PEAK_RATE * (0.02 + 0.49 * (1 + math.cos(math.pi * min(1.0, fraction))))
        for group, scale in zip(self._optimiser.param_groups, (1, OFFSET_RATE), strict=True):
            group["lr"] = factor * scale
        seen, missing, scales = self._batch()
        x = seen
        for layer, (weight, offset) in enumerate(zip(self._weights, self._offsets, strict=True)):
            x = F.conv2d(x, _rounded(weight, _GRID), _rounded(offset, _UNIT), padding=1)
            if layer < LAYERS - 1:
                x = x.clamp(0, ACTIVATION_MAX)
        weights = self._channels * scales
        loss = ((x / (1 << FINE_BITS) - missing) ** 2 * weights).mean()
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        with torch.no_grad():
            for weight in self._weights:
                weight.clamp_(-WEIGHT_MAX / _GRID, WEIGHT_MAX / _GRID)
        return float(loss.detach()) / max(1e-9, float((missing**2 * weights).mean()))

    def net(self) -> SmoothNet:
        """The network of now, in whole numbers."""
        weights = tuple(_whole(weight, _GRID) for weight in self._weights)
        return SmoothNet(weights, tuple(_whole(offset, _UNIT) for offset in self._offsets))

    def state(self) -> tuple[dict[str, Tensor], str]:
        """Copies of all tensors that the next step depends on, by names, and the state of the random numbers."""
        tensors = {f"parameter/{number}": value for number, value in enumerate(self._parameters())}
        for parameter, moments in self._optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser/{parameter}/{name}": value for name, value in moments.items()}
        copies = {name: value.detach().clone() for name, value in tensors.items()}
        return copies, json.dumps(self._random.bit_generator.state)

    def restore(self, tensors: Mapping[str, Tensor], random: str) -> None:
        """Continue from what `state` gave, on the same lessons."""
        with torch.no_grad():
            for number, value in enumerate(self._parameters()):
                value.copy_(tensors[f"parameter/{number}"])
        entries: dict[int, dict[str, Any]] = {}
        for name, value in tensors.items():
            kind, parameter, *field = name.split("/")
            if kind == "optimiser":
                entries.setdefault(int(parameter), {})[field[0]] = value
        self._optimiser.load_state_dict({**self._optimiser.state_dict(), "state": entries})
        self._random.bit_generator.state = json.loads(random)

    def _parameters(self) -> list[Tensor]:
        return [*self._weights, *self._offsets]

    def _batch(self) -> tuple[Tensor, Tensor, Tensor]:
        """Crops: what the network sees, what is missing in samples of 8 bits, and weights [BATCH, 1, 1, 1]."""
        seen, missing, scales = [], [], []
        for number in self._random.integers(len(self._lessons), size=BATCH):
            lesson = self._lessons[number]
            height, width = lesson.rough[0].shape
            top = 8 * int(self._random.integers(max(1, (height - CROP) // 8 + 1)))
            left = 8 * int(self._random.integers(max(1, (width - CROP) // 8 + 1)))
            rough, predicted, wanted = (
                _cropped(planes, top, left) for planes in (lesson.rough, lesson.predicted, lesson.wanted)
            )
            seen.append(inputs(rough, predicted, lesson.feature, lesson.first, self._peak)[0])
            missing.append(torch.from_numpy(cells_of(wanted, self._peak) - cells_of(rough, self._peak)))
            scales.append(1 / lesson.step**2)
        return torch.stack(seen), torch.stack(missing), torch.tensor(scales).view(-1, 1, 1, 1)


def _cropped(planes: tuple[NDArray[np.generic], ...], top: int, left: int) -> Planes:
    y = planes[0][top : top + CROP, left : left + CROP]
    u, v = (plane[top // 2 : (top + CROP) // 2, left // 2 : (left + CROP) // 2] for plane in planes[1:])
    return y.astype(np.int32), u.astype(np.int32), v.astype(np.int32)


def _rounded(weight: Tensor, scale: float) -> Tensor:
    """Rounded to 1/scale; gradients pass straight through."""
    return weight + (torch.round(weight.detach() * scale) / scale - weight.detach())


def _whole(weight: Tensor, scale: float) -> Ints:
    result: Ints = np.rint(weight.detach().numpy() * scale).astype(np.int32)
    return result
