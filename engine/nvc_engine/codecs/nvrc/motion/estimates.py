"""What can be said of the rate of a motion-aligned encode while it goes on."""

from collections.abc import Sequence
from dataclasses import replace

from nvc_engine.codecs.nvrc.motion.aiming import GroupResult
from nvc_engine.codecs.nvrc.motion.unit import Group
from nvc_engine.codecs.rate_shares import Shares


def with_bytes(result: GroupResult, group: Group, motion: int, *, opens_unit: bool) -> GroupResult:
    """What a group took, with its bytes; `motion` of them say how the frames between move."""
    anchor, size = len(group.anchor), len(group.anchor) + len(group.between)
    first, other = (anchor, 0) if opens_unit else (0, anchor)
    return replace(result, bytes=size, first=first, anchor=other, motion=motion)


def as_it_stands(done: Sequence[GroupResult], before: Sequence[GroupResult]) -> list[GroupResult]:
    """The groups of a pass, and of the pass before those that it has not come to yet."""
    return [*done, *before[len(done) :]]


def rate_shares(groups: Sequence[GroupResult], units: int, frames: int, pixels: int, filters: int) -> Shares:
    """What a clip of so many `units`, `frames` and `pixels` (of all frames) takes in bits/pixel, from the groups that
    are known and the bytes of its filters. First frames stand for first frames, the other groups for all others; ()
    where there are none of these yet.
    """
    opening, others = [group for group in groups if group.first], [group for group in groups if not group.first]
    seen, left = sum(group.frames for group in others), frames - units
    if not opening or (left and not seen):
        return ()
    scale = left / seen if seen else 0.0
    anchors, motion = sum(group.anchor for group in others), sum(group.motion for group in others)
    sizes = {
        "first frame": sum(group.first for group in opening) * units / len(opening),
        "anchors": anchors * scale,
        "motion between": motion * scale,
        "residual between": (sum(group.bytes for group in others) - anchors - motion) * scale,
        "filter": filters,
    }
    return tuple((name, 8 * size / pixels) for name, size in sizes.items() if size)
