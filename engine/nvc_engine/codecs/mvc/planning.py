"""From settings, clip and goal to everything that is decided before the first step, and to the estimates shown."""

import math
from dataclasses import dataclass

import torch

from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.fitting_budget import Budget, Work, plan_of, training_seconds
from nvc_engine.codecs.goals import goal_bpp
from nvc_engine.codecs.mvc.decoding import BITSTREAM_VERSION
from nvc_engine.codecs.mvc.embedding import Psi
from nvc_engine.codecs.mvc.fixed import code_bytes, side_bytes
from nvc_engine.codecs.mvc.frames import sample_bytes
from nvc_engine.codecs.mvc.layout import Layout, Lift, NetworkShape
from nvc_engine.codecs.mvc.modules import helper_notes
from nvc_engine.codecs.mvc.settings import AUTO, MvcSettings, network_shape
from nvc_engine.codecs.mvc.training import Recipe
from nvc_engine.errors import EngineError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.nn.precision import has_fast_bfloat16
from nvc_engine.protocol.messages import Goal, GoalKind, Plan

DEFAULT_MINUTES = 10.0
QUALITY_DEFAULT = 24.0
QUALITY_MAXIMUM = 63.0
UNIT_HEAD_BYTES = 4  # version, frames, coding
BITS_AT_ONE, BITS_PER_OCTAVE, LEAST_BITS = 1.4, 0.5, 0.3
LAMBDA_RANGE = (1e-3, 1e3)
PSNR_LAMBDA, PSNR_LAMBDA_RANGE = 0.01, (2.0**-3, 2.0**3)
FRAME_BYTES_LIMIT = 1_200_000_000
MAX_UNIT_FRAMES = 600
WARM_UP = 0.05
BASE_MEMORY = 450 << 20
MACS_PER_SECOND = {"cpu": 23e9, "cuda": 4e12}
LOSS_SECONDS_PER_PIXEL = {"cpu": 8e-7, "cuda": 4e-9}
STEP_OVERHEAD_SECONDS = {"cpu": 0.015, "cuda": 0.008}


def quality_lambda(quality: float) -> float:
    """lambda of a quality step: 1 at 24, doubled every 6 steps; it weighs D of `training` against bits per pixel."""
    return float(2.0 ** ((quality - 24) / 6))


def psnr_lambda(psnr: float) -> float:
    """Where lambda begins on its way to a PSNR in dB: D falls with the root of the MSE, and is to weigh as much as a
    usual rate does."""
    least, most = PSNR_LAMBDA_RANGE
    return float(min(max(PSNR_LAMBDA * 10.0 ** (psnr / 20), least), most))


def _first_lambda(goal: Goal | None) -> float:
    """Where lambda begins where no rate is asked for."""
    if goal is not None and goal.kind is GoalKind.PSNR:
        return psnr_lambda(goal.value)
    asked = goal is not None and goal.kind is GoalKind.QUALITY
    return quality_lambda(goal.value if goal is not None and asked else QUALITY_DEFAULT)


def expected_bits(layout: Layout, settings: MvcSettings, lambda_: float) -> float:
    """Bits of a unit: exact where bits are fixed, else a fit to short trials at 90p and 180p, where what a weight takes
    followed lambda times the pixels that it serves."""
    if settings.coding == "fixed":
        shapes, bits = layout.coded_shapes(), (settings.weight_bits, settings.embedding_bits)
        codes = sum(code_bytes(name, shape, *bits) for name, shape in shapes.items())
        return 8.0 * (UNIT_HEAD_BYTES + side_bytes(shapes) + codes)
    octaves = math.log2(lambda_ * layout.frames * layout.height * layout.width / layout.weight_count())
    return layout.weight_count() * max(LEAST_BITS, BITS_AT_ONE + BITS_PER_OCTAVE * octaves)


def fitting_lambda(layout: Layout, bpp: float) -> float:
    """The lambda under which a unit is expected to take so much; within what is usual."""
    pixels = layout.frames * layout.height * layout.width
    bits = bpp * pixels / layout.weight_count()
    lambda_ = 2.0 ** ((bits - BITS_AT_ONE) / BITS_PER_OCTAVE) * layout.weight_count() / pixels
    return float(min(max(lambda_, LAMBDA_RANGE[0]), LAMBDA_RANGE[1]))


@dataclass(frozen=True)
class Planned(Budget):
    """What an encode will do."""

    settings: MvcSettings
    shape: NetworkShape
    recipe: Recipe


