"""What TCL compares frames by: fixed filters that need nothing, or a ResNet-34 where it is on this machine."""

from collections.abc import Callable
from enum import StrEnum

import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.mvc.weights import Helper, is_present, load_network

AUTO = "auto"
SIZE = 512
FILTERS, FILTER_SIDE = 32, 7
LEVELS = 4
POOLED = 2
LONGEST_FIXED, LONGEST_RESNET = 320, 640
FILTER_SEED = 1
IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

FeatureNet = Callable[[Tensor], Tensor]
"""Pictures [N, 3, H, W] in 0..1 to features [N, SIZE], differentiable."""


class Features(StrEnum):
    FIXED = "fixed"
    RESNET34 = "resnet34"


def present_features(name: str) -> Features:
    """The extractor of this name; "auto" is ResNet-34 where it is on this machine, else the fixed filters."""
    if name != AUTO:
        return Features(name)
    return Features.RESNET34 if is_present(Helper.RESNET34) else Features.FIXED


def feature_net(name: Features, device: torch.device) -> FeatureNet:
    """The extractor of this name.

    Raises:
        EngineError: what it needs is not on this machine.
    """
    return _ResNet(device) if name is Features.RESNET34 else _FixedFilters(device)


class _FixedFilters:
    """Magnitudes of 32 random zero-mean filters on 4 sizes of the picture, averaged over its quarters.

    They know of texture and where it is, nothing of what is shown.
    """

    def __init__(self, device: torch.device) -> None:
        random = torch.Generator().manual_seed(FILTER_SEED)
        filters = torch.randn(FILTERS, 3, FILTER_SIDE, FILTER_SIDE, generator=random)
        filters = filters - filters.mean(dim=(1, 2, 3), keepdim=True)
        self._filters = (filters / filters.flatten(1).norm(dim=1)[:, None, None, None]).to(device)

    def __call__(self, pictures: Tensor) -> Tensor:
        x = _reduced(pictures, LONGEST_FIXED)
        levels = []
        for level in range(LEVELS):
            x = F.avg_pool2d(x, 2, ceil_mode=True) if level else x
            responses = F.conv2d(F.pad(x, (FILTER_SIDE // 2,) * 4), self._filters)
            levels.append(F.adaptive_avg_pool2d(torch.sqrt(responses.square() + 1e-6), POOLED).flatten(1))
        return torch.cat(levels, dim=1)


class _ResNet:
    """torchvision's ResNet-34 without its last layer, the paper's extractor."""

    def __init__(self, device: torch.device) -> None:
        network = load_network(Helper.RESNET34, "tcl_features=fixed")
        network.fc = torch.nn.Identity()
        self._network = network.to(device)
        mean, deviation = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_DEVIATION)
        self._mean, self._deviation = (each.view(1, 3, 1, 1).to(device) for each in (mean, deviation))

    def __call__(self, pictures: Tensor) -> Tensor:
        features: Tensor = self._network((_reduced(pictures, LONGEST_RESNET) - self._mean) / self._deviation)
        return features


def _reduced(pictures: Tensor, longest: int) -> Tensor:
    """Pictures averaged down so that the longer side is at most `longest`."""
    factor = -(-max(pictures.shape[2:]) // longest)
    return F.avg_pool2d(pictures, factor, ceil_mode=True) if factor > 1 else pictures
