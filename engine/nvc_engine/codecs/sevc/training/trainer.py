"""Training of one stage, one step at a time."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nvc_engine.codecs.contract import SessionState
from nvc_engine.codecs.sevc.rate_points import RATE_POINTS
from nvc_engine.codecs.sevc.training.objectives import Part, balance, group_loss
from nvc_engine.codecs.sevc.training.recipes import Recipe, Stage
from nvc_engine.codecs.sevc.training.sampling import BatchShape, Source, step_random
from nvc_engine.codecs.sevc.weights import Networks
from nvc_engine.nn.precision import has_fast_bfloat16
from nvc_engine.nn.replay import Recorder

_LEAST_ANCHOR = 0.01


@dataclass(frozen=True)
class StepReport:
    """One training step.

    Attributes:
        step: its number, from 1.
        fraction: of the stage that is done.
        frames: in a group.
        bpp: estimated bits a pixel (of the base layer's picture in the base stage), base_bpp those of the base layer.
        psnr: dB, of the batch's mean squared error.
        gradient: norm before it was clipped.
        skipped: whether the step had gradients that are no numbers, and changed nothing.
    """

    step: int
    fraction: float
    frames: int
    loss: float
    bpp: float
    base_bpp: float
    psnr: float
    learning_rate: float
    gradient: float
    skipped: bool


Pace = Callable[[int], float]
"""What fraction of a stage is done after so many steps; 1 ends it."""


def in_steps(total: int) -> Pace:
    """A stage of so many steps."""
    return lambda steps: steps / total


def in_seconds(budget: float, used: float = 0.0, clock: Callable[[], float] = time.monotonic) -> Pace:
    """A stage of so many seconds, `used` of them before now."""
    began = clock() - used
    return lambda _: (clock() - began) / budget


class StageTrainer:
    """Trains what belongs to a stage of networks that it changes in place; all else in them is given.

    Args:
        source: of batches.
        seed: of noise and rate points.

    Attributes:
        steps: how many were done.
        skipped: how many of them changed nothing.
    """

    def __init__(
        self, networks: Networks, recipe: Recipe, source: Source, *, seed: int, device: torch.device | None = None
    ) -> None:
        self.recipe = recipe
        self.steps = 0
        self.skipped = 0
        self._networks = networks
        self._source = source
        self._seed = seed
        self._device = device or torch.device("cpu")
        self._half = has_fast_bfloat16(self._device)
        for network in (networks.intra, networks.inter):
            network.to(self._device).requires_grad_(requires_grad=False)
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            network.eval()
        parts = _trained_parts(networks, recipe.stage)
        self._trained = {
            f"{prefix}.{name}": parameter.requires_grad_()
            for prefix, part in parts.items()
            for name, parameter in part.train().named_parameters()
        }
        self._rate = torch.zeros((), device=self._device)
        self._optimiser = torch.optim.AdamW(
            self._trained.values(), self._rate, weight_decay=recipe.weight_decay, fused=True, capturable=self._on_gpu
        )
        self._random = (
            torch.cuda.default_generators[self._device.index or 0] if self._on_gpu else torch.Generator(self._device)
        )
        self._recorder = Recorder(self._update, self._device) if self._on_gpu else None
        self._now = recipe.phase(0), balance(recipe, 0)

    @property
    def _on_gpu(self) -> bool:
        return self._device.type == "cuda"

    def step(self, fraction: float) -> StepReport:
        """One update at a fraction (0..1) of the whole stage."""
        recipe = self.recipe
        phase = recipe.phase(fraction)
        rate = self._learning_rate(fraction)
        number = self.steps
        batch = self._source.batch(number, BatchShape(recipe.samples, phase.frames, recipe.crop)).to(self._device)
        random = step_random(self._seed, number, "rate points")
        points = torch.randint(RATE_POINTS, (batch.shape[1],), generator=random).to(self._device)
        self._rate.fill_(rate)
        self._now = phase, balance(recipe, fraction)
        seed = step_random(self._seed, number, "noise").initial_seed()
        self._random.manual_seed(seed)
        if self._recorder is not None:
            results = self._recorder(self._now, batch, points)
        else:
            with torch.random.fork_rng([]):
                torch.manual_seed(seed)  # which branches of the transformer are left out
                results = self._update(batch, points)
        loss, bits, base_bits, error, norm = results.tolist()
        self.steps += 1
        skipped = not math.isfinite(norm)
        self.skipped += skipped
        psnr = -10 * math.log10(max(error, 1e-10)) if math.isfinite(error) else math.nan
        return StepReport(self.steps, fraction, phase.frames, loss, bits, base_bits, psnr, rate, norm, skipped)

    def _update(self, batch: Tensor, points: Tensor) -> Tensor:
        """Take gradients of the loss of 8-bit R'G'B' [T, B, 3, H, W] at rate points [B] and change the weights.

        Nothing in here waits for a GPU. Returns the loss, bits a pixel, the base layer's among them, the mean squared
        error, and the norm of the gradients; where that is no number nothing has changed.
        """
        phase, weights = self._now
        frames = _channels_last(batch.float() / 255)
        self._optimiser.zero_grad(set_to_none=True)
        totals = torch.zeros(4, device=self._device)
        parts = group_loss(
            self._networks, frames, points, self.recipe, weights, unroll=phase.unroll, random=self._random
        )
        while (part := self._next(parts)) is not None:
            part.loss.backward()  # type: ignore[no-untyped-call]
            totals += torch.stack([part.loss.detach(), part.bits, part.base_bits, part.error])
        norm = nn.utils.clip_grad_norm_(self._trained.values(), self.recipe.clip_norm)
        self._optimiser.found_inf = (~norm.isfinite()).float()  # type: ignore[attr-defined]
        self._optimiser.step()
        with torch.no_grad():
            for key, parameter in self._trained.items():
                if "q_scale_" in key:
                    parameter.clamp_(min=_LEAST_ANCHOR)
        return torch.cat([totals, norm.view(1)])

    def _next(self, parts: Iterator[Part]) -> Part | None:
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._half):
            return next(parts, None)

    def state(self) -> SessionState:
        """What a trainer of the same order needs to go on exactly here."""
        tensors: dict[str, Tensor] = {f"weight.{key}": value for key, value in self._trained.items()}
        for key, parameter in self._trained.items():
            for name, value in self._optimiser.state[parameter].items() if parameter in self._optimiser.state else ():
                tensors[f"adam.{name}.{key}"] = value
        return SessionState(tensors, {"steps": self.steps, "skipped": self.skipped})

    def restore(self, state: SessionState) -> None:
        """Go on where another trainer of the same order gave its state."""
        with torch.no_grad():
            for key, parameter in self._trained.items():
                parameter.copy_(state.tensors[f"weight.{key}"])
                found = {
                    name: state.tensors[f"adam.{name}.{key}"]
                    for name in ("step", "exp_avg", "exp_avg_sq")
                    if f"adam.{name}.{key}" in state.tensors
                }
                if found:
                    self._optimiser.state[parameter] = {name: _like(value, parameter) for name, value in found.items()}
        self.steps = int(state.values["steps"])
        self.skipped = int(state.values["skipped"])

    def _learning_rate(self, fraction: float) -> float:
        """Warm-up and cosine."""
        recipe = self.recipe
        if fraction < recipe.warm_up:
            return recipe.learning_rate * max(0.05, fraction / recipe.warm_up)
        down = 0.5 * (1 + math.cos(math.pi * (fraction - recipe.warm_up) / (1 - recipe.warm_up)))
        return recipe.learning_rate * (recipe.last_rate + (1 - recipe.last_rate) * down)


def train(trainer: StageTrainer, pace: Pace) -> Iterator[StepReport]:
    """Step until the pace says that the stage is done. The caller may stop between any two reports and go on later."""
    while (fraction := pace(trainer.steps)) < 1:
        yield trainer.step(fraction)


def _like(value: Tensor, parameter: Tensor) -> Tensor:
    """A copy where the parameter is and, where it has the same shape, laid out as it is: the fused optimiser takes the
    two for one memory layout."""
    if value.shape != parameter.shape:
        return value.to(parameter.device, copy=True)
    return torch.empty_like(parameter).copy_(value)


def _channels_last(frames: Tensor) -> Tensor:
    """[T, B, C, H, W], each frame in the layout that convolutions are fastest in."""
    return frames.flatten(0, 1).contiguous(memory_format=torch.channels_last).view_as(frames)


def _trained_parts(networks: Networks, stage: Stage) -> dict[str, nn.Module]:
    base: dict[str, nn.Module] = {"BL_codec": networks.inter.BL_codec}
    augment = {name: part for name, part in networks.inter.named_children() if name not in base}
    parts: dict[Stage, dict[str, nn.Module]] = {
        Stage.INTRA: {"intra": networks.intra},
        Stage.BASE: base,
        Stage.AUGMENT: augment,
        Stage.JOINT: {**base, **augment},
    }
    return parts[stage]
