"""What the networks of each preset take: multiplications, parameters and memory. A test counts the first two anew."""

from dataclasses import dataclass
from types import MappingProxyType

from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.records import Profile

_NUMBER_BYTES = {Profile.PORTABLE: 8, Profile.FAST: 4}


@dataclass(frozen=True)
class Complexity:
    """What a preset takes.

    Attributes:
        intra, inter: multiply-accumulates a pixel of encoding a frame (an inter frame that has all references), with
            those of decoding it, which an encoder does as well.
        intra_decoded, inter_decoded: the same of decoding alone.
        parameters: of both networks.
        peak_numbers: numbers a pixel that are in memory at a time while a frame is coded; measured, but for the
            published widths.
    """

    intra: float
    inter: float
    intra_decoded: float
    inter_decoded: float
    parameters: int
    peak_numbers: float


COMPLEXITY = MappingProxyType(
    {
        "paper": Complexity(549_098, 1_575_248, 393_377, 1_473_754, 76_078_373, 1400),
        "s8": Complexity(68_771, 207_825, 51_455, 191_682, 13_733_349, 470),
        "s12": Complexity(43_358, 136_371, 32_450, 123_383, 8_762_587, 420),
        "s20": Complexity(28_432, 83_152, 21_612, 76_228, 6_995_045, 300),
        "light": Complexity(77_916, 90_748, 60_662, 81_031, 15_490_437, 300),
    }
)
"""By the names of `widths.PRESETS`."""


def peak_bytes(preset: str, profile: Profile, geometry: Geometry) -> int:
    """Memory that coding a frame takes at the most: networks, and what is kept and computed of pictures."""
    height, width = geometry.coded
    known = COMPLEXITY[preset]
    return round(_NUMBER_BYTES[profile] * (known.peak_numbers * height * width + known.parameters))
