"""SFCM: heads on the last features that learn the scene's flow, in training alone (specs/mvc.md, 4).

They cost no bits: what they leave is a network whose features know what moves. The heads and their targets are taken at
half the picture's size. The losses as printed let the regularisation map W1 become zero everywhere, which ends them;
the guards keep it from that, and `figures` tell.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.model import Rendered
from nvc_engine.codecs.mvc.teachers import FlowTeacher

DOWN = 2
COVERED_BIAS = math.log(9.0)  # W1 = 0.9
COVERAGE_WANTED, COVERAGE_WEIGHT = 0.7, 0.5
PERCENTILE = 99.0
LOG_FLOOR = 1e-8
SMOOTHING = 0.98


class FlowLoss(StrEnum):
    """Without a regularisation map, with one, or with one and its entropy."""

    VANILLA = "vanilla"
    REG = "reg"
    REG_ENT = "reg-ent"


class Guard(StrEnum):
    """Against W1 = 0: none, a bias and a penalty on its mean, or the teacher's own confidence in its place."""

    OFF = "off"
    COVERAGE = "coverage"
    CONFIDENCE = "confidence"


@dataclass(frozen=True)
class TaughtFlow:
    """Flow of all pairs of neighbours of a unit: `flow` [T - 1, 4, h, w] float16 in units of `unit` pixels, and
    `confident` [T - 1, 1, h, w], 1 where both directions agree."""

    flow: Tensor
    confident: Tensor
    unit: float


def taught_flow(frames: UnitFrames, teacher: FlowTeacher, *, normalised: bool) -> TaughtFlow:
    """Ask the teacher for every pair; `normalised` makes most of it lie within 1."""
    flows, confident = [], []
    for number in range(1, len(frames)):
        flow = torch.from_numpy(teacher.pair(frames.rgb8(number - 1), frames.rgb8(number)).copy())[None]
        flows.append(_halved(flow)[0])
        confident.append(_halved(_consistent(flow))[0].round())
    stacked = torch.stack(flows)
    largest = float(np.percentile(stacked.abs().numpy(), PERCENTILE))
    unit = max(1.0, largest) if normalised else 1.0
    return TaughtFlow((stacked / unit).half(), torch.stack(confident), unit)


class FlowConstraint:
    """The heads and their loss; see `constraints.Constraint`. Frame 0 has none."""

    def __init__(
        self, kind: FlowLoss, guard: Guard, taught: TaughtFlow, channels: int, seed: int, device: torch.device
    ) -> None:
        self._kind = kind
        self._guard = guard
        self._taught = taught
        random = torch.Generator().manual_seed(seed)
        bound = 1 / math.sqrt(channels)
        self.tensors: dict[str, Tensor] = {
            "flow.weight": (torch.rand(4, channels, 1, 1, generator=random) * 2 - 1) * bound,
            "flow.bias": torch.zeros(4),
        }
        if self._mapped:
            bias = torch.tensor([0.0, COVERED_BIAS if guard is Guard.COVERAGE else 0.0])
            weight = (torch.rand(2, channels, 1, 1, generator=random) * 2 - 1) * bound
            self.tensors |= {"map.weight": weight, "map.bias": bias}
        self.tensors = {name: value.to(device).requires_grad_() for name, value in self.tensors.items()}
        self._figures: dict[str, float] = {}

    @property
    def _mapped(self) -> bool:
        return self._kind is not FlowLoss.VANILLA and self._guard is not Guard.CONFIDENCE

    def loss(self, frame: int, rendered: Rendered, fraction: float) -> Tensor | None:
        if frame == 0:
            return None
        target = self._taught.flow[frame - 1 : frame].to(rendered.features.device).float()
        height, width = target.shape[2:]
        features = _halved(rendered.features.float())[..., :height, :width]
        error = (F.conv2d(features, self.tensors["flow.weight"], self.tensors["flow.bias"]) - target).abs()
        self._note("flow error", error)
        if self._kind is FlowLoss.VANILLA:
            return self._directions(error)
        if self._guard is Guard.CONFIDENCE:
            return self._directions(error * self._taught.confident[frame - 1].to(error.device))
        maps = torch.softmax(F.conv2d(features, self.tensors["map.weight"], self.tensors["map.bias"]), dim=1)
        loss = self._directions(error * maps[:, 1:])
        self._note("mean W1", maps[:, 1])
        if self._kind is FlowLoss.REG_ENT:
            loss = loss + map_entropy(maps)
        if self._guard is Guard.COVERAGE:
            loss = loss + COVERAGE_WEIGHT * F.relu(COVERAGE_WANTED - maps[:, 1].mean())
        return loss

    def figures(self) -> Mapping[str, float]:
        return self._figures

    def state(self) -> Mapping[str, Tensor]:
        return {name: torch.tensor(value) for name, value in self._figures.items()}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        self._figures = {name: float(value) for name, value in state.items()}

    def _directions(self, error: Tensor) -> Tensor:
        """Means over positions and components, forward and backward added."""
        return error[:, :2].mean() + error[:, 2:].mean()

    def _note(self, name: str, value: Tensor) -> None:
        now = float(value.detach().mean())
        self._figures[name] = SMOOTHING * self._figures.get(name, now) + (1 - SMOOTHING) * now


def map_entropy(maps: Tensor) -> Tensor:
    """L_ent of maps [N, 2, h, w] that add up to 1: nats, mean over positions."""
    entropy: Tensor = -(maps * torch.log(maps + LOG_FLOOR)).sum(dim=1).mean()
    return entropy


def _consistent(flow: Tensor) -> Tensor:
    """1 where a pixel of the current picture, followed back and forth, comes home: [1, 1, H, W] (specs/mvc.md, 4.2)."""
    forward, backward = flow[:, :2], flow[:, 2:]
    height, width = flow.shape[2:]
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    x, y = columns + backward[0, 0], rows + backward[0, 1]
    places = torch.stack([2 * x / max(1, width - 1) - 1, 2 * y / max(1, height - 1) - 1], dim=2)[None]
    there = F.grid_sample(forward, places, align_corners=True, padding_mode="border")
    missed = (backward + there).square().sum(dim=1, keepdim=True)
    size = backward.square().sum(dim=1, keepdim=True) + there.square().sum(dim=1, keepdim=True)
    return (missed < 0.01 * size + 0.5).float()


def _halved(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, DOWN, ceil_mode=True)
