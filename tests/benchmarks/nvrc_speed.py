"""How fast NVRC trains and decodes, a preset at a time, beside what its multiplications alone would take here.

    python tests/benchmarks/nvrc_speed.py [--presets light,swift,...] [--sizes 320x180,640x360] [--frames 16]
                                          [--seconds 3] [--threads 1] [--device cpu] [--precision auto]

The clip is drawn; what it shows changes no time but that of entropy coding. Each line has training steps a second, the
multiply-accumulates a second that these come to and their share of the rate of a convolution and of a matrix product of
the same kind of numbers on as many threads, measured in the same run; frames decoded a second, seconds to decode the
parameters of a unit, and the step time that a plan would say over the measured one.
"""

import argparse
import os
import tempfile

import torch
from speed import TRAINING_HEADING, asked, median_seconds, speed_options, training_cells

from nvc_engine.codecs.machine_speed import learn_speed
from nvc_engine.codecs.nvrc.coding import decode_unit, encode_unit
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import Renderer
from nvc_engine.codecs.nvrc.planning import make_recipe, network_shape
from nvc_engine.codecs.nvrc.settings import GRIDS, PRESETS, NvrcSettings
from nvc_engine.codecs.nvrc.speed import NAME, measure_speed, step_macs, step_seconds
from nvc_engine.codecs.nvrc.training import UnitTrainer
from nvc_engine.codecs.settings import resolve

GRID_PRESETS = [facts.name for facts in PRESETS if facts.values.get("structure", GRIDS) == GRIDS]


def drawn(layout: Layout) -> torch.Tensor:
    """Moving gradients as cells."""
    rows, columns = layout.packed_size
    times, down, across, channels = (torch.arange(n) for n in (layout.frames, rows, columns, layout.packed_channels))
    phase = times[:, None, None, None] * 3 + down[:, None, None] * 5 + across[:, None] * 2 + channels
    return (128 + 90 * torch.sin(phase / 17)).to(torch.uint8)


def measured(preset: str, width: int, height: int, options: argparse.Namespace) -> str:
    """One line of the table."""
    device = torch.device(options.device)
    facts = next(facts for facts in PRESETS if facts.name == preset)
    settings = resolve(NvrcSettings, facts, {"precision": options.precision})
    layout = Layout(network_shape(settings, height), options.frames, height, width)
    recipe = make_recipe(settings, options.device)
    trainer = UnitTrainer(layout, drawn(layout), recipe, lambda_=128.0, rate_goal=None, seed=0, device=device)
    step = median_seconds(lambda: trainer.step(0.5), options.seconds, device)
    training = training_cells(step, recipe.batch * step_macs(layout), bf16=recipe.bf16, device=device)
    payload = encode_unit(layout, trainer.symbols())
    reading = median_seconds(lambda: decode_unit(layout, payload), 0.3, device)
    theta = {name: coded.values().to(device) for name, coded in decode_unit(layout, payload).items()}
    renderer = Renderer(layout, device)
    with torch.inference_mode():
        rendering = median_seconds(lambda: renderer.render(theta, torch.tensor([0], device=device)).cpu(), 0.5, device)
    planned = step_seconds(layout, recipe, options.device) / step
    return f"{preset:9} {width}x{height:<6} {training} {1 / rendering:10.1f} {reading:9.3f} {planned:8.2f}"


def main() -> None:
    parser = speed_options(__doc__, ",".join(GRID_PRESETS), "320x180,640x360")
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--precision", default="auto")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"preset    size       {TRAINING_HEADING} decode fps  params s  planned", flush=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["NVC_HOME"] = home
        learn_speed(NAME, options.device, measure_speed)
        for preset, width, height in asked(options):
            print(measured(preset, width, height, options), flush=True)


if __name__ == "__main__":
    main()
