"""What a motion-aligned encode decides before its first frame, and the estimates shown."""

import math
from dataclasses import dataclass

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.file_header import conversion_notes, file_header
from nvc_engine.codecs.goals import goal_bpp
from nvc_engine.codecs.nvrc.motion.aiming import Aim, QualityAim, SizeAim
from nvc_engine.codecs.nvrc.motion.decoding import MAX_PIXELS, PROFILE, PROFILE_VERSION
from nvc_engine.codecs.nvrc.motion.encoding import Recipe
from nvc_engine.codecs.nvrc.motion.prior import prior_nets
from nvc_engine.codecs.nvrc.motion.steps import COARSEST, step_index
from nvc_engine.codecs.nvrc.motion.unit import MAX_FRAMES
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import GoalKind, Plan

DEFAULT_QUALITY = 42.0
DEFAULT_MINUTES = 5.0
UNIT_BYTES_LIMIT = 600_000_000
UNIT_FRAMES = 256
SECONDS_A_PIXEL = 4e-6  # of a pass
# Passes behind the first one that time is kept for when a filter is learned, and the least that learning is worth.
PASSES_RESERVED = 2.2
LEAST_LEARNING_SECONDS = 3.0
PASSES_TO_A_GOAL = 2
MEMORY_A_PIXEL = 420
BASE_MEMORY = 300 << 20
MACS_A_PIXEL = 900
# Bits a pixel of natural clips at a step of 16, and how they fall with longer steps.
TYPICAL_BPP, BPP_AN_OCTAVE = 0.15, 1.3
# Where the search for a PSNR begins.
STEP_AT_40_DB, DB_AN_OCTAVE = 10.0, 4.0


def quality_step(quality: float, peak: int) -> float:
    """The luma step of a quality step q, in samples: lambda = 8 * 2^(q/6) weighs squared error on a scale of 0..1
    against bits a pixel, and a squared step is worth `Recipe.price` of that."""
    return peak / math.sqrt(Recipe.price * 8.0 * 2.0 ** (quality / 6))


@dataclass(frozen=True)
class MotionPlan:
    """What an encode will do.

    Attributes:
        step: index of the quantiser step that it begins with.
        aim: the goal that it is to meet in more passes, or None.
        lambda_: what squared error (on a scale of 0..1) weighs against bits a pixel.
        seconds: time budget; at least one pass is made whatever it takes.
        goal_bpp: bits per pixel asked for, or None.
        unit_frames: most frames of a unit.
    """

    recipe: Recipe
    step: int
    aim: Aim | None
    lambda_: float
    seconds: float
    goal_bpp: float | None
    unit_frames: int
    header: Header


def plan_motion(info: ClipInfo, order: EncodeOrder) -> MotionPlan:
    """Decide everything about an encode.

    Raises:
        EngineError: pictures that no decoder takes on.
        UsageError: epochs are asked for.
    """
    if order.epochs is not None:
        raise UsageError(
            f"The preset {order.preset} passes over no clip in epochs; give it minutes, or choose another preset."
        )
    pixels = info.width * info.height
    if pixels > MAX_PIXELS:
        raise EngineError(
            f"Pictures of {info.width} x {info.height} are too large for this preset, which takes up to {MAX_PIXELS}"
            " pixels; make them smaller first."
        )
    peak = (1 << info.bit_depth) - 1
    goal = goal_bpp(order.goal, info, order.first, order.stop, order.track_bytes) if order.goal else None
    if goal is not None:
        step = 16 * (peak / 255) * (TYPICAL_BPP / goal) ** (1 / BPP_AN_OCTAVE)
    elif order.goal is not None and order.goal.kind is GoalKind.QUALITY:
        step = quality_step(order.goal.value, peak)
    elif order.goal is not None and order.goal.kind is GoalKind.PSNR:
        step = peak / 255 * STEP_AT_40_DB * 2.0 ** ((40 - order.goal.value) / DB_AN_OCTAVE)
    else:
        step = quality_step(DEFAULT_QUALITY, peak)
    sample = 1 if info.bit_depth == 8 else 2
    unit_frames = max(8, min(UNIT_FRAMES, MAX_FRAMES, UNIT_BYTES_LIMIT * 2 // (3 * pixels * sample)))
    header = file_header("nvrc", PROFILE_VERSION, order, info, bytes((PROFILE,)))
    aim: Aim | None = None
    if goal is not None:
        aim = SizeAim(goal * pixels * (order.stop - order.first) / 8, header, order.track_bytes)
    elif order.goal is not None and order.goal.kind is GoalKind.PSNR:
        aim = QualityAim(order.goal.value)
    seconds = 60 * (DEFAULT_MINUTES if order.minutes is None else order.minutes)
    lambda_ = peak**2 / (Recipe.price * step**2)
    return MotionPlan(Recipe(), min(step_index(step), COARSEST), aim, lambda_, seconds, goal, unit_frames, header)


def learning_seconds(budget: float, a_pass: float) -> float:
    """What of a time budget is left for learning filters where a pass takes `a_pass` seconds."""
    return budget - PASSES_RESERVED * a_pass


def expected_seconds(budget: float, a_pass: float, *, aims: bool) -> float:
    """How long an encode is expected to take where a pass takes `a_pass` seconds: the passes alone where they leave no
    time for a filter, else learning, a pass before it, and what is needed behind it."""
    passes = PASSES_TO_A_GOAL if aims else 1
    learning = learning_seconds(budget, a_pass)
    return passes * a_pass if learning < LEAST_LEARNING_SECONDS else learning + (1 + passes) * a_pass


def make_plan(info: ClipInfo, order: EncodeOrder) -> Plan:
    """The estimates for a person, from the same decisions."""
    planned = plan_motion(info, order)
    frames, pixels = order.stop - order.first, info.width * info.height
    step = 2.0 ** (planned.step / 16) / 4 * 255 / ((1 << info.bit_depth) - 1)
    bpp = planned.goal_bpp or TYPICAL_BPP * (16 / step) ** BPP_AN_OCTAVE
    passes = 2
    parameters = sum(tensor.size for net in prior_nets().all() for tensor in net.tensors("").values())
    unit = min(frames, planned.unit_frames)
    return Plan(
        codec="nvrc",
        preset=order.preset,
        parameters=parameters,
        kmac_per_pixel=MACS_A_PIXEL / 1000,
        peak_memory_bytes=BASE_MEMORY
        + pixels * (MEMORY_A_PIXEL + 2 * 3 * unit * (1 if info.bit_depth == 8 else 2) // 2),
        seconds=expected_seconds(planned.seconds, frames * pixels * SECONDS_A_PIXEL, aims=planned.aim is not None),
        bpp=bpp,
        bytes=round(bpp * frames * pixels / 8),
        frames=frames,
        width=info.width,
        height=info.height,
        device="cpu",
        steps=passes * frames,
        notes=(
            *((order.preset_reason,) if order.preset_reason else ()),
            "Frames are predicted from each other along their motion.",
            *conversion_notes(info),
        ),
        warning="",
    )
