"""How one unit is fitted: rate–distortion training of the network on its frames, one step at a time.

Objective L = R + lambda * D with R in bits per pixel and D the geometric mean MSE_Y^(6/8) MSE_U^(1/8) MSE_V^(1/8) of a
frame, which is what PSNR-YUV 6:1:1 rewards (specs/nvrc.md, 3.1). First soft-rounding noise, then hard rounding.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from nvc_engine.codecs.contract import SessionState
from nvc_engine.codecs.lambda_control import MSE_FLOOR, REST, Aim, LambdaControl
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import Renderer, initial_parameters, is_grid
from nvc_engine.codecs.nvrc.pictures import signal
from nvc_engine.codecs.nvrc.quantiser import Quantiser, Rounding, Symbols
from nvc_engine.codecs.parameters.quantiser import SpentBits
from nvc_engine.codecs.step_report import StepReport
from nvc_engine.nn.generators import restore_generator
from nvc_engine.nn.muon import Muon
from nvc_engine.nn.quantisation import noisy_round, round_through
from nvc_engine.nn.shares import GradientShares, cores


@dataclass(frozen=True)
class Recipe:
    """Everything of the training that is not the network.

    Attributes:
        batch: frames in a step.
        hard_from: fraction of the training at which hard rounding begins.
        warm_up: fraction over which the learning rates rise.
        lr_grid, lr_weight, lr_matrix, lr_quantiser: peak learning rates of grids (Adam), biases and depth-wise kernels
            (Adam), matrices (Muon), steps and scales (Adam).
        bf16: render in bfloat16 (parameters, rounding and rate stay float32).
    """

    batch: int = 1
    hard_from: float = 0.85
    warm_up: float = 0.02
    lr_grid: float = 2e-2
    lr_weight: float = 2e-3
    lr_matrix: float = 2e-2
    lr_quantiser: float = 2e-2
    bf16: bool = True

    def gentle(self) -> "Recipe":
        """For weights that have learned the scene already: half the learning rates, risen to more slowly."""
        return replace(self, lr_weight=self.lr_weight / 2, lr_matrix=self.lr_matrix / 2, warm_up=0.05)


class UnitTrainer:
    """Fits one unit. `target` holds its frames as cells [T, rows, columns, channels] (see `pictures.to_cells`).

    Args:
        bit_depth: of the samples in `target`.
        rate_goal, psnr_goal: what lambda is moved to meet, from `lambda_` on: bits per pixel, or the mean PSNR-YUV of
            the frames in dB; None and None keeps it.
        seed: everything random follows from it.
    """

    def __init__(
        self,
        layout: Layout,
        target: Tensor,
        recipe: Recipe,
        *,
        lambda_: float,
        rate_goal: float | None,
        seed: int,
        device: torch.device,
        bit_depth: int = 8,
        psnr_goal: float | None = None,
    ) -> None:
        self.layout = layout
        self.recipe = recipe
        self._control = LambdaControl(lambda_, Aim(rate_goal, psnr_goal), recipe.hard_from)
        self.device = device
        self.steps = 0
        self._hard = False
        self._target = target.to(device)
        self._bit_depth = bit_depth
        self._random = torch.Generator().manual_seed(seed)
        self._noise = torch.Generator(device).manual_seed(seed + 1)
        mean = torch.stack([signal(frame, bit_depth).mean(dim=(0, 1)) for frame in target]).mean(dim=0)
        parameters = initial_parameters(layout, self._random, mean)
        self.theta = {name: value.to(device).requires_grad_() for name, value in parameters.items()}
        self.quantiser = Quantiser(layout, self.theta)
        self._renderer = Renderer(layout, device, torch.bfloat16 if recipe.bf16 else torch.float32)
        self._shares = GradientShares(min(recipe.batch, cores()) if device.type == "cpu" else 1)
        self._counts = self._slice_counts()
        self._optimisers = self._make_optimisers()
        self._peaks = [[group["lr"] for group in each.param_groups] for each in self._optimisers]
        self._waiting: list[int] = []
        self._seen = 0
        self._read: dict[int | None, dict[str, tuple[Tensor, Tensor]]] = {}
        self._coded_share = 1.0
        self._spent: SpentBits | None = None
        self._fraction = 0.0
        self._pixels = layout.frames * layout.height * layout.width

    def _make_optimisers(self) -> list[torch.optim.Optimizer]:
        recipe = self.recipe
        grids = [value for name, value in self.theta.items() if is_grid(name)]
        matrices = [value for name, value in self.theta.items() if _is_matrix(name)]
        others = [value for name, value in self.theta.items() if not is_grid(name) and not _is_matrix(name)]
        adam = torch.optim.Adam(
            [
                {"params": grids, "lr": recipe.lr_grid},
                {"params": others, "lr": recipe.lr_weight},
                {"params": self.quantiser.tensors(), "lr": recipe.lr_quantiser},
            ],
            betas=(0.9, 0.99),
            fused=True,
        )
        return [adam, Muon(matrices, lr=recipe.lr_matrix)]

    def step(self, fraction: float) -> StepReport:
        """One update at `fraction` (0..1) of the whole training."""
        recipe = self.recipe
        self._spent = None  # its memory is free for this step
        factor = self._learning_factor(fraction)
        if not self._hard and fraction >= recipe.hard_from:
            self._hard = self.quantiser.snapped = True
            self.quantiser.refit_laws(self.theta)
        if any(self._fraction < looked <= fraction for looked in (REST, recipe.hard_from / 2, *self._hard_looks())):
            self._coded_share = self.quantiser.context_share(self.theta)
        self._fraction = fraction
        frames = self._next_frames()
        counted = self._read_by(frames)
        proxied = self.quantiser.proxied(self.theta, counted, self._rounding(fraction))
        slices = {name: chosen for name, (chosen, _) in counted.items()}
        names = list(proxied.values)

        def share(number: int, leaves: Sequence[Tensor]) -> Tensor:
            frame = frames[number : number + 1]
            rendered = self._renderer.render(dict(zip(names, leaves, strict=True)), frame, slices)
            return self._distortion(rendered, frame) / len(frames)

        values = list(proxied.values.values())
        distortion, gradients = self._shares.run(share, len(frames), values)
        rate = proxied.bits / self._pixels
        self._control.note_rate(float(rate.detach()) * self._coded_share, fraction)
        lambda_ = self._control.lambda_
        reached = [(value, lambda_ * part) for value, part in zip(values, gradients, strict=True) if part is not None]
        torch.autograd.backward([rate, *(value for value, _ in reached)], [None, *(part for _, part in reached)])
        for optimiser in self._optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self._spent = proxied.spent
        self.steps += 1
        self._seen += len(frames)
        # A running mean over the last passes' worth of frames, in which few frames weigh little.
        weight = max(1 / self.steps, min(0.1, 2 * recipe.batch / self.layout.frames))
        self._control.note_distortion(float(distortion), weight)
        return StepReport(
            loss=self._control.rate + lambda_ * self._control.distortion,
            rate_bpp=self._control.rate,
            distortion_db=-10 * math.log10(self._control.distortion + MSE_FLOOR),
            learning_rate=factor * recipe.lr_matrix,
            lambda_=lambda_,
        )

    def _hard_looks(self) -> tuple[float, float]:
        """When hard rounding begins, and when it has settled."""
        return self.recipe.hard_from, (1 + self.recipe.hard_from) / 2

    def _learning_factor(self, fraction: float) -> float:
        """Warm-up, then a cosine to 2 %; sets every group's learning rate."""
        factor = min(1.0, fraction / self.recipe.warm_up + 0.02) * (0.51 + 0.49 * math.cos(math.pi * min(1, fraction)))
        for optimiser, peaks in zip(self._optimisers, self._peaks, strict=True):
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * factor
        return factor

    def _rounding(self, fraction: float) -> Rounding:
        """The proxy of this phase: temperature 0.5 -> 0.3 and noise shape 2 -> 1, then hard rounding."""
        if fraction >= self.recipe.hard_from:
            return round_through
        along = fraction / self.recipe.hard_from
        return lambda bins: noisy_round(bins, 0.5 - 0.2 * along, 2 - along, self._noise)

    def _read_by(self, frames: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        """Per grid the time slices that `frames` [N] need, and what each one's bits count for; kept for single frames,
        which come again in every pass."""
        alone = int(frames[0]) if len(frames) == 1 else None
        if alone in self._read:
            return self._read[alone]
        counted = {name: self._with_before(name, read) for name, read in self._renderer.touched(frames).items()}
        if alone is not None:
            self._read[alone] = counted
        return counted

    def _with_before(self, name: str, read: Tensor) -> tuple[Tensor, Tensor]:
        """The time slices `read` [K] of a grid and those before them, and what each one's bits count for."""
        chosen = torch.unique(torch.cat([read, (read - 1).clamp(min=0)]))
        return chosen, self._counts[name][chosen] * torch.isin(chosen, read)

    def _slice_counts(self) -> dict[str, Tensor]:
        """Per grid, one over the chance of each time slice to be read by a random batch [slices]."""
        frames = self.layout.frames
        batch = min(self.recipe.batch, frames)
        readers = {name: torch.zeros(shape[0]) for name, shape in self.layout.parameter_shapes().items()}
        for frame in range(frames):
            for name, chosen in self._renderer.touched(torch.tensor([frame], device=self.device)).items():
                readers[name][chosen.cpu()] += 1
        counts = {}
        for name, read in readers.items():
            missed = torch.ones_like(read)
            for drawn in range(batch):
                missed *= (frames - drawn - read).clamp(min=0) / (frames - drawn)
            counts[name] = (1 / (1 - missed).clamp(min=1e-6)).to(self.device)
        return counts

    def _next_frames(self) -> Tensor:
        batch = min(self.recipe.batch, self.layout.frames)
        if len(self._waiting) < batch:
            self._waiting += torch.randperm(self.layout.frames, generator=self._random).tolist()
        chosen, self._waiting = self._waiting[:batch], self._waiting[batch:]
        return torch.tensor(chosen, device=self.device)

    def _distortion(self, rendered: Tensor, frames: Tensor) -> Tensor:
        luma, half = self.layout.shape.cell**2, (self.layout.shape.cell // 2) ** 2
        squared = (rendered - signal(self._target[frames], self._bit_depth)) ** 2
        parts = torch.split(squared, [luma, half, half], dim=3)
        y, u, v = (part.mean(dim=(1, 2, 3)) + MSE_FLOOR for part in parts)
        mean: Tensor = (y**0.75 * u**0.125 * v**0.125).mean()
        return mean

    def bits_by_class(self) -> Mapping[str, float]:
        """What the last step's estimate is spent on."""
        return self._spent.by(_class_of) if self._spent is not None else {}

    def weights(self) -> dict[str, Tensor]:
        """Copies of all parameters but grids and local tables, each with its step and scale (`name/law`)."""
        kept = {name: value.detach().cpu().clone() for name, value in self.theta.items() if not is_grid(name)}
        return {**kept, **{f"{name}/law": self.quantiser.law(name) for name in kept}}

    @torch.no_grad()
    def start_from(self, weights: Mapping[str, Tensor]) -> None:
        """Begin with the `weights` of a trained unit of the same shape instead of random ones."""
        for name, value in self.theta.items():
            if name in weights:
                value.copy_(weights[name])
                self.quantiser.set_law(name, weights[f"{name}/law"])

    @property
    def epoch(self) -> float:
        """How many times each frame has been seen."""
        return self._seen / self.layout.frames

    def symbols(self, coarser: float = 0.0, dead_zone: float = 0.0) -> dict[str, Symbols]:
        """The unit's final integers; see `Quantiser.symbols` for how they may be changed."""
        return self.quantiser.symbols(self.theta, coarser, dead_zone)

    @property
    def lambda_(self) -> float:
        """The weight of the distortion as it stands."""
        return self._control.lambda_

    def source(self, frame: int) -> Tensor:
        """Frame `frame` of the unit as it is fitted, as cells in 0..1."""
        return signal(self._target[frame], self._bit_depth).cpu()

    @torch.no_grad()
    def render(self, frame: int) -> Tensor:
        """Frame `frame` of the unit from hard-rounded parameters, as cells in 0..1."""
        theta = self.quantiser.rounded_values(self.theta)
        return self._renderer.render(theta, torch.tensor([frame], device=self.device))[0].cpu()

    def state(self) -> SessionState:
        """All that the next step depends on."""
        tensors: dict[str, Tensor] = {f"theta/{name}": value.detach() for name, value in self.theta.items()}
        tensors |= {f"quantiser/{number}": value.detach() for number, value in enumerate(self.quantiser.tensors())}
        tensors |= optimiser_tensors(self._optimisers)
        tensors["random"] = self._random.get_state()
        tensors["noise"] = self._noise.get_state()
        copies = {name: value.detach().cpu().clone() for name, value in tensors.items()}
        values = {
            "steps": self.steps,
            **self._control.state(),
            "seen": self._seen,
            "waiting": list(self._waiting),
            "hard": self._hard,
            "coded_share": self._coded_share,
            "fraction": self._fraction,
        }
        return SessionState(copies, values)

    def restore(self, state: SessionState) -> None:
        """Continue from what `state` gave."""
        with torch.no_grad():
            for name, value in self.theta.items():
                value.copy_(state.tensors[f"theta/{name}"])
            for number, value in enumerate(self.quantiser.tensors()):
                value.copy_(state.tensors[f"quantiser/{number}"])
        for number, optimiser in enumerate(self._optimisers):
            optimiser.load_state_dict({**optimiser.state_dict(), "state": optimiser_state(state.tensors, number)})
        self._random.set_state(state.tensors["random"])
        restore_generator(self._noise, state.tensors["noise"])
        self.steps = int(state.values["steps"])
        self._seen = int(state.values["seen"])
        self._control.restore(state.values)
        self._waiting = [int(frame) for frame in state.values["waiting"]]
        self._hard = self.quantiser.snapped = bool(state.values["hard"])
        self._coded_share = float(state.values["coded_share"])
        self._fraction = float(state.values["fraction"])


def _class_of(name: str) -> str:
    """What a parameter's bytes count as in a file (see `parameters.coding.parameter_shares`)."""
    return "grids" if name.startswith("grid.") else "weights"


def _is_matrix(name: str) -> bool:
    """Parameters that Muon trains: everything that mixes channels."""
    return name.endswith(("expand", "project", "mix")) or name.startswith(("stem.space", "stem.time"))


def optimiser_tensors(optimisers: Sequence[torch.optim.Optimizer]) -> dict[str, Tensor]:
    """All tensors of the optimisers' states, by names."""
    tensors: dict[str, Tensor] = {}
    for number, optimiser in enumerate(optimisers):
        for key, entries in optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser/{number}/{key}/{name}": value for name, value in entries.items()}
    return tensors


def optimiser_state(tensors: Mapping[str, Tensor], number: int) -> dict[int, dict[str, Any]]:
    """The state of optimiser `number` among what `optimiser_tensors` gave."""
    entries: dict[int, dict[str, Any]] = {}
    prefix = f"optimiser/{number}/"
    for name, value in tensors.items():
        if name.startswith(prefix):
            key, field = name.removeprefix(prefix).split("/")
            entries.setdefault(int(key), {})[field] = value
    return entries
