"""How fast MVC trains and decodes, a preset and a size at a time, beside the machine's own convolutions.

    python tests/benchmarks/mvc_speed.py [--presets xs,t,s,m] [--sizes 320x180,640x360] [--threads 1] [--device cpu]

Each line: steps a second of training with all default losses, the floating-point operations of the network alone (three
times the forward pass, two for a multiplication and its sum) that this makes a second, what that is of the rate at
which this machine convolves forward and backward in a layer of the network's own kind, measured in the same run, and
frames a second of decoding from parameters.
"""

import argparse
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F

from nvc_engine.codecs.lambda_control import Aim
from nvc_engine.codecs.mvc.decoding import FrameRenderer
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.layout import Layout
from nvc_engine.codecs.mvc.planning import training_recipe
from nvc_engine.codecs.mvc.settings import PRESETS, MvcSettings, network_shape
from nvc_engine.codecs.mvc.training import UnitTrainer
from nvc_engine.codecs.settings import resolve

FRAMES = 4
STEPS, DECODED = 6, 4
CHANNELS, ROWS, COLUMNS = 64, 90, 160


def seconds(work: Callable[[], object], device: torch.device, times: int) -> float:
    """The least of some runs, after one that does not count."""
    taken = []
    for _ in range(times + 1):
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize()
        taken.append(time.perf_counter() - began)
    return min(taken[1:])


def convolution_rate(device: torch.device) -> float:
    """Floating-point operations a second of a 3x3 convolution, forward and backward."""
    x = torch.rand(1, CHANNELS, ROWS, COLUMNS, device=device, requires_grad=True)
    kernel = torch.rand(2 * CHANNELS, CHANNELS, 3, 3, device=device, requires_grad=True)
    operations = 3 * 2 * 9 * 2 * CHANNELS**2 * ROWS * COLUMNS
    return operations / seconds(lambda: F.conv2d(x, kernel, padding=1).sum().backward(), device, 5)


def measured(preset: str, width: int, height: int, device: torch.device) -> tuple[float, float, float]:
    """Seconds of a step, floating-point operations of it, seconds of a decoded frame."""
    facts = next(each for each in PRESETS if each.name == preset)
    settings = resolve(MvcSettings, facts, {})
    layout = Layout(network_shape(settings, height, width), FRAMES, height, width)
    random = torch.Generator().manual_seed(0)
    frames = UnitFrames(torch.randint(256, (FRAMES, 3, height, width), generator=random, dtype=torch.uint8), device)
    trainer = UnitTrainer(
        layout,
        frames,
        training_recipe(settings, device.type),
        distortion=lambda error: float(error.square().mean()),
        lambda_=1.0,
        aim=Aim(),
        seed=0,
        device=device,
    )
    step = seconds(lambda: trainer.step(0.5), device, STEPS)
    renderer = FrameRenderer(layout, trainer.parameters(), device)
    return step, 3 * 2 * layout.frame_macs(), seconds(lambda: renderer.frame(1).cpu(), device, DECODED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", default="xs,t,s,m")
    parser.add_argument("--sizes", default="320x180,640x360")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    print("preset  size       steps/s   GFLOP/s   of convolutions   decoded frames/s")
    for size in options.sizes.split(","):
        width, height = map(int, size.split("x"))
        for preset in options.presets.split(","):
            rate = convolution_rate(device)
            step, operations, frame = measured(preset, width, height, device)
            speed = f"{1 / step:7.2f}  {operations / step / 1e9:8.1f}  {operations / step / rate:15.0%}"
            print(f"{preset:6}  {size:9}  {speed}  {1 / frame:14.1f}")


if __name__ == "__main__":
    main()
