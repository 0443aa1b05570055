"""Symbols of a part of a frame (its intra, base or enhancement part) to bytes and back.

    part    := scales settled stream
    scales  := count uv, (gap uv, scale index sv)*
    settled := count uv, (2 gap + up uv)*
    stream  := a stream of `bitstream.entropy`

The law of a latent's symbol has mean 0 and the scale that the network says, rounded to a quarter octave. The network's
scales are floating-point numbers, which differ between machines in their last digits; where one lies so near to a
rounding threshold that this could matter, `scales` lists its place and the index that was taken.

Such differences would grow from frame to frame, tenfold a frame in networks that are not trained well. So what a frame
leaves for the next one is rounded to a grid, whereby all machines begin each frame with the same numbers; `settled`
lists the numbers that lie near a threshold of that, and whether they were rounded up. Places count all latent symbols,
or all numbers that are settled, of the part; `gap` is how many lie between one that is listed and the next.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.bitstream.entropy import (
    MAX_SYMBOL,
    SCALE_INDEX_MAX,
    SCALE_INDEX_MIN,
    StreamError,
    SymbolReader,
    SymbolWriter,
)
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.tables import Law
from nvc_engine.bitstream.varint import FieldReader, svarint, uvarint
from nvc_engine.codecs.sevc import steps
from nvc_engine.codecs.sevc.answering import residual_of
from nvc_engine.codecs.sevc.hyper_laws import ChannelLaws
from nvc_engine.codecs.sevc.steps import HyperStep, LatentStep, Step
from nvc_engine.errors import EngineError


@dataclass(frozen=True)
class Guards:
    """How near a number must be to a threshold to be listed: scales in octaves, settled numbers in their own unit."""

    scale: float = 2.0**-30
    settled: float = 2.0**-36


PORTABLE = Guards()
"""Over one frame machines differ by about 1e-14, and by 2e-12 where one of them rounds all results upwards."""

GRID = 2.0**12
"""Steps of the grid of settled numbers in 1."""

LAWS = {steps.Law.LAPLACE: Law.LAPLACE, steps.Law.GAUSSIAN: Law.GAUSS}
# Scales are held to these before their logarithm is taken; the coder's own limits lie within.
_SMALLEST, _LARGEST = 2.0**-6, 2.0**12
_MOST_PLACES = 1 << 40

Ints = NDArray[np.int32]
HyperLawsOfPart = Mapping[str, ChannelLaws]


@dataclass(frozen=True)
class _Indexes:
    """Scale indexes of a step's symbols [N], and which of them lie in the guard band [N]."""

    taken: Ints
    guarded: NDArray[np.bool_]


class PartWriter:
    """Answers the steps of an encoder's pass, and keeps what it answers as bytes.

    Args:
        guards: None lists nothing and settles nothing.

    Attributes:
        listed: how many scales and settled numbers are listed.
    """

    def __init__(self, law: Law, hyper: HyperLawsOfPart, guards: Guards | None) -> None:
        self._law = law
        self._writer = SymbolWriter(law)
        self._hyper = hyper
        self._guards = guards
        self._scales = _Listing()
        self._settled = _Listing()

    def __call__(self, step: Step) -> Tensor:
        residual = residual_of(step)
        if not torch.isfinite(residual).all():
            raise EngineError(
                "The network gives no finite numbers for this clip; choose another quality, or other weights."
            )
        symbols = torch.round(residual).clamp(-MAX_SYMBOL, MAX_SYMBOL)
        if isinstance(step, HyperStep):
            mean, scale_index = _hyper_laws(step, self._hyper)
        else:
            _check_law(step, self._law)
            indexes = _scale_indexes(step.scale, self._guards.scale if self._guards else 0.0)
            self._scales.add(indexes.guarded, lambda gap, place: uvarint(gap) + svarint(int(indexes.taken[place])))
            mean, scale_index = np.zeros_like(indexes.taken), indexes.taken
        flat: Ints = symbols.flatten().to("cpu", torch.int32).numpy()
        self._writer.encode(flat, mean, scale_index)
        return symbols

    def settle(self, x: Tensor) -> Tensor:
        """`x` on the grid."""
        if self._guards is None:
            return x
        in_steps = x * GRID
        below = torch.floor(in_steps)
        share = in_steps - below
        near = ((share - 0.5).abs() < GRID * self._guards.settled).flatten().cpu().numpy()
        up = share >= 0.5
        flat = up.flatten().cpu().numpy() if near.any() else near
        self._settled.add(near, lambda gap, place: uvarint(2 * gap + int(flat[place])))
        return (below + up) / GRID

    def finish(self) -> bytes:
        """The part's bytes."""
        return self._scales.pack() + self._settled.pack() + self._writer.finish()

    @property
    def listed(self) -> int:
        return self._scales.count + self._settled.count


