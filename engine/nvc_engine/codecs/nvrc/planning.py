"""From settings, clip and goal to everything that is decided before the first step, and to the estimates shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import torch

from nvc_engine.bitstream.container import Header, overhead_bytes
from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.file_header import conversion_notes, file_header
from nvc_engine.codecs.goals import goal_bpp
from nvc_engine.codecs.nvrc.decoding import BITSTREAM_VERSION
from nvc_engine.codecs.nvrc.layout import MAX_WIDTH, Layout, NetworkShape
from nvc_engine.codecs.nvrc.pictures import sample_bytes
from nvc_engine.codecs.nvrc.settings import NvrcSettings
from nvc_engine.codecs.nvrc.speed import step_seconds
from nvc_engine.codecs.nvrc.training import Recipe
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.nn.precision import has_fast_bfloat16
from nvc_engine.protocol.messages import GoalKind, Plan

DEFAULT_MINUTES = 5.0
QUALITY_DEFAULT = 24.0
QUALITY_MAXIMUM = 63.0
TRAINING_SHARE = 0.93
STAGE_SHARE = 0.3
LAMBDA_PER_RATE = 3.5
LAMBDA_START = (32.0, 1024.0)
PSNR_LAMBDA = 0.1
FEW_PASSES = 20
RATE_DOUBT = 1.25
SMALLEST_UNIT_BYTES = 64
TARGET_BYTES_LIMIT = 1_200_000_000
MAX_UNIT_FRAMES = 600
BASE_MEMORY = 450 << 20
TRAINED_OVER_RENDERED = 3.0
"""What a training step takes over rendering its frames."""


def quality_lambda(quality: float) -> float:
    """lambda of a quality step: 8 at 0, doubled every 6 steps (128 at 24), on the scale of specs/nvrc.md 3.1 (YUV)."""
    return float(8.0 * 2.0 ** (quality / 6))


def psnr_lambda(psnr: float) -> float:
    """Where lambda begins on its way to a PSNR in dB: a distortion that weighs as much as a usual rate does."""
    return float(min(max(PSNR_LAMBDA * 10.0 ** (psnr / 10), LAMBDA_START[0]), LAMBDA_START[1]))


def network_shape(settings: NvrcSettings, height: int) -> NetworkShape:
    """The network for pictures of `height` luma rows: cells of 4, a base grid of about 22 to 68 rows, stages that are
    a third wider than the last one, widths in multiples of 8."""
    strides = (1, 2) if height <= 420 else (2, 2) if height <= 1260 else (2, 2, 2)
    stages = len(strides)
    early = max(8, min(MAX_WIDTH, settings.width * 4 // 3 // 8 * 8))
    return NetworkShape(
        cell=4,
        strides=strides,
        widths=(early,) * (stages - 1) + (settings.width,),
        depths=(1,) * (stages - 1) + (settings.depth,),
        expansions=(settings.expansion,) * stages,
        base_channels=settings.base_channels,
        base_levels=settings.base_levels,
        base_period=settings.base_period,
        local_channels=settings.local_channels,
        local_levels=2,
        stage_channels=(0,) * (stages - 1) + (settings.detail_channels,),
        stage_periods=(1,) * (stages - 1) + (settings.detail_period,),
    )


def make_recipe(settings: NvrcSettings, device: str) -> Recipe:
    """The training that these settings ask for on `device`."""
    fast = settings.precision == "auto" and has_fast_bfloat16(torch.device(device))
    return Recipe(batch=settings.batch, bf16=fast or settings.precision == "bfloat16")


def training_seconds(minutes: float | None) -> float:
    """What of a time budget, or of the default one, is training."""
    return (DEFAULT_MINUTES if minutes is None else minutes) * 60 * TRAINING_SHARE


@dataclass(frozen=True)
class Planned:
    """What an encode will do.

    Attributes:
        seconds: training time of the whole encode, in the units of the session's clock.
        unit_frames: longest unit that fits the memory plan.
        goal: bits per pixel asked for, or None.
        psnr: mean PSNR-YUV asked for in dB, or None.
        track_bytes: what audio and subtitles take in the file beside that.
        header: of the file.
    """

    shape: NetworkShape
    recipe: Recipe
    lambda_: float
    goal: float | None
    seconds: float
    unit_frames: int
    frames: int
    pixels: int
    track_bytes: int
    header: Header
    psnr: float | None = None

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


def plan_encode(info: ClipInfo, order: EncodeOrder) -> Planned:
    """Decide everything about an encode.

    Raises:
        EngineError: no decoder would take on so large a network.
    """
    settings: NvrcSettings = order.settings
    pixels = info.width * info.height
    frames = order.stop - order.first
    goal = goal_bpp(order.goal, info, order.first, order.stop, order.track_bytes) if order.goal else None
    lambda_ = quality_lambda(QUALITY_DEFAULT)
    psnr = None
    if order.goal is not None and order.goal.kind is GoalKind.QUALITY:
        lambda_ = quality_lambda(order.goal.value)
    elif order.goal is not None and order.goal.kind is GoalKind.PSNR:
        psnr = order.goal.value
        lambda_ = psnr_lambda(psnr)
    shape = network_shape(settings, info.height)
    unit_frames = max(8, min(MAX_UNIT_FRAMES, TARGET_BYTES_LIMIT * 2 // (3 * pixels * sample_bytes(info.bit_depth))))
    layout = Layout(shape, min(frames, unit_frames), info.height, info.width)
    if not layout.decodable():
        raise EngineError(
            f"The network is too large for pictures of {info.width} x {info.height}: choose a smaller preset, width or"
            " expansion."
        )
    if goal is not None:
        beyond = (goal / expected_bpp(layout, lambda_)) ** LAMBDA_PER_RATE
        lambda_ = min(max(lambda_ * beyond, LAMBDA_START[0]), LAMBDA_START[1])
    recipe = make_recipe(settings, order.device)
    if order.epochs is None:
        seconds = training_seconds(order.minutes)
    else:
        seconds = order.epochs * frames / recipe.batch * step_seconds(layout, recipe, order.device)
    header = file_header("nvrc", BITSTREAM_VERSION, order, info, shape.pack())
    return Planned(shape, recipe, lambda_, goal, seconds, unit_frames, frames, pixels, order.track_bytes, header, psnr)


def make_plan(info: ClipInfo, order: EncodeOrder) -> Plan:
    """The estimates for a person, from the same decisions."""
    planned = plan_encode(info, order)
    count = min(planned.frames, planned.unit_frames)
    layout = Layout(planned.shape, count, info.height, info.width)
    units = -(-planned.frames // planned.unit_frames)
    step = step_seconds(layout, planned.recipe, order.device)
    steps = round(planned.seconds / step)
    bpp: float | None = planned.goal
    if planned.goal is None and planned.psnr is None:
        payload = expected_bpp(layout, planned.lambda_)
        size = round(payload * planned.frames * planned.pixels / 8)
        bpp = payload + 8 * overhead_bytes(planned.header, [(planned.frames, size)]) / (planned.frames * planned.pixels)
    passes = steps * planned.recipe.batch / planned.frames
    render = planned.frames * step / (TRAINED_OVER_RENDERED * planned.recipe.batch)
    return Plan(
        codec="nvrc",
        preset=order.preset,
        parameters=layout.parameter_count() * units,
        kmac_per_pixel=layout.macs_per_pixel() / 1000,
        peak_memory_bytes=_peak_memory(layout, planned, info.bit_depth),
        seconds=planned.seconds / (TRAINING_SHARE if order.epochs is None else 1) + render,
        bpp=bpp,
        bytes=None if bpp is None else round(bpp * planned.frames * planned.pixels / 8),
        frames=planned.frames,
        width=info.width,
        height=info.height,
        device=order.device,
        steps=steps,
        notes=(
            *filter(None, (order.preset_reason,)),
            f"About {passes:.0f} passes over each frame.",
            *conversion_notes(info),
        ),
        warning=_warning(planned, layout, passes),
    )


def _warning(planned: Planned, layout: Layout, passes: float) -> str:
    """What should be changed before so long a training, or ""."""
    if passes < FEW_PASSES:
        return f"Each frame would be seen only {passes:.0f} times; give it more time or a smaller preset."
    if planned.goal is None:
        return ""
    least, most = (expected_bpp(layout, lambda_) for lambda_ in LAMBDA_START)
    if planned.goal < least / RATE_DOUBT:
        return (
            f"This network takes about {least:.3g} bpp at least; a smaller one would do better at {planned.goal:.3g}."
        )
    if planned.goal > most * RATE_DOUBT:
        return f"This network has use for about {most:.3g} bpp; a larger one would make more of {planned.goal:.3g}."
    return ""


def expected_bpp(layout: Layout, lambda_: float) -> float:
    """Bits per pixel of a unit after training: fits to trials at 180p and 360p with lambda from 16 to 256, for weights,
    base grids and the sparser stage grids apart."""
    shapes = layout.parameter_shapes()
    base = sum(prod(shape) for name, shape in shapes.items() if name.startswith("grid.base"))
    stage = sum(prod(shape) for name, shape in shapes.items() if name.startswith("grid.stage"))
    per_weight = 3.0 * (lambda_ / 16) ** 0.22
    per_feature = (lambda_ / 16) ** 0.27 * (layout.shape.base_period / 3) ** 0.6
    bits = (layout.parameter_count() - base - stage) * per_weight + (base + STAGE_SHARE * stage) * per_feature
    return float(bits / (layout.frames * layout.height * layout.width))


def _peak_memory(layout: Layout, planned: Planned, bit_depth: int) -> int:
    """Bytes at the peak: the clip's cells, activations kept for the backward pass, parameters with their moments."""
    shape = layout.shape
    per_number = 2 if planned.recipe.bf16 else 4
    activations = 0
    for stage in range(len(shape.strides)):
        rows, columns = layout.stage_size(stage)
        hidden = shape.widths[stage] * shape.expansions[stage]
        numbers = 3 * layout.width_in(stage) + shape.depths[stage] * (3 * hidden + 4 * shape.widths[stage])
        activations += rows * columns * numbers * per_number
    target = layout.frames * layout.height * layout.width * 3 // 2 * sample_bytes(bit_depth)
    return BASE_MEMORY + target + planned.recipe.batch * activations + layout.parameter_count() * 4 * 14
