"""Reading units of the paper's profile: bytes to parameters once, then any frame of the unit by itself."""

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.nvrc.paper.coding import decode_unit, unit_shares
from nvc_engine.codecs.nvrc.paper.file_config import FileConfig
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.model import PatchRenderer
from nvc_engine.codecs.nvrc.paper.pictures import to_picture
from nvc_engine.codecs.nvrc.unit_decoding import DecodedUnit, UnitDecoder
from nvc_engine.media.picture import Picture


class PaperDecoder(UnitDecoder[PaperLayout]):
    """Decodes units of one file of this profile."""

    def __init__(self, header: Header, device: str) -> None:
        super().__init__(header, device)
        self._config = FileConfig.unpack(header.codec_config)

    def make_layout(self, count: int) -> PaperLayout:
        return PaperLayout(self._config.network, count, self._header.height, self._header.width)

    def decode(self, layout: PaperLayout, payload: bytes) -> DecodedUnit:
        symbols = decode_unit(layout, self._config.hierarchy, payload)
        parameters = symbols.parameters(layout, self._config.hierarchy)
        theta = {name: value.to(self._device) for name, value in parameters.items()}
        renderer = PatchRenderer(layout, self._device)

        def picture(frame: int) -> Picture:
            header = self._header
            rendered = renderer.frame(theta, frame)
            return to_picture(rendered, self._config.objective, header.colour, header.bit_depth, header.chroma)

        return DecodedUnit(picture, symbols.checksum(), layout.parameter_count())

    def unit_shares(self, layout: PaperLayout, payload: bytes) -> dict[str, int]:
        return unit_shares(layout, self._config.hierarchy, payload)
