"""What a grid's symbols tell of the ones that follow: the means of their laws, and classes that choose their scales.

A grid [slices, rows, columns, channels] is coded slice by slice, and each slice in two passes: first the sites whose
row and column add up to an even number, then the odd ones, all four neighbours of which are then known. With q the
symbols (0 outside the grid), p = q[t-1], P and N sums over the 4 neighbours in p and in q[t], and a..f the channel's
taps in 64ths:

    mean   = a p + b P          at even sites of slices t > 0,     0 at those of slice 0
             c p + d P + e N    at odd sites of slices t > 0,    f N at those of slice 0
    old    = |q[t-1] - q[t-2]|,  new = |q[t] - q[t-1]|,  S = old + the sum of old over the 3x3 sites around
    energy = 2 S                                at even sites
             S + 2 (sum of new's 4 neighbours)  at odd sites
    class  = how many of 2, 4, 8, .. 256 are at most the energy;  9 in slice 1 and 10 in slice 0

So where a grid has lately changed, more change is expected. All of it is exact in 32-bit integers.
"""

import numpy as np
from numpy.typing import NDArray

TAPS = 6
EDGES = np.array([2**n for n in range(1, 9)], np.int32)
SECOND_SLICE = len(EDGES) + 1
FIRST_SLICE = SECOND_SLICE + 1
CLASSES = FIRST_SLICE + 1
LEAST_SLICES = 3
LEAST_SITES = 1000

Ints = NDArray[np.int32]


def has_context(shape: tuple[int, ...]) -> bool:
    """Whether a grid [slices, rows, columns, channels] is large enough to pay for its taps and class scales."""
    slices, rows, columns, _ = shape
    return slices >= LEAST_SLICES and slices * rows * columns >= LEAST_SITES


def odd_sites(rows: int, columns: int) -> NDArray[np.bool_]:
    """The sites of the second pass [rows, columns]."""
    odd: NDArray[np.bool_] = (np.arange(rows)[:, None] + np.arange(columns)) % 2 == 1
    return odd


def slice_laws(q: Ints, number: int, taps: Ints) -> tuple[Ints, Ints]:
    """Means in 64ths of a bin and scale classes of slice `number` of a grid `q`, both [rows, columns, channels].

    At even sites they depend on earlier slices only, at odd ones on this slice's even sites too.

    Args:
        taps: a..f of each channel [channels, TAPS].
    """
    now = q[number]
    odd = odd_sites(*now.shape[:2])[:, :, None]
    a, b, c, d, e, f = taps.T
    if number == 0:
        return np.where(odd, f * neighbour_sums(now), 0), np.full_like(now, FIRST_SLICE)
    before = q[number - 1]
    around = neighbour_sums(before)
    mean = np.where(odd, c * before + d * around + e * neighbour_sums(now), a * before + b * around)
    if number == 1:
        return mean, np.full_like(now, SECOND_SLICE)
    old = np.abs(before - q[number - 2])
    still = old + _box(old)
    energy = still + np.where(odd, 2 * neighbour_sums(np.abs(now - before)), still)
    return mean, np.searchsorted(EDGES, energy, side="right").astype(np.int32)


def neighbour_sums(x: Ints) -> Ints:
    """Sum of the 4 neighbours of each site of [..., rows, columns, channels], 0 outside."""
    total = np.zeros_like(x)
    total[..., 1:, :, :] += x[..., :-1, :, :]
    total[..., :-1, :, :] += x[..., 1:, :, :]
    total[..., 1:, :] += x[..., :-1, :]
    total[..., :-1, :] += x[..., 1:, :]
    return total


def _box(x: Ints) -> Ints:
    """Sum over the 3x3 sites around each of [rows, columns, channels], 0 outside."""
    tall = x.copy()
    tall[1:] += x[:-1]
    tall[:-1] += x[1:]
    total = tall.copy()
    total[:, 1:] += tall[:, :-1]
    total[:, :-1] += tall[:, 1:]
    return total
