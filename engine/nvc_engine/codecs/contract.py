"""What a codec gives to the rest of the studio (DESIGN, section 4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from nvc_engine.bitstream.container import Header
from nvc_engine.codecs.machine_speed import StepSpeed
from nvc_engine.media.clip import Clip, ClipInfo
from nvc_engine.media.picture import Picture
from nvc_engine.protocol.messages import CodecFacts, Goal, Plan, Progress, Scalar


@dataclass(frozen=True)
class EncodeOrder:
    """An encode, fully resolved: nothing in it is left to guess.

    Attributes:
        settings: the codec's own settings dataclass, presets and overrides already applied.
        goal: None lets the codec take its default quality.
        first, stop: frame range of the clip; the encoded file starts at `first`.
        minutes, epochs: at most one is given; None and None takes the codec's default minutes.
        device: "cpu" or "cuda".
        track_bytes: what audio and subtitles take in the file; counted where the goal is a size.
        preset_reason: a sentence on why this preset was taken, where the person named none.
    """

    settings: Any
    preset: str
    goal: Goal | None
    first: int
    stop: int
    minutes: float | None = None
    epochs: int | None = None
    seed: int = 0
    device: str = "cpu"
    track_bytes: int = 0
    preset_reason: str = ""


@dataclass(frozen=True)
class Wishes:
    """What an automatic choice of a preset goes by: the goal, in bits per pixel where it is a rate, the time as in
    `EncodeOrder`, and the device."""

    goal: Goal | None = None
    bpp: float | None = None
    minutes: float | None = None
    epochs: int | None = None
    device: str = "cpu"


@dataclass(frozen=True)
class PresetChoice:
    """A preset's name, and a sentence on why it was taken."""

    preset: str
    reason: str


@dataclass(frozen=True)
class EncodedUnit:
    """One independently decodable piece: frames `first`..`first + count` of the encoded file and its bytes."""

    first: int
    count: int
    payload: bytes


@dataclass(frozen=True)
class Report:
    """The encode has come further. `progress` is for people; nothing in it is a measured result."""

    progress: Progress


@dataclass(frozen=True)
class SessionState:
    """What a session needs to go on where it was: arrays by name and JSON-able scalars. Holds no code and no pickle."""

    tensors: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


class EncodeSession(Protocol):
    """A running encode: an iterator that its caller may pause between any two events, checkpoint, or drop.

    Iterating yields `Report` at least twice a second while training where the step time allows, and one
    `EncodedUnit` per unit in order of frames; it ends after the last unit. It prints nothing and opens no file
    but the clip that it was given.
    """

    def __iter__(self) -> Iterator[Report | EncodedUnit]: ...

    def state(self) -> SessionState:
        """The state after the last event; taken between events only. Units that were already yielded are not in it."""
        ...

    def preview(self, frame: int) -> Picture | None:
        """The current reconstruction of `frame` (relative to the encoded range), or None where there is none yet."""
        ...

    def finish_early(self) -> None:
        """Stop and keep: end the training soon with the best result so far; the iterator still yields all units."""
        ...

    def codec_config(self) -> bytes:
        """What the file's header must hold for the decoder; asked once, after the iterator has ended."""
        ...


class Decoder(Protocol):
    """Decodes the units of one file. `unit` is the index of a unit, `payload` its bytes.

    Raises EngineError with a sentence where the bytes are damaged (checksum of decoded symbols included).
    """

    def frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        """Pictures `start`..`stop` (file's frame numbers) of the unit that covers `first`..`first + count`."""
        ...

    def frame_bytes(self, payload: bytes, first: int, count: int) -> tuple[int, ...]:
        """Bytes to lay to each frame of the unit (an even share where the codec has no per-frame bytes)."""
        ...

    def shares(self, payload: bytes, first: int, count: int) -> Mapping[str, int]:
        """What the unit's bytes are spent on: bytes by class, in an order of the codec's own, adding up to the payload.

        Class names are for people ("grids", "weights", "side information"), the same for every unit of the codec.
        Decodes no symbols, so that it stays quick where a file has many units.
        """
        ...

    def symbol_checksum(self, payload: bytes, first: int, count: int) -> int:
        """CRC-32 of the unit's symbols, computed from what this machine decodes and never copied from the file: where
        two machines give the same number, they decode the same."""
        ...

    def close(self) -> None: ...


class Layer(StrEnum):
    """Which pictures of a file are meant: its own, or the small ones within them (see `LayeredDecoder`)."""

    FULL = "full"
    BASE = "base"


