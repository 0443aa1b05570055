"""Reading units: bytes to parameters once, then any frame of the unit by itself."""

from collections.abc import Iterator

import torch
from torch import Tensor

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.nvrc.coding import decode_unit
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import Renderer
from nvc_engine.codecs.nvrc.pictures import to_picture
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Chroma, Picture

BITSTREAM_VERSION = 1
KEPT_UNITS = 2


class NvrcDecoder:
    """Decodes units of one file (see `contract.Decoder`). Rendering is float32; frames may differ by rounding from
    machine to machine, symbols never do."""

    def __init__(self, header: Header, device: str) -> None:
        if header.codec_version > BITSTREAM_VERSION:
            raise EngineError("This file was made by a newer version of NVRC; update the studio to read it.")
        if (header.bit_depth, header.chroma) != (8, Chroma.C420):
            raise EngineError("This file says that its pictures are not 8-bit 4:2:0, which NVRC does not know.")
        self._shape = NetworkShape.unpack(header.codec_config)
        self._height, self._width = header.height, header.width
        self._device = torch.device(device)
        self._kept: dict[tuple[int, int], tuple[Renderer, dict[str, Tensor]]] = {}

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        renderer, theta = self._unit(payload, first, count)
        for frame in range(start - first, stop - first):
            with torch.inference_mode():  # not around the yield: the caller's own work is none of ours
                cells = renderer.render(theta, torch.tensor([frame], device=self._device))[0].cpu()
                picture = to_picture(cells, renderer.layout)
            yield picture

    def _unit(self, payload: bytes, first: int, count: int) -> tuple[Renderer, dict[str, Tensor]]:
        """The renderer and parameters of a unit; the last few are kept."""
        key = (first, count)
        if key not in self._kept:
            layout = Layout(self._shape, count, self._height, self._width)
            if not layout.decodable():
                raise EngineError("This file asks for a larger network than this version of NVRC allows.")
            symbols = decode_unit(layout, payload)
            theta = {name: coded.values().to(self._device) for name, coded in symbols.items()}
            while len(self._kept) >= KEPT_UNITS:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = (Renderer(layout, self._device), theta)
        return self._kept[key]

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        """An even share: every parameter serves many frames."""
        share, rest = divmod(len(payload), count)
        return tuple(share + (1 if frame < rest else 0) for frame in range(count))

    def close(self) -> None:
        self._kept.clear()
