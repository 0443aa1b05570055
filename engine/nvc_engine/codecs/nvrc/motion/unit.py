"""A unit's bytes: what holds for all of it, then two streams for each group of frames.

    unit    := version u8, frames varint, period u8, laws u8, layers, filter, group*
    filter  := 0 u8, or 1 u8 and the filter in the loop (`smoothing.SmoothNet.pack`)
    layers  := for each of 7 layers: luma offset i8, chroma offset i8 (sixteenths of an octave), draws u8
    group   := step index u8, length varint, stream of the anchor, length varint, stream of the frames between

The first group is the first frame alone. A stream is one of `bitstream.decisions`; one without frames has length 0.
"""

from dataclasses import dataclass

from nvc_engine.bitstream.entropy import StreamError
from nvc_engine.bitstream.errors import MalformedError
from nvc_engine.bitstream.varint import FieldReader, uvarint
from nvc_engine.codecs.nvrc.motion.order import LAYERS, Turn, coding_order
from nvc_engine.codecs.nvrc.motion.smoothing import SmoothNet
from nvc_engine.codecs.nvrc.motion.steps import INDEX_MAX, Steps, step_sixteenths

UNIT_VERSION = 1
LAWS = 1
PERIODS = (1, 64)
MAX_FRAMES = 1024
DRAW_BITS = 4


@dataclass(frozen=True)
class LayerSteps:
    """How the steps of a layer lie to the group's: offsets in sixteenths of an octave, and draws (see `Steps`)."""

    luma: int
    chroma: int
    draw_ones: int
    draw_others: int

    def steps(self, base: int) -> Steps:
        """The steps of a frame in a group of step index `base`."""
        luma, chroma = (step_sixteenths(min(max(base + offset, 0), INDEX_MAX)) for offset in (self.luma, self.chroma))
        return Steps(luma, chroma, self.draw_ones, self.draw_others)


@dataclass(frozen=True)
class Group:
    """An anchor and the frames between it and the one before: their step index and streams."""

    step: int
    anchor: bytes
    between: bytes


@dataclass(frozen=True)
class Unit:
    """A unit taken apart."""

    frames: int
    period: int
    layers: tuple[LayerSteps, ...]
    smooth: SmoothNet | None
    groups: tuple[Group, ...]

    def pack(self) -> bytes:
        out = bytearray((UNIT_VERSION,)) + uvarint(self.frames) + bytes((self.period, LAWS))
        for layer in self.layers:
            draws = layer.draw_ones << DRAW_BITS | layer.draw_others
            out += bytes((layer.luma & 255, layer.chroma & 255, draws))
        out += b"\0" if self.smooth is None else b"\1" + self.smooth.pack()
        for group in self.groups:
            out.append(group.step)
            for stream in (group.anchor, group.between):
                out += uvarint(len(stream)) + stream
        return bytes(out)

    @classmethod
    def unpack(cls, data: bytes, frames: int) -> "Unit":
        """Read what `pack` wrote, of a unit that has `frames` by the file's index.

        Raises:
            StreamError: cut short, damaged, or of another unit.
        """
        reader = FieldReader(data)
        try:
            if not 1 <= frames <= MAX_FRAMES:
                raise StreamError("A unit of the file has more frames than this version of NVRC allows.")
            if reader.byte() != UNIT_VERSION or reader.uvarint() != frames:
                raise StreamError("A unit of the file does not belong to its header.")
            period, laws = reader.byte(), reader.byte()
            if not PERIODS[0] <= period <= PERIODS[1] or laws != LAWS:
                raise StreamError("A unit of the file is damaged, or was made by a newer version of NVRC.")
            layers = tuple(_layer(reader.take(3)) for _ in range(LAYERS))
            has_filter = reader.byte()
            if has_filter > 1:
                raise StreamError("A unit of the file is damaged.")
            smooth = SmoothNet.read(reader) if has_filter else None
            groups = tuple(_group(reader) for _ in groups_of(frames, period))
            reader.end()
        except MalformedError as error:
            raise StreamError("A unit of the file is cut short or damaged.") from error
        return cls(frames, period, layers, smooth, groups)

    def frame_bytes(self, total: int) -> tuple[int, ...]:
        """Bytes of each frame, `total` in all: an anchor's own stream, an even share of the stream between two anchors;
        what is left goes to the first frame."""
        sizes = [0] * self.frames
        for turns, group in zip(groups_of(self.frames, self.period), self.groups, strict=True):
            sizes[turns[0].frame] = len(group.anchor)
            for number, turn in enumerate(turns[1:]):
                share, rest = divmod(len(group.between), len(turns) - 1)
                sizes[turn.frame] = share + (number < rest)
        sizes[0] += total - sum(sizes)
        return tuple(sizes)


def _layer(data: bytes) -> LayerSteps:
    luma, chroma = (byte - 256 if byte > 127 else byte for byte in data[:2])
    return LayerSteps(luma, chroma, data[2] >> DRAW_BITS, data[2] & (1 << DRAW_BITS) - 1)


def _group(reader: FieldReader) -> Group:
    return Group(reader.byte(), reader.take(reader.uvarint()), reader.take(reader.uvarint()))


def groups_of(frames: int, period: int) -> list[list[Turn]]:
    """The turns of each group: an anchor's, then those of the frames between."""
    groups: list[list[Turn]] = []
    for turn in coding_order(frames, period):
        if turn.layer < 2:
            groups.append([])
        groups[-1].append(turn)
    return groups
