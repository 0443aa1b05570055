"""The optimiser's updates."""

import pytest
import torch

from nvc_engine.nn.muon import Muon, orthogonalise


@pytest.mark.parametrize("shape", [(8, 8), (24, 6), (6, 24)])
def test_updates_have_singular_values_near_one(shape: tuple[int, int]) -> None:
    update = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    singular = torch.linalg.svdvals(orthogonalise(update, steps=6))
    assert float(singular.min()) > 0.5
    assert float(singular.max()) < 1.4


def test_the_direction_is_kept() -> None:
    update = torch.randn(10, 4, generator=torch.Generator().manual_seed(2))
    left, _, right = torch.linalg.svd(update, full_matrices=False)
    turned = left.T @ orthogonalise(update, steps=6) @ right.T
    assert float((turned - torch.diag(torch.diag(turned))).abs().max()) < 1e-3


def test_finds_a_linear_map() -> None:
    random = torch.Generator().manual_seed(3)
    wanted, inputs = torch.randn(5, 7, generator=random), torch.randn(40, 7, generator=random)
    found = torch.zeros(5, 7, requires_grad=True)
    optimiser = Muon([found], lr=0.1)
    losses = []
    for step in range(200):
        optimiser.param_groups[0]["lr"] = 0.1 * (1 - step / 200)
        loss = (inputs @ (found - wanted).T).square().mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.01 * losses[0]


def test_shapes_of_more_axes_are_matrices_of_their_first() -> None:
    kernel = torch.zeros(4, 3, 3, 3, requires_grad=True)
    kernel.sum().backward()  # type: ignore[no-untyped-call]
    Muon([kernel], lr=0.5).step()
    assert kernel.shape == (4, 3, 3, 3)
    assert float(kernel.detach().abs().max()) > 0
