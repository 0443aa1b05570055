"""What the decoders of all profiles share: units decoded once and kept, frames rendered when they are asked for."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import torch

from nvc_engine.bitstream.container import Header
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Chroma, Picture

KEPT_PARAMETERS = 1 << 24


class UnitLayout(Protocol):
    """Every size of a unit's network."""

    @property
    def frames(self) -> int: ...

    def parameter_count(self) -> int: ...

    def decodable(self) -> bool:
        """Whether a decoder takes the network on: parameters, work and memory of a frame."""
        ...


@dataclass(frozen=True)
class DecodedUnit:
    """What renders a unit's frames (numbers within the unit), the CRC-32 of its symbols, and how many it has."""

    picture: Callable[[int], Picture]
    symbol_checksum: int
    parameters: int


L = TypeVar("L", bound=UnitLayout)


class UnitDecoder(ABC, Generic[L]):
    """Decodes units of one file (see `contract.Decoder`). Rendering is float32; frames may differ by rounding from
    machine to machine, symbols never do.

    Raises:
        EngineError: pictures that NVRC does not know.
    """

    def __init__(self, header: Header, device: str) -> None:
        if header.chroma not in (Chroma.C420, Chroma.GRAY):
            raise EngineError("This file says that its pictures are not 4:2:0, and NVRC knows no others.")
        self._header = header
        self._device = torch.device(device)
        self._kept: dict[tuple[int, int], DecodedUnit] = {}
        self._last_layout: L | None = None

    @abstractmethod
    def make_layout(self, count: int) -> L:
        """The sizes of a unit of `count` frames; takes no memory."""

    @abstractmethod
    def decode(self, layout: L, payload: bytes) -> DecodedUnit:
        """Decode a unit's symbols. Raises EngineError where they are damaged."""

    @abstractmethod
    def unit_shares(self, layout: L, payload: bytes) -> dict[str, int]:
        """What a unit's bytes are spent on."""

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        unit = self._unit(payload, first, count)
        for frame in range(start - first, stop - first):
            with torch.inference_mode():  # not around the yield: the caller's own work is none of ours
                picture = unit.picture(frame)
            yield picture

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        return self.unit_shares(self._layout(count), payload)

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return self._unit(payload, first, count).symbol_checksum

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        """An even share: every parameter serves many frames."""
        share, rest = divmod(len(payload), count)
        return tuple(share + (1 if frame < rest else 0) for frame in range(count))

    def close(self) -> None:
        self._kept.clear()

    def _unit(self, payload: bytes, first: int, count: int) -> DecodedUnit:
        """A unit, ready to render; the last few are kept."""
        key = (first, count)
        if key not in self._kept:
            layout = self._layout(count)
            while self._kept and layout.parameter_count() + self._kept_parameters() > KEPT_PARAMETERS:
                self._kept.pop(next(iter(self._kept)))  # before the next takes memory
            self._kept[key] = self.decode(layout, payload)
        return self._kept[key]

    def _kept_parameters(self) -> int:
        return sum(unit.parameters for unit in self._kept.values())

    def _layout(self, count: int) -> L:
        """The network of a unit of `count` frames. Raises EngineError where it is larger than a decoder takes on."""
        if self._last_layout is None or self._last_layout.frames != count:
            layout = self.make_layout(count)
            if not layout.decodable():
                raise EngineError("This file asks for a larger network than this version of NVRC allows.")
            self._last_layout = layout
        return self._last_layout
