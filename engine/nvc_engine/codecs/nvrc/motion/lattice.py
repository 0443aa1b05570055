"""Fields on a grid of blocks coded from coarse to fine, so that each value has neighbours all around that are known.

First the sites at multiples of `ROOT`, then, halving the spacing, the centres of squares of known sites and the middles
of their sides: few steps, in each of which all values are decoded at once.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

ROOT = 8
STEPS = 7

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Step:
    """Sites that are coded together.

    Attributes:
        number: of the step, 0 for the roots.
        sites: flat indexes [N].
        around: four known sites near each [4, N], some the same at the edges; None for the roots.
    """

    number: int
    sites: NDArray[np.intp]
    around: NDArray[np.intp] | None


@cache
def steps(rows: int, columns: int) -> tuple[Step, ...]:
    """All steps of a grid of `rows` x `columns` sites; those without sites are left out."""
    y, x = (axis.ravel() for axis in np.mgrid[:rows, :columns])
    roots = np.flatnonzero((y % ROOT == 0) & (x % ROOT == 0))
    result = [Step(0, roots, None)]
    number, spacing = 0, ROOT // 2
    while spacing:
        odd_y, odd_x = y % (2 * spacing) == spacing, x % (2 * spacing) == spacing
        on_lattice = (y % spacing == 0) & (x % spacing == 0)
        for members, offsets in (
            (odd_y & odd_x, ((-1, -1), (-1, 1), (1, -1), (1, 1))),
            (on_lattice & (odd_y ^ odd_x), ((0, -1), (0, 1), (-1, 0), (1, 0))),
        ):
            number += 1
            sites = np.flatnonzero(members)
            if sites.size:
                result.append(Step(number, sites, _around(y[sites], x[sites], offsets, spacing, (rows, columns))))
        spacing //= 2
    return tuple(result)


def _around(
    y: NDArray[np.intp],
    x: NDArray[np.intp],
    offsets: tuple[tuple[int, int], ...],
    spacing: int,
    size: tuple[int, int],
) -> NDArray[np.intp]:
    """Flat indexes [4, N] of the sites at `offsets`; one outside is replaced by the nearest in the list that is not."""
    places = []
    for down, across in offsets:
        row, column = y + down * spacing, x + across * spacing
        inside = (row >= 0) & (row < size[0]) & (column >= 0) & (column < size[1])
        places.append(np.where(inside, row * size[1] + column, -1))
    stacked = np.stack(places)
    for number in range(4):
        for other in (number ^ 1, number ^ 2, number ^ 3):
            stacked[number] = np.where(stacked[number] < 0, np.maximum(stacked[other], -1), stacked[number])
    return stacked


def middle(known: Ints) -> Ints:
    """The mean of the middle two of four values [4, ...], rounded down."""
    ordered = np.sort(known, axis=0)
    result: Ints = (ordered[1] + ordered[2]) >> 1
    return result
