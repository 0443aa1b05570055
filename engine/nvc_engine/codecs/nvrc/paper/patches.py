"""What rendering a patch of a frame needs of every stage, so that it equals the whole frame (specs/nvrc.md, 1.7)."""

from dataclasses import dataclass

KERNEL = 3


@dataclass(frozen=True)
class Extent:
    """A rectangle of samples: the first row and column (negative ones lie outside the frame), rows and columns."""

    row: int
    column: int
    rows: int
    columns: int


def margins(strides: tuple[int, ...], depths: tuple[int, ...]) -> list[int]:
    """P_0 .. P_N: pixels on each side of a patch that the output of stage n must have for the stages after it.

    P_n covers the blocks of stage n itself; P_0 is the margin of the stem's features.
    """
    need = 0
    result = []
    for stride, depth in zip(reversed(strides), reversed(depths), strict=True):
        need += depth * (KERNEL - 1) // 2
        result.append(need)
        if stride > 1:
            need = -(-(2 * need - 1 + stride) // (2 * stride))  # ceil((need - 1/2) / stride + 1/2)
    return [need, *reversed(result)]


def grow(extent: Extent, scale: int, margin: int) -> Extent:
    """A patch of the frame, `scale` times smaller (a divisor of its edges), with `margin` pixels on each side."""
    return Extent(
        extent.row // scale - margin,
        extent.column // scale - margin,
        extent.rows // scale + 2 * margin,
        extent.columns // scale + 2 * margin,
    )
