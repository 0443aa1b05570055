"""The bits of the Laplace law."""

import pytest
import torch

from nvc_engine.nn.rate import MAX_BITS, laplace_bits


@pytest.mark.parametrize(("mean", "scale"), [(0.0, 0.3), (0.3, 2.0), (-1.25, 0.8), (10.5, 20.0)])
def test_probabilities_sum_to_one(mean: float, scale: float) -> None:
    symbols = torch.arange(-900, 901, dtype=torch.float64)
    bits = laplace_bits(symbols, mean, torch.tensor(scale, dtype=torch.float64))
    reached = bits < MAX_BITS
    assert float((2 ** -bits[reached]).sum()) == pytest.approx(1, abs=1e-5)


def test_equals_the_mass_of_a_bin() -> None:
    law = torch.distributions.Laplace(torch.tensor(0.2).double(), torch.tensor(1.5).double())
    symbols = torch.arange(-6, 7, dtype=torch.float64)
    mass = law.cdf(symbols + 0.5) - law.cdf(symbols - 0.5)
    assert torch.allclose(laplace_bits(symbols, 0.2, torch.tensor(1.5).double()), -torch.log2(mass))


def test_gradients_equal_finite_differences() -> None:
    random = torch.Generator().manual_seed(1)
    scale = (torch.rand(60, generator=random).double() + 1).requires_grad_()
    q = (torch.randn(60, generator=random).double() * 4).requires_grad_()
    mean = torch.randn(60, generator=random).double().requires_grad_()
    assert torch.autograd.gradcheck(laplace_bits, (q, mean, scale))


def test_gradients_hold_far_out() -> None:
    scale = torch.tensor([0.5], dtype=torch.float64, requires_grad=True)
    q = torch.tensor([15.0, -15.0], dtype=torch.float64, requires_grad=True)
    bits = laplace_bits(q, 0.0, scale)
    assert bits.tolist() == [MAX_BITS, MAX_BITS]
    bits.sum().backward()  # type: ignore[no-untyped-call]
    assert q.grad is not None
    assert q.grad.tolist() == pytest.approx([2 / 0.6931471805599453, -2 / 0.6931471805599453])
    assert scale.grad is not None
    assert float(scale.grad) < 0


def test_a_shared_scale_gathers_its_gradient() -> None:
    q = torch.tensor([[0.0, 3.0], [1.0, -2.0]], dtype=torch.float64, requires_grad=True)
    scale = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda value, b: laplace_bits(value, 0.1, b), (q, scale))
