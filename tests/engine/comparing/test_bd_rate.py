"""Bjontegaard's differences against the package of that name, and what is refused."""

import warnings

import numpy as np
import pytest

from nvc_engine.comparing.bd_rate import BdError, Method, bd_quality, bd_rate

# UVG average curves in (bpp, PSNR-RGB), from papers.
HM = [(0.0075, 32.79), (0.0155, 34.63), (0.0324, 36.41), (0.0730, 38.06), (0.1878, 39.43), (0.754, 41.52)]
HINERV = [(0.0150, 34.80), (0.0299, 36.24), (0.0583, 37.51), (0.1159, 38.72), (0.2271, 39.81)]
C3 = [(0.0159, 32.93), (0.0227, 33.97), (0.0331, 35.03), (0.0546, 36.33), (0.0846, 37.45), (0.1276, 38.36)]
PAIRS = [(HM, HINERV), (HM, C3), (C3, HINERV), (HINERV, HM)]

KNOWN = {
    Method.PCHIP: [(0.2829, -0.00182), (76.4225, -1.23005), (-40.2388, 1.20468), (-0.2821, 0.00182)],
    Method.AKIMA: [(0.3635, -0.00107), (76.8214, -1.23086), (-40.2587, 1.20491), (-0.3621, 0.00107)],
}
"""bd_rate in percent and bd_psnr in dB of PAIRS, as bjontegaard 1.3.0 gives them."""


@pytest.mark.parametrize("method", Method)
def test_known_values(method: Method) -> None:
    for (anchor, test), (rate, quality) in zip(PAIRS, KNOWN[method], strict=True):
        assert 100 * bd_rate(anchor, test, method).value == pytest.approx(rate, abs=0.01)
        assert bd_quality(anchor, test, method).value == pytest.approx(quality, abs=1e-4)


@pytest.mark.parametrize("method", Method)
def test_agrees_with_the_package(method: Method) -> None:
    bjontegaard = pytest.importorskip("bjontegaard", reason="installed with the extra 'test'")
    generator = np.random.default_rng(11)
    for _ in range(20):
        curves = []
        for _ in range(2):
            rates = np.cumsum(generator.uniform(0.02, 0.2, 5))
            levels = 30 + np.cumsum(generator.uniform(0.3, 3, 5)) + generator.uniform(-1, 1)
            curves.append((rates, levels))
        points = [list(zip(*curve, strict=True)) for curve in curves]
        try:
            ours = bd_rate(*points, method), bd_quality(*points, method)
        except BdError:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            arguments = (*curves[0], *curves[1])
            theirs = [
                getattr(bjontegaard, name)(
                    *arguments, method=method.value, require_matching_points=False, min_overlap=0
                )
                for name in ("bd_rate", "bd_psnr")
            ]
        assert 100 * ours[0].value == pytest.approx(theirs[0], abs=0.01)
        assert ours[1].value == pytest.approx(theirs[1], abs=1e-4)


def test_half_the_rate_everywhere_is_minus_fifty_percent() -> None:
    halved = [(rate / 2, level) for rate, level in HM]
    found = bd_rate(HM, halved)
    assert found.value == pytest.approx(-0.5)
    assert found.overlap == 1.0
    raised = [(rate, level + 1.5) for rate, level in HM]
    assert bd_quality(HM, raised).value == pytest.approx(1.5)
    assert bd_rate(HM, HM).value == pytest.approx(0)
    assert bd_rate(list(reversed(HM)), halved).value == pytest.approx(-0.5)


def test_too_few_points_are_refused() -> None:
    with pytest.raises(BdError, match="test has 3 different points"):
        bd_rate(HM, HINERV[:3])
    with pytest.raises(BdError, match="test has 3 different"):
        bd_rate(HM, [*HM[:3], HM[2]])
    with pytest.raises(BdError, match="anchor has 0 different points"):
        bd_quality([], HINERV)


def test_too_little_in_common_is_refused_and_said() -> None:
    high = [(rate, level + 5) for rate, level in HINERV]
    with pytest.raises(BdError, match=r"have \d+ % of the shorter one's range of quality"):
        bd_rate(HINERV, high)
    assert 0.5 < bd_rate(HM, C3).overlap <= 1
    with pytest.raises(BdError, match="0 % of the shorter one's range of rate"):
        bd_quality(HM, [(rate * 1000, level) for rate, level in HINERV])


@pytest.mark.parametrize(
    "points",
    [
        [(0.1, 30.0), (0.2, 33.0), (0.3, 32.0), (0.4, 35.0)],
        [(0.1, 30.0), (0.2, 33.0), (0.2, 34.0), (0.4, 35.0)],
        [(0.1, 30.0), (0.2, 33.0), (0.3, 33.0), (0.4, 35.0)],
        [(0.0, 30.0), (0.2, 33.0), (0.3, 34.0), (0.4, 35.0)],
        [(0.1, 30.0), (0.2, 33.0), (0.3, float("nan")), (0.4, 35.0)],
    ],
)
def test_curves_that_are_none_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(BdError):
        bd_rate(HM, points)
