"""Estimated bits and rate points against values worked out by hand."""

import math

import pytest
import torch

from nvc_engine.codecs.sevc.bit_estimator import BitEstimator
from nvc_engine.codecs.sevc.rate_points import quant_step
from nvc_engine.codecs.sevc.rates import bits
from nvc_engine.codecs.sevc.steps import HyperStep, LatentStep, Law


def latent_bits(law: Law, symbol: float, scale: float, **bound: float) -> float:
    shape = (1, 1, 1, 1)
    step = LatentStep("y.0", law, torch.full(shape, scale).double(), torch.zeros(shape), None)
    return float(bits(step, torch.full(shape, symbol).double(), **bound))


def test_bits_of_known_laws() -> None:
    zero = 1 - math.exp(-0.5)
    assert latent_bits(Law.LAPLACE, 0, 1) == pytest.approx(-math.log2(zero + 1e-5))
    two = 0.5 * (math.exp(-1.5 / 0.7) - math.exp(-2.5 / 0.7))
    assert latent_bits(Law.LAPLACE, -2, 0.7) == pytest.approx(-math.log2(two + 1e-5))
    normal = math.erf(0.5 / math.sqrt(2))
    assert latent_bits(Law.GAUSSIAN, 0, 1) == pytest.approx(-math.log2(normal + 1e-5))
    tail = 0.5 * (math.erf(3.5 / 2 / math.sqrt(2)) - math.erf(2.5 / 2 / math.sqrt(2)))
    assert latent_bits(Law.GAUSSIAN, 3, 2) == pytest.approx(-math.log2(tail + 1e-5))


@pytest.mark.parametrize("law", Law)
def test_scales_of_nothing_are_bounded(law: Law) -> None:
    assert latent_bits(law, 0, -3) == 0
    assert latent_bits(law, 1, -3) == pytest.approx(-math.log2(1e-5))
    assert latent_bits(law, 1, -3, min_scale=1) == pytest.approx(latent_bits(law, 1, 1))


def test_bits_of_a_factorised_law_add_up() -> None:
    torch.manual_seed(1)
    law = BitEstimator(3).double()
    symbols = torch.arange(-200.0, 201.0).double().view(1, 1, -1, 1).expand(1, 3, -1, 1)
    step = HyperStep("z", symbols.shape, law, None)
    probability = 2.0 ** -bits(step, symbols) - 1e-5
    assert torch.allclose(probability.sum(2), torch.ones(1, 3, 1).double(), atol=1e-6)
    above, below = (law(torch.full((1, 3, 1, 1), edge).double()) for edge in (0.5, -0.5))
    assert torch.allclose(probability[:, :, 200:201], above - below)


def test_rate_points_are_log_linear_between_the_outer_anchors() -> None:
    basic, anchors = torch.tensor([2.0, 3.0]).view(1, 2, 1, 1), torch.tensor([0.5, 9.0, 7.0, 1.5]).view(4, 1, 1, 1)
    assert torch.allclose(quant_step(basic, anchors, 0), 0.5 * basic)
    assert torch.allclose(quant_step(basic, anchors, 63), 1.5 * basic)
    assert torch.allclose(quant_step(basic, anchors, 21), 0.5 * 3 ** (1 / 3) * basic)
    some = quant_step(basic, anchors, torch.tensor([0, 21, 63]))
    assert some.shape == (3, 2, 1, 1)
    assert torch.equal(some[1:2], quant_step(basic, anchors, 21))
