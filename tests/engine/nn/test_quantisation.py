"""Properties of the stand-ins for rounding."""

import pytest
import torch

from nvc_engine.nn.quantisation import kumaraswamy, noisy_round, round_through, soft_round, soft_round_mean

CPU = torch.device("cpu")


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


class TestSoftRound:
    @pytest.mark.parametrize("temperature", [0.3, 0.5, 1.0])
    def test_meets_integers_and_halves(self, temperature: float) -> None:
        points = torch.arange(-8, 9, dtype=torch.float64) / 2
        assert torch.allclose(soft_round(points, temperature), points, atol=1e-12)

    def test_becomes_rounding_as_the_temperature_falls(self) -> None:
        x = torch.tensor([-1.7, -0.3, 0.2, 0.45, 0.8, 2.3])
        assert torch.allclose(soft_round(x, 0.01), torch.round(x), atol=1e-3)

    @pytest.mark.parametrize("temperature", [0.3, 0.5])
    def test_its_inverse_undoes_it(self, temperature: float) -> None:
        x = torch.linspace(-3.2, 3.2, 777)
        inverse = soft_round_mean(soft_round(x, temperature) + 0.5, temperature) - 0.5
        assert torch.allclose(inverse, x, atol=1e-5)


class TestNoise:
    def test_a_of_one_is_uniform(self) -> None:
        samples = kumaraswamy(torch.Size([40_000]), 1.0, seeded(3), CPU)
        shares = torch.histc(samples, bins=10, min=0, max=1) / samples.numel()
        assert torch.allclose(shares, torch.full((10,), 0.1), atol=0.01)

    @pytest.mark.parametrize("a", [1.5, 2.0])
    def test_the_mode_is_one_half(self, a: float) -> None:
        samples = kumaraswamy(torch.Size([400_000]), a, seeded(4), CPU)
        counts = torch.histc(samples, bins=21, min=0, max=1)
        assert abs(int(counts.argmax()) - 10) <= 2
        assert float(samples.min()) >= 0
        assert float(samples.max()) <= 1

    def test_a_larger_a_is_narrower(self) -> None:
        spread = [float(kumaraswamy(torch.Size([50_000]), a, seeded(5), CPU).std()) for a in (1.0, 1.75, 2.0)]
        assert spread == pytest.approx([0.289, 0.228, 0.211], abs=0.004)


class TestNoisyRound:
    @pytest.mark.parametrize(("temperature", "a", "rms"), [(0.5, 2.0, 0.215), (0.3, 1.0, 0.289)])
    def test_error_is_that_of_rounding(self, temperature: float, a: float, rms: float) -> None:
        x = torch.rand(60_000, generator=seeded(6)) * 8 - 4
        error = noisy_round(x, temperature, a, seeded(7)) - x
        assert float(error.square().mean().sqrt()) == pytest.approx(rms, abs=0.006)

    def test_equals_the_composition_with_its_gradient(self) -> None:
        x = (torch.randn(5000, generator=seeded(8)) * 3).requires_grad_()
        noise = kumaraswamy(x.shape, 1.5, seeded(9), CPU)
        expected = soft_round_mean(soft_round(x, 0.4) + noise - 0.5, 0.4)
        result = noisy_round(x, 0.4, 1.5, seeded(9))
        assert torch.allclose(result, expected, atol=1e-4)
        (slope,) = torch.autograd.grad(result.sum(), x)
        (expected_slope,) = torch.autograd.grad(expected.sum(), x)
        assert torch.allclose(slope, expected_slope, rtol=1e-2, atol=1e-3)

    def test_a_seed_repeats(self) -> None:
        x = torch.linspace(-2, 2, 50)
        assert torch.equal(noisy_round(x, 0.4, 1.5, seeded(1)), noisy_round(x, 0.4, 1.5, seeded(1)))


def test_hard_rounding_lets_the_gradient_through() -> None:
    x = torch.tensor([0.4, 1.6, -2.2], requires_grad=True)
    rounded = round_through(x)
    assert rounded.tolist() == [0, 2, -2]
    rounded.sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert x.grad.tolist() == [1, 1, 1]
