"""What a step does at each moment of a training (specs/nvrc.md, 3.2 to 3.5).

The paper's training has two stages: soft rounding with noise, then Quant-Noise. HiNeRV's, kept as a baseline, has
three: no quantisation at all, fine-tuning of what pruning left, then Quant-Noise on a fixed number of levels.
"""

import math
from dataclasses import dataclass
from enum import Enum


class Stage(Enum):
    """Stages in order; `PLAIN` and `PRUNED` are HiNeRV's."""

    SOFT = "soft rounding"
    PLAIN = "no quantisation"
    PRUNED = "pruned"
    QUANT_NOISE = "Quant-Noise"


class Method(Enum):
    """Whose training it is."""

    END_TO_END = "end-to-end"
    HINERV = "hinerv"


WARM_UP = 0.01
DECAY = 1e-6
TEMPERATURES = (0.5, 0.3)
NOISES = (2.0, 1.0)
REPLACED = (0.5, 1.0)
HINERV_REPLACED = 0.9
_PLAIN_END, _PRUNED_END = 300 / 390, 360 / 390


@dataclass(frozen=True)
class Moment:
    """The training at one fraction.

    Attributes:
        stage: see `Stage`.
        temperature, noise: of soft rounding and of its Kumaraswamy noise.
        replaced: the share of elements that Quant-Noise rounds.
        rate: whether the rate is minimised.
        learning: the learning rates over their peaks.
        decay: the L2 penalty's weight.
    """

    stage: Stage
    temperature: float
    noise: float
    replaced: float
    rate: bool
    learning: float
    decay: float


@dataclass(frozen=True)
class Schedule:
    """Gives the moments of a training.

    Attributes:
        second_stage: the share of Quant-Noise in the paper's training (30 of 390 epochs there).
        rate_from_start: whether the rate is minimised in the first stage (off in an ablation).
    """

    method: Method
    second_stage: float
    rate_from_start: bool

    @property
    def hard_from(self) -> float:
        """Where the last stage begins."""
        return _PRUNED_END if self.method is Method.HINERV else 1 - self.second_stage

    def at(self, fraction: float) -> Moment:
        """The moment at `fraction` (0..1) of the training."""
        if self.method is Method.HINERV:
            return self._hinerv(fraction)
        edge = 1 - self.second_stage
        if fraction < edge:
            along = fraction / edge
            warm = min(1.0, fraction / WARM_UP + 0.02)
            return Moment(
                Stage.SOFT,
                _linear(TEMPERATURES, along),
                _linear(NOISES, along),
                0.0,
                self.rate_from_start,
                warm * _cosine(1.0, 0.05, along),
                DECAY * (1 - along),
            )
        along = min(1.0, (fraction - edge) / self.second_stage) if self.second_stage else 1.0
        return Moment(Stage.QUANT_NOISE, 0.0, 0.0, _linear(REPLACED, along), True, _cosine(0.05, 0.005, along), 0.0)

    @staticmethod
    def _hinerv(fraction: float) -> Moment:
        if fraction < _PLAIN_END:
            along = fraction / _PLAIN_END
            warm = min(1.0, along / 0.1 + 0.01)
            return Moment(Stage.PLAIN, 0.0, 0.0, 0.0, False, warm * _cosine(1.0, 0.01, along), 0.0)
        if fraction < _PRUNED_END:
            along = (fraction - _PLAIN_END) / (_PRUNED_END - _PLAIN_END)
            return Moment(Stage.PRUNED, 0.0, 0.0, 0.0, False, _cosine(1.0, 0.01, along), 0.0)
        along = min(1.0, (fraction - _PRUNED_END) / (1 - _PRUNED_END))
        return Moment(Stage.QUANT_NOISE, 0.0, 0.0, HINERV_REPLACED, False, _cosine(0.1, 0.001, along), 0.0)


def _linear(ends: tuple[float, float], along: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * along


def _cosine(first: float, last: float, along: float) -> float:
    return last + (first - last) * 0.5 * (1 + math.cos(math.pi * min(1.0, along)))
