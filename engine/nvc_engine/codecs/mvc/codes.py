"""Positional codes of frames and grid cells, constants of the network (specs/mvc.md, 1.1).

gamma(p) = (sin(b^0 pi p), cos(b^0 pi p), .. sin(b^(l-1) pi p), cos(b^(l-1) pi p)) with b = 1.25. The highest phases
are about 10^8 rad, where float32 has no digits left; so all is float64 until the sine is taken, and powers of b are
repeated products, which every machine rounds alike.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BASE = 1.25

Floats = NDArray[np.float64]


def positional_code(places: Floats, levels: int) -> Tensor:
    """gamma of `places` [N] in 0..1: [N, 2 `levels`] float32, sine and cosine of a level side by side."""
    phases = np.fmod(places[:, None] * _powers(levels), 2.0) * np.pi
    code = np.stack([np.sin(phases), np.cos(phases)], axis=2)
    return torch.from_numpy(code.reshape(len(places), 2 * levels).astype(np.float32))


def frame_codes(numbers: Sequence[int], frames: int, levels: int) -> Tensor:
    """Codes of frames `numbers` [N] of a unit of `frames`: [N, 2 `levels`]. Frame k stands at k / (frames - 1)."""
    return positional_code(np.array(numbers) / max(1, frames - 1), levels)


def code_between(frames: int, levels: int, time: float) -> Tensor:
    """The code [1, 2 `levels`] of a `time` between frames, in frames (0 to `frames` - 1); at a frame it is that one's.

    Levels that turn by less than half a circle from frame to frame are taken at the time itself. Higher ones alias:
    between two frames they say nothing of either, so there the codes of both are blended.
    """
    lower = min(int(time), max(0, frames - 2))
    share = time - lower
    places = np.array([lower, lower + 1, time]) / max(1, frames - 1)
    before, after, at = positional_code(places, levels)
    slow = torch.from_numpy(np.repeat(_powers(levels) < frames - 1, 2))
    return torch.where(slow, at, torch.lerp(before, after, share))[None]


def grid_codes(rows: int, columns: int, levels: int) -> Tensor:
    """Codes of the cells of a grid, row by row [rows * columns, 4 `levels`]: gamma(i / rows), gamma(j / columns)."""
    down = positional_code(np.arange(rows) / rows, levels)
    across = positional_code(np.arange(columns) / columns, levels)
    return torch.cat([down.repeat_interleave(columns, dim=0), across.repeat(rows, 1)], dim=1)


def _powers(levels: int) -> Floats:
    """b^0 .. b^(levels - 1)."""
    return np.multiply.accumulate(np.concatenate([[1.0], np.full(levels - 1, BASE)]))
