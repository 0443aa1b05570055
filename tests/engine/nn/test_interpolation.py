"""Resampling against the reference formula, written out cell by cell."""

import math

import pytest
import torch

from nvc_engine.nn.interpolation import blend_slices, linear_neighbours, linear_weights


def sampled(values: list[float], size_out: int) -> list[float]:
    """u = (o + 1/2) * N_in / N_out - 1/2, clamped; linear between the two neighbours."""
    last = len(values) - 1
    result = []
    for o in range(size_out):
        u = min(max((o + 0.5) * len(values) / size_out - 0.5, 0.0), last)
        low = math.floor(u)
        result.append((1 - (u - low)) * values[low] + (u - low) * values[min(low + 1, last)])
    return result


@pytest.mark.parametrize(("size_in", "size_out"), [(22, 45), (11, 45), (5, 45), (25, 600), (1, 7), (9, 9), (9, 4)])
class TestEqualsTheFormula:
    def test_as_a_matrix(self, size_in: int, size_out: int) -> None:
        values = torch.rand(size_in, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
        result = linear_weights(size_in, size_out, torch.float64) @ values
        assert result.tolist() == pytest.approx(sampled(values.tolist(), size_out), abs=1e-12)

    def test_between_slices(self, size_in: int, size_out: int) -> None:
        values = torch.rand(size_in, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
        lower, share = linear_neighbours(size_in, size_out)
        result = blend_slices(values[:, None], lower, share)[:, 0]
        assert result.tolist() == pytest.approx(sampled(values.tolist(), size_out), abs=1e-6)

    def test_rows_sum_to_one(self, size_in: int, size_out: int) -> None:
        weights = linear_weights(size_in, size_out)
        assert torch.allclose(weights.sum(dim=1), torch.ones(size_out))
        assert int((weights > 0).sum(dim=1).max()) <= 2
