"""The frames that a network is fitted to, kept as R'G'B' of the source's precision."""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from nvc_engine.media.colour import Colour, to_rgb, to_rgb_16bit
from nvc_engine.media.picture import Picture

_MIDDLE = 1 << 15


class UnitFrames:
    """All frames of a unit, one byte a colour where the source has 8 bits, two where it has more.

    Args:
        levels: [T, 3, H, W], uint8, or int16 around the middle of 16 bits.
    """

    def __init__(self, levels: Tensor, device: torch.device) -> None:
        self._levels = levels
        self._device = device

    @classmethod
    def of(
        cls,
        pictures: Iterable[Picture],
        size: tuple[int, int, int],
        colour: Colour,
        bit_depth: int,
        device: torch.device,
    ) -> "UnitFrames":
        """`size` [T, H, W] frames of a clip, converted by its `colour`."""
        frames, height, width = size
        levels = np.empty((frames, 3, height, width), np.uint8 if bit_depth == 8 else np.int16)
        for number, picture in enumerate(pictures):
            levels[number] = _planes(picture, colour, bit_depth)
        return cls(torch.from_numpy(levels), device)

    def __len__(self) -> int:
        return len(self._levels)

    def __getitem__(self, number: int) -> Tensor:
        """A frame as [3, H, W] in 0..1."""
        levels = self._levels[number].to(self._device).float()
        return levels / 255 if self._levels.dtype == torch.uint8 else (levels + _MIDDLE) / 65535

    def rgb8(self, number: int) -> np.ndarray:
        """A frame as 8-bit [H, W, 3]."""
        return (self[number] * 255).round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()


def _planes(picture: Picture, colour: Colour, bit_depth: int) -> np.ndarray:
    if bit_depth == 8:
        return to_rgb(picture, colour).transpose(2, 0, 1)
    return (to_rgb_16bit(picture, colour).transpose(2, 0, 1).astype(np.int32) - _MIDDLE).astype(np.int16)


def sample_bytes(bit_depth: int) -> int:
    """Bytes of memory that a pixel takes."""
    return 3 if bit_depth == 8 else 6
