"""One picture: its Y, U and V planes as they are stored, before any conversion."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8] | NDArray[np.uint16]


class Chroma(StrEnum):
    """How the chroma planes are sampled against luma. An odd luma size rounds the chroma size up."""

    GRAY = "gray"
    C420 = "420"
    C422 = "422"
    C444 = "444"

    @property
    def divisors(self) -> tuple[int, int]:
        """(horizontal, vertical) subsampling factors of the chroma planes."""
        return {Chroma.C444: (1, 1), Chroma.C422: (2, 1)}.get(self, (2, 2))

    def plane_shape(self, height: int, width: int) -> tuple[int, int]:
        """[rows, columns] of one chroma plane of a `height` x `width` picture."""
        across, down = self.divisors
        return -(-height // down), -(-width // across)


@dataclass(frozen=True, eq=False)
class Picture:
    """Planes `y` [H, W] and `u`, `v` [ceil(H/down), ceil(W/across)]; uint8, or uint16 above 8 bits.

    Sample values are code values of `bit_depth` bits, in the range and matrix that the clip's colour says.
    A gray picture has neutral chroma planes in 4:2:0. A clip may hand out the same picture again: copy before writing.
    """

    y: Plane
    u: Plane
    v: Plane
    bit_depth: int = 8
    chroma: Chroma = Chroma.C420

    @property
    def height(self) -> int:
        return int(self.y.shape[0])

    @property
    def width(self) -> int:
        return int(self.y.shape[1])
