"""How the codecs that fit or code a scene as a whole cut a clip into units."""

from dataclasses import dataclass
from itertools import pairwise

from nvc_engine.media.clip import Clip
from nvc_engine.media.scenes import scene_cuts


@dataclass(frozen=True)
class UnitRange:
    """Frames `first`..`first + count` of the encoded range; `continues` the scene of the unit before."""

    first: int
    count: int
    continues: bool = False


def scene_units(clip: Clip, start: int, stop: int, longest: int) -> list[UnitRange]:
    """Units of frames `start`..`stop` of a clip: its scenes, those of more than `longest` frames split evenly."""
    units = []
    for low, high in pairwise([start, *scene_cuts(clip, start, stop), stop]):
        pieces = -(-(high - low) // longest)
        marks = [low + (high - low) * piece // pieces for piece in range(pieces + 1)]
        units += [UnitRange(a - start, b - a, continues=a > low) for a, b in pairwise(marks)]
    return units
