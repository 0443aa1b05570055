"""From settings, clip and goal to everything that is decided before the first frame, and to the estimates shown."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from nvc_engine.bitstream.container import Header, overhead_bytes
from nvc_engine.codecs.contract import EncodeOrder
from nvc_engine.codecs.file_header import conversion_notes, file_header
from nvc_engine.codecs.goals import goal_bpp
from nvc_engine.codecs.sevc.complexity import COMPLEXITY, peak_bytes
from nvc_engine.codecs.sevc.configuration import Configuration
from nvc_engine.codecs.sevc.decoding import BITSTREAM_VERSION, MAX_PIXELS
from nvc_engine.codecs.sevc.models import DIGEST_BYTES, missing_weights, weights_folder
from nvc_engine.codecs.sevc.padding import Geometry, check_size
from nvc_engine.codecs.sevc.rate_control import PROBE_FRAMES, PROBE_POINTS
from nvc_engine.codecs.sevc.records import Profile
from nvc_engine.codecs.sevc.settings import QUALITY_DEFAULT, SevcSettings
from nvc_engine.errors import UsageError
from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import GoalKind, Plan

BASE_MEMORY = 450 << 20
# Multiply-accumulates a second: of one processor core, and of a graphics card.
MACS_PER_SECOND = {
    ("cpu", Profile.PORTABLE): 6e9,
    ("cpu", Profile.FAST): 15e9,
    ("cuda", Profile.PORTABLE): 4e12,
    ("cuda", Profile.FAST): 8e12,
}
FRAME_OVERHEAD_SECONDS = 0.05
SLOW_SECONDS_A_FRAME = 20.0


@dataclass(frozen=True)
class Planned:
    """What an encode will do.

    Attributes:
        units: frames of each unit.
        rate_point: of all frames, or None where a rate or a PSNR is to be met.
        payload_bits: what all units may take together, or None where no rate is asked for.
        psnr: mean PSNR-YUV in dB, or None where none is asked for.
    """

    geometry: Geometry
    units: tuple[int, ...]
    profile: Profile
    rate_point: int | None
    payload_bits: float | None
    psnr: float | None


def plan_encode(info: ClipInfo, order: EncodeOrder) -> Planned:
    """Decide everything about an encode.

    Raises:
        UsageError: pictures of a size that the codec does not take, or a preset without weights.
    """
    check_encodable(info, order.preset)
    settings: SevcSettings = order.settings
    frames = order.stop - order.first
    longest = settings.unit_frames
    units = tuple(min(longest, frames - first) for first in range(0, frames, longest))
    rate_point: int | None = QUALITY_DEFAULT
    if order.goal is not None:
        rate_point = round(order.goal.value) if order.goal.kind is GoalKind.QUALITY else None
    psnr = order.goal.value if order.goal is not None and order.goal.kind is GoalKind.PSNR else None
    budget = _payload_bits(info, order, units)
    return Planned(Geometry(info.height, info.width), units, settings.arithmetic, rate_point, budget, psnr)


def check_encodable(info: ClipInfo, preset: str) -> None:
    """Raises UsageError where pictures have a size that the codec does not take, or the preset has no weights."""
    check_size(info.width, info.height)
    if info.width * info.height > MAX_PIXELS:
        raise UsageError(
            f"SEVC takes pictures of up to {MAX_PIXELS} pixels; these are {info.width} x {info.height}. Make them"
            " smaller, or choose another codec."
        )
    if weights_folder(preset) is None:
        raise UsageError(missing_weights(preset))


def make_plan(info: ClipInfo, order: EncodeOrder) -> Plan:
    """The estimates for a person, from the same decisions."""
    planned = plan_encode(info, order)
    complexity = COMPLEXITY[order.preset]
    frames = order.stop - order.first
    intra = len(planned.units)
    per_pixel = (intra * complexity.intra + (frames - intra) * complexity.inter) / frames
    probed = 0 if planned.rate_point is not None else min(PROBE_FRAMES, planned.units[0]) * len(PROBE_POINTS)
    height, width = planned.geometry.coded
    frame_seconds = per_pixel * height * width / _speed(order.device, planned.profile) + FRAME_OVERHEAD_SECONDS
    goal = goal_bpp(order.goal, info, order.first, order.stop, order.track_bytes)
    notes = [f"{intra} intra {'frame' if intra == 1 else 'frames'}, {frames - intra} predicted."]
    if planned.profile is Profile.FAST:
        notes.append("The file will decode only on this machine: the fast profile is for trials.")
    if probed:
        sought = "rate" if planned.psnr is None else "PSNR"
        notes.append(
            f"The {sought} is looked for on {probed // len(PROBE_POINTS)} frames first, then kept frame by frame."
        )
    warning = ""
    if frame_seconds > SLOW_SECONDS_A_FRAME:
        warning = (
            f"Each frame would take about {frame_seconds:.0f} s, to encode and again to play; choose a smaller preset"
            " or smaller pictures."
        )
    return Plan(
        codec="sevc",
        preset=order.preset,
        parameters=complexity.parameters,
        kmac_per_pixel=per_pixel / 1000,
        peak_memory_bytes=BASE_MEMORY + peak_bytes(order.preset, planned.profile, planned.geometry),
        seconds=(frames + probed) * frame_seconds,
        bpp=goal,
        bytes=None if goal is None else round(goal * frames * info.width * info.height / 8),
        frames=frames,
        width=info.width,
        height=info.height,
        device=order.device,
        notes=(*notes, *conversion_notes(info)),
        warning=warning,
    )


def header_of(info: ClipInfo, order: EncodeOrder, config: bytes) -> Header:
    """The header of the file that this encode makes."""
    return file_header("sevc", BITSTREAM_VERSION, order, info, config)


def _speed(device: str, profile: Profile) -> float:
    cores = min(os.cpu_count() or 1, 8) if device == "cpu" else 1
    return float(MACS_PER_SECOND[device, profile] * cores**0.6)


def _payload_bits(info: ClipInfo, order: EncodeOrder, units: Sequence[int]) -> float | None:
    goal = goal_bpp(order.goal, info, order.first, order.stop, order.track_bytes)
    if goal is None:
        return None
    frames = order.stop - order.first
    total = goal * frames * info.width * info.height / 8
    config = Configuration(order.preset, bytes(DIGEST_BYTES)).pack()
    sizes = [(count, round(total * count / frames)) for count in units]
    return 8 * max(float(frames), total - overhead_bytes(header_of(info, order, config), sizes, order.track_bytes))
