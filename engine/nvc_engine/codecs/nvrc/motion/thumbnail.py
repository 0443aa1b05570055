"""The first frame's planes in small: one sample a block, coded from coarse to fine, and the picture foretold by it."""

import numpy as np

from nvc_engine.bitstream.decisions import DecisionCoder
from nvc_engine.codecs.nvrc.motion.lattice import middle, steps
from nvc_engine.codecs.nvrc.motion.laws import Ints, LawNet, logarithm
from nvc_engine.codecs.nvrc.motion.samples import SIDE, join, split
from nvc_engine.codecs.nvrc.motion.sources import code_values

FEATURES = 3


def walk_thumbnail(size: tuple[int, int], plane: int, net: LawNet, coder: DecisionCoder, samples: Ints | None) -> Ints:
    """Go over the thumbnail's samples [rows, columns], in steps of its quantiser; with `samples`, write these.

    What is expected of a sample is the middle of those around (`lattice`). The network's kinds are the lattice's step
    and the plane (0 to 2).
    """
    values = np.zeros(size[0] * size[1], np.int32)
    off = np.zeros_like(values)
    wanted = None if samples is None else samples.reshape(-1)
    for step in steps(*size):
        sites = step.sites
        around = np.zeros((4, sites.size), np.int32) if step.around is None else values[step.around]
        beside = np.zeros_like(around) if step.around is None else np.abs(off[step.around])
        likely = middle(around)
        features = np.empty((sites.size, FEATURES), np.int32)
        features[:, 0] = logarithm(around.max(axis=0) - around.min(axis=0))
        features[:, 1] = logarithm(np.abs(around - likely).sum(axis=0))
        features[:, 2] = logarithm(beside.sum(axis=0))
        index = net.indexes(features, step.number, plane)
        off[sites] = code_values(coder, index, None if wanted is None else wanted[sites] - likely)
        values[sites] = likely + off[sites]
    return values.reshape(size)


def thumbnail(plane: Ints, step: int, middle_level: int) -> Ints:
    """The means of the 8x8 blocks of `plane` [H, W], less `middle_level`, in steps of `step` sixteenths."""
    means = split(plane).mean(axis=(2, 3)) - middle_level
    result: Ints = np.rint(means * 16 / step).astype(np.int32)
    return result


def foretell(small: Ints, step: int, middle_level: int, peak: int) -> Ints:
    """A smooth picture [H, W] whose blocks have the means that `small` says: bilinear, then every block shifted."""
    levels = (small * step + 8 >> 4) + middle_level
    rows, columns = small.shape
    wide = _stretch(_stretch(np.pad(levels, 1, mode="edge"), 0, rows), 1, columns)
    blocks = split((wide + 128) >> 8)
    shift = levels * SIDE * SIDE - blocks.sum(axis=(2, 3))
    blocks = blocks + ((shift + SIDE * SIDE // 2) >> 6)[:, :, None, None]
    result: Ints = np.clip(join(blocks), 0, peak).astype(np.int32)
    return result


def _stretch(levels: Ints, axis: int, count: int) -> Ints:
    """Linear interpolation of a padded axis of `count` + 2 samples to 8 * `count`, in 16ths."""
    place = np.arange(count * SIDE) + SIDE // 2
    lower = place // SIDE
    share = 2 * (place % SIDE) + 1
    shape = [1, 1]
    shape[axis] = -1
    high = share.reshape(shape)
    result: Ints = np.take(levels, lower, axis) * (16 - high) + np.take(levels, lower + 1, axis) * high
    return result
