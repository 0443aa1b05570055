"""One frame to a record and back, with the references that the next one needs (specs/sevc.md, 9).

Every reference frame is clamped to 0..1, in an encoder and in a decoder alike, and all references are settled (see
`coding`). A frame's number counts from the start of
its unit, whose first frame is an intra frame; features are taken anew at every `refresh`th frame after the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from torch import Tensor

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.bitstream.tables import Law
from nvc_engine.codecs.sevc.coding import Guards, PartReader, PartWriter
from nvc_engine.codecs.sevc.models import Model
from nvc_engine.codecs.sevc.network import state_after_intra
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.records import Record
from nvc_engine.codecs.sevc.states import BaseState, EnhancementState, InterState
from nvc_engine.codecs.sevc.steps import run


@dataclass(frozen=True)
class FrameCoder:
    """Codes the frames of a clip, one after the other.

    Attributes:
        refresh: period of the features.
        guards: what is listed in the portable profile; None in the fast one.
    """

    model: Model
    geometry: Geometry
    refresh: int
    guards: Guards | None

    def encode(self, picture: Tensor, before: InterState | None, number: int, rate_point: int) -> "Coded":
        """Code `picture` [1, 3, height, width]; `before` is None for the first frame of a unit."""
        padded = self.geometry.pad(picture)
        laws = self.model.laws
        if before is None:
            intra = PartWriter(Law.GAUSS, laws.intra, self.guards)
            decoded = run(self.model.networks.intra.code(padded, self.geometry.coded, rate_point), intra)
            state = self._after_intra(decoded, intra.settle)
            return Coded(Record(rate_point, (intra.finish(),)), state, intra.listed)
        before, position = self._references(before, number)
        network = self.model.networks.inter
        base = PartWriter(Law.LAPLACE, laws.base, self.guards)
        small = run(network.code_base(padded, before.base, rate_point, position, self.geometry), base)
        small = replace(small, state=_settled_base(small.state, base.settle))
        enhancement = PartWriter(Law.LAPLACE, {}, self.guards)
        coding = network.code_enhancement(padded, small, before.enhancement, rate_point, position, self.geometry)
        state = InterState(small.state, _settled_enhancement(run(coding, enhancement).state, enhancement.settle))
        record = Record(rate_point, (base.finish(), enhancement.finish()))
        return Coded(record, state, base.listed + enhancement.listed)

    def decode(self, record: Record, before: InterState | None, number: int, crc: int) -> "Decoded":
        """Read a record; `crc` is that of all symbols of the unit before it.

        Raises:
            StreamError: the record is damaged.
        """
        if before is None:
            return self._decode_intra(record, crc)
        before, position = self._references(before, number)
        network = self.model.networks.inter
        base = PartReader(record.parts[0], Law.LAPLACE, self.model.laws.base, crc, settles=self._settles)
        small = run(network.code_base(None, before.base, record.rate_point, position, self.geometry), base)
        small = replace(small, state=_settled_base(small.state, base.settle))
        base.finish()
        enhancement = PartReader(record.parts[1], Law.LAPLACE, {}, base.crc, settles=self._settles)
        coding = network.code_enhancement(None, small, before.enhancement, record.rate_point, position, self.geometry)
        state = InterState(small.state, _settled_enhancement(run(coding, enhancement).state, enhancement.settle))
        enhancement.finish()
        return Decoded(state, enhancement.crc)

    def decode_base(self, record: Record, before: BaseState, number: int) -> BaseState:
        """The base layer alone, of a frame that is not the unit's first.

        Raises:
            StreamError: the record is damaged.
        """
        before, position = self._base_references(before, number)
        reader = PartReader(record.parts[0], Law.LAPLACE, self.model.laws.base, 0, settles=self._settles)
        coding = self.model.networks.inter.code_base(None, before, record.rate_point, position, self.geometry)
        state = _settled_base(run(coding, reader).state, reader.settle)
        reader.finish()
        return state

    def _decode_intra(self, record: Record, crc: int) -> "Decoded":
        reader = PartReader(record.parts[0], Law.GAUSS, self.model.laws.intra, crc, settles=self._settles)
        decoded = run(self.model.networks.intra.code(None, self.geometry.coded, record.rate_point), reader)
        state = self._after_intra(decoded, reader.settle)
        reader.finish()
        return Decoded(state, reader.crc)

    @property
    def _settles(self) -> bool:
        return self.guards is not None

    def _after_intra(self, decoded: Tensor, settle: "Settle") -> InterState:
        """The base layer's reference needs no settling: it is a sum of few products that float64 holds exactly."""
        return state_after_intra(settle(_finite(decoded)), self.geometry)

    def _references(self, before: InterState, number: int) -> tuple[InterState, int]:
        """What frame `number` refers to, and its position from the last refresh."""
        position = number % self.refresh
        return (before.refreshed() if position == 1 else before), position

    def _base_references(self, before: BaseState, number: int) -> tuple[BaseState, int]:
        position = number % self.refresh
        return (replace(before, feature=None) if position == 1 else before), position


@dataclass(frozen=True)
class Coded:
    """An encoded frame: its record, what the next one refers to, and how many numbers are listed."""

    record: Record
    state: InterState
    listed: int


@dataclass(frozen=True)
class Decoded:
    """A decoded frame: what the next one refers to, and the CRC-32 of all symbols of the unit so far."""

    state: InterState
    crc: int


Settle = Callable[[Tensor], Tensor]


def _settled_base(state: BaseState, settle: Settle) -> BaseState:
    frame = settle(_finite(state.frame))
    others = (getattr(state, name) for name in _BASE[1:])
    return BaseState(frame, *(None if each is None else settle(_finite(each)) for each in others))


def _settled_enhancement(state: EnhancementState, settle: Settle) -> EnhancementState:
    """The picture clamped first; of the latents only the last is new."""
    frame = settle(_finite(state.frame.clamp(0, 1)))
    feature = None if state.feature is None else settle(_finite(state.feature))
    return EnhancementState(frame, feature, (*state.latents[:-1], settle(_finite(state.latents[-1]))))


def _finite(x: Tensor) -> Tensor:
    """Raises StreamError where `x` has other than finite numbers."""
    if not bool(x.isfinite().all()):
        raise StreamError("A frame is damaged: the network gives no finite numbers for it.")
    return x


_BASE = ("frame", "feature", "motion_feature", "latent", "motion_latent")


def state_tensors(state: InterState) -> dict[str, Tensor]:
    """A state as tensors by name; see `state_of_tensors`."""
    tensors = {f"base.{name}": getattr(state.base, name) for name in _BASE}
    tensors["enhancement.frame"] = state.enhancement.frame
    tensors["enhancement.feature"] = state.enhancement.feature
    tensors |= {f"enhancement.latent.{n}": latent for n, latent in enumerate(state.enhancement.latents)}
    return {name: tensor for name, tensor in tensors.items() if tensor is not None}


def state_of_tensors(tensors: Mapping[str, Tensor]) -> InterState:
    """The inverse of `state_tensors`."""
    latents = sorted(name for name in tensors if name.startswith("enhancement.latent."))
    return InterState(
        BaseState(tensors["base.frame"], *(tensors.get(f"base.{name}") for name in _BASE[1:])),
        EnhancementState(
            tensors["enhancement.frame"],
            tensors.get("enhancement.feature"),
            tuple(tensors[name] for name in latents),
        ),
    )
