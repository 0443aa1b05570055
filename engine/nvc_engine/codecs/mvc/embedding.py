"""CRSPE: how the encoder makes F_e, the small embedding of every frame that goes with the weights (specs/mvc.md, 2).

psi itself is never sent. `AREA` maps the mean colour of each block by a matrix, `PATCHIFY` weighs every pixel of a
block, and `FREE` lets each number be what it likes; all begin as the block's mean colour.
"""

from collections.abc import Callable
from enum import StrEnum

import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.mvc.layout import COLOURS, Layout


class Psi(StrEnum):
    AREA = "area"
    PATCHIFY = "patchify"
    FREE = "free"


class FrameEmbedding:
    """F_e of all frames of a unit while it is fitted.

    Args:
        frame: gives a frame of the unit as R'G'B' [3, H, W] in 0..1, on `device`.

    Attributes:
        tensors: what is trained, by name.
        latest: F_e of all frames [T, rows, columns, 3] as each was when it was last asked for; no gradient.
    """

    def __init__(self, layout: Layout, psi: Psi, frame: Callable[[int], Tensor], device: torch.device) -> None:
        self._layout = layout
        self._psi = psi
        self._frame = frame
        blocks = torch.stack([self._blocks(number).mean(dim=3) for number in range(layout.frames)])
        self.latest = blocks.clone()
        self.tensors: dict[str, Tensor] = {}
        if psi is Psi.FREE:
            self.tensors["psi.values"] = blocks
        else:
            pixels = layout.block**2 if psi is Psi.PATCHIFY else 1
            colours = torch.eye(COLOURS, device=device)[:, :, None].repeat(1, 1, pixels)
            self.tensors = {"psi.weight": colours, "psi.bias": torch.zeros(COLOURS, device=device)}
            self._means = blocks
        for value in self.tensors.values():
            value.requires_grad_()

    def of(self, frames: Tensor) -> Tensor:
        """F_e of all frames [T, rows, columns, 3]: of `frames` [N] as psi has it now, of the others the latest."""
        fresh = self._fresh(frames)
        self.latest[frames] = fresh.detach()
        return self.latest.index_copy(0, frames, fresh)

    @torch.no_grad()
    def of_all(self) -> Tensor:
        """F_e of all frames as psi has it now."""
        return torch.cat([self._fresh(frame[None]) for frame in torch.arange(self._layout.frames)])

    def _fresh(self, frames: Tensor) -> Tensor:
        if self._psi is Psi.FREE:
            return self.tensors["psi.values"][frames]
        weight, bias = self.tensors["psi.weight"], self.tensors["psi.bias"]
        if self._psi is Psi.AREA:
            return F.linear(self._means[frames], weight[:, :, 0], bias)
        blocks = torch.stack([self._blocks(int(frame)) for frame in frames])
        return torch.einsum("nrcip,oip->nrco", blocks, weight) / self._layout.block**2 + bias

    def _blocks(self, number: int) -> Tensor:
        """A frame's blocks [rows, columns, 3, block^2], its last row and column repeated to whole ones."""
        size = self._layout.embedding_shape
        assert size is not None
        frame, side = self._frame(number), self._layout.block
        below, right = size[1] * side - frame.shape[1], size[2] * side - frame.shape[2]
        padded = F.pad(frame[None], (0, right, 0, below), mode="replicate")
        blocks = F.pixel_unshuffle(padded, side)[0]
        return blocks.view(COLOURS, side * side, size[1], size[2]).permute(2, 3, 0, 1)
