"""Reading units of SEVC: frame after frame from the unit's intra frame on."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.rgb_pictures import to_picture
from nvc_engine.codecs.sevc.arithmetic import check_machine, memory_bytes
from nvc_engine.codecs.sevc.coding import PORTABLE
from nvc_engine.codecs.sevc.complexity import peak_bytes
from nvc_engine.codecs.sevc.configuration import Configuration
from nvc_engine.codecs.sevc.frame_coding import FrameCoder
from nvc_engine.codecs.sevc.models import Model, load_model_of_file
from nvc_engine.codecs.sevc.padding import MIN_SIDE, Geometry
from nvc_engine.codecs.sevc.records import Profile, UnitBytes, parse_unit
from nvc_engine.codecs.sevc.unit_decoding import UnitDecoder
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Chroma, Picture

BITSTREAM_VERSION = 1
MAX_PIXELS = 1 << 23
"""Most pixels of a picture: more would take tens of gigabytes in the wider networks."""


class SevcDecoder:
    """Decodes units of one file (see `contract.LayeredDecoder`); keeps the states of the unit that it decoded last.
    Frames may differ by rounding from machine to machine; symbols never do."""

    def __init__(self, header: Header, device: str) -> None:
        if header.codec_version > BITSTREAM_VERSION:
            raise EngineError("This file was made by a newer version of SEVC; update the studio to read it.")
        if header.chroma not in (Chroma.C420, Chroma.GRAY):
            raise EngineError("This file says that its pictures are not 4:2:0, and SEVC knows no others.")
        if min(header.width, header.height) < MIN_SIDE or header.width * header.height > MAX_PIXELS:
            raise EngineError(
                f"This file says that its pictures are {header.width} x {header.height}; SEVC has pictures of"
                f" {MIN_SIDE} x {MIN_SIDE} to {MAX_PIXELS} pixels."
            )
        self._header = header
        self._configuration = Configuration.unpack(header.codec_config)
        self._geometry = Geometry(header.height, header.width)
        self._device = torch.device(device)
        self._model: Model | None = None
        self._unit: UnitDecoder | None = None

    @property
    def base_size(self) -> tuple[int, int]:
        """Height and width of the pictures of `base_frames`."""
        return -(-self._header.height // 4), -(-self._header.width // 4)

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        for frame in range(start - first, stop - first):
            yield self._picture(self._geometry.crop(self._unit_of(payload, count).frame(frame)))

    def base_frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        """The same at a quarter of width and height, from the base layer alone; many times faster.

        Raises:
            EngineError: as `frames`.
        """
        height, width = self.base_size
        for frame in range(start - first, stop - first):
            yield self._picture(self._unit_of(payload, count).base_frame(frame)[..., :height, :width])

    def approach(self, payload: bytes, first: int, count: int, frame: int, *, base: bool = False) -> Iterator[None]:
        unit = self._unit_of(payload, count)
        frames = frame - first + 1
        return unit.base_steps(frames) if base else unit.steps(frames)

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        """Each frame's own; the unit's head counts to its first frame."""
        unit = parse_unit(payload, count)
        sizes = [record.size for record in unit.records]
        return (unit.head_size + sizes[0], *sizes[1:])

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        unit = parse_unit(payload, count)
        records = [record.shares() for record in unit.records]
        sizes = {name: sum(shares[name] for shares in records) for name in records[0]}
        return {**sizes, "side information": sizes["side information"] + unit.head_size}

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return self._unit_of(payload, count).crc()

    def close(self) -> None:
        self._unit = self._model = None

    def _picture(self, signals: Tensor) -> Picture:
        with torch.inference_mode():
            return to_picture(signals, self._header.colour, self._header.bit_depth, self._header.chroma)

    def _unit_of(self, payload: bytes, count: int) -> UnitDecoder:
        """The decoder of a unit. Only the last one's is kept: its states take much memory."""
        if self._unit is None or not self._unit.serves(payload, count):
            self._unit = None
            unit = parse_unit(payload, count)
            check_machine(unit.machine, self._device)
            self._unit = UnitDecoder(payload, unit, self._coder(unit))
        return self._unit

    def _coder(self, unit: UnitBytes) -> FrameCoder:
        profile = Profile.PORTABLE if unit.machine is None else Profile.FAST
        if self._model is None or self._model.profile is not profile:
            known = self._configuration
            self._model = None
            self._check_memory(profile)
            self._model = load_model_of_file(known.preset, known.digest, profile, self._device)
        guards = PORTABLE if profile is Profile.PORTABLE else None
        return FrameCoder(self._model, self._geometry, self._configuration.refresh, guards)

    def _check_memory(self, profile: Profile) -> None:
        """Raises EngineError before memory is taken that is not there."""
        needed = peak_bytes(self._configuration.preset, profile, self._geometry)
        there = memory_bytes(self._device)
        if there is not None and needed > there:
            raise EngineError(
                f"Decoding this file takes about {needed / 2**30:.0f} GiB of memory, and there are {there / 2**30:.0f}."
            )
