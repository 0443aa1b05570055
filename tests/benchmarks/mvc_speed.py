"""How fast MVC trains and decodes, a preset at a time, beside what its multiplications alone would take here.

    python tests/benchmarks/mvc_speed.py [--presets xs,t,s,m] [--sizes 320x180,640x360] [--seconds 3] [--threads 1]
                                         [--device cpu]

Each line has training steps a second with all default losses, the multiply-accumulates a second that these come to
(three times those of rendering) and their share of the rate of a convolution and of a matrix product of the same kind
of numbers, measured in the same run; frames decoded a second from parameters, and the step time that a plan would say
over the measured one.
"""

import argparse

import torch
from speed import TRAINING_HEADING, asked, median_seconds, speed_options, training_cells

from nvc_engine.codecs.lambda_control import Aim
from nvc_engine.codecs.mvc.decoding import FrameRenderer
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.mvc.planning import step_seconds, training_recipe
from nvc_engine.codecs.mvc.settings import PRESETS, MvcSettings, network_shape
from nvc_engine.codecs.mvc.training import UnitTrainer
from nvc_engine.codecs.settings import resolve

FRAMES = 4


def measured(preset: str, width: int, height: int, options: argparse.Namespace) -> str:
    """One line of the table."""
    device = torch.device(options.device)
    facts = next(each for each in PRESETS if each.name == preset)
    settings = resolve(MvcSettings, facts, {})
    layout = Layout(network_shape(settings, height, width), FRAMES, height, width)
    random = torch.Generator().manual_seed(0)
    frames = UnitFrames(torch.randint(256, (FRAMES, 3, height, width), generator=random, dtype=torch.uint8), device)
    recipe = training_recipe(settings, device.type)
    trainer = UnitTrainer(
        layout,
        frames,
        recipe,
        distortion=lambda error: float(error.square().mean()),
        lambda_=1.0,
        aim=Aim(),
        seed=0,
        device=device,
    )
    step = median_seconds(lambda: trainer.step(0.5), options.seconds, device)
    training = training_cells(step, 3 * layout.frame_macs(), bf16=recipe.bf16, device=device)
    renderer = FrameRenderer(layout, trainer.parameters(), device)
    rendering = median_seconds(lambda: renderer.frame(1).cpu(), 0.5, device)
    planned = step_seconds(layout, recipe, options.device) / step
    return f"{preset:9} {width}x{height:<6} {training} {1 / rendering:10.1f} {planned:8.2f}"


def main() -> None:
    parser = speed_options(__doc__, "xs,t,s,m", "320x180,640x360")
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"preset    size       {TRAINING_HEADING} decode fps  planned", flush=True)
    for preset, width, height in asked(options):
        print(measured(preset, width, height, options), flush=True)


if __name__ == "__main__":
    main()
