"""A mean PSNR is met on frames whose quality nobody knows beforehand."""

import itertools

import numpy as np
import pytest

from nvc_engine.codecs.sevc.quality_control import FrameQuality, QualityControl
from nvc_engine.codecs.sevc.rate_control import PROBE_POINTS

FRAMES, PERIOD = 48, 16


def coded_psnr(rate_point: int, frame: int, noise: float) -> float:
    """An intra frame is better; the material becomes harder with time, and more bits help less and less."""
    level = 31.0 if frame % PERIOD == 0 else 29.0
    return float(level + 0.16 * rate_point - 0.0005 * rate_point**2 - 2 * frame / FRAMES + noise)


@pytest.mark.parametrize("wanted", [31.0, 33.0, 35.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_mean_is_met(wanted: float, seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(-0.4, 0.4, FRAMES)
    intra, inter = (FrameQuality.probed(tuple(coded_psnr(q, f, noise[f]) for q in PROBE_POINTS)) for f in (0, 1))
    control = QualityControl(intra, inter, wanted)
    found, points = [], []
    for frame in range(FRAMES):
        intra_left = sum(later % PERIOD == 0 for later in range(frame, FRAMES))
        point = control.next_point(intra_left, FRAMES - frame - intra_left)
        psnr = coded_psnr(point, frame, noise[frame])
        control.coded(point, psnr, intra=frame % PERIOD == 0)
        found.append(psnr)
        points.append(point)
    assert sum(found) / FRAMES == pytest.approx(wanted, abs=0.1)
    assert max(abs(b - a) for a, b in itertools.pairwise(points)) <= 2


def test_a_quality_out_of_reach_takes_the_end_of_the_range() -> None:
    for goal, point in ((5.0, 0), (90.0, 63)):
        kind = FrameQuality.probed((30.0, 36.0))
        assert QualityControl(kind, kind, goal).next_point(1, 30) == point
