"""What is known of each frame of a source: its quality by several measures, and its bits."""

import math
from collections.abc import Mapping, Sequence
from enum import Enum

from nvc_engine.protocol.messages import ClipFacts, Result
from nvc_studio.translation import mark

FrameValues = tuple[float, ...]


class Measure(Enum):
    """What can be drawn for each frame. The value is the title; the order is the one of preference."""

    PSNR_Y = "PSNR-Y"
    PSNR_YUV = "PSNR-YUV 6:1:1"
    MS_SSIM = "MS-SSIM"
    XPSNR = "XPSNR"
    BITS = mark("Bits")

    @property
    def unit(self) -> str:
        return {Measure.MS_SSIM: "", Measure.BITS: mark("kbit")}.get(self, mark("dB"))

    @property
    def digits(self) -> int:
        """Digits behind the point that mean something."""
        return 4 if self is Measure.MS_SSIM else 2

    @property
    def is_better_high(self) -> bool:
        """Whether more is better; of bits fewer are."""
        return self is not Measure.BITS


def measures_of(result: Result) -> dict[Measure, FrameValues]:
    """What an encode or a measurement has found of each frame."""
    found = {
        Measure.PSNR_Y: result.per_frame_psnr_y,
        Measure.PSNR_YUV: result.per_frame_psnr_yuv,
        Measure.MS_SSIM: result.per_frame_ms_ssim,
        Measure.XPSNR: result.per_frame_xpsnr,
    }
    return {measure: values for measure, values in found.items() if values}


def bits_of(facts: ClipFacts) -> Mapping[Measure, FrameValues]:
    """Kilobits of each frame where the file tells them, and where they are not the same for all."""
    if len(set(facts.frame_bytes)) < 2:
        return {}
    return {Measure.BITS: tuple(size * 8 / 1000 for size in facts.frame_bytes)}


def worst_frames(values: Sequence[float], count: int, apart: int, *, highest: bool = False) -> list[int]:
    """The frames with the lowest (`highest`) values, worst first, at most `count` and at least `apart` frames from each
    other, so that one bad moment is told once. Frames without a value, and those that lost nothing, are left out."""
    known = [frame for frame, value in enumerate(values) if math.isfinite(value)]
    known.sort(key=lambda frame: (-values[frame] if highest else values[frame], frame))
    found: list[int] = []
    for frame in known:
        if len(found) == count:
            break
        if all(abs(frame - other) >= apart for other in found):
            found.append(frame)
    return found
