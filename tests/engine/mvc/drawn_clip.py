"""A clip that is drawn, not read: smooth gradients that move, with a hard cut where one is asked for."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.colour import Colour
from nvc_engine.media.picture import Chroma, Picture

WIDTH, HEIGHT = 50, 38


class DrawnClip:
    """Frames of 50 x 38; another shot begins at `cut`."""

    def __init__(self, frames: int, cut: int | None = None, bit_depth: int = 8) -> None:
        self._cut = frames if cut is None else cut
        self.info = ClipInfo(
            path=Path("drawn"),
            container="drawn",
            codec="raw",
            width=WIDTH,
            height=HEIGHT,
            timestamps=tuple(range(frames)),
            time_base=Fraction(1, 25),
            rate=Fraction(25),
            pixel_format="yuv420p" if bit_depth == 8 else f"yuv420p{bit_depth}le",
            bit_depth=bit_depth,
            chroma=Chroma.C420,
            colour=Colour(),
        )

    def picture(self, index: int) -> Picture:
        depth = self.info.bit_depth
        kind = np.uint8 if depth == 8 else np.uint16
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
        luma = 60 + 2 * rows + columns + 3 * index if index < self._cut else 230 - 3 * rows - columns
        flat = np.full((-(-HEIGHT // 2), -(-WIDTH // 2)), 128 if index < self._cut else 90)
        y, u, v = ((plane.clip(16, 235) << (depth - 8)).astype(kind) for plane in (luma, flat, flat))
        return Picture(y, u, v, depth)

    def pictures(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        for index in range(start, self.info.frame_count if stop is None else stop):
            yield self.picture(index)

    def close(self) -> None:
        """Nothing is open."""
