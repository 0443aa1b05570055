"""The laws that code given symbols in the fewest bits: what an encoder writes into the side information.

A tensor has plain laws (one class, and one tap where it has time slices), or those of `contexts` if it is a large grid.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nvc_engine.bitstream.entropy import SCALE_INDEX_MAX, SCALE_INDEX_MIN
from nvc_engine.codecs.parameters.contexts import CLASSES, neighbour_sums, odd_sites, slice_laws
from nvc_engine.nn.rate import laplace_bits

TAP_STEPS = 64
TAP_MAX = 127
_ROUNDS = 8
_NEAR = 0.5
_RIDGE = 1e-3

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Laws:
    """The scale index of each group's classes [groups, classes], the taps of its means in 64ths [groups, taps], and the
    bits that the symbols take under these."""

    scale_index: Ints
    taps: Ints
    bits: float


def plain_laws(q: Ints, groups: int, *, sliced: bool) -> Laws:
    """One class; where `sliced`, the one tap is the share of the slice before that leaves the smallest residuals."""
    mean = np.zeros_like(q)
    taps = np.zeros((groups, int(sliced)), np.int32)
    if sliced:
        for group in range(groups):
            now, before = q[1:, ..., group].astype(np.int64), q[:-1, ..., group]
            costs = [np.abs(TAP_STEPS * now - each * before).sum() for each in range(TAP_STEPS + 1)]
            taps[group] = int(np.argmin(costs))
        mean[1:] = q[:-1] * taps[:, 0]
    return _with_scales(q, mean, np.zeros_like(q), 1, taps)


def context_laws(q: Ints) -> Laws:
    """Those of a grid with a context."""
    taps = _best_taps(q)
    laws = [slice_laws(q, number, taps) for number in range(len(q))]
    mean, members = (np.stack(each) for each in zip(*laws, strict=True))
    return _with_scales(q, mean, members, CLASSES, taps)


def _best_taps(q: Ints) -> Ints:
    odd = odd_sites(*q.shape[1:3])
    sums = neighbour_sums(q)
    taps = []
    for channel in range(q.shape[-1]):
        own, around = q[..., channel], sums[..., channel]
        past = [own[:-1], around[:-1]]
        fitted = [
            _least_absolute([each[:, ~odd] for each in past], own[1:, ~odd]),
            _least_absolute([each[:, odd] for each in (*past, around[1:])], own[1:, odd]),
            _least_absolute([around[0, odd]], own[0, odd]),
        ]
        taps.append(np.concatenate(fitted))
    return np.rint(np.stack(taps) * TAP_STEPS).clip(-TAP_MAX, TAP_MAX).astype(np.int32)


def _least_absolute(columns: list[Ints], target: Ints) -> Floats:
    """Factors of `columns` whose sum comes close to `target` in absolute terms: least squares, reweighted."""
    x = np.stack([column.ravel() for column in columns]).astype(np.float64)
    y = target.ravel().astype(np.float64)
    weights = np.ones_like(y)
    for _ in range(_ROUNDS):
        weighted = x * weights
        factors = np.linalg.solve(weighted @ x.T + _RIDGE * np.eye(len(x)), weighted @ y)
        weights = 1 / np.maximum(np.abs(y - factors @ x), _NEAR)
    return np.asarray(factors, np.float64)


def _with_scales(q: Ints, mean: Ints, members: Ints, classes: int, taps: Ints) -> Laws:
    """Per group and class the scale index with the fewest bits under the coder's own law; a class without symbols
    repeats the one before it."""
    groups = len(taps)
    distance = np.abs(TAP_STEPS * q.astype(np.int64) - mean).reshape(-1, groups)
    members = members.reshape(-1, groups)
    indexes = np.arange(SCALE_INDEX_MIN, SCALE_INDEX_MAX + 1)
    scales = torch.from_numpy(2.0 ** (indexes / 4)).float()
    result = np.zeros((groups, classes), np.int32)
    total = 0.0
    for group in range(groups):
        for each in range(classes):
            found, counts = np.unique(distance[members[:, group] == each, group], return_counts=True)
            if not found.size:
                result[group, each] = result[group, max(0, each - 1)]
                continue
            levels = torch.from_numpy((found / TAP_STEPS).astype(np.float32))
            bits = laplace_bits(levels[:, None], 0.0, scales[None, :]) * torch.from_numpy(counts)[:, None]
            best = int(bits.sum(dim=0).argmin())
            total += float(bits[:, best].sum())
            result[group, each] = indexes[best]
    return Laws(result, taps, total)
