"""Shares of a batch add up to the batch, however many threads do them."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from nvc_engine.nn.shares import GradientShares


def share(number: int, leaves: Sequence[Tensor]) -> Tensor:
    weight, offset, _ = leaves
    return ((weight * (number + 1) + offset) ** 2).sum()


@pytest.mark.parametrize("threads", [1, 3])
def test_loss_and_gradients_are_those_of_the_whole(threads: int) -> None:
    weight = torch.tensor([1.0, 2.0], requires_grad=True)
    offset = torch.tensor(0.5, requires_grad=True)
    unused = torch.ones(3, requires_grad=True)
    shares = GradientShares(threads)
    loss, gradients = shares.run(share, 4, [weight, offset, unused])
    shares.close()
    whole = torch.stack([share(number, [weight, offset, unused]) for number in range(4)]).sum()
    expected = torch.autograd.grad(whole, [weight, offset])
    assert loss.item() == whole.item()
    assert not loss.requires_grad
    assert gradients[2] is None
    for gradient, wanted in zip(gradients, expected, strict=False):
        assert gradient is not None
        torch.testing.assert_close(gradient, wanted)


def test_an_error_in_a_share_reaches_the_caller() -> None:
    def broken(number: int, leaves: Sequence[Tensor]) -> Tensor:
        raise MemoryError("no room for a share")

    shares = GradientShares(2)
    with pytest.raises(MemoryError, match="no room"):
        shares.run(broken, 2, [torch.ones(1, requires_grad=True)])
    shares.close()
