"""Reading units: bytes to parameters once, then any frame of the unit by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.nvrc.coding import decode_unit, unit_shares
from nvc_engine.codecs.nvrc.layout import Layout, NetworkShape
from nvc_engine.codecs.nvrc.model import Renderer
from nvc_engine.codecs.nvrc.pictures import to_picture
from nvc_engine.codecs.parameters.symbols import symbol_checksum
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Chroma, Picture

BITSTREAM_VERSION = 2
NEWEST_VERSION = 3
"""Headers count the versions of all profiles together; units of grids have stayed the same since version 2."""
KEPT_PARAMETERS = 1 << 24


@dataclass(frozen=True)
class _DecodedUnit:
    """A unit's parameters, what renders them, and the CRC-32 of the symbols that they came from."""

    renderer: Renderer
    theta: Mapping[str, Tensor]
    symbol_checksum: int


class NvrcDecoder:
    """Decodes units of one file (see `contract.Decoder`). Rendering is float32; frames may differ by rounding from
    machine to machine, symbols never do."""

    def __init__(self, header: Header, device: str) -> None:
        if header.codec_version > NEWEST_VERSION:
            raise EngineError("This file was made by a newer version of NVRC; update the studio to read it.")
        if header.codec_version < BITSTREAM_VERSION:
            raise EngineError("This file was made before NVRC's format was settled; encode the clip again.")
        if header.chroma not in (Chroma.C420, Chroma.GRAY):
            raise EngineError("This file says that its pictures are not 4:2:0, and NVRC knows no others.")
        self._bit_depth, self._chroma = header.bit_depth, header.chroma
        self._shape = NetworkShape.unpack(header.codec_config)
        self._height, self._width = header.height, header.width
        self._device = torch.device(device)
        self._kept: dict[tuple[int, int], _DecodedUnit] = {}
        self._last_layout: Layout | None = None

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        unit = self._unit(payload, first, count)
        for frame in range(start - first, stop - first):
            with torch.inference_mode():  # not around the yield: the caller's own work is none of ours
                cells = unit.renderer.render(unit.theta, torch.tensor([frame], device=self._device))[0].cpu()
                picture = to_picture(cells, unit.renderer.layout, self._bit_depth, self._chroma)
            yield picture

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        return unit_shares(self._layout(count), payload)

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return self._unit(payload, first, count).symbol_checksum

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        """An even share: every parameter serves many frames."""
        share, rest = divmod(len(payload), count)
        return tuple(share + (1 if frame < rest else 0) for frame in range(count))

    def close(self) -> None:
        self._kept.clear()

    def _unit(self, payload: bytes, first: int, count: int) -> _DecodedUnit:
        """A unit's parameters, ready to render; the last few are kept."""
        key = (first, count)
        if key not in self._kept:
            layout = self._layout(count)
            while self._kept and layout.parameter_count() + self._kept_parameters() > KEPT_PARAMETERS:
                self._kept.pop(next(iter(self._kept)))  # before the next takes memory
            symbols = decode_unit(layout, payload)
            theta = {name: coded.values().to(self._device) for name, coded in symbols.items()}
            crc = symbol_checksum(symbols.values())
            self._kept[key] = _DecodedUnit(Renderer(layout, self._device), theta, crc)
        return self._kept[key]

    def _kept_parameters(self) -> int:
        return sum(unit.renderer.layout.parameter_count() for unit in self._kept.values())

    def _layout(self, count: int) -> Layout:
        """The network of a unit of `count` frames. Raises EngineError where it is larger than a decoder takes on."""
        if self._last_layout is None or self._last_layout.frames != count:
            layout = Layout(self._shape, count, self._height, self._width)
            if not layout.decodable():
                raise EngineError("This file asks for a larger network than this version of NVRC allows.")
            self._last_layout = layout
        return self._last_layout
