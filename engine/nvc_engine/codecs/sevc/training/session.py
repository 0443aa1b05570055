"""A training as it is ordered, and everything that it needs, made ready."""

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.training.principal import begin_as_transforms
from nvc_engine.codecs.sevc.training.recipes import RECIPES, Recipe, Stage
from nvc_engine.codecs.sevc.training.sampling import BatchShape, Sampler
from nvc_engine.codecs.sevc.training.snippets import Library, find_snippets, split
from nvc_engine.codecs.sevc.training.trainer import Pace, StageTrainer, StepReport, in_seconds, in_steps, train
from nvc_engine.codecs.sevc.training.validation import Measured, validate, validation_clips
from nvc_engine.codecs.sevc.weights import load_networks, save_networks, save_small
from nvc_engine.codecs.sevc.widths import PRESETS
from nvc_engine.errors import UsageError

__all__ = ["Measured", "Pace", "Stage", "StepReport", "Training", "TrainingOrder", "in_seconds", "in_steps"]

_EXAMPLES = BatchShape(samples=48, frames=2, crop=128)


@dataclass(frozen=True)
class TrainingOrder:
    """What a training is to do.

    Attributes:
        data: folder of snippets.
        preset: widths of the networks, by name.
        stage: by name.
        minutes, steps: its length; one of them.
        seed: of everything random.
        samples, crop, learning_rate: instead of the recipe's own.
        groups: frames in a group, for equal shares of the stage one after the other, instead of the recipe's phases.
        workers: threads that decode and prepare batches.
        weights: folder of the networks that the stage begins with, instead of those that the run has.
    """

    data: str
    preset: str
    stage: str
    minutes: float | None = None
    steps: int | None = None
    seed: int = 0
    samples: int | None = None
    crop: int | None = None
    learning_rate: float | None = None
    groups: Sequence[int] = ()
    device: str = "cpu"
    workers: int = 0
    weights: str | None = None

    def recipe(self) -> Recipe:
        """The stage's recipe as it is ordered.

        Raises:
            UsageError: there is no such stage or preset, or a number is out of its range.
        """
        if self.preset not in PRESETS:
            raise UsageError(f"There is no preset {self.preset}; there are {', '.join(PRESETS)}.")
        if self.stage not in list(Stage):
            raise UsageError(f"There is no stage {self.stage}; there are {', '.join(Stage)}.")
        if (self.minutes is None) == (self.steps is None):
            raise UsageError("Give the length of the training in minutes or in steps.")
        for name in ("minutes", "steps", "samples", "learning_rate"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise UsageError(f"{name.replace('_', ' ').capitalize()} must be more than nothing; {value} is not.")
        if self.device == "cuda" and not torch.cuda.is_available():
            raise UsageError("There is no GPU here that can be trained on; use --device cpu.")
        recipe = RECIPES[Stage(self.stage)]
        if self.groups:
            if recipe.stage is Stage.INTRA:
                raise UsageError("The stage intra takes single frames; --groups is for the stages after it.")
            if min(self.groups) < 2:
                raise UsageError("A group has at least 2 frames.")
            recipe = recipe.with_groups(self.groups)
        recipe = replace(
            recipe,
            samples=self.samples or recipe.samples,
            crop=self.crop or recipe.crop,
            learning_rate=self.learning_rate or recipe.learning_rate,
        )
        if recipe.crop % 16 or recipe.crop < 64:
            raise UsageError(f"Crops are at least 64 and divisible by 16; {recipe.crop} is not.")
        return recipe


class Training:
    """A training that is ready to begin or to go on.

    Args:
        weights: folder of the networks that it begins with; None for fresh ones.

    Attributes:
        trainer: does its steps.

    Raises:
        EngineError: the order is wrong, or data or weights cannot be used.
    """

    def __init__(self, order: TrainingOrder, weights: Path | None) -> None:
        recipe = order.recipe()
        self._stage = recipe.stage
        training, self._held_out = split(find_snippets(Path(order.data)))
        widths = PRESETS[order.preset]
        device = torch.device(order.device)
        self._library = Library(device)
        self._library.load(training, max(1, order.workers))
        self._sampler = Sampler(self._library, training, order.seed, order.workers)
        if weights is not None:
            self._networks = load_networks(weights, widths)
        else:
            self._networks = fresh_networks(widths, order.seed)
            shape = replace(_EXAMPLES, crop=min(_EXAMPLES.crop, recipe.crop - recipe.crop % 64))
            examples = self._sampler.batch(0, shape).cpu().float() / 255
            begin_as_transforms(self._networks, examples, order.seed)
        self.trainer = StageTrainer(self._networks, recipe, self._sampler, seed=order.seed, device=device)

    def steps(self, pace: Pace) -> Iterator[StepReport]:
        """Train until the pace says that it is done."""
        with contextlib.closing(self._sampler):
            yield from train(self.trainer, pace)

    def validate(self, clips: int, frames: int, crop: int) -> Iterator[Measured]:
        """Measure the networks as they are on held-out snippets, at four rate points."""
        cut = validation_clips(self._library, self._held_out, clips, frames, crop)
        return validate(self._networks, cut, self._stage)

    def save_weights(self, folder: Path, *, small: bool = False) -> tuple[str, str]:
        """Keep both networks in a folder, as they are handed on if `small`; returns their digests."""
        return save_small(folder, self._networks) if small else save_networks(folder, self._networks)
