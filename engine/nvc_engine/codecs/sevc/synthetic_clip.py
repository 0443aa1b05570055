"""The clip of which parity vectors are made (specs/sevc.md, 16.2)."""

import math

import numpy as np
from numpy.typing import NDArray

CHANNELS = 3


def clip_frame(width: int, height: int, index: int, variant: int) -> NDArray[np.uint8]:
    """RGB samples [3, height, width] of frame `index`: two moving waves, a chirp, and a square that crosses."""
    channel = np.arange(CHANNELS, dtype=np.float64)[:, None, None]
    y = np.arange(height, dtype=np.float64)[None, :, None]
    x = np.arange(width, dtype=np.float64)[None, None, :]
    t = float(index)
    turn = 2 * math.pi
    signal = 0.5 + 0.22 * np.sin(turn * ((x - 2.5 * t) / 23 + (y + 1.25 * t) / 41 + 0.13 * channel + 0.07 * variant))
    signal += 0.14 * np.sin(turn * ((x + 1.5 * t) / 9 - (y - 0.75 * t) / 13 + 0.31 * channel))
    signal += 0.08 * np.cos(turn * ((x**2 + y**2) / (900 + 150 * variant) + 0.21 * t + 0.17 * channel))
    left, top = 10 + 7 * t, 8 + 5 * t
    inside = (left <= x) & (x < left + 24) & (top <= y) & (y < top + 18)
    signal = np.where(inside, 0.15 + 0.25 * channel + 0.02 * ((x - left) % 5), signal)
    return np.clip(np.floor(255 * signal + 0.5), 0, 255).astype(np.uint8)
