"""Rates are met on frames whose sizes nobody knows beforehand."""

import itertools

import numpy as np
import pytest

from nvc_engine.codecs.sevc.rate_control import PROBE_POINTS, FrameKind, RateControl

FRAMES, PERIOD = 96, 32


def coded_bits(rate_point: int, frame: int, noise: float) -> float:
    """An intra frame is ten times as large; the material becomes harder with time."""
    level = 20_000.0 if frame % PERIOD == 0 else 2_000.0
    return float(level * 2 ** (rate_point / 18) * (1 + frame / FRAMES) * noise)


@pytest.mark.parametrize("wanted", [10.0, 30.0, 55.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_budget_is_spent(wanted: float, seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(0.7, 1.4, FRAMES)
    budget = sum(coded_bits(round(wanted), frame, noise[frame]) for frame in range(FRAMES))
    intra, inter = (FrameKind.probed(tuple(coded_bits(q, f, noise[f]) for q in PROBE_POINTS)) for f in (0, 1))
    control = RateControl(intra, inter, budget)
    spent, points = 0.0, []
    for frame in range(FRAMES):
        intra_left = sum(later % PERIOD == 0 for later in range(frame, FRAMES))
        point = control.next_point(intra_left, FRAMES - frame - intra_left)
        bits = coded_bits(point, frame, noise[frame])
        control.coded(point, bits, intra=frame % PERIOD == 0)
        spent += bits
        points.append(point)
    assert spent == pytest.approx(budget, rel=0.03)
    assert max(abs(b - a) for a, b in itertools.pairwise(points)) <= 2


def test_a_budget_out_of_reach_takes_the_end_of_the_range() -> None:
    for budget, wanted in ((1.0, 0), (1e12, 63)):
        kind = FrameKind.probed((1000.0, 4000.0))
        assert RateControl(kind, kind, budget).next_point(1, 30) == wanted
