"""How a picture's size becomes strides and a coarse grid (specs/mvc.md, 1.5)."""

import itertools
import math

FIRST_STRIDES = (5, 4)
LATER_STRIDES = (3, 2)
MAX_STAGES = 7
WANTED_TOKENS = 144
TOKEN_RANGE = (96, 200)
PADDING_LIMIT = 0.08

Strides = tuple[int, ...]


def grid_size(height: int, width: int, strides: Strides) -> tuple[int, int]:
    """[rows, columns] of the coarse grid: the picture over the product of `strides`, rounded up."""
    scale = math.prod(strides)
    return -(-height // scale), -(-width // scale)


def padding_share(height: int, width: int, strides: Strides) -> float:
    """How much larger than the picture the network's output is, as a share of the picture."""
    rows, columns = grid_size(height, width, strides)
    return rows * columns * math.prod(strides) ** 2 / (height * width) - 1


def fitting_strides(height: int, width: int) -> Strides:
    """The strides for pictures of this size: 96 to 200 grid cells and at most 8 % of padding where that can be had;
    among those the least padding, then the number of cells nearest to 144."""

    def burden(strides: Strides) -> tuple[bool, float, int, float]:
        tokens = math.prod(grid_size(height, width, strides))
        padding = padding_share(height, width, strides)
        fits = TOKEN_RANGE[0] <= tokens <= TOKEN_RANGE[1] and padding <= PADDING_LIMIT
        first = padding if fits else abs(math.log(tokens / WANTED_TOKENS))
        return not fits, first, abs(tokens - WANTED_TOKENS), padding

    return min(_candidates(), key=burden)


def _candidates() -> list[Strides]:
    """Every list of strides: 5 or 4, then as many 3 and 2 as there are stages, falling."""
    return [
        (first, *later)
        for stages in range(MAX_STAGES)
        for first in FIRST_STRIDES
        for later in itertools.combinations_with_replacement(LATER_STRIDES, stages)
    ]
