"""How lambda is moved while a clip is fitted, so that the end has the rate or the distortion that was asked for.

Both go by what training believes of itself; what the finished bytes are worth is for the session to settle.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RATE_SMOOTHING = 0.95
REST = 0.15
REACH = 20.0
USUAL = 8.0, 2048.0
RATE_GAIN = 12.0
PSNR_GAIN = 14.0
MOST_NATS, MOST_DB = 1.0, 1.0
MSE_FLOOR = 1e-9
# dB that come with hard rounding at the end, and per share of the training before: fits to short encodes at 180p under
# one lambda. The rate meanwhile falls by this share.
HARD_DB, SOFT_DB = 0.5, 1.2
RATE_FALL = 0.25
# Nats of rate too much that are let be at the start: bits that are taken away early come back late or never.
LENIENCE = 0.12


@dataclass(frozen=True)
class Aim:
    """What lambda is moved to meet: bits per pixel, or the mean PSNR-YUV of the frames in dB; at most one of both."""

    rate: float | None = None
    psnr: float | None = None


class LambdaControl:
    """lambda and the running estimates that it follows.

    Its logarithm changes by the error times the share of the training that has passed since the last look. It rests at
    the start, which says little of the end, and never goes far from where it began or beyond usual values, whichever is
    farther: bits that a small network cannot use do harm. A PSNR pulls the more, the nearer the end: what is still to
    come can only be guessed.

    `hard_from` is the fraction of the training at which it begins to round as the file does, `usual` the usual values
    of a codec's lambda.

    Attributes:
        lambda_: weight of the distortion.
        rate: running mean in bits per pixel.
        distortion: running mean of a frame's MSE in 0..1 signals.
        psnr: running mean of a frame's dB.
    """

    def __init__(self, lambda_: float, aim: Aim, hard_from: float, usual: tuple[float, float] = USUAL) -> None:
        self.lambda_ = lambda_
        self.rate = 0.0
        self.distortion = 0.0
        self.psnr = 0.0
        self._aim = aim
        self._hard_from = hard_from
        self._bounds = min(lambda_ / REACH, usual[0]), max(lambda_ * REACH, usual[1])
        self._rated = False
        self._noted = 0.0

    def note_rate(self, rate: float, fraction: float) -> None:
        """A step at `fraction` (0..1) of the training was estimated to take `rate`; moves lambda."""
        self.rate = RATE_SMOOTHING * self.rate + (1 - RATE_SMOOTHING) * rate if self._rated else rate
        self._rated = True
        if fraction > REST:
            low, high = self._bounds
            moved = self.lambda_ * math.exp(self._pull(fraction) * (fraction - self._noted))
            self.lambda_ = min(max(moved, low), high)
        self._noted = fraction

    def note_distortion(self, distortion: float, share: float) -> None:
        """A step's frames came to `distortion`, which takes `share` of the running means."""
        self.distortion += share * (distortion - self.distortion)
        self.psnr += share * (-10 * math.log10(distortion + MSE_FLOOR) - self.psnr)

    def _pull(self, fraction: float) -> float:
        """Nats of lambda for each unit of the training's fraction."""
        if self._aim.rate is not None:
            error = math.log(self._aim.rate / max(self.rate * (1 - RATE_FALL * (1 - fraction)), 1e-9))
            if error < 0:
                error = min(0.0, error + LENIENCE * (1 - fraction))
            return RATE_GAIN * max(-MOST_NATS, min(MOST_NATS, error))
        if self._aim.psnr is not None:
            error = self._aim.psnr - (self.psnr + self._coming(fraction))
            return PSNR_GAIN * fraction * max(-MOST_DB, min(MOST_DB, error))
        return 0.0

    def _coming(self, fraction: float) -> float:
        """dB that the running PSNR is expected to gain until the end."""
        soft = max(0.0, self._hard_from - fraction)
        return SOFT_DB * soft + HARD_DB * min(1.0, (1 - fraction) / (1 - self._hard_from))

    def state(self) -> dict[str, Any]:
        """What the next step depends on, as JSON."""
        return {
            "lambda": self.lambda_,
            "rate": self.rate if self._rated else None,
            "noted": self._noted,
            "distorted": self.distortion,
            "decibels": self.psnr,
        }

    def restore(self, values: Mapping[str, Any]) -> None:
        """Continue from what `state` gave."""
        self.lambda_ = float(values["lambda"])
        self._rated = values["rate"] is not None
        self.rate = float(values["rate"] or 0.0)
        self._noted = float(values["noted"])
        self.distortion = float(values["distorted"])
        self.psnr = float(values["decibels"])
