"""What an encode may spend, how its units share it, and what a person is told of it beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass

from nvc_engine.bitstream.container import Header, overhead_bytes
from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.file_header import conversion_notes
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Goal, GoalKind, Plan

DEFAULT_MINUTES = 5.0
QUALITY_DEFAULT = 24.0
QUALITY_MAXIMUM = 63.0
TRAINING_SHARE = 0.93
LAMBDA_START = (32.0, 1024.0)
PSNR_LAMBDA = 0.1
FEW_PASSES = 20
SMALLEST_UNIT_BYTES = 64
TRAINED_OVER_RENDERED = 3.0
"""What a training step takes over rendering its frames."""


def quality_lambda(quality: float) -> float:
    """lambda of a quality step: 8 at 0, doubled every 6 steps (128 at 24), on the scale of specs/nvrc.md 3.1 (YUV)."""
    return float(8.0 * 2.0 ** (quality / 6))


def psnr_lambda(psnr: float) -> float:
    """Where lambda begins on its way to a PSNR in dB: a distortion that weighs as much as a usual rate does."""
    return float(min(max(PSNR_LAMBDA * 10.0 ** (psnr / 10), LAMBDA_START[0]), LAMBDA_START[1]))


def first_lambda(goal: Goal | None) -> tuple[float, float | None]:
    """Where lambda begins, and the mean PSNR-YUV asked for in dB, if one is."""
    if goal is not None and goal.kind is GoalKind.PSNR:
        return psnr_lambda(goal.value), goal.value
    asked = goal is not None and goal.kind is GoalKind.QUALITY
    return quality_lambda(goal.value if goal is not None and asked else QUALITY_DEFAULT), None


def training_seconds(minutes: float | None) -> float:
    """What of a time budget, or of the default one, is training."""
    return (DEFAULT_MINUTES if minutes is None else minutes) * 60 * TRAINING_SHARE


@dataclass(frozen=True)
class Budget:
    """What an encode may spend, and what it aims at.

    Attributes:
        lambda_: what the distortion counts for at the start.
        seconds: training time of the whole encode, in the units of the session's clock.
        unit_frames: longest unit that fits the memory plan.
        goal: bits per pixel asked for, or None.
        psnr: mean PSNR-YUV asked for in dB, or None.
        track_bytes: what audio and subtitles take in the file beside that.
        header: of the file.
    """

    lambda_: float
    goal: float | None
    psnr: float | None
    seconds: float
    unit_frames: int
    frames: int
    pixels: int
    track_bytes: int
    header: Header

    def unit_bytes(self, count: int, counts: Sequence[int] = ()) -> int | None:
        """Bytes that a unit of `count` frames may take under the goal, the file's own overhead taken off; `counts` are
        the frames of all units (none: one unit is all)."""
        if self.goal is None:
            return None
        total = self.goal * self.frames * self.pixels / 8
        sizes = [(each, round(total * each / self.frames)) for each in counts or (self.frames,)]
        payloads = total - overhead_bytes(self.header, sizes, self.track_bytes)
        return max(SMALLEST_UNIT_BYTES, round(payloads * count / self.frames))

    def unit_goal(self, count: int, counts: Sequence[int] = ()) -> float | None:
        """The same in bits per pixel."""
        size = self.unit_bytes(count, counts)
        return None if size is None else size * 8 / (count * self.pixels)


@dataclass(frozen=True)
class Work:
    """What fitting one unit takes.

    Attributes:
        macs_per_pixel: of rendering.
        step_seconds: estimated, of a training step, which renders as many pixels as `frames_a_step` frames have.
        expected_bpp: after training, where neither a rate nor a PSNR is asked for.
    """

    parameters: int
    macs_per_pixel: float
    step_seconds: float
    frames_a_step: int
    expected_bpp: float
    peak_memory_bytes: int


def plan_of(info: ClipInfo, order: EncodeOrder, budget: Budget, work: Work, rate_warning: str = "") -> Plan:
    """The estimates for a person."""
    units = -(-budget.frames // budget.unit_frames)
    samples = budget.frames * budget.pixels
    steps = round(budget.seconds / work.step_seconds)
    bpp = budget.goal
    if budget.goal is None and budget.psnr is None:
        size = round(work.expected_bpp * samples / 8)
        bpp = work.expected_bpp + 8 * overhead_bytes(budget.header, [(budget.frames, size)]) / samples
    passes = steps * work.frames_a_step / budget.frames
    render = budget.frames * work.step_seconds / (TRAINED_OVER_RENDERED * work.frames_a_step)
    warning = rate_warning
    if passes < FEW_PASSES:
        warning = f"Each frame would be seen only {passes:.0f} times; give it more time or a smaller preset."
    return Plan(
        codec="nvrc",
        preset=order.preset,
        parameters=work.parameters * units,
        kmac_per_pixel=work.macs_per_pixel / 1000,
        peak_memory_bytes=work.peak_memory_bytes,
        seconds=budget.seconds / (TRAINING_SHARE if order.epochs is None else 1) + render,
        bpp=bpp,
        bytes=None if bpp is None else round(bpp * samples / 8),
        frames=budget.frames,
        width=info.width,
        height=info.height,
        device=order.device,
        steps=steps,
        notes=(
            *filter(None, (order.preset_reason,)),
            f"About {passes:.0f} passes over each frame.",
            *conversion_notes(info),
        ),
        warning=warning,
    )
