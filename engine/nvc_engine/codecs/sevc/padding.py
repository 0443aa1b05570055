"""Sizes and edges: what is padded, how, and cut off again (specs/sevc.md, 9.2)."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from nvc_engine.errors import UsageError

MIN_SIDE = 64
"""The shortest side of a picture that the codec takes: references of its base layer would mean nothing below."""

_STRIDE = 16
_WHOLE = 64
_HYPER = 4


@dataclass(frozen=True)
class Geometry:
    """Sizes of one clip's pictures in both layers.

    Pictures whose sides are multiples of 16 are coded as they are, and their base layer is extended by zeros, because
    the published weights were made so; all others are extended to multiples of 64, which need no more in either layer.
    Everything is added at the right and at the bottom.

    Attributes:
        height, width: of the picture.
        coded: height and width in the enhancement layer and the intra model.
        base: height and width in the base layer, before zeros are added.
        base_coded: the same with them.
    """

    height: int
    width: int

    @property
    def coded(self) -> tuple[int, int]:
        if self.height % _STRIDE == 0 and self.width % _STRIDE == 0:
            return self.height, self.width
        return _up_to(self.height, _WHOLE), _up_to(self.width, _WHOLE)

    @property
    def base(self) -> tuple[int, int]:
        height, width = self.coded
        return height // 4, width // 4

    @property
    def base_coded(self) -> tuple[int, int]:
        height, width = self.base
        return _up_to(height, _STRIDE), _up_to(width, _STRIDE)

    def pad(self, picture: Tensor) -> Tensor:
        """[B, C, height, width] to the coded size, edges repeated."""
        return _replicate(picture, *self.coded)

    def crop(self, picture: Tensor) -> Tensor:
        """The inverse of `pad`."""
        return picture[..., : self.height, : self.width]

    def pad_base(self, picture: Tensor) -> Tensor:
        """[B, C, *base] to the base layer's coded size, zeros added."""
        height, width = self.base_coded
        return F.pad(picture, (0, width - picture.shape[3], 0, height - picture.shape[2]))

    def crop_base(self, x: Tensor) -> Tensor:
        """The inverse of `pad_base`."""
        height, width = self.base
        return x[..., :height, :width]


def check_size(width: int, height: int) -> None:
    """Raises UsageError where a picture is too small for this codec."""
    if min(width, height) < MIN_SIDE:
        raise UsageError(
            f"SEVC needs pictures of at least {MIN_SIDE}x{MIN_SIDE}; these are {width}x{height}. Choose another codec."
        )


def pad_latent(latent: Tensor) -> Tensor:
    """A latent with edges repeated to multiples of 4, as its hyper-encoder needs it."""
    return _replicate(latent, _up_to(latent.shape[2], _HYPER), _up_to(latent.shape[3], _HYPER))


def hyper_size(height: int, width: int) -> tuple[int, int]:
    """Rows and columns of the hyper-latent of a latent of this size."""
    return -(-height // _HYPER), -(-width // _HYPER)


def pad_to_windows(x: Tensor, side: int) -> Tensor:
    """[B, C, h, w] with edges repeated to multiples of `side`."""
    return _replicate(x, _up_to(x.shape[2], side), _up_to(x.shape[3], side))


def _replicate(x: Tensor, height: int, width: int) -> Tensor:
    below, right = height - x.shape[2], width - x.shape[3]
    return F.pad(x, (0, right, 0, below), "replicate") if below or right else x


def _up_to(size: int, multiple: int) -> int:
    return -(-size // multiple) * multiple
