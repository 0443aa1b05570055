"""What a goal means for the range that is encoded, and whether a finished file has met it."""

from dataclasses import replace
from fractions import Fraction

from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Goal, GoalKind, Result

RATE_TOLERANCE = 0.03
"""Share of a rate by which a file may miss it."""
PSNR_TOLERANCE = 0.1
"""dB by which a file may miss a PSNR."""
RATES = (GoalKind.BPP, GoalKind.BITRATE, GoalKind.SIZE)


def goal_bpp(
    goal: Goal | None, info: ClipInfo, first: int, stop: int, carried_bytes: int | None = None
) -> float | None:
    """What `goal` means for frames `first`..`stop`: bits per pixel of the whole file without its carried tracks.

    A bitrate is in kb/s of 1000 bits, a size in bytes of the file with its audio and subtitles, of which
    `carried_bytes` are taken off (None: an estimate). None for a PSNR or a quality step, or for no goal.
    """
    if goal is None or goal.kind not in RATES:
        return None
    if goal.kind is GoalKind.BPP:
        return goal.value
    pixels = info.width * info.height * (stop - first)
    if goal.kind is GoalKind.BITRATE:
        return goal.value * 1000 * float(_seconds(info, first, stop)) / pixels
    tracks = track_bytes(info, first, stop) if carried_bytes is None else carried_bytes
    return (goal.value - tracks) * 8 / pixels


def _seconds(info: ClipInfo, first: int, stop: int) -> Fraction:
    return replace(info, timestamps=info.timestamps[first:stop]).duration


def track_bytes(info: ClipInfo, first: int, stop: int) -> int:
    """What the carried tracks of the range are expected to take: its share, by time, of the clip's."""
    if not info.track_byte_count or stop - first == info.frame_count:
        return info.track_byte_count
    return round(info.track_byte_count * _seconds(info, first, stop) / info.duration)


def missed_goal(goal: Goal | None, result: Result) -> str:
    """A sentence with both numbers where the measured `result` misses `goal` by more than the tolerance, else ""."""
    if goal is None or goal.kind is GoalKind.QUALITY:
        return ""
    got, unit, digits = {
        GoalKind.BPP: (result.bpp, "bpp", 5),
        GoalKind.BITRATE: (result.kbps, "kb/s", 2),
        GoalKind.SIZE: (float(result.bytes), "bytes", 0),
        GoalKind.PSNR: (result.psnr_yuv, "dB of PSNR-YUV", 2),
    }[goal.kind]
    error = got - goal.value
    allowed = PSNR_TOLERANCE if goal.kind is GoalKind.PSNR else RATE_TOLERANCE * goal.value
    if abs(error) <= allowed:
        return ""
    if error > 0:
        advice = "a smaller preset, smaller pictures, or more time where the codec trains, comes nearer"
    else:
        advice = "a larger preset, or more time where the codec trains, comes nearer"
    return f"The goal was {goal.value:.{digits}f} {unit} and the file has {got:.{digits}f}: {advice}."
