"""Our convolution computes what torch's does."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nvc_engine.codecs.sevc.float64_convolution import BandedConv2d, use_banded_convolutions


@pytest.mark.parametrize("kernel", [3, 5, 7])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", [(16, 24), (7, 300), (1, 5)])
def test_it_is_a_convolution(kernel: int, stride: int, size: tuple[int, int]) -> None:
    torch.manual_seed(kernel)
    plain = nn.Conv2d(3, 5, kernel, stride, kernel // 2).double()
    x = torch.randn(2, 3, *size, dtype=torch.float64)
    with torch.inference_mode():
        found = BandedConv2d(plain)(x)
        wanted = F.conv2d(x, plain.weight, plain.bias, stride, kernel // 2)
    assert found.shape == wanted.shape
    assert float((found - wanted).abs().max()) < 1e-13


def test_a_network_keeps_its_keys() -> None:
    network = nn.Sequential(
        nn.Conv2d(2, 4, 3, 1, 1), nn.Sequential(nn.Conv2d(4, 4, 3, 1, 1, groups=4), nn.Conv2d(4, 2, 1))
    )
    keys = list(network.state_dict())
    use_banded_convolutions(network)
    assert list(network.state_dict()) == keys
    assert isinstance(network[0], BandedConv2d)
    assert isinstance(network[1][0], nn.Conv2d)
