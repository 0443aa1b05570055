"""Smaller pictures for film strips and thumbnails."""

import numpy as np

from nvc_engine.media.picture import Chroma, Picture, Plane


def shrink(picture: Picture, max_width: int) -> Picture:
    """The picture reduced by the smallest whole factor that makes it at most `max_width` wide (0: as it is).

    Every sample is the mean of a square of samples; at the right and lower edge the last samples are repeated.
    """
    factor = -(-picture.width // max_width) if max_width > 0 else 1
    if factor <= 1:
        return picture
    height, width = -(-picture.height // factor), -(-picture.width // factor)
    stored = Chroma.C420 if picture.chroma is Chroma.GRAY else picture.chroma
    rows, columns = stored.plane_shape(height, width)
    return Picture(
        y=_mean(picture.y, factor, height, width),
        u=_mean(picture.u, factor, rows, columns),
        v=_mean(picture.v, factor, rows, columns),
        bit_depth=picture.bit_depth,
        chroma=picture.chroma,
    )


def _mean(plane: Plane, factor: int, rows: int, columns: int) -> Plane:
    """[H, W] to [rows, columns], `factor` samples of each side to one."""
    below = max(0, rows * factor - plane.shape[0])
    right = max(0, columns * factor - plane.shape[1])
    padded = np.pad(plane, ((0, below), (0, right)), mode="edge")[: rows * factor, : columns * factor]
    sums = padded.reshape(rows, factor, columns, factor).sum(axis=(1, 3), dtype=np.uint32)
    mean: Plane = ((sums + factor * factor // 2) // (factor * factor)).astype(plane.dtype)
    return mean
