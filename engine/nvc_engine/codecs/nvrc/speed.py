"""How long a training step takes: from what was measured on this machine, else from usual values."""

import time

import torch

from nvc_engine.codecs.machine_speed import StepSpeed, known_speed
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.training import Recipe, UnitTrainer
from nvc_engine.nn.precision import has_fast_bfloat16
from nvc_engine.nn.shares import cores

NAME = "nvrc"
USUAL = {"cpu": StepSpeed(0.012, 0.075), "cuda": StepSpeed(0.006, 0.0005)}
# Gathering, rounding and updating a parameter, over the overhead of a step.
PARAMETER_OVERHEADS = 1e-6
# Emulated, where the device is not made for it.
SLOWER_BFLOAT16 = 7.0
_WARM_UP, _STEPS = 2, 5
_SHAPES = (((64, 96), 8, 1), ((288, 512), 24, 1))


def step_seconds(layout: Layout, recipe: Recipe, device: str) -> float:
    """Estimated seconds of a training step of `recipe` on `device`, otherwise idle."""
    speed = known_speed(NAME, device) or USUAL[device]
    frames = min(recipe.batch, layout.frames)
    rounds = -(-frames // cores()) if device == "cpu" else frames
    render = rounds * speed.work_seconds(step_macs(layout))
    if recipe.bf16 and not has_fast_bfloat16(torch.device(device)):
        render *= SLOWER_BFLOAT16
    return speed.overhead * (1 + PARAMETER_OVERHEADS * layout.parameter_count()) + render


def step_macs(layout: Layout) -> float:
    """Multiply-accumulates of a frame in a training step: forward and backward are three times the forward ones."""
    return 3 * layout.macs_per_pixel() * layout.height * layout.width


def measure_speed(device: str) -> StepSpeed:
    """Time a few steps of a tiny and of a usual network; the fastest step of each counts, and on a processor the time
    that it really computed, so that other programs do not count."""
    small, large = (_timed(*shape, device=device) for shape in _SHAPES)
    return StepSpeed.fitted(small, large)


def _timed(size: tuple[int, int], width: int, depth: int, *, device: str) -> tuple[float, float]:
    """(MACs, seconds) of a step."""
    shape = NetworkShape(4, (1, 2), (width, width), (1, depth), (3, 3), 1, 3, 4, 2, 2, (0, 0), (1, 1))
    layout = Layout(shape, 4, *size)
    target = torch.full((layout.frames, *layout.packed_size, layout.packed_channels), 128, dtype=torch.uint8)
    recipe = Recipe(bf16=has_fast_bfloat16(torch.device(device)))
    trainer = UnitTrainer(layout, target, recipe, lambda_=128.0, rate_goal=None, seed=0, device=torch.device(device))
    clock = time.process_time if device == "cpu" else time.perf_counter
    times = []
    for _ in range(_WARM_UP + _STEPS):
        began = clock()
        trainer.step(0.5)
        times.append(clock() - began)
    return step_macs(layout), min(times[_WARM_UP:])
