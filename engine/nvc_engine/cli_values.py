"""What is written after the terminal's options, as values: numbers, ranges, lists. Each raises ArgumentTypeError."""

import argparse
import math
import re
from fractions import Fraction

from nvc_engine.charting.chart import DPI_BOUNDS
from nvc_engine.protocol.messages import RawSpec, Scalar

METRICS = ("psnr_y", "psnr_u", "psnr_v", "psnr_yuv", "psnr_rgb", "ssim", "ms_ssim", "xpsnr", "vmaf")
"""As `quality.measure` has them, which is heavy to import."""
AXES = (*METRICS, "ssim_linear", "ms_ssim_linear")
"""As `comparing.metrics` has them."""


def number(text: str) -> float:
    """A number; neither infinite nor undefined."""
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is no number that can be aimed at")
    return value


def frame_range(text: str) -> tuple[int | None, int | None]:
    """`A:B` (B not included), `A:` or `:B`."""
    match = re.fullmatch(r"(\d*):(\d*)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no range of frames such as 10:20")
    first, stop = (int(part) if part else None for part in match.groups())
    return first, stop


def raw_spec(text: str) -> RawSpec:
    """`WxH[:format[:rate]]`, such as 1920x1080:yuv420p10le:30000/1001."""
    match = re.fullmatch(r"(\d{1,6})x(\d{1,6})(?::(\w+))?(?::([\d./]+))?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} does not say how to read raw video, such as 640x360:yuv420p:25")
    width, height, pixel_format, rate = match.groups()
    try:
        frames_per_second = Fraction(rate or "25")
    except (ValueError, ZeroDivisionError) as error:
        raise argparse.ArgumentTypeError(f"{rate!r} is no frame rate such as 25 or 30000/1001") from error
    if not (int(width) and int(height) and frames_per_second > 0):
        raise argparse.ArgumentTypeError(f"{text!r} has a size or rate of nothing")
    spoken_rate = f"{frames_per_second.numerator}/{frames_per_second.denominator}"
    return RawSpec(int(width), int(height), pixel_format or "yuv420p", spoken_rate)


def setting(text: str) -> tuple[str, Scalar]:
    """`NAME=VALUE`; what the value may be is the codec's affair."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def rates(text: str) -> tuple[float, ...]:
    """`0.05,0.1`: bits per pixel, rising."""
    try:
        found = tuple(sorted({float(word) for word in text.split(",")}))
    except ValueError:
        found = ()
    if not found or not all(0 < rate < float("inf") for rate in found):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of rates such as 0.05,0.1,0.2")
    return found


def metric(text: str) -> str:
    """The name of a metric as an axis shows it, with either kind of dash."""
    name = text.replace("-", "_").lower()
    if name not in AXES:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(AXES)}")
    return name


def dots(text: str) -> float:
    """A resolution in dots an inch that a PNG can have."""
    value = float(text)
    least, most = DPI_BOUNDS
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"the resolution must lie between {least:g} and {most:g} dots an inch")
    return value
