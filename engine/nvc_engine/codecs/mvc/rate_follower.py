"""How lambda is moved while a unit is fitted, so that its end has the rate that was asked for."""

import math
from collections.abc import Mapping

SMOOTHING = 0.95
GAIN = 8.0
REST = 0.15
REACH = 20.0
MOST_NATS = 1.0


class RateFollower:
    """lambda and the running rate that it follows.

    Its logarithm changes by the rate's error in nats times the share of the training since the last look; not at the
    start, which says little of the end, and never far from where it began, for bits that a small network cannot use do
    harm.

    Attributes:
        lambda_: weight of the distortion.
        rate: running mean in bits per pixel.
    """

    def __init__(self, lambda_: float, goal: float | None) -> None:
        """`goal` is in bits per pixel; None keeps `lambda_`."""
        self.lambda_ = lambda_
        self.rate = 0.0
        self._goal = goal
        self._bounds = lambda_ / REACH, lambda_ * REACH
        self._noted = 0.0
        self._rated = False

    def note(self, rate: float, fraction: float) -> None:
        """A step at `fraction` (0..1) of the training was estimated to take `rate`; moves lambda."""
        self.rate = SMOOTHING * self.rate + (1 - SMOOTHING) * rate if self._rated else rate
        self._rated = True
        if self._goal is not None and fraction > REST:
            error = max(-MOST_NATS, min(MOST_NATS, math.log(self._goal / max(self.rate, 1e-9))))
            low, high = self._bounds
            self.lambda_ = min(max(self.lambda_ * math.exp(GAIN * error * (fraction - self._noted)), low), high)
        self._noted = fraction

    def state(self) -> dict[str, float | None]:
        """What the next step depends on, as JSON."""
        return {"lambda": self.lambda_, "rate": self.rate if self._rated else None, "noted": self._noted}

    def restore(self, values: Mapping[str, float | None]) -> None:
        """Continue from what `state` gave."""
        self.lambda_, self._noted = float(values["lambda"] or 0.0), float(values["noted"] or 0.0)
        self._rated = values["rate"] is not None
        self.rate = float(values["rate"] or 0.0)
