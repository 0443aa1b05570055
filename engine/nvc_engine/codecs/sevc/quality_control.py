"""Which rate point each frame takes so that the frames come to a mean PSNR.

The PSNR of a frame at a rate point q is taken as a straight line in q; the slope is measured by a probe before the
encode, the level is learned from every frame that was coded.
"""

from dataclasses import dataclass

from nvc_engine.codecs.sevc.rate_control import LARGEST_STEP, PROBE_POINTS
from nvc_engine.codecs.sevc.rate_points import RATE_POINTS

_MEMORY = 0.5
_LEAST_SLOPE = 0.01
_MOST_MADE_GOOD_DB = 1.5
_SOON = 16


@dataclass
class FrameQuality:
    """What is known of the PSNR of one kind of frames: dB at rate point 0, and dB a rate point."""

    level: float
    slope: float

    @classmethod
    def probed(cls, psnr: tuple[float, float]) -> "FrameQuality":
        """From mean dB of a frame at both `PROBE_POINTS`."""
        low, high = PROBE_POINTS
        slope = max(_LEAST_SLOPE, (psnr[1] - psnr[0]) / (high - low))
        return cls(sum(psnr) / 2 - slope * (low + high) / 2, slope)

    def learn(self, rate_point: int, psnr: float) -> None:
        """A frame was coded."""
        self.level = _MEMORY * self.level + (1 - _MEMORY) * (psnr - self.slope * rate_point)


@dataclass
class QualityControl:
    """Holds the mean PSNR at `goal` dB.

    Attributes:
        owed: dB that the frames coded so far have stayed below the goal, in sum.
        before: the last rate point taken, or None.
    """

    intra: FrameQuality
    inter: FrameQuality
    goal: float
    owed: float = 0.0
    before: int | None = None

    def next_point(self, intra_left: int, inter_left: int) -> int:
        """The rate point of the next frame, one of the frames that are left of each kind: the one under which all of
        them come to the goal and to what is owed, as far as the next few frames can make good for it."""
        left = intra_left + inter_left
        made_good = max(-_MOST_MADE_GOOD_DB, min(_MOST_MADE_GOOD_DB, self.owed / min(left, _SOON)))
        level = (intra_left * self.intra.level + inter_left * self.inter.level) / left
        slope = (intra_left * self.intra.slope + inter_left * self.inter.slope) / left
        point = round((self.goal + made_good - level) / slope)
        if self.before is not None:
            point = min(max(point, self.before - LARGEST_STEP), self.before + LARGEST_STEP)
        return min(max(point, 0), RATE_POINTS - 1)

    def coded(self, rate_point: int, psnr: float, *, intra: bool) -> None:
        """Take down what a frame came to."""
        (self.intra if intra else self.inter).learn(rate_point, psnr)
        self.owed += self.goal - psnr
        self.before = rate_point
