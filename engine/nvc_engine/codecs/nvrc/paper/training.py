"""How one unit is fitted: rate and distortion in turns, over random patches of the clip (specs/nvrc.md, section 3)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from nvc_engine.codecs.contract import SessionState
from nvc_engine.codecs.lambda_control import MSE_FLOOR, Aim, LambdaControl
from nvc_engine.codecs.nvrc.paper.arrays import Hierarchy, Kind
from nvc_engine.codecs.nvrc.paper.baseline import prune, set_levels
from nvc_engine.codecs.nvrc.paper.distortion import distortion
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.model import PatchRenderer, initial_parameters
from nvc_engine.codecs.nvrc.paper.patches import Extent
from nvc_engine.codecs.nvrc.paper.pictures import Objective, peak_of, signal
from nvc_engine.codecs.nvrc.paper.quantiser import PaperQuantiser
from nvc_engine.codecs.nvrc.paper.schedule import Method, Moment, Schedule, Stage
from nvc_engine.codecs.nvrc.paper.symbols import UnitSymbols
from nvc_engine.codecs.nvrc.quantiser import Rounding
from nvc_engine.codecs.nvrc.training import optimiser_state, optimiser_tensors
from nvc_engine.codecs.step_report import StepReport
from nvc_engine.nn.generators import restore_generator
from nvc_engine.nn.quantisation import noisy_round

CYCLE = 9
RATE_WEIGHT = 8.0
LAW_SPEED = 3.0
# Adam moves whatever has a gradient, however small; a context weight is to leave 0 only where that saves more bits than
# coding it takes. This many bits for a change of 1 move it at half its speed.
CONTEXT_SLOPE = 128.0
CLIP_NORM = 1.0
SMOOTHING = 0.1


@dataclass(frozen=True)
class PaperRecipe:
    """Everything of the training that is not the network.

    Attributes:
        objective: see `Objective`.
        hierarchy: how parameters are coded.
        schedule: the stages.
        patch: rows and columns of a training patch; 0 renders whole frames.
        frames: a step renders as many pixels as this many frames have.
        alternating: eight steps for the distortion, then one for eight times the rate; else both in every step.
        learning_rate: peak, of theta. model_rate: of phi's steps; what only codes (means, deviations, context
            weights), and so is trained in one step of nine, learns three times as fast.
        levels: bits of the fixed quantisation of HiNeRV's method.
        bf16: render in bfloat16 (parameters, rounding and rate stay float32).
    """

    objective: Objective
    hierarchy: Hierarchy
    schedule: Schedule
    patch: int = 0
    frames: int = 1
    alternating: bool = True
    learning_rate: float = 2e-3
    model_rate: float = 2e-3
    levels: int = 8
    bf16: bool = True


def patch_grid(layout: PaperLayout, patch: int) -> list[Extent]:
    """The patches that cover a padded frame, all of one size; the last row and column of them end with the frame."""
    if not patch:
        return [layout.whole()]
    rows, columns = layout.padded_size
    side = -(-patch // layout.factor) * layout.factor
    high, wide = min(side, rows), min(side, columns)
    return [
        Extent(min(top, rows - high), min(left, columns - wide), high, wide)
        for top in range(0, rows, high)
        for left in range(0, columns, wide)
    ]


class PaperTrainer:
    """Fits one unit. `target` holds its frames as `pictures.to_samples` gives them.

    Attributes:
        clipped: by kind of step ("D", "R", or "RD" for both), a running mean of what gradients were multiplied by to
            keep their norm: where the kinds differ, the trade-off is not what lambda says.

    Args:
        aim: what lambda is moved to meet, from `lambda_` on.
        seed: everything random follows from it.
    """

    def __init__(
        self,
        layout: PaperLayout,
        target: Tensor,
        recipe: PaperRecipe,
        *,
        lambda_: float,
        aim: Aim,
        seed: int,
        device: torch.device,
        bit_depth: int = 8,
    ) -> None:
        self.layout = layout
        self.recipe = recipe
        self._control = LambdaControl(lambda_, aim, recipe.schedule.hard_from)
        self.steps = 0
        self.clipped: dict[str, float] = {}
        self._seed = seed
        self._device = device
        self._target = target.to(device)
        self._peak = peak_of(recipe.objective, bit_depth)
        self._noise = torch.Generator(device).manual_seed(seed + 1)
        mean = torch.stack([signal(frame, self._peak).mean(dim=(0, 1)) for frame in target]).mean(dim=0)
        parameters = initial_parameters(layout, torch.Generator().manual_seed(seed), mean)
        self.theta = {name: value.to(device).requires_grad_() for name, value in parameters.items()}
        self.quantiser = PaperQuantiser(layout, recipe.hierarchy, self.theta)
        self._renderer = PatchRenderer(layout, device, torch.bfloat16 if recipe.bf16 else torch.float32)
        self._patches = patch_grid(layout, recipe.patch)
        self._batch = min(recipe.frames * len(self._patches), layout.frames * len(self._patches))
        self._pixels = layout.frames * layout.height * layout.width
        self._optimiser = self._make_optimiser()
        self._peaks = [group["lr"] for group in self._optimiser.param_groups]
        self._drawn = 0
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))
        self._stage: Stage | None = None
        self._kept: dict[str, Tensor] = {}
        self._distorted = 0.0
        self._spent: Mapping[str, Tensor] = {}

    def _make_optimiser(self) -> torch.optim.Optimizer:
        models, recipe = self.quantiser.models, self.recipe
        groups: list[dict[str, Any]] = [{"params": list(self.theta.values()), "lr": recipe.learning_rate}]
        if recipe.schedule.method is Method.END_TO_END:
            kinds = {name: array.kind for name, array in models.arrays.items()}
            steps = [value for name, value in models.phi.items() if kinds[name] is Kind.STEP]
            laws = [value for name, value in models.phi.items() if kinds[name] in (Kind.SCALE, Kind.MEAN)]
            context = [value for name, value in models.phi.items() if kinds[name] is Kind.WEIGHT]
            psi = [] if models.raw else [models.psi_step]
            groups.append({"params": steps, "lr": recipe.model_rate})
            groups.append({"params": [*laws, *psi], "lr": LAW_SPEED * recipe.model_rate})
            slope = CONTEXT_SLOPE * (RATE_WEIGHT if recipe.alternating else 1.0) / self._pixels
            groups.append({"params": context, "lr": LAW_SPEED * recipe.model_rate, "eps": slope})
        return torch.optim.Adam([group for group in groups if group["params"]])

    def step(self, fraction: float) -> StepReport:
        """One update at `fraction` (0..1) of the whole training."""
        moment = self.recipe.schedule.at(fraction)
        self._enter(moment.stage)
        for group, peak in zip(self._optimiser.param_groups, self._peaks, strict=True):
            group["lr"] = peak * moment.learning
        self._optimiser.param_groups[0]["weight_decay"] = moment.decay
        rounding = self._rounding(moment)
        alone = self.recipe.alternating and self.steps % CYCLE == CYCLE - 1
        if moment.rate and (alone or not self.recipe.alternating):
            values, rate = self.quantiser.values_and_rate(self.theta, rounding)
            bpp = rate.total / self._pixels
            self._spent = rate.by_class()
            self._control.note_rate(bpp.item(), fraction)
            loss = RATE_WEIGHT * bpp if alone else bpp + self._control.lambda_ * self._distort(values)
            self._descend(loss, "R" if alone else "RD")
        else:
            self._descend(self._control.lambda_ * self._distort(self._values(moment, rounding)), "D")
        self.steps += 1
        return StepReport(
            loss=self._control.rate + self._control.lambda_ * self._distorted,
            rate_bpp=self._control.rate,
            distortion_db=-10 * math.log10(self._control.distortion + MSE_FLOOR),
            learning_rate=moment.learning * self.recipe.learning_rate,
            lambda_=self._control.lambda_,
        )

    def _enter(self, stage: Stage) -> None:
        """What HiNeRV's method does once between stages."""
        if stage is self._stage:
            return
        self._stage = stage
        if self.recipe.schedule.method is Method.HINERV:
            if stage is Stage.PRUNED:
                prune(self.theta)
                self._kept = self._nonzero()
            elif stage is Stage.QUANT_NOISE:
                set_levels(self.quantiser.models, self.theta, self.recipe.levels)

    def _nonzero(self) -> dict[str, Tensor]:
        return {name: value.detach() != 0 for name, value in self.theta.items()}

    def _values(self, moment: Moment, rounding: Rounding) -> dict[str, Tensor]:
        if moment.stage in (Stage.PLAIN, Stage.PRUNED):
            return self.theta
        return self.quantiser.values(self.theta, rounding)

    def _rounding(self, moment: Moment) -> Rounding:
        """The proxy of the moment, from bins to bins."""
        if moment.stage is Stage.SOFT:
            return lambda bins: noisy_round(bins, moment.temperature, moment.noise, self._noise)
        return lambda bins: quant_noise(bins, moment.replaced, self._noise)

    def _distort(self, values: dict[str, Tensor]) -> Tensor:
        """The distortion of the next patches."""
        frames, extents = self._next_patches()
        rendered = self._renderer.render(values, frames, extents)
        high, wide = self.layout.height, self.layout.width
        rows, columns = (
            torch.tensor(starts, device=self._device)[:, None] + torch.arange(size, device=self._device)
            for starts, size in (
                ([each.row for each in extents], extents[0].rows),
                ([each.column for each in extents], extents[0].columns),
            )
        )
        places = rows.clamp(max=high - 1)[:, :, None], columns.clamp(max=wide - 1)[:, None, :]
        target = signal(self._target[frames[:, None, None], places[0], places[1]], self._peak)
        real = ((rows < high)[:, :, None] & (columns < wide)[:, None, :])[..., None]
        loss, error = distortion(rendered, target, None if bool(real.all()) else real, self.recipe.objective)
        share = max(1 / (self.steps + 1), SMOOTHING)
        self._distorted += share * (loss.item() - self._distorted)
        self._control.note_distortion(error.item(), share)
        return loss

    def _next_patches(self) -> tuple[Tensor, Sequence[Extent]]:
        """The next batch: every patch of every frame comes once in an epoch, in random order."""
        total = self.layout.frames * len(self._patches)
        numbers = []
        for place in range(self._drawn, self._drawn + self._batch):
            epoch = place // total
            if self._order[0] != epoch:
                random = torch.Generator().manual_seed((self._seed << 20) + epoch & (1 << 63) - 1)
                self._order = (epoch, torch.randperm(total, generator=random))
            numbers.append(int(self._order[1][place % total]))
        self._drawn += self._batch
        frames = torch.tensor([number // len(self._patches) for number in numbers], device=self._device)
        return frames, [self._patches[number % len(self._patches)] for number in numbers]

    def _descend(self, loss: Tensor, kind: str) -> None:
        """One step of the optimiser down `loss`, its gradient's norm held to CLIP_NORM."""
        loss.backward()  # type: ignore[no-untyped-call]
        trained = [each for group in self._optimiser.param_groups for each in group["params"]]
        norm = torch.nn.utils.clip_grad_norm_(trained, CLIP_NORM).item()
        ratio = min(1.0, CLIP_NORM / max(norm, 1e-12))
        self.clipped[kind] = ratio + 0.95 * (self.clipped.get(kind, ratio) - ratio)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        with torch.no_grad():
            for name, kept in self._kept.items():
                self.theta[name].mul_(kept)

    @property
    def lambda_(self) -> float:
        """The weight of the distortion as it stands."""
        return self._control.lambda_

    @property
    def psnr(self) -> float:
        """Running mean of what the training's own patches reach, in dB."""
        return self._control.psnr

    def bits_by_class(self) -> Mapping[str, float]:
        """What the estimate of the last step that had a rate is spent on."""
        return {name: bits.item() for name, bits in self._spent.items()}

    def weights(self) -> dict[str, Tensor]:
        """Nothing: every unit begins afresh."""
        return {}

    @property
    def epoch(self) -> float:
        """How many times each frame has been seen."""
        return self._drawn / (self.layout.frames * len(self._patches))

    def symbols(self, coarser: float = 0.0) -> UnitSymbols:
        """The unit's final integers; see `PaperQuantiser.symbols` for `coarser`."""
        return self.quantiser.symbols(self.theta, coarser)

    def render(self, frame: int) -> Tensor:
        """Frame `frame` of the unit [H, W, 3] in 0..1, from hard-rounded parameters."""
        with torch.no_grad():
            values = self.quantiser.values(self.theta, torch.round)
        return self._renderer.frame(values, frame).cpu()

    def state(self) -> SessionState:
        """All that the next step depends on."""
        models = self.quantiser.models
        tensors: dict[str, Tensor] = {f"theta/{name}": value.detach() for name, value in self.theta.items()}
        tensors |= {f"phi/{name}": value.detach() for name, value in models.phi.items()}
        tensors |= {"psi": models.psi_step.detach(), "noise": self._noise.get_state()}
        tensors |= optimiser_tensors([self._optimiser])
        values = {
            **self._control.state(),
            "steps": self.steps,
            "drawn": self._drawn,
            "patches": len(self._patches),
            "stage": None if self._stage is None else self._stage.name,
            "pruned": bool(self._kept),
            "weighed": self._distorted,
            "clipped": dict(self.clipped),
        }
        return SessionState({name: value.cpu().clone() for name, value in tensors.items()}, values)

    def restore(self, state: SessionState) -> None:
        """Continue from what `state` gave."""
        models, values = self.quantiser.models, state.values
        with torch.no_grad():
            for name, value in self.theta.items():
                value.copy_(state.tensors[f"theta/{name}"])
            for name, value in models.phi.items():
                value.copy_(state.tensors[f"phi/{name}"])
            models.psi_step.copy_(state.tensors["psi"])
        self._optimiser.load_state_dict({**self._optimiser.state_dict(), "state": optimiser_state(state.tensors, 0)})
        restore_generator(self._noise, state.tensors["noise"])
        self._control.restore(values)
        self.steps = int(values["steps"])
        self._drawn = int(values["drawn"]) * len(self._patches) // int(values["patches"])
        self._stage = None if values["stage"] is None else Stage[values["stage"]]
        self._kept = self._nonzero() if values["pruned"] else {}
        self._distorted = float(values["weighed"])
        self.clipped = {str(kind): float(ratio) for kind, ratio in values["clipped"].items()}


def quant_noise(bins: Tensor, replaced: float, generator: torch.Generator) -> Tensor:
    """Quant-Noise: a random share `replaced` of the elements is rounded and taken for constant, the rest is left."""
    chosen = torch.rand(bins.shape, generator=generator, device=bins.device) < replaced
    return torch.where(chosen, torch.round(bins).detach(), bins)
