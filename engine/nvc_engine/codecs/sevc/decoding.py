"""Reading units of SEVC: frame after frame from the unit's intra frame on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch

from nvc_engine.bitstream.container import Header
from nvc_engine.bitstream.entropy import CHECKSUM_BYTES
from nvc_engine.codecs.sevc.arithmetic import check_machine, computing, memory_bytes
from nvc_engine.codecs.sevc.coding import PORTABLE
from nvc_engine.codecs.sevc.complexity import peak_bytes
from nvc_engine.codecs.sevc.configuration import Configuration
from nvc_engine.codecs.sevc.frame_coding import FrameCoder
from nvc_engine.codecs.sevc.models import Model, load_model_of_file
from nvc_engine.codecs.sevc.padding import MIN_SIDE, Geometry
from nvc_engine.codecs.sevc.pictures import to_picture
from nvc_engine.codecs.sevc.records import Profile, UnitBytes, parse_unit
from nvc_engine.codecs.sevc.states import BaseState, InterState
from nvc_engine.errors import EngineError
from nvc_engine.media.picture import Chroma, Picture

BITSTREAM_VERSION = 1
MAX_PIXELS = 1 << 23
"""Most pixels of a picture: more would take tens of gigabytes in the wider networks."""


@dataclass(frozen=True)
class _Reached:
    """How far a unit has been decoded: the state after `frames` frames, and the CRC-32 of their symbols."""

    payload: bytes
    unit: UnitBytes
    frames: int = 0
    state: InterState | None = None
    crc: int = 0


class SevcDecoder:
    """Decodes units of one file (see `contract.Decoder`); keeps the state behind the last frame, so that going on is
    cheap. Frames may differ by rounding from machine to machine; symbols never do."""

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
        self._reached: _Reached | None = None

    @property
    def base_size(self) -> tuple[int, int]:
        """Height and width of the pictures of `base_frames`."""
        return -(-self._header.height // 4), -(-self._header.width // 4)

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        for frame in range(start - first, stop - first):
            yield self._picture(payload, count, frame)

    def base_frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        """The same at a quarter of width and height, from the base layer alone; many times faster.

        Raises:
            EngineError: as `frames`.
        """
        unit = parse_unit(payload, count)
        check_machine(unit.machine, self._device)
        coder = self._coder(unit)
        state: BaseState | None = None
        height, width = self.base_size
        for frame in range(stop - first):
            picture = None
            with computing(unit.machine):
                state = coder.decode_base(unit.records[frame], state, frame)
                if frame >= start - first:
                    signals = state.frame[..., :height, :width]
                    picture = to_picture(signals, self._header.colour, self._header.bit_depth, self._header.chroma)
            if picture is not None:
                yield picture

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        """Each frame's own; the unit's head counts to its first frame."""
        unit = parse_unit(payload, count)
        sizes = [record.size for record in unit.records]
        return (unit.head_size + sizes[0], *sizes[1:])

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        unit = parse_unit(payload, count)
        sizes = {"intra": 0, "base": 0, "enhancement": 0}
        for record in unit.records:
            names = ("intra",) if len(record.parts) == 1 else ("base", "enhancement")
            for name, part in zip(names, record.parts, strict=True):
                sizes[name] += max(0, len(part) - CHECKSUM_BYTES)
        return {**sizes, "side information": len(payload) - sum(sizes.values())}

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        return self._decode_to(payload, count, count).crc

    def close(self) -> None:
        self._reached = self._model = None

    def _picture(self, payload: bytes, count: int, frame: int) -> Picture:
        reached = self._decode_to(payload, count, frame + 1)
        assert reached.state is not None
        signals = self._geometry.crop(reached.state.enhancement.frame)
        with torch.inference_mode():
            return to_picture(signals, self._header.colour, self._header.bit_depth, self._header.chroma)

    def _decode_to(self, payload: bytes, count: int, frames: int) -> _Reached:
        """The state after the first `frames` frames of a unit, taken up from where the decoder stands if it can be."""
        reached = self._reached
        if reached is None or len(reached.unit.records) != count or reached.payload != payload:
            unit = parse_unit(payload, count)
            check_machine(unit.machine, self._device)
            reached = _Reached(payload, unit)
        elif reached.frames > frames:
            reached = _Reached(payload, reached.unit)
        self._reached = None  # its memory, and never a state half done
        coder = self._coder(reached.unit)
        while reached.frames < frames:
            number = reached.frames
            with computing(reached.unit.machine):
                decoded = coder.decode(reached.unit.records[number], reached.state, number, reached.crc)
            reached = _Reached(payload, reached.unit, number + 1, decoded.state, decoded.crc)
        self._reached = reached
        return reached

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
