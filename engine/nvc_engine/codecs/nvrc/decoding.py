"""Reading units of the light profile: bytes to parameters once, then any frame of the unit by itself."""

import torch

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.nvrc.coding import decode_unit, unit_shares
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import Renderer
from nvc_engine.codecs.nvrc.pictures import to_picture
from nvc_engine.codecs.nvrc.unit_decoding import DecodedUnit, UnitDecoder
from nvc_engine.codecs.parameters.symbols import symbol_checksum
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Picture

BITSTREAM_VERSION = 2
NEWEST_VERSION = 3
"""Headers count the versions of all profiles together; units of grids have stayed the same since version 2."""


class NvrcDecoder(UnitDecoder[Layout]):
    """Decodes units of one file of the light profile."""

    def __init__(self, header: Header, device: str) -> None:
        if header.codec_version > NEWEST_VERSION:
            raise EngineError("This file was made by a newer version of NVRC; update the studio to read it.")
        if header.codec_version < BITSTREAM_VERSION:
            raise EngineError("This file was made before NVRC's format was settled; encode the clip again.")
        super().__init__(header, device)
        self._shape = NetworkShape.unpack(header.codec_config)

    def make_layout(self, count: int) -> Layout:
        return Layout(self._shape, count, self._header.height, self._header.width)

    def decode(self, layout: Layout, payload: bytes) -> DecodedUnit:
        symbols = decode_unit(layout, payload)
        theta = {name: coded.values().to(self._device) for name, coded in symbols.items()}
        renderer = Renderer(layout, self._device)

        def picture(frame: int) -> Picture:
            cells = renderer.render(theta, torch.tensor([frame], device=self._device))[0].cpu()
            return to_picture(cells, layout, self._header.bit_depth, self._header.chroma)

        return DecodedUnit(picture, symbol_checksum(symbols.values()), layout.parameter_count())

    def unit_shares(self, layout: Layout, payload: bytes) -> dict[str, int]:
        return unit_shares(layout, payload)
