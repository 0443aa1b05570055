"""Linear interpolation with half-pixel centres and edge clamp, along any axis (specs: HiNeRV/NVRC grids)."""

import torch
from torch import Tensor


def linear_weights(size_in: int, size_out: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Matrix [size_out, size_in] that resamples an axis of `size_in` cells to `size_out`.

    Output o samples the input at u = (o + 1/2) * size_in / size_out - 1/2, clamped to [0, size_in - 1]; each row has
    at most two entries and sums to 1. Computed in float64, then cast.
    """
    cells = torch.arange(size_in, dtype=torch.float64)
    return (1 - (_centres(size_in, size_out)[:, None] - cells[None, :]).abs()).clamp(min=0).to(dtype)


def linear_neighbours(size_in: int, size_out: int) -> tuple[Tensor, Tensor]:
    """The same resampling as two cells an output: the lower one [size_out] (int64; the other is the next one, where
    there is a next) and the share of the upper one [size_out] (float32)."""
    centres = _centres(size_in, size_out)
    lower = centres.floor().clamp(0, max(0, size_in - 2))
    return lower.long(), (centres - lower).float()


def blend_slices(grid: Tensor, lower: Tensor, share: Tensor) -> Tensor:
    """`grid` [T_in, ...] sampled at N points between the slices `lower` [N] and the next ones, by `share` [N] of these.

    Returns [N, ...]. A grid of one slice is constant in time.
    """
    if grid.shape[0] == 1:
        return grid.expand(lower.shape[0], *grid.shape[1:])
    upper_share = share.to(grid.dtype).view((-1,) + (1,) * (grid.dim() - 1))
    return torch.lerp(grid[lower], grid[lower + 1], upper_share)


def _centres(size_in: int, size_out: int) -> Tensor:
    centres = (torch.arange(size_out, dtype=torch.float64) + 0.5) * (size_in / size_out) - 0.5
    return centres.clamp(0, size_in - 1)
