"""The stages of the training and what each of them does (specs/sevc.md, 11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """Parts that are trained one after the other; each takes up the weights that the one before left."""

    INTRA = "intra"
    BASE = "base"
    AUGMENT = "augment"
    JOINT = "joint"


@dataclass(frozen=True)
class Phase:
    """Groups of `frames` frames, the intra frame among them, until the fraction `until` of the stage.

    Attributes:
        unroll: inter frames through which gradients go back; what lies before counts as given, and its memory is free.
    """

    until: float
    frames: int
    unroll: int = 8


@dataclass(frozen=True)
class Recipe:
    """Everything of a stage that is neither network nor data.

    Attributes:
        samples: runs of frames in a step.
        crop: side of their windows; a multiple of 16.
        learning_rate: of AdamW at its peak, which comes after `warm_up` (fraction of the stage); a cosine leads to
            `last_rate` of it.
        flow_until: fraction of the stage in which the base layer's flow is also led by what it makes of the reference.
        clip_norm: largest norm of the gradients of a step.
        noise: reach of the noise that stands for rounding in the rate.
        base_share: alpha, the weight of the base layer's distortion in the joint stage.
    """

    stage: Stage
    phases: tuple[Phase, ...]
    samples: int = 8
    crop: int = 256
    learning_rate: float = 4e-4
    warm_up: float = 0.03
    last_rate: float = 0.01
    weight_decay: float = 0.0
    flow_until: float = 0.0
    clip_norm: float = 1.0
    noise: float = 0.5
    base_share: float = 0.05

    def with_groups(self, frames: Sequence[int]) -> "Recipe":
        """The same with groups of these numbers of frames, one after the other for equal shares of the stage."""
        phases = tuple(Phase((place + 1) / len(frames), count) for place, count in enumerate(frames))
        return replace(self, phases=phases)

    def phase(self, fraction: float) -> Phase:
        """The phase that a fraction of the stage belongs to."""
        return next((phase for phase in self.phases if fraction < phase.until), self.phases[-1])


RECIPES = MappingProxyType(
    {
        Stage.INTRA: Recipe(Stage.INTRA, (Phase(1.0, 1),)),
        Stage.BASE: Recipe(Stage.BASE, (Phase(0.2, 2), Phase(0.5, 3), Phase(1.0, 5)), flow_until=0.5),
        Stage.AUGMENT: Recipe(Stage.AUGMENT, (Phase(0.2, 2), Phase(0.5, 3), Phase(1.0, 5))),
        Stage.JOINT: Recipe(Stage.JOINT, (Phase(0.6, 6), Phase(1.0, 32)), learning_rate=1e-4),
    }
)
"""The recipe of each stage."""