@runtime_checkable
class LayeredDecoder(Decoder, Protocol):
    """A decoder whose units hold a small picture of each frame, which decodes alone and many times faster."""

    @property
    def base_size(self) -> tuple[int, int]:
        """Height and width of the small pictures."""
        ...

    def base_frames(self, payload: bytes, first: int, count: int, start: int, stop: int) -> Iterator[Picture]:
        """As `frames`, small; the sampling, depth and colour are the same."""
        ...

    def approach(self, payload: bytes, first: int, count: int, frame: int, *, base: bool = False) -> Iterator[None]:
        """Decode what `frame` (or its small picture, if `base`) hangs on, in steps; then `frames` gives it at once.

        The caller may turn to another frame after any step, or leave off: what is decoded then serves what is asked
        for next, as far as it can.
        """
        ...


@runtime_checkable
class ChoosesPreset(Protocol):
    """A codec that chooses a preset by more than the rate where the person names none."""

    def choose_preset(self, info: ClipInfo, wishes: Wishes) -> PresetChoice:
        """`info` describes the frames that are to be encoded."""
        ...


@runtime_checkable
class MeasuresSpeed(Protocol):
    """A codec whose plans and choices go by how fast this machine trains it (see `machine_speed`)."""

    def measure_speed(self, device: str) -> StepSpeed:
        """Time some steps; takes about a second."""
        ...


@dataclass(frozen=True)
class Thrift:
    """Settings that take less memory, and a sentence on what that changes."""

    settings: Any
    note: str


@runtime_checkable
class SavesMemory(Protocol):
    """A codec that can go on with an encode, from its checkpoint, in less memory."""

    def with_less_memory(self, settings: Any) -> Thrift | None:
        """The next smaller settings that write the same kind of file, or None where there are none."""
        ...


@runtime_checkable
class InterpolatingDecoder(Decoder, Protocol):
    """A decoder whose units are functions of time, which can be asked between frames too."""

    def between(self, payload: bytes, first: int, count: int, times: Iterable[float]) -> Iterator[Picture]:
        """Pictures at `times`, in frames from `first` on, 0 to `count` - 1; at a whole number, that frame."""
        ...


class Codec(Protocol):
    """A codec of the registry.

    Attributes:
        name: what the file header and the terminal call it.
        bitstream_version: of what it writes now; its decoder takes every version up to this.
    """

    name: str
    bitstream_version: int

    def facts(self) -> CodecFacts: ...

    def settings(
        self, preset: str, overrides: Mapping[str, Scalar], info: ClipInfo, goal_bpp: float | None
    ) -> tuple[str, Any]:
        """(name of the preset taken, settings dataclass). Preset "" takes the one that fits the clip and the rate.

        `info` describes the frames that are to be encoded; `goal_bpp` is None where no rate is asked for.

        Raises UsageError for an unknown preset or setting, or a value out of range.
        """
        ...

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan:
        """Parameters, MACs, memory, time and size of the encode, without doing any of it."""
        ...

    def encode(self, clip: Clip, order: EncodeOrder, resume: SessionState | None = None) -> EncodeSession: ...

    def decoder(self, header: Header, device: str = "cpu") -> Decoder:
        """Raises EngineError where the header's codec version or configuration is not one it can read."""
        ...


@runtime_checkable
class HasWeights(Protocol):
    """A codec whose networks were learned before, from files that may be others on another day."""

    def weights(self, preset: str) -> str:
        """Tells the weights that a preset encodes with from any others; "" where it has none."""
        ...


@runtime_checkable
class FileCodec(Protocol):
    """An encoder of the registry that writes ordinary video files, such as x265 in Matroska, and no `.nvc`.

    Attributes:
        name, facts, settings, plan: as of a `Codec`.
        suffixes: of the files that it writes, the default one first.
        version: of the encoder that works here.
        ladder: (best, worst) quality step of a comparison, such as CRF 22 and 37.
    """

    name: str
    suffixes: tuple[str, ...]
    ladder: tuple[float, float]

    @property
    def version(self) -> str: ...

    def facts(self) -> CodecFacts: ...

    def settings(
        self, preset: str, overrides: Mapping[str, Scalar], info: ClipInfo, goal_bpp: float | None
    ) -> tuple[str, Any]: ...

    def plan(self, info: ClipInfo, order: EncodeOrder) -> Plan: ...

    def write(
        self, clip: Clip, order: EncodeOrder, output: Path, report: Callable[[Progress], None]
    ) -> tuple[str, ...]:
        """Encode into `output`, complete or not at all; an existing one is replaced. Sentences on what was changed.

        `report` is called after each frame; what it raises ends the encode. Raises EngineError with a sentence.
        """
        ...
