"""Small sound clips of NVRC's other profiles, motion and the published networks, and mutations of their units."""

import random
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from raw import in_place

from nvc_engine.bitstream.container import Header
from nvc_engine.bitstream.decisions import DecisionReader
from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.nvrc.motion.decoding import PROFILE, PROFILE_VERSION
from nvc_engine.codecs.nvrc.motion.encoding import Recipe, UnitEncoder
from nvc_engine.codecs.nvrc.motion.frames import Planes, UnitState
from nvc_engine.codecs.nvrc.motion.laws import Ints
from nvc_engine.codecs.nvrc.motion.pictures import padded_size
from nvc_engine.codecs.nvrc.motion.prior import prior_nets
from nvc_engine.codecs.nvrc.motion.reading import Reading
from nvc_engine.codecs.nvrc.motion.smoothing import HIDDEN, INPUTS, OUTPUTS, SmoothNet
from nvc_engine.codecs.nvrc.motion.unit import Group, Unit, groups_of
from nvc_engine.codecs.nvrc.paper.arrays import Hierarchy, model_arrays
from nvc_engine.codecs.nvrc.paper.coding import encode_unit
from nvc_engine.codecs.nvrc.paper.configurations import Configuration, Stem
from nvc_engine.codecs.nvrc.paper.file_config import PAPER_VERSION, FileConfig
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.pictures import Objective
from nvc_engine.codecs.nvrc.paper.symbols import ArraySymbols, UnitSymbols
from nvc_engine.errors import EngineError
from nvc_engine.media.colour import Colour, Matrix
from nvc_engine.media.picture import Chroma

STEP = 100
SEALED_SHARE = 0.6
FRAME_COST, PIXEL_COST = 4e6, 150.0
"""What decoding a frame of the motion profile costs, in the units of `answer.BUDGET`."""


@dataclass(frozen=True)
class SoundClip:
    """What is to be written to a sound file."""

    name: str
    header: Header
    units: tuple[EncodedUnit, ...]


def other_profiles() -> tuple[SoundClip, ...]:
    """All clips; the same on every call and in every process of one machine."""
    return (
        _motion("motion", (34, 30), (5, 1), Recipe(period=2), with_filter=True),
        _motion("motion gray", (20, 16), (3,), Recipe(period=1), bit_depth=10),
        _paper("paper", (22, 16), (3,)),
    )


def motion_header(name: str, size: tuple[int, int], frames: int) -> Header:
    """The header of a file of the motion profile, of `size` columns and rows."""
    return _header(name, size, frames, bytes((PROFILE,)), PROFILE_VERSION)


def _header(name: str, size: tuple[int, int], frames: int, config: bytes, version: int) -> Header:
    return Header(
        codec="nvrc",
        codec_version=version,
        width=size[0],
        height=size[1],
        timestamps=tuple(range(0, 40 * frames, 40)),
        time_base=Fraction(1, 1000),
        rate=Fraction(25),
        colour=Colour(Matrix.BT709, 1, 1, full_range=False, assumed=False),
        build="nvc-engine",
        preset=name.split()[0],
        settings="{}",
        codec_config=config,
    )


def _motion(
    name: str,
    size: tuple[int, int],
    counts: tuple[int, ...],
    recipe: Recipe,
    *,
    with_filter: bool = False,
    bit_depth: int = 8,
) -> SoundClip:
    rng = np.random.default_rng([*name.encode()])
    header = motion_header(name, size, sum(counts))
    if bit_depth > 8:
        header = replace(header, bit_depth=bit_depth, chroma=Chroma.GRAY)
    units = []
    for count in counts:
        net = _any_filter(rng) if with_filter else None
        payload = _motion_unit(rng, padded_size(size[1], size[0]), count, recipe, net, bit_depth)
        units.append(EncodedUnit(sum(unit.count for unit in units), count, payload))
    return SoundClip(name, header, tuple(units))


def _motion_unit(
    rng: np.random.Generator,
    size: tuple[int, int],
    count: int,
    recipe: Recipe,
    net: SmoothNet | None,
    bit_depth: int,
) -> bytes:
    """A texture that moves by a few samples a frame."""
    peak = (1 << bit_depth) - 1
    coarse = rng.integers(0, peak + 1, (16, 16)).repeat(8, axis=0).repeat(8, axis=1)

    def planes_of(frame: int) -> Planes:
        luma = coarse[2 * frame : 2 * frame + size[0], 3 * frame : 3 * frame + size[1]].astype(np.int32)
        return luma, luma[::2, ::2] // 2, peak - luma[1::2, ::2] // 2

    encoder = UnitEncoder(count, planes_of, UnitState(size, peak, prior_nets(), net), recipe)
    events = (event for number in range(len(encoder.groups)) for event in encoder.encode(number, STEP))
    groups = tuple(event for event in events if isinstance(event, Group))
    return Unit(count, recipe.period, recipe.layers, net, groups).pack()


def _any_filter(rng: np.random.Generator) -> SmoothNet:
    sizes = (INPUTS, HIDDEN, HIDDEN, OUTPUTS)
    weights = (rng.integers(-9, 10, (sizes[n + 1], sizes[n], 3, 3)).astype(np.int32) for n in range(3))
    return SmoothNet(tuple(weights), tuple(rng.integers(-99, 100, size).astype(np.int32) for size in sizes[1:]))


