"""Convolutional blocks of which both networks are made (specs/sevc.md, 2). All map [B, C, H, W] to [B, C', H', W']."""

import torch.nn.functional as F
from torch import Tensor, nn


def conv3(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    """3x3 convolution; a stride of 2 halves even sizes."""
    return nn.Conv2d(inputs, outputs, 3, stride, 1)


def conv1(inputs: int, outputs: int) -> nn.Conv2d:
    """Pointwise convolution."""
    return nn.Conv2d(inputs, outputs, 1)


def subpel(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    """Twice the size: a convolution to four times the channels, and a pixel shuffle."""
    return nn.Sequential(nn.Conv2d(inputs, 4 * outputs, kernel, 1, kernel // 2), nn.PixelShuffle(2))


def leaky(slope: float = 0.01) -> nn.LeakyReLU:
    """Leaky ReLU that overwrites its input; for fresh outputs of a convolution only."""
    return nn.LeakyReLU(slope, inplace=True)


class PointwiseDown(nn.Conv2d):
    """Pointwise convolution of every second row and column.

    They are picked beforehand: torch 2.13 on CPUs writes beyond its memory in the backward pass of a pointwise
    convolution with a stride in channels_last.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = super().forward(x[:, :, ::2, ::2])
        return y


class DepthConv(nn.Module):
    """Pointwise, depthwise, pointwise, with a skip; no activation after the depthwise one."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(conv1(inputs, inputs), leaky())
        self.depth_conv = nn.Conv2d(inputs, inputs, 3, 1, 1, groups=inputs)
        self.conv2 = conv1(inputs, outputs)
        self.adaptor = conv1(inputs, outputs) if inputs != outputs else None

    def forward(self, x: Tensor) -> Tensor:
        skip = x if self.adaptor is None else self.adaptor(x)
        y: Tensor = self.conv2(self.depth_conv(self.conv1(x))) + skip
        return y


class FeedForward(nn.Module):
    """Two pointwise layers with a skip; leaky ReLU after both."""

    def __init__(self, width: int) -> None:
        super().__init__()
        hidden = max(min(4 * width, 1024), 2 * width)
        self.conv = nn.Sequential(conv1(width, hidden), leaky(0.1), conv1(hidden, width), leaky(0.1))

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x + self.conv(x)
        return y


class GatedFeedForward(nn.Module):
    """Two pointwise layers with a skip; half of the hidden channels gate the others."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = conv1(width, 4 * width)
        self.conv_out = conv1(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        values, gates = self.conv(x).chunk(2, 1)
        y: Tensor = x + self.conv_out(values * F.leaky_relu(gates, 0.1))
        return y


class DepthConvBlock(nn.Module):
    """`DepthConv` and a feed-forward part; `gated` in the intra model."""

    def __init__(self, inputs: int, outputs: int, *, gated: bool = False) -> None:
        super().__init__()
        feed_forward = GatedFeedForward(outputs) if gated else FeedForward(outputs)
        self.block = nn.Sequential(DepthConv(inputs, outputs), feed_forward)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.block(x)
        return y


class ResidualDown(nn.Module):
    """Half the size, with a pointwise skip."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = conv3(inputs, outputs, 2)
        self.conv2 = conv3(outputs, outputs)
        self.downsample = PointwiseDown(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        skip: Tensor = self.downsample(x)
        y = F.leaky_relu_(self.conv1(x), 0.01)
        return skip + F.leaky_relu_(self.conv2(y), 0.1)


class ResidualUp(nn.Module):
    """Twice the size, with a sub-pixel skip."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.subpel_conv = subpel(inputs, outputs, 1)
        self.conv = conv3(outputs, outputs)
        self.upsample = subpel(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        skip: Tensor = self.upsample(x)
        y = F.leaky_relu_(self.subpel_conv(x), 0.01)
        return skip + F.leaky_relu_(self.conv(y), 0.1)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions, each behind its activation, with a skip.

    Args:
        width: channels in and out.
        slope: of every leaky ReLU.
        bottleneck: half as many channels between the convolutions.
        end_activation: one more activation after the second convolution.
    """

    def __init__(
        self, width: int, slope: float = 0.01, *, bottleneck: bool = False, end_activation: bool = False
    ) -> None:
        super().__init__()
        hidden = width // 2 if bottleneck else width
        self.conv1 = conv3(width, hidden)
        self.conv2 = conv3(hidden, width)
        self._slope = slope
        self._end_activation = end_activation

    def forward(self, x: Tensor) -> Tensor:
        y = F.leaky_relu_(self.conv1(F.leaky_relu(x, self._slope)), self._slope)
        y = self.conv2(y)
        if self._end_activation:
            y = F.leaky_relu_(y, self._slope)
        return x + y
