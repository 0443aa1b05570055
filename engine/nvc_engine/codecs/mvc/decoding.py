"""Decoding: a unit's parameters, then any of its frames by itself."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.mvc.coding import decode_unit, unit_shares
from nvc_engine.codecs.mvc.layout import EMBEDDING, Layout, Lift, NetworkShape
from nvc_engine.codecs.mvc.model import Renderer, lift, normaliser
from nvc_engine.codecs.rgb_pictures import to_picture
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Chroma, Picture

BITSTREAM_VERSION = 1
KEPT_PARAMETERS = 1 << 25


class FrameRenderer:
    """Renders the frames of one unit from its decoded parameters.

    Args:
        theta: weights, and F_e of all frames under the name `EMBEDDING` where the network takes one.
    """

    def __init__(self, layout: Layout, theta: Mapping[str, Tensor], device: torch.device) -> None:
        self.layout = layout
        self._renderer = Renderer(layout, device)
        self._theta = {name: value.to(device) for name, value in theta.items() if name != EMBEDDING}
        self._embedded = theta[EMBEDDING].to(device) if EMBEDDING in theta else None
        self._centre = None
        if self._embedded is not None and layout.shape.lift is Lift.NORM:
            self._centre = normaliser(self._embedded)

    @torch.no_grad()
    def frame(self, frame: int) -> Tensor:
        """A frame of the unit as R'G'B' [3, H, W] in 0..1."""
        embedded = None if self._embedded is None else self._embedded[frame : frame + 1]
        return self._renderer.picture(self._theta, frame, self._lifted(embedded))

    @torch.no_grad()
    def between(self, time: float) -> Tensor:
        """The picture at a `time` in frames, 0 to T - 1; F_e is interpolated between its neighbours."""
        embedded = None
        if self._embedded is not None:
            lower = min(int(time), max(0, self.layout.frames - 2))
            upper = min(lower + 1, self.layout.frames - 1)
            embedded = torch.lerp(self._embedded[lower : lower + 1], self._embedded[upper : upper + 1], time - lower)
        return self._renderer.picture_between(self._theta, time, self._lifted(embedded))

    def _lifted(self, embedded: Tensor | None) -> Tensor | None:
        return None if embedded is None else lift(self.layout, embedded, self._centre)


@dataclass(frozen=True)
class _Kept:
    renderer: FrameRenderer
    checksum: int


class MvcDecoder:
    """Decodes units of one file (see `contract.InterpolatingDecoder`). Rendering is float32; frames may differ by
    rounding from machine to machine, symbols never do."""

    def __init__(self, header: Header, device: str) -> None:
        if header.codec_version > BITSTREAM_VERSION:
            raise EngineError("This file was made by a newer version of MVC; update the studio to read it.")
        if header.chroma not in (Chroma.C420, Chroma.GRAY):
            raise EngineError("This file says that its pictures are not 4:2:0, and MVC knows no others.")
        self._header = header
        self._shape = NetworkShape.unpack(header.codec_config)
        self._device = torch.device(device)
        self._kept: dict[tuple[int, int], _Kept] = {}
        self._last_layout: Layout | None = None

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        unit = self._unit(payload, first, count)
        for frame in range(start - first, stop - first):
            yield self._picture(unit.renderer.frame(frame))

    def between(self, payload: bytes, first: int, count: int, times: Iterable[float]) -> Iterator[Picture]:
        unit = self._unit(payload, first, count)
        for time in times:
            yield self._picture(unit.renderer.between(time))

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        return unit_shares(self._layout(count), payload)

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return self._unit(payload, first, count).checksum

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        """An even share: every weight serves all frames."""
        edges = [len(payload) * frame // count for frame in range(count + 1)]
        return tuple(stop - start for start, stop in itertools.pairwise(edges))

    def close(self) -> None:
        self._kept.clear()

    def _picture(self, rgb: Tensor) -> Picture:
        return to_picture(rgb[None], self._header.colour, self._header.bit_depth, self._header.chroma)

    def _unit(self, payload: bytes, first: int, count: int) -> _Kept:
        """A unit, ready to render; the last few are kept."""
        key = (first, count)
        if key not in self._kept:
            layout = self._layout(count)
            while self._kept and (len(self._kept) + 1) * layout.weight_count() > KEPT_PARAMETERS:
                self._kept.pop(next(iter(self._kept)))
            unit = decode_unit(layout, payload)
            self._kept[key] = _Kept(FrameRenderer(layout, unit.theta, self._device), unit.checksum)
        return self._kept[key]

    def _layout(self, count: int) -> Layout:
        """The network of a unit of `count` frames. Raises EngineError where it is larger than a decoder takes on."""
        if self._last_layout is None or self._last_layout.frames != count:
            layout = Layout(self._shape, count, self._header.height, self._header.width)
            if not layout.decodable():
                raise EngineError("This file asks for a larger network than this version of MVC allows.")
            self._last_layout = layout
        return self._last_layout