class _Listing:
    """A list of places with what was chosen there, as bytes."""

    def __init__(self) -> None:
        self.count = 0
        self._entries = bytearray()
        self._place = 0
        self._free = 0

    def add(self, listed: NDArray[np.bool_], entry: Callable[[int, int], bytes]) -> None:
        """The next `listed` [N] places; `entry` gives the bytes for a gap and a place among these."""
        for place in map(int, np.flatnonzero(listed)):
            self._entries += entry(self._place + place - self._free, place)
            self._free = self._place + place + 1
            self.count += 1
        self._place += listed.size

    def pack(self) -> bytes:
        return uvarint(self.count) + bytes(self._entries)


class PartReader:
    """Answers the steps of a decoder's pass from a part's bytes.

    Args:
        settles: whether numbers are settled.

    Attributes:
        crc: CRC-32 that was given, and on it that of all symbols so far.

    Raises:
        StreamError: the part is damaged.
    """

    def __init__(self, data: bytes, law: Law, hyper: HyperLawsOfPart, crc: int, *, settles: bool) -> None:
        fields = FieldReader(data)
        self._scales: dict[int, int] = {}
        self._settled: dict[int, int] = {}
        try:
            free = 0
            for _ in range(fields.uvarint(len(data))):
                place = free + fields.uvarint(_MOST_PLACES)
                index = fields.svarint()
                if not SCALE_INDEX_MIN <= index <= SCALE_INDEX_MAX:
                    raise MalformedError("a scale index is out of range")
                self._scales[place] = index
                free = place + 1
            free = 0
            for _ in range(fields.uvarint(len(data))):
                gap, up = divmod(fields.uvarint(_MOST_PLACES), 2)
                self._settled[free + gap] = up
                free += gap + 1
            self._reader = SymbolReader(fields.take(fields.remaining), law)
        except MalformedError as error:
            raise StreamError("A frame of the file is cut short or damaged.") from error
        self._law = law
        self._hyper = hyper
        self._settles = settles
        self._scale_place = 0
        self._settled_place = 0
        self.crc = crc

    def __call__(self, step: Step) -> Tensor:
        if isinstance(step, HyperStep):
            like: Tensor = step.law.f1.h
            mean, scale_index = _hyper_laws(step, self._hyper)
        else:
            like = step.mean
            _check_law(step, self._law)
            scale_index = _scale_indexes(step.scale, 0.0).taken
            for place, index in _due(self._scales, self._scale_place, scale_index.size):
                scale_index[place] = index
            self._scale_place += scale_index.size
            mean = np.zeros_like(scale_index)
        symbols = self._reader.decode(mean, scale_index)
        self.crc = zlib.crc32(symbols.astype("<i4").tobytes(), self.crc)
        return torch.from_numpy(symbols).to(like.device, like.dtype).view(step.shape)

    def settle(self, x: Tensor) -> Tensor:
        """`x` on the grid."""
        if not self._settles:
            return x
        in_steps = x * GRID
        below = torch.floor(in_steps)
        settled = below + (in_steps - below >= 0.5)
        for place, up in _due(self._settled, self._settled_place, x.numel()):
            settled.view(-1)[place] = below.view(-1)[place] + up
        self._settled_place += x.numel()
        return settled / GRID

    def finish(self) -> None:
        """To be called after the last step and after all numbers were settled.

        Raises:
            StreamError: the symbols are not those that were written.
        """
        self._reader.finish()
        if self._scales or self._settled:
            raise StreamError("A frame of the file is damaged.")


def _due(listed: dict[int, int], start: int, count: int) -> list[tuple[int, int]]:
    """Takes off what is listed for the next `count` places; (place among these, what was chosen) each."""
    places = [place for place in listed if place < start + count]
    return [(place - start, listed.pop(place)) for place in places]


def _hyper_laws(step: HyperStep, hyper: HyperLawsOfPart) -> tuple[Ints, Ints]:
    """Means and scale indexes of a hyper-latent's symbols [C h w], channel by channel."""
    laws = hyper[step.name]
    sites = step.shape[2] * step.shape[3]
    return np.repeat(laws.mean, sites), np.repeat(laws.scale_index, sites)


def _check_law(step: LatentStep, law: Law) -> None:
    if LAWS[step.law] is not law:
        raise ValueError(f"step {step.name} belongs to another kind of frame")


def _scale_indexes(scale: Tensor, guard_band: float) -> _Indexes:
    """Raises StreamError where the network that decodes has gone astray."""
    if not torch.isfinite(scale).all():
        raise StreamError("A frame of the file is damaged: the network gives no finite numbers for it.")
    quarters = 4 * torch.log2(scale.double().clamp(_SMALLEST, _LARGEST)).flatten().cpu().numpy() + 0.5
    taken = np.clip(np.floor(quarters), SCALE_INDEX_MIN, SCALE_INDEX_MAX).astype(np.int32)
    threshold = np.round(quarters)
    real = (threshold > SCALE_INDEX_MIN) & (threshold <= SCALE_INDEX_MAX)
    return _Indexes(taken, real & (np.abs(quarters - threshold) < 4 * guard_band))
