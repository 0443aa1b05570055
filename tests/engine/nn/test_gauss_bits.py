"""Bits under the normal law: a law, with gradients that hold in the tails (specs/nvrc.md, acceptance test 6)."""

import numpy as np
import pytest
import torch

from nvc_engine.bitstream.entropy import SymbolWriter
from nvc_engine.bitstream.tables import Law
from nvc_engine.nn.rate import coded_gauss_bits, gauss_bits


@pytest.mark.parametrize("scale", [0.125, 0.6, 1.0, 7.0, 200.0])
@pytest.mark.parametrize("mean", [0.0, 0.3, -17.5])
def test_probabilities_add_up_to_one(scale: float, mean: float) -> None:
    q = torch.arange(-3000, 3001, dtype=torch.float64)
    bits = gauss_bits(q, mean, torch.tensor(scale, dtype=torch.float64))
    assert float(torch.exp2(-bits).sum()) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("scale", [0.125, 1.0, 40.0])
def test_gradients_are_those_of_finite_differences_far_into_the_tails(scale: float) -> None:
    distances = torch.tensor([0.0, 0.2, 0.6, 2.0, 8.0, 30.0], dtype=torch.float64) * scale
    q = torch.cat([distances, -distances[1:]])
    mean = torch.full_like(q, 0.05).requires_grad_()
    wide = torch.full_like(q, scale).requires_grad_()
    assert torch.autograd.gradcheck(lambda m, s: gauss_bits(q, m, s), (mean, wide), eps=1e-6 * scale, rtol=1e-4)


def test_gradients_stay_finite_in_float32() -> None:
    q = torch.tensor([0.0, 1.0, 30.0, -400.0])
    mean, scale = torch.zeros(4, requires_grad=True), torch.full((4,), 0.125, requires_grad=True)
    gauss_bits(q, mean, scale).sum().backward()
    assert mean.grad is not None
    assert scale.grad is not None
    assert torch.isfinite(mean.grad).all()
    assert torch.isfinite(scale.grad).all()


def test_far_symbols_cost_what_the_coder_takes() -> None:
    """Against streams of one symbol repeated, so that a word more or less does not count."""
    count = 2000
    for scale_index, distance in ((-12, 9), (0, 7), (0, 300), (12, 100), (12, 4000)):
        writer = SymbolWriter(Law.GAUSS)
        laws = np.zeros(count, np.int32), np.full(count, scale_index, np.int32)
        writer.encode(np.full(count, distance, np.int32), *laws)
        spent = 8 * len(writer.finish()) / count
        believed = coded_gauss_bits(torch.tensor([float(distance)]), 0.0, torch.tensor([2 ** (scale_index / 4)]))
        assert believed.item() == pytest.approx(spent, rel=0.1)


def test_the_bound_lets_the_gradient_pass() -> None:
    q = torch.tensor([20.0], requires_grad=True)
    bits = coded_gauss_bits(q, 0.0, torch.tensor([1.0]))
    assert bits.item() < gauss_bits(q, 0.0, torch.tensor([1.0])).item() / 5
    bits.backward()
    assert q.grad is not None
    assert q.grad.item() > 20
