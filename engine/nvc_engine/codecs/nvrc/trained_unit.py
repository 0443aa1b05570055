"""A trained unit of NVRC, as it is settled."""

from collections.abc import Iterator, Sequence

import torch

from nvc_engine.codecs.distortion import picture_psnr
from nvc_engine.codecs.nvrc.coding import decode_unit, encode_unit
from nvc_engine.codecs.nvrc.model import Renderer
from nvc_engine.codecs.nvrc.pictures import to_picture
from nvc_engine.codecs.nvrc.training import UnitTrainer
from nvc_engine.media.picture import Chroma


class TrainedUnit:
    """See `settling.TrainedUnit`."""

    def __init__(self, trainer: UnitTrainer, bit_depth: int, chroma: Chroma) -> None:
        self._trainer = trainer
        self._layout = trainer.layout
        self._renderer = Renderer(trainer.layout, trainer.device)
        self._bit_depth, self._chroma = bit_depth, chroma

    @property
    def frames(self) -> int:
        return self._layout.frames

    def payload(self, coarser: float, dead_zone: float) -> bytes:
        return encode_unit(self._layout, self._trainer.symbols(coarser, dead_zone))

    def psnrs(self, payload: bytes, frames: Sequence[int]) -> Iterator[float]:
        theta = {
            name: coded.values().to(self._trainer.device) for name, coded in decode_unit(self._layout, payload).items()
        }
        for frame in frames:
            with torch.inference_mode():
                decoded = self._renderer.render(theta, torch.tensor([frame], device=self._trainer.device))[0].cpu()
            pictures = (
                to_picture(cells, self._layout, self._bit_depth, self._chroma)
                for cells in (self._trainer.source(frame), decoded)
            )
            yield picture_psnr(*pictures)
