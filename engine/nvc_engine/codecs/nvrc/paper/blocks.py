"""Grid levels as blocks of 16 x 8 x 8 positions, and the order in which a block's positions are coded (specs/nvrc.md,
2.2 and 2.3)."""

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BLOCK = (16, 8, 8)
POSITIONS = BLOCK[0] * BLOCK[1] * BLOCK[2]
# Block-channels whose context is evaluated at a time; part of the format, for it decides the order of symbols.
GROUP = 512


def block_counts(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Blocks along time, rows and columns of a level [slices, rows, columns, channels]; the last ones are partial."""
    slices, rows, columns = (-(-size // side) for size, side in zip(shape, BLOCK, strict=False))
    return slices, rows, columns


def to_blocks(grid: Tensor) -> Tensor:
    """A level [T, H, W, c] as blocks [B, c, 16, 8, 8], in the order of time, rows, columns; 0 beyond the level."""
    counts = block_counts(tuple(grid.shape))
    pads = [count * side - size for count, side, size in zip(counts, BLOCK, grid.shape, strict=False)]
    padded = torch.nn.functional.pad(grid, (0, 0, 0, pads[2], 0, pads[1], 0, pads[0]))
    (a, b, c), (t, h, w) = counts, BLOCK
    tiles = padded.view(a, t, b, h, c, w, grid.shape[3]).permute(0, 2, 4, 6, 1, 3, 5)
    return tiles.reshape(a * b * c, grid.shape[3], t, h, w)


def from_blocks(blocks: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The inverse of `to_blocks` for a level of `shape`."""
    (a, b, c), (t, h, w) = block_counts(shape), BLOCK
    tiles = blocks.view(a, b, c, shape[3], t, h, w).permute(0, 4, 1, 5, 2, 6, 3)
    return tiles.reshape(a * t, b * h, c * w, shape[3])[: shape[0], : shape[1], : shape[2]]


def inside(shape: tuple[int, ...]) -> Tensor:
    """Which positions of the blocks of a level exist: bool [B, 1, 16, 8, 8]."""
    return to_blocks(torch.ones((*shape[:3], 1))).bool()


def group_size(channels: int) -> int:
    """Blocks that are coded together."""
    return max(1, GROUP // channels)


@cache
def wavefront() -> tuple[NDArray[np.intp], ...]:
    """The flat positions of a block step by step: step w has those with 9 t + 3 y + x = w, in rising order. All that a
    causal tap of a 5 x 5 x 5 kernel reads lies in earlier steps, through any number of layers."""
    t, y, x = np.indices(BLOCK)
    steps = (9 * t + 3 * y + x).ravel()
    return tuple(np.flatnonzero(steps == step) for step in range(int(steps.max()) + 1))
