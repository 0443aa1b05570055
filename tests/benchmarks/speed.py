"""What the benchmarks of a codec's speed share: their options, a clock, and what this machine's multiplications take.

On a processor, time is what the process computed, so that other programs do not count.
"""

import argparse
import time
from collections.abc import Callable, Iterator

import torch

SIDE, CHANNELS, PICTURE = 768, 64, (90, 160)
WARM_UP = 3


def speed_options(about: str | None, presets: str, sizes: str) -> argparse.ArgumentParser:
    """The options that all have, with defaults for two of them."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", default=presets)
    parser.add_argument("--sizes", default=sizes)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    return parser


def asked(options: argparse.Namespace) -> Iterator[tuple[str, int, int]]:
    """Preset, width and height of each line of the table."""
    for size in options.sizes.split(","):
        width, height = map(int, size.split("x"))
        for preset in options.presets.split(","):
            yield preset, width, height


def clock(device: torch.device) -> float:
    """Seconds."""
    if device.type == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def median_seconds(work: Callable[[], object], least: float, device: torch.device) -> float:
    """Median of as many runs as take `least` seconds, three at least, after a few that do not count."""
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


def training_cells(step: float, macs: int, *, bf16: bool, device: torch.device) -> str:
    """Type of numbers, steps a second, multiply-accumulates a second, and their share of `peaks`, measured now."""
    convolution, product = peaks(torch.bfloat16 if bf16 else torch.float32, device)
    rate = macs / step
    return (
        f"{'bf16' if bf16 else 'f32':5} {1 / step:8.2f} {rate / 1e9:8.2f} {rate / convolution:8.0%}"
        f" {rate / product:8.0%}"
    )


TRAINING_HEADING = "type   steps/s   GMAC/s  of conv  of GEMM"
