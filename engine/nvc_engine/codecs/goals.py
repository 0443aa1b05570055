"""What a goal means in bits per pixel of the range that is encoded."""

from dataclasses import replace
from fractions import Fraction

from nvc_engine.media.clip import ClipInfo
from nvc_engine.protocol.messages import Goal, GoalKind


def goal_bpp(
    goal: Goal | None, info: ClipInfo, first: int, stop: int, carried_bytes: int | None = None
) -> float | None:
    """What `goal` means for frames `first`..`stop`: bits per pixel of the whole file without its carried tracks.

    A bitrate is in kb/s of 1000 bits, a size in bytes of the file with its audio and subtitles, of which
    `carried_bytes` are taken off (None: an estimate). None for a quality, or for no goal.
    """
    if goal is None or goal.kind is GoalKind.QUALITY:
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
