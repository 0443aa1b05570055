"""How fast NVRC trains and decodes, a preset at a time, beside what its multiplications alone would take here.

    python tests/benchmarks/nvrc_speed.py [--presets light,swift,...] [--sizes 320x180,640x360] [--frames 16]
                                          [--seconds 3] [--device cpu] [--precision auto]

The clip is drawn; what it shows changes no time but that of entropy coding. Each line has training steps a second, the
multiply-accumulates a second that these come to and their share of the rate of a convolution and of a matrix product of
the same kind of numbers on as many threads, measured in the same run; frames decoded a second, seconds to decode the
parameters of a unit, and the step time that a plan would say over the measured one. On a processor, time is what the
process computed, so that other programs do not count.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable

import torch

from nvc_engine.codecs.machine_speed import learn_speed
from nvc_engine.codecs.nvrc.coding import decode_unit, encode_unit
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import Renderer
from nvc_engine.codecs.nvrc.planning import make_recipe, network_shape
from nvc_engine.codecs.nvrc.settings import GRIDS, PRESETS, NvrcSettings
from nvc_engine.codecs.nvrc.speed import NAME, measure_speed, step_macs, step_seconds
from nvc_engine.codecs.nvrc.training import UnitTrainer
from nvc_engine.codecs.settings import resolve

SIDE, CHANNELS, PICTURE = 768, 64, (90, 160)
GRID_PRESETS = [facts.name for facts in PRESETS if facts.values.get("structure", GRIDS) == GRIDS]
WARM_UP = 3


def clock(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def median_seconds(work: Callable[[], object], least: float, device: torch.device) -> float:
    """Median of as many runs as take `least` seconds, after a few that do not count."""
    for _ in range(WARM_UP):
        work()
    taken: list[float] = []
    while sum(taken) < least or len(taken) < 3:
        began = clock(device)
        work()
        taken.append(clock(device) - began)
    return sorted(taken)[len(taken) // 2]


def peaks(dtype: torch.dtype, device: torch.device) -> tuple[float, float]:
    """Multiply-accumulates a second of a 3x3 convolution and of a matrix product."""
    images = torch.rand(1, CHANNELS, *PICTURE, device=device).to(dtype).contiguous(memory_format=torch.channels_last)
    kernel = torch.rand(CHANNELS, CHANNELS, 3, 3, device=device).to(dtype)
    left, right = (torch.rand(SIDE, SIDE, device=device).to(dtype) for _ in range(2))
    convolving = median_seconds(lambda: torch.conv2d(images, kernel, padding=1), 0.3, device)
    multiplying = median_seconds(lambda: left @ right, 0.3, device)
    return 9 * CHANNELS**2 * PICTURE[0] * PICTURE[1] / convolving, SIDE**3 / multiplying


def drawn(layout: Layout) -> torch.Tensor:
    """Moving gradients as cells."""
    rows, columns = layout.packed_size
    times, down, across, channels = (torch.arange(n) for n in (layout.frames, rows, columns, layout.packed_channels))
    phase = times[:, None, None, None] * 3 + down[:, None, None] * 5 + across[:, None] * 2 + channels
    return (128 + 90 * torch.sin(phase / 17)).to(torch.uint8)


def measured(preset: str, size: tuple[int, int], options: argparse.Namespace) -> str:
    """One line of the table."""
    device = torch.device(options.device)
    facts = next(facts for facts in PRESETS if facts.name == preset)
    settings = resolve(NvrcSettings, facts, {"precision": options.precision})
    layout = Layout(network_shape(settings, size[1]), options.frames, size[1], size[0])
    recipe = make_recipe(settings, options.device)
    trainer = UnitTrainer(layout, drawn(layout), recipe, lambda_=128.0, rate_goal=None, seed=0, device=device)
    step = median_seconds(lambda: trainer.step(0.5), options.seconds, device)
    rate = recipe.batch * step_macs(layout) / step
    convolution, product = peaks(torch.bfloat16 if recipe.bf16 else torch.float32, device)
    payload = encode_unit(layout, trainer.symbols())
    reading = median_seconds(lambda: decode_unit(layout, payload), 0.3, device)
    theta = {name: coded.values().to(device) for name, coded in decode_unit(layout, payload).items()}
    renderer = Renderer(layout, device)
    with torch.inference_mode():
        rendering = median_seconds(lambda: renderer.render(theta, torch.tensor([0], device=device)).cpu(), 0.5, device)
    planned = step_seconds(layout, recipe, options.device) / step
    return (
        f"{preset:9} {size[0]}x{size[1]:<6} {'bf16' if recipe.bf16 else 'f32':5} {1 / step:8.2f} {rate / 1e9:8.2f}"
        f" {rate / convolution:8.0%} {rate / product:8.0%} {1 / rendering:10.1f} {reading:9.3f} {planned:8.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", default=",".join(GRID_PRESETS))
    parser.add_argument("--sizes", default="320x180,640x360")
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="auto")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("preset    size       type   steps/s   GMAC/s  of conv  of GEMM decode fps  params s  planned", flush=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["NVC_HOME"] = home
        learn_speed(NAME, options.device, measure_speed)
        for size in options.sizes.split(","):
            width, height = map(int, size.split("x"))
            for preset in options.presets.split(","):
                print(measured(preset, (width, height), options), flush=True)


if __name__ == "__main__":
    main()
