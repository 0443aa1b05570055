"""What an encode that fits networks may spend, how its units share it, and what a person is told of it beforehand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nvc_engine.bitstream.container import Header, overhead_bytes
from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.file_header import conversion_notes
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Plan

TRAINING_SHARE = 0.93
FEW_PASSES = 20
SMALLEST_UNIT_BYTES = 64
TRAINED_OVER_RENDERED = 3.0
"""What a training step takes over rendering its frames."""


def training_seconds(minutes: float) -> float:
    """What of a time budget is training."""
    return minutes * 60 * TRAINING_SHARE


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
        most_bpp: what the network has use for, where it is clearly less than the rate that is asked for.
    """

    parameters: int
    macs_per_pixel: float
    step_seconds: float
    frames_a_step: int
    expected_bpp: float
    peak_memory_bytes: int
    most_bpp: float = math.inf


def plan_of(
    codec: str,
    info: ClipInfo,
    order: EncodeOrder,
    budget: Budget,
    work: Work,
    *,
    notes: Sequence[str] = (),
    warning: str = "",
) -> Plan:
    """The estimates for a person, with `notes` and perhaps a `warning` of the codec's own."""
    units = -(-budget.frames // budget.unit_frames)
    samples = budget.frames * budget.pixels
    steps = round(budget.seconds / work.step_seconds)
    bpp = None if budget.goal is None else min(budget.goal, work.most_bpp)
    if budget.goal is None and budget.psnr is None:
        size = round(work.expected_bpp * samples / 8)
        bpp = work.expected_bpp + 8 * overhead_bytes(budget.header, [(budget.frames, size)]) / samples
    passes = steps * work.frames_a_step / budget.frames
    render = budget.frames * work.step_seconds / (TRAINED_OVER_RENDERED * work.frames_a_step)
    if passes < FEW_PASSES:
        warning = f"Each frame would be seen only {passes:.0f} times; give it more time or a smaller preset."
    return Plan(
        codec=codec,
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
            *notes,
        ),
        warning=warning,
    )
