"""Which rate point each frame takes so that the file meets a rate.

The size of a frame at a rate point q is taken as 2^(slope (q - reference)) times what such frames took at the
reference; the slope is measured by a probe before the encode, the level is learned from every frame that was coded.
"""

import math
from dataclasses import dataclass

from nvc_engine.codecs.sevc.rate_points import RATE_POINTS

PROBE_POINTS = (16, 48)
PROBE_FRAMES = 5
_MEMORY = 0.7
_LEAST_SLOPE = 0.01
LARGEST_STEP = 2


@dataclass
class FrameKind:
    """What is known of the sizes of one kind of frames: bits at rate point 0, and octaves of bits a rate point."""

    level: float
    slope: float

    @classmethod
    def probed(cls, bits: tuple[float, float]) -> "FrameKind":
        """From mean bits of a frame at both `PROBE_POINTS`."""
        low, high = (max(each, 1.0) for each in bits)
        span = PROBE_POINTS[1] - PROBE_POINTS[0]
        slope = max(_LEAST_SLOPE, math.log2(high / low) / span)
        middle = (low * high) ** 0.5
        return cls(middle / 2.0 ** (slope * sum(PROBE_POINTS) / 2), slope)

    def bits(self, rate_point: float) -> float:
        return float(self.level * 2.0 ** (self.slope * rate_point))

    def learn(self, rate_point: int, bits: float) -> None:
        """A frame was coded."""
        found = bits / 2.0 ** (self.slope * rate_point)
        self.level = float(self.level**_MEMORY * found ** (1 - _MEMORY))


@dataclass
class RateControl:
    """Spends `budget` bits over the frames that are left.

    Attributes:
        before: the last rate point taken, or None.
    """

    intra: FrameKind
    inter: FrameKind
    budget: float
    before: int | None = None

    def next_point(self, intra_left: int, inter_left: int) -> int:
        """The rate point of the next frame, which is one of the frames that are left of each kind."""
        low, high = 0.0, float(RATE_POINTS - 1)
        for _ in range(20):
            middle = (low + high) / 2
            spent = intra_left * self.intra.bits(middle) + inter_left * self.inter.bits(middle)
            low, high = (middle, high) if spent < self.budget else (low, middle)
        point = round((low + high) / 2)
        if self.before is not None:
            point = min(max(point, self.before - LARGEST_STEP), self.before + LARGEST_STEP)
        return min(max(point, 0), RATE_POINTS - 1)

    def coded(self, rate_point: int, bits: float, *, intra: bool) -> None:
        """Take off what a frame took."""
        (self.intra if intra else self.inter).learn(rate_point, bits)
        self.budget -= bits
        self.before = rate_point