def _paper(name: str, size: tuple[int, int], counts: tuple[int, ...]) -> SoundClip:
    rng = np.random.default_rng([*name.encode()])
    network = Configuration(
        stem=Stem.VOLUME,
        strides=(3,),
        widths=(6,),
        depths=(1,),
        expansions=(2,),
        grid_channels=1,
        grid_levels=2,
        grid_period=200,
        local_channels=1,
        local_levels=1,
    )
    hierarchy = Hierarchy()
    config = FileConfig(network, hierarchy, Objective.RGB).pack()
    units = []
    for count in counts:
        layout = PaperLayout(network, count, size[1], size[0])
        theta = {name: _symbols(rng, shape) for name, shape in layout.parameter_shapes().items()}
        arrays = model_arrays(layout, hierarchy).items()
        phi = {name: ArraySymbols(_symbols(rng, array.shape), step=8, scale=4) for name, array in arrays}
        payload = encode_unit(layout, hierarchy, UnitSymbols(theta, phi))
        units.append(EncodedUnit(sum(unit.count for unit in units), count, payload))
    return SoundClip(name, _header(name, size, sum(counts), config, PAPER_VERSION), tuple(units))


def _symbols(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    return np.rint(rng.laplace(0, 1, shape)).astype(np.int32)


def mutated_unit(rng: random.Random, header: Header, sound: EncodedUnit) -> bytes:
    """The unit's payload with one of its fields changed, or bytes of it where it is not of the motion profile."""
    payload = sound.payload
    try:
        unit = Unit.unpack(payload, sound.count)
    except StreamError:
        head = rng.choice((8, 200, len(payload)))
        return in_place(rng, payload[:head]) + payload[head:]
    choice = rng.randrange(8)
    groups = list(unit.groups)
    if choice == 0:
        edge = 4 + 3 * len(unit.layers)
        return in_place(rng, payload[:edge]) + payload[edge:]
    if choice == 1 and unit.smooth is not None:
        packed = unit.smooth.pack()
        return payload.replace(packed, rng.choice((in_place(rng, packed), packed[: rng.randrange(len(packed))], b"")))
    if choice == 2:
        del groups[rng.randrange(len(groups)) :]
    elif choice == 3:
        groups += groups[-1:] * rng.choice((1, 40))
    else:
        place = rng.randrange(len(groups))
        groups[place] = replace(groups[place], **dict([_changed(rng, groups[place])]))
        if rng.random() < SEALED_SHARE:
            return _sealed(replace(unit, groups=tuple(groups)), header).pack()
    return replace(unit, groups=tuple(groups)).pack()


class _Tally:
    """Reads a stream and adds up its checksum."""

    def __init__(self, stream: bytes) -> None:
        self._reader = DecisionReader(stream)
        self.crc = 0

    def code(self, index: Ints, bits: Ints | None = None) -> Ints:
        read = self._reader.code(index)
        if read.size:
            self.crc = zlib.crc32(np.packbits(read.astype(bool)).tobytes(), self.crc)
        return read


def _sealed(unit: Unit, header: Header) -> Unit:
    """The unit with checksums that are right, as far as its streams can be decoded."""
    size, peak = padded_size(header.height, header.width), (1 << header.bit_depth) - 1
    state = UnitState(size, peak, prior_nets(), unit.smooth)
    groups = list(unit.groups)
    with suppress(StreamError):
        for number, turns in enumerate(groups_of(unit.frames, unit.period)):
            group = groups[number]
            for name, part in (("anchor", turns[:1]), ("between", turns[1:])):
                if part:
                    within = state.around(turns[0]) if name == "between" else state
                    tally = _Tally(getattr(group, name))
                    for turn in part:
                        within.code(turn, unit.layers[turn.layer].steps(group.step), Reading(), tally)
                    sealed = struct.pack("<I", tally.crc) + getattr(group, name)[4:]
                    groups[number] = replace(groups[number], **{name: sealed})
    return replace(unit, groups=tuple(groups))


def _changed(rng: random.Random, group: Group) -> tuple[str, int | bytes]:
    """A field of a group, and what it is to be."""
    name = rng.choice(("step", "anchor", "between", "anchor", "between"))
    if name == "step":
        return name, rng.choice((0, 1, group.step ^ 1, 254, 255))
    stream = getattr(group, name)
    changed = (
        in_place(rng, stream) if stream else b"\0",
        stream[: rng.randrange(len(stream) + 1)],
        stream[:4] + bytes(4) * rng.choice((0, 1, 9, 200)),
        stream[:4] + b"\xff" * 4 * rng.choice((1, 9, 200)),
        stream[:4] + rng.randbytes(4 * rng.choice((1, 9, 50))),
        stream + rng.randbytes(4 * rng.choice((1, 50))),
        b"",
    )
    return name, rng.choice(changed)


def frames_hang_together(header: Header) -> bool:
    """Whether a unit's frames are only decoded one from the other."""
    return header.codec_config == bytes((PROFILE,))


def frame_cost(header: Header) -> float | None:
    """What a frame costs to decode, at most; None where the file is of none of these profiles, or refused."""
    pixels = header.width * header.height
    if frames_hang_together(header):
        return FRAME_COST + PIXEL_COST * pixels
    try:
        config = FileConfig.unpack(header.codec_config)
    except EngineError:
        return None
    return FRAME_COST + 500 * pixels + PaperLayout(config.network, 1, header.height, header.width).frame_macs()


def unit_cost(header: Header, count: int) -> float:
    """What it costs to read all of a unit but its frames; those of the motion profile hang on each other."""
    cost = frame_cost(header) or 0.0
    if frames_hang_together(header):
        return count * cost
    layout = PaperLayout(FileConfig.unpack(header.codec_config).network, count, header.height, header.width)
    return 20000.0 * layout.parameter_count() if layout.decodable() else 0.0
