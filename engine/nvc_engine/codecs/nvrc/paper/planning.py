"""From settings, clip and goal to everything that is decided before the first step, and to the estimates shown."""

from dataclasses import dataclass

import torch

from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.fitting_budget import Budget, Work, plan_of, training_seconds
from nvc_engine.codecs.goals import goal_bpp
from nvc_engine.codecs.machine_speed import known_speed
from nvc_engine.codecs.nvrc.budget import DEFAULT_MINUTES, LAMBDA_START, first_lambda
from nvc_engine.codecs.nvrc.paper.arrays import GridLaw, GridSteps, Hierarchy, ModelCoding, WeightLaw
from nvc_engine.codecs.nvrc.paper.configurations import configuration, shrunk
from nvc_engine.codecs.nvrc.paper.file_config import PAPER_VERSION, FileConfig
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.pictures import Objective
from nvc_engine.codecs.nvrc.paper.schedule import Method, Schedule
from nvc_engine.codecs.nvrc.paper.training import PaperRecipe, patch_grid
from nvc_engine.codecs.nvrc.settings import NvrcSettings
from nvc_engine.codecs.nvrc.speed import NAME, PARAMETER_OVERHEADS, USUAL
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.nn.precision import has_fast_bfloat16
from nvc_engine.protocol.messages import Plan

# lambda of RGB over that of YUV at the same point of the paper's ladder (3.1).
RGB_LAMBDA = 1 / 32
LAMBDA_PER_RATE = 2.0
BITS_A_PARAMETER = 3.0
TARGET_BYTES_LIMIT = 1_200_000_000
MAX_UNIT_FRAMES = 600
LEAST_UNIT_FRAMES = 8
BASE_MEMORY = 450 << 20


@dataclass(frozen=True)
class PaperPlanned(Budget):
    """What an encode will do."""

    config: FileConfig
    recipe: PaperRecipe


def hierarchy_of(settings: NvrcSettings) -> Hierarchy:
    """How the settings have parameters coded; HiNeRV's method has one step and one law a tensor."""
    if settings.method == Method.HINERV.value:
        return Hierarchy(GridLaw.TENSOR, GridSteps.TENSOR, WeightLaw.TENSOR)
    return Hierarchy(
        GridLaw.CONTEXT if settings.grid_law == "context" else GridLaw.TENSOR,
        GridSteps.BLOCKS if settings.grid_steps == "blocks" else GridSteps.FIXED,
        WeightLaw.DUAL_AXIS if settings.weight_law == "dual-axis" else WeightLaw.TENSOR,
        ModelCoding.CODED if settings.model_coding == "coded" else ModelCoding.RAW,
    )


def recipe_of(settings: NvrcSettings, device: str) -> PaperRecipe:
    """How the settings have a unit fitted on `device`."""
    fast = settings.precision == "auto" and has_fast_bfloat16(torch.device(device))
    return PaperRecipe(
        objective=Objective[settings.objective.upper()],
        hierarchy=hierarchy_of(settings),
        schedule=Schedule(Method(settings.method), settings.second_stage / 100, settings.rate_from_start),
        patch=settings.patch,
        frames=settings.batch,
        alternating=settings.alternating,
        learning_rate=settings.learning_rate,
        model_rate=settings.model_rate,
        levels=settings.levels,
        bf16=fast or settings.precision == "bfloat16",
    )


