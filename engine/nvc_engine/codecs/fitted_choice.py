"""Which preset of a codec that fits networks suits a rate and a time, and why, in words for a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from nvc_engine.codecs.contract import PresetChoice, Wishes
from nvc_engine.codecs.fitting_budget import FEW_PASSES
from nvc_engine.media.clip import ClipInfo

# In fewer steps, or where it sees each frame too few times, a network falls behind a smaller one that has more of both.
LEAST_STEPS = 800


@dataclass(frozen=True)
class Candidate:
    """A preset as it would fare: bits per pixel at the default quality, training steps in the time given, and passes
    over each frame that these are (None: as many as were asked for)."""

    name: str
    bpp: float
    steps: float = 0.0
    passes: float | None = None

    @property
    def trained(self) -> bool:
        """Whether the time suffices for it."""
        return self.passes is None or (self.passes >= FEW_PASSES and self.steps >= LEAST_STEPS)


def by_rate(candidates: Sequence[Candidate], bpp: float, slack: float) -> tuple[Candidate, str]:
    """The largest that is expected to take `slack` times `bpp` at most, or the smallest, and why."""
    fitting = [each for each in candidates if each.bpp <= slack * bpp]
    if not fitting:
        smallest = min(candidates, key=lambda each: each.bpp)
        return smallest, f"the smallest one, for it would take {smallest.bpp:.3g} bpp of {bpp:.3g} by itself"
    largest = max(fitting, key=lambda each: each.bpp)
    return largest, f"it is expected to take {largest.bpp:.3g} bpp of {bpp:.3g}, a larger one more"


def within_time(
    candidates: Sequence[Candidate], wanted: Candidate, why: str, info: ClipInfo, wishes: Wishes, default_minutes: float
) -> PresetChoice:
    """`wanted`, or where the time does not suffice for it, the largest smaller one that can be trained, or the quickest
    of all; with the sentence that says so."""
    taken, limit = _by_time(candidates, wanted)
    minutes = default_minutes if wishes.minutes is None else wishes.minutes
    time = f"{wishes.epochs} epochs" if wishes.epochs is not None else f"{minutes:g} min on {wishes.device}"
    clip = f"{info.frame_count} frames of {info.width} x {info.height}"
    return PresetChoice(taken.name, f"The preset {taken.name} for {clip}, {time}: {why}{limit}.")


def _by_time(candidates: Sequence[Candidate], wanted: Candidate) -> tuple[Candidate, str]:
    if wanted.passes is None:
        return wanted, ""
    if wanted.trained:
        return wanted, f"; each frame is seen about {wanted.passes:.0f} times"
    smaller = [each for each in candidates if each.bpp <= wanted.bpp and each.passes is not None]
    trained = [each for each in smaller if each.trained]
    taken = max(trained, key=lambda each: each.bpp) if trained else max(smaller, key=lambda each: each.passes or 0)
    if taken.name == wanted.name:
        return taken, f"; the time allows about {wanted.passes:.0f} passes over each frame"
    return taken, (
        f", but {wanted.name} would see each frame only about {wanted.passes:.0f} times in {wanted.steps:.0f} steps;"
        f" this one does {taken.passes:.0f} times in {taken.steps:.0f}"
    )
