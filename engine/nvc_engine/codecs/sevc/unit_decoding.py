"""One unit of SEVC, decoded frame after frame; where it has got to is kept, so that going on is cheap."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from nvc_engine.codecs.sevc.arithmetic import computing
from nvc_engine.codecs.sevc.frame_coding import FrameCoder
from nvc_engine.codecs.sevc.records import UnitBytes
from nvc_engine.codecs.sevc.states import BaseState, InterState


@dataclass(frozen=True)
class _Whole:
    """Both layers after `frames` frames: what the next one refers to, and the CRC-32 of all symbols so far."""

    frames: int
    state: InterState | None
    crc: int


@dataclass(frozen=True)
class _Base:
    """The base layer after `frames` frames."""

    frames: int
    state: BaseState


class UnitDecoder:
    """Decodes frames 0..count of a unit. Numbers of frames count from the unit's start.

    Kept are the states after the first frame, whose picture costs the most and serves both layers, and after the last
    frame that each layer has come to. A frame before those is decoded from the first frame on.
    """

    def __init__(self, payload: bytes, unit: UnitBytes, coder: FrameCoder) -> None:
        self._payload = payload
        self._unit = unit
        self._coder = coder
        self._first: _Whole | None = None
        self._whole: _Whole | None = None
        self._base: _Base | None = None

    def serves(self, payload: bytes, count: int) -> bool:
        """Whether this is the decoder of a unit of `count` frames with these bytes."""
        return len(self._unit.records) == count and self._payload == payload

    def frame(self, number: int) -> Tensor:
        """The picture of a frame, [1, 3, H, W] at its coded size.

        Raises:
            EngineError: the unit is damaged.
        """
        state = self._whole_to(number + 1).state
        assert state is not None
        return state.enhancement.frame

    def base_frame(self, number: int) -> Tensor:
        """The picture of a frame's base layer, [1, 3, h, w] at its coded size. Raises as `frame`."""
        for _ in self.base_steps(number + 1):
            pass
        assert self._base is not None
        return self._base.state.frame

    def crc(self) -> int:
        """CRC-32 of all symbols of the unit. Raises as `frame`."""
        return self._whole_to(len(self._unit.records)).crc

    def steps(self, frames: int) -> Iterator[None]:
        """Decode the first `frames` frames, from where this stands if it can be; yields between any two.

        The caller may leave off there, and go on later. Raises as `frame`.
        """
        if self._whole is not None and self._whole.frames > frames:
            self._whole = self._first
        whole = self._whole or _Whole(0, None, 0)
        while whole.frames < frames:
            with computing(self._unit.machine):
                decoded = self._coder.decode(self._unit.records[whole.frames], whole.state, whole.frames, whole.crc)
            self._whole = whole = _Whole(whole.frames + 1, decoded.state, decoded.crc)
            self._first = self._first or whole
            if whole.frames < frames:
                yield

    def base_steps(self, frames: int) -> Iterator[None]:
        """The same of the base layer alone; the first frame has none of its own, and is decoded whole."""
        if self._first is None:
            yield from self.steps(1)
        known = [self._base, *(_base_of(whole) for whole in (self._first, self._whole))]
        base = max((base for base in known if base and base.frames <= frames), key=lambda base: base.frames)
        while base.frames < frames:
            yield
            with computing(self._unit.machine):
                state = self._coder.decode_base(self._unit.records[base.frames], base.state, base.frames)
            self._base = base = _Base(base.frames + 1, state)
        self._base = base

    def _whole_to(self, frames: int) -> _Whole:
        for _ in self.steps(frames):
            pass
        assert self._whole is not None
        return self._whole


def _base_of(whole: _Whole | None) -> _Base | None:
    return None if whole is None or whole.state is None else _Base(whole.frames, whole.state.base)
