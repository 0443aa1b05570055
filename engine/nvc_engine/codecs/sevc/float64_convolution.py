"""Convolution in float64 by one fixed algorithm: rows in bands, each band one matrix product.

torch has no fast float64 convolution for CPUs, and the one that it has unfolds whole pictures, which takes 9 times
their memory. A band's unfolded rows stay in the processor's cache instead.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_BAND_BYTES = {"cpu": 1 << 18, "cuda": 1 << 28}


class BandedConv2d(nn.Module):
    """What `nn.Conv2d` computes, for square kernels of odd side that keep the size (over the stride).

    Args:
        plain: the convolution to take the place of; its parameters are shared.
    """

    def __init__(self, plain: nn.Conv2d) -> None:
        super().__init__()
        assert plain.bias is not None
        self.weight, self.bias = plain.weight, plain.bias
        self._stride = plain.stride[0]

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, H, W] to [B, C', ceil(H / stride), ceil(W / stride)]."""
        batch, channels, height, width = x.shape
        outputs, _, kernel, _ = self.weight.shape
        stride = self._stride
        rows, columns = -(-height // stride), -(-width // stride)
        padded = F.pad(x, (kernel // 2,) * 4).contiguous()
        matrix, bias = self.weight.reshape(outputs, -1), self.bias[:, None]
        band = max(1, _BAND_BYTES[x.device.type] // (x.element_size() * channels * kernel**2 * columns))
        out = x.new_empty(batch, outputs, rows, columns)
        of_channel, of_row = padded.stride()[1:3]
        strides = (of_channel, of_row, 1, stride * of_row, stride)
        for sample in range(batch):
            flat, source = out[sample].view(outputs, -1), padded[sample]
            for first in range(0, rows, band):
                stop = min(first + band, rows)
                offset = source.storage_offset() + first * stride * of_row
                shape = (channels, kernel, kernel, stop - first, columns)
                unfolded = source.as_strided(shape, strides, offset).reshape(matrix.shape[1], -1)
                torch.addmm(bias, matrix, unfolded, out=flat[:, first * columns : stop * columns])
        return out


def use_banded_convolutions(network: nn.Module) -> None:
    """Replace all convolutions for which torch has nothing better; keys and results of the network stay as they are."""
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Conv2d) and child.kernel_size[0] > 1 and child.groups == 1:
                setattr(module, name, BandedConv2d(child))