def plan_encode(info: ClipInfo, order: EncodeOrder) -> Planned:
    """Decide everything about an encode.

    Raises:
        EngineError: no decoder would take on so large a network, or a rate is asked for where bits are fixed.
    """
    settings: MvcSettings = order.settings
    frames = order.stop - order.first
    shape = network_shape(settings, info.height, info.width)
    per_frame = sample_bytes(info.bit_depth) * info.width * info.height
    unit_frames = max(8, min(MAX_UNIT_FRAMES, FRAME_BYTES_LIMIT // per_frame))
    layout = Layout(shape, min(frames, unit_frames), info.height, info.width)
    if not layout.decodable():
        raise EngineError(
            f"The network is too large for pictures of {info.width} x {info.height}: choose a smaller preset, fewer"
            " features or other strides."
        )
    goal = goal_bpp(order.goal, info, order.first, order.stop, order.track_bytes)
    if order.goal is not None and settings.coding == "fixed":
        raise EngineError(
            "With fixed bits a file's size follows from the network's: leave the goal away, or choose the coding"
            " 'entropy' or another preset."
        )
    lambda_ = _first_lambda(order.goal) if goal is None else fitting_lambda(layout, goal)
    psnr = order.goal.value if order.goal is not None and order.goal.kind is GoalKind.PSNR else None
    recipe = training_recipe(settings, order.device)
    if order.epochs is None:
        seconds = training_seconds(DEFAULT_MINUTES if order.minutes is None else order.minutes)
    else:
        seconds = order.epochs * frames * step_seconds(layout, recipe, order.device)
    header = file_header("mvc", BITSTREAM_VERSION, order, info, shape.pack())
    pixels, tracks = info.width * info.height, order.track_bytes
    return Planned(lambda_, goal, psnr, seconds, unit_frames, frames, pixels, tracks, header, settings, shape, recipe)


def training_recipe(settings: MvcSettings, device: str) -> Recipe:
    """How settings have the network trained."""
    bf16 = has_fast_bfloat16(torch.device(device)) if settings.precision == AUTO else settings.precision == "bfloat16"
    return Recipe(
        psi=Psi.AREA if settings.crspe == "off" else Psi(settings.crspe),
        alpha=settings.alpha,
        ssim_of_luma=settings.ssim == "luma",
        frequency_weight=settings.frequency_weight,
        frequency_norm=settings.frequency_norm,
        muon=settings.optimiser == "muon",
        learning_rate=settings.learning_rate,
        beta=settings.beta,
        warm_up=WARM_UP if settings.schedule == "cosine" else None,
        rated=settings.coding == "entropy",
        bf16=bf16,
    )


def step_seconds(layout: Layout, recipe: Recipe, device: str) -> float:
    """Estimated seconds of a training step: forward and backward are three times the forward MACs, then the losses. A
    step has one frame, and takes one core of a processor."""
    pixels = layout.height * layout.width
    losses = LOSS_SECONDS_PER_PIXEL[device] * (1 if recipe.ssim_of_luma else 3) * pixels
    network = 3 * layout.frame_macs() / MACS_PER_SECOND[device]
    return float(network + losses + STEP_OVERHEAD_SECONDS[device] + layout.weight_count() * 2e-8)


def make_plan(info: ClipInfo, order: EncodeOrder) -> Plan:
    """The estimates for a person, from the same decisions."""
    planned = plan_encode(info, order)
    layout = Layout(planned.shape, min(planned.frames, planned.unit_frames), info.height, info.width)
    samples = layout.frames * planned.pixels
    work = Work(
        parameters=layout.weight_count(),
        macs_per_pixel=layout.macs_per_pixel(),
        step_seconds=step_seconds(layout, planned.recipe, order.device),
        frames_a_step=1,
        expected_bpp=expected_bits(layout, planned.settings, planned.lambda_) / samples,
        peak_memory_bytes=_peak_memory(layout, planned.recipe, info.bit_depth),
    )
    notes = [*_notes(layout, planned), *helper_notes(planned.settings)]
    return plan_of("mvc", info, order, planned, work, notes=notes, warning=_warning(planned, info))


def _notes(layout: Layout, planned: Planned) -> list[str]:
    settings, samples = planned.settings, layout.frames * planned.pixels
    notes = []
    if layout.embedding_count():
        share = 8 * layout.embedding_count() / samples
        notes.append(f"CRSPE has {layout.embedding_count()} numbers a unit, {share:.4f} bpp at 8 bits before coding.")
    if settings.coding == "fixed":
        bits = layout.weight_count() * settings.weight_bits + layout.embedding_count() * settings.embedding_bits
        notes.append(f"By the paper's own count, weights and embedding alone: {bits / samples:.4f} bpp.")
    return notes


def _warning(planned: Planned, info: ClipInfo) -> str:
    if planned.shape.lift is not Lift.NONE and planned.shape.cell == 0 and info.height < 720:
        return "An embedding on the network's own grid takes many bits in small pictures; cells of 80 pixels take few."
    return ""


def _peak_memory(layout: Layout, recipe: Recipe, bit_depth: int) -> int:
    """Bytes at the peak: the clip, activations kept for the backward pass, parameters with their moments."""
    numbers = 0
    for stage in range(len(layout.shape.strides)):
        rows, columns = layout.stage_size(stage)
        numbers += 3 * layout.shape.channels[stage] * rows * columns
        rows, columns = layout.stage_size(stage + 1)
        numbers += 3 * layout.shape.channels[stage + 1] * rows * columns
    losses = 40 * layout.height * layout.width * 4
    clip = layout.frames * layout.height * layout.width * sample_bytes(bit_depth)
    return BASE_MEMORY + clip + numbers * (2 if recipe.bf16 else 4) + losses + layout.weight_count() * 4 * 14