def plan_paper_encode(info: ClipInfo, order: EncodeOrder) -> PaperPlanned:
    """Decide everything about an encode.

    Raises:
        EngineError: no decoder would take on so large a network.
    """
    settings: NvrcSettings = order.settings
    recipe = recipe_of(settings, order.device)
    network = configuration(settings.structure, info.height, info.width)
    config = FileConfig(shrunk(network, settings.first_width, settings.most_blocks), recipe.hierarchy, recipe.objective)
    pixels, frames = info.width * info.height, order.stop - order.first
    sample_bytes = 1 if info.bit_depth == 8 else 2
    unit_frames = max(LEAST_UNIT_FRAMES, min(MAX_UNIT_FRAMES, TARGET_BYTES_LIMIT // (3 * pixels * sample_bytes)))
    layout = PaperLayout(config.network, min(frames, unit_frames), info.height, info.width)
    if not layout.decodable():
        raise EngineError(
            f"The network is too large for pictures of {info.width} x {info.height}: choose a smaller preset or width."
        )
    scale = RGB_LAMBDA if recipe.objective is Objective.RGB else 1.0
    lambda_, psnr = first_lambda(order.goal)
    goal = goal_bpp(order.goal, info, order.first, order.stop, order.track_bytes) if order.goal else None
    if goal is not None:
        beyond = (goal / _expected_bpp(layout)) ** LAMBDA_PER_RATE
        lambda_ = min(max(lambda_ * beyond, LAMBDA_START[0]), LAMBDA_START[1])
    if order.epochs is None:
        seconds = training_seconds(DEFAULT_MINUTES if order.minutes is None else order.minutes)
    else:
        seconds = order.epochs * frames / recipe.frames * _step_seconds(layout, recipe, order.device)
    header = file_header("nvrc", PAPER_VERSION, order, info, config.pack())
    return PaperPlanned(
        scale * lambda_, goal, psnr, seconds, unit_frames, frames, pixels, order.track_bytes, header, config, recipe
    )


def make_paper_plan(info: ClipInfo, order: EncodeOrder) -> Plan:
    """The estimates for a person, from the same decisions."""
    planned = plan_paper_encode(info, order)
    layout = PaperLayout(planned.config.network, min(planned.frames, planned.unit_frames), info.height, info.width)
    work = Work(
        parameters=layout.parameter_count(),
        macs_per_pixel=layout.macs_per_pixel(),
        step_seconds=_step_seconds(layout, planned.recipe, order.device),
        frames_a_step=planned.recipe.frames,
        expected_bpp=_expected_bpp(layout),
        peak_memory_bytes=_peak_memory(layout, planned.recipe, info.bit_depth),
    )
    return plan_of("nvrc", info, order, planned, work)


def _step_seconds(layout: PaperLayout, recipe: PaperRecipe, device: str) -> float:
    """Estimated seconds of a step; patches cost their margins, about as much again at the published sizes."""
    speed = known_speed(NAME, device) or USUAL[device]
    margins = 2.0 if recipe.patch else 1.0
    work = speed.work_seconds(3 * margins * recipe.frames * layout.frame_macs())
    return speed.overhead * (1 + PARAMETER_OVERHEADS * layout.parameter_count()) + work


def _expected_bpp(layout: PaperLayout) -> float:
    """Bits per pixel of a unit after training: three bits a parameter, whatever lambda."""
    return BITS_A_PARAMETER * layout.parameter_count() / (layout.frames * layout.height * layout.width)


def _peak_memory(layout: PaperLayout, recipe: PaperRecipe, bit_depth: int) -> int:
    """Bytes at the peak: the clip's samples, activations kept for the backward pass, parameters with their moments."""
    network, per_number = layout.network, 2 if recipe.bf16 else 4
    patches = patch_grid(layout, recipe.patch)
    rows = patches[0].rows * len(patches)
    numbers = 0
    for stage, depth in enumerate(network.depths):
        scale = layout.factor // layout.stage_factor(stage + 1)
        hidden = network.widths[stage] * network.expansions[stage]
        per_position = 3 * layout.width_in(stage) + depth * (3 * hidden + 4 * network.widths[stage])
        numbers += per_position * (rows // scale) * (patches[0].columns // scale)
    samples = layout.frames * layout.height * layout.width * 3 * (1 if bit_depth == 8 else 2)
    activations = recipe.frames * numbers * per_number * (2 if recipe.patch else 1)
    return BASE_MEMORY + samples + activations + layout.parameter_count() * 4 * 14
