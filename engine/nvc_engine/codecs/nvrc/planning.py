"""From settings, clip and goal to everything that is decided before the first step, and to the estimates shown."""

from dataclasses import dataclass
from math import inf, prod

import torch

from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.fitting_budget import Budget, Work, plan_of, training_seconds
from nvc_engine.codecs.goals import goal_bpp
from nvc_engine.codecs.nvrc.budget import DEFAULT_MINUTES, LAMBDA_START, first_lambda
from nvc_engine.codecs.nvrc.decoding import BITSTREAM_VERSION
from nvc_engine.codecs.nvrc.layout import MAX_WIDTH, Layout, NetworkShape
from nvc_engine.codecs.nvrc.pictures import sample_bytes
from nvc_engine.codecs.nvrc.settings import NvrcSettings
from nvc_engine.codecs.nvrc.speed import step_seconds
from nvc_engine.codecs.nvrc.training import Recipe
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.nn.precision import has_fast_bfloat16
from nvc_engine.protocol.messages import Plan

STAGE_SHARE = 0.3
LAMBDA_PER_RATE = 3.5
RATE_DOUBT = 1.25
TARGET_BYTES_LIMIT = 1_200_000_000
MAX_UNIT_FRAMES = 600
BASE_MEMORY = 450 << 20


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


@dataclass(frozen=True)
class Planned(Budget):
    """What an encode will do."""

    shape: NetworkShape
    recipe: Recipe


def plan_encode(info: ClipInfo, order: EncodeOrder) -> Planned:
    """Decide everything about an encode.

    Raises:
        EngineError: no decoder would take on so large a network.
    """
    settings: NvrcSettings = order.settings
    pixels = info.width * info.height
    frames = order.stop - order.first
    goal = goal_bpp(order.goal, info, order.first, order.stop, order.track_bytes) if order.goal else None
    lambda_, psnr = first_lambda(order.goal)
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
        seconds = training_seconds(DEFAULT_MINUTES if order.minutes is None else order.minutes)
    else:
        seconds = order.epochs * frames / recipe.batch * step_seconds(layout, recipe, order.device)
    header = file_header("nvrc", BITSTREAM_VERSION, order, info, shape.pack())
    tracks = order.track_bytes
    return Planned(lambda_, goal, psnr, seconds, unit_frames, frames, pixels, tracks, header, shape, recipe)


def make_plan(info: ClipInfo, order: EncodeOrder) -> Plan:
    """The estimates for a person, from the same decisions."""
    planned = plan_encode(info, order)
    layout = Layout(planned.shape, min(planned.frames, planned.unit_frames), info.height, info.width)
    least, most = (expected_bpp(layout, lambda_) for lambda_ in LAMBDA_START)
    too_much = planned.goal is not None and planned.goal > most * RATE_DOUBT
    work = Work(
        parameters=layout.parameter_count(),
        macs_per_pixel=layout.macs_per_pixel(),
        step_seconds=step_seconds(layout, planned.recipe, order.device),
        frames_a_step=planned.recipe.batch,
        expected_bpp=expected_bpp(layout, planned.lambda_),
        peak_memory_bytes=_peak_memory(layout, planned, info.bit_depth),
        most_bpp=most if too_much else inf,
    )
    warning = ""
    if too_much:
        warning = f"This network has use for about {most:.3g} bpp; a larger one would make more of {planned.goal:.3g}."
    elif planned.goal is not None and planned.goal < least / RATE_DOUBT:
        warning = (
            f"This network takes about {least:.3g} bpp at least; a smaller one would do better at {planned.goal:.3g}."
        )
    return plan_of("nvrc", info, order, planned, work, warning=warning)


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
