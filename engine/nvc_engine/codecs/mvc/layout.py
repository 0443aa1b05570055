"""Every size of the network, from the picture's size and a few numbers. Encoder and decoder build the same one."""

import math
import struct
from dataclasses import dataclass
from enum import IntEnum

from nvc_engine.codecs.mvc.strides import MAX_STAGES, grid_size
from nvc_engine.errors import EngineError

EMBEDDING = "grid.embedding"
COLOURS = 3
SPLIT = 4  # the first stage's narrow convolution has this share of its input's channels
LIFT_LEVELS = 6
MAX_PARAMETERS = 1 << 25
MAX_FRAME_MACS = 1 << 39
MAX_RENDER_BYTES = 7 << 26  # what pictures of 4096 x 2304 take
MAX_TOKENS = 4096
BLOCK_VALUES = 1 << 20  # of a frame's features that are worked on at a time
PICTURE_VALUES = 12  # a pixel: R'G'B' as rendered and within 0..1, then luma, chroma and what is rounded
_FIELDS = "<6H2B4B"


class Fusion(IntEnum):
    """What joins space and time: a transformer block and a layer (E-NeRV), or two layers (MVC's own words)."""

    TRANSFORMER = 0
    MLP = 1


class Gain(IntEnum):
    """How a stage's features are scaled: by GELU(g) as in E-NeRV, or by 1 + g without GELU."""

    RAW = 0
    ONE_PLUS = 1


class Lift(IntEnum):
    """How F_e enters the network: not at all, as it is, normalised over the unit, or as sines and cosines."""

    NONE = 0
    RAW = 1
    NORM = 2
    PE = 3

    @property
    def channels(self) -> int:
        """Inputs of the network that F_e takes."""
        return {Lift.NONE: 0, Lift.PE: COLOURS * 2 * LIFT_LEVELS}.get(self, COLOURS)


def channel_schedule(
    strides: tuple[int, ...], first: int, expansion: float, reduction: float, lower: int
) -> tuple[int, ...]:
    """C_0 .. C_n: `first`, then `expansion` times that, then divided by `reduction` from stage to stage, but never
    below `lower` (specs/mvc.md, 1.4)."""
    channels = [first, max(1, int(expansion * first))]
    for _ in strides[1:]:
        channels.append(max(int(channels[-1] / reduction), lower))
    return tuple(channels)


@dataclass(frozen=True)
class NetworkShape:
    """What the file's header says of the network; everything else follows.

    Attributes:
        strides: up-scaling of each stage.
        channels: C_0 .. C_n, features that enter the first stage and leave each one.
        token_width: D, width of a token.
        stem_hidden: hidden width of the time stem.
        time_width: width of the time branch, which modulates the stages.
        ffn_hidden: hidden width of the transformers' feed-forward layers.
        heads, head_width: of the fusion's attention; the spatial attention has one head of that width.
        levels: l of the positional code.
        fusion, gain: variants of the network.
        lift: how F_e enters it.
        cell: side of the blocks of which F_e has one value a colour, in pixels; 0 takes the network's own grid.
    """

    strides: tuple[int, ...]
    channels: tuple[int, ...]
    token_width: int
    stem_hidden: int
    time_width: int
    ffn_hidden: int
    heads: int
    head_width: int
    levels: int
    fusion: Fusion = Fusion.TRANSFORMER
    gain: Gain = Gain.RAW
    lift: Lift = Lift.NONE
    cell: int = 0

    def pack(self) -> bytes:
        """The shape as bytes: what the file header keeps."""
        fields = (self.token_width, self.stem_hidden, self.time_width, self.ffn_hidden, self.head_width, self.cell)
        small = (self.heads, self.levels, self.fusion, self.gain, self.lift, len(self.strides))
        stages = struct.pack(f"<{len(self.strides)}B{len(self.channels)}H", *self.strides, *self.channels)
        return struct.pack(_FIELDS, *fields, *small) + stages

    @classmethod
    def unpack(cls, data: bytes) -> "NetworkShape":
        """Read and check what `pack` wrote.

        Raises:
            EngineError: damaged, or values that this version does not know.
        """
        head = struct.calcsize(_FIELDS)
        try:
            tokens, stem, time, ffn, head_width, cell, heads, levels, fusion, gain, lift, stages = struct.unpack(
                _FIELDS, data[:head]
            )
            rest = struct.unpack(f"<{stages}B{stages + 1}H", data[head:])
            shape = cls(
                rest[:stages],
                rest[stages:],
                tokens,
                stem,
                time,
                ffn,
                heads,
                head_width,
                levels,
                Fusion(fusion),
                Gain(gain),
                Lift(lift),
                cell,
            )
        except (struct.error, ValueError) as error:
            raise EngineError("The MVC description in the file's header is damaged.") from error
        sizes = (*shape.channels, tokens, stem, time, ffn, heads, head_width, levels)
        if not (1 <= stages <= MAX_STAGES and all(1 <= stride <= 8 for stride in shape.strides) and min(sizes) >= 1):
            raise EngineError("The MVC description in the file's header is damaged or beyond this version's limits.")
        return shape


@dataclass(frozen=True)
class Convolution:
    """A 3x3 convolution of a stage: name, channels, and the up-scaling by pixel shuffle that follows it (1: none)."""

    name: str
    entering: int
    leaving: int
    shuffle: int


@dataclass(frozen=True)
class Layout:
    """A `NetworkShape` laid over `frames` pictures of `height` x `width`."""

    shape: NetworkShape
    frames: int
    height: int
    width: int

    @property
    def scale(self) -> int:
        """S, pixels along a side of a grid cell."""
        return math.prod(self.shape.strides)

    @property
    def grid(self) -> tuple[int, int]:
        """[h, w] of the coarse grid."""
        return grid_size(self.height, self.width, self.shape.strides)

    @property
    def block(self) -> int:
        """Pixels along a side of the blocks of F_e."""
        return self.shape.cell or self.scale

    @property
    def embedding_shape(self) -> tuple[int, int, int, int] | None:
        """[frames, rows, columns, colours] of F_e; None where the network takes none."""
        if self.shape.lift is Lift.NONE:
            return None
        return self.frames, -(-self.height // self.block), -(-self.width // self.block), COLOURS

    def stage_size(self, stage: int) -> tuple[int, int]:
        """[rows, columns] that enter stage `stage`, padding included; behind the last stage, those of the output."""
        factor = math.prod(self.shape.strides[:stage])
        return self.grid[0] * factor, self.grid[1] * factor

    def convolutions(self, stage: int) -> tuple[Convolution, ...]:
        """Those of an up-block, in order. The first stage's is split in two, so that its large stride stays cheap."""
        entering, leaving = self.shape.channels[stage : stage + 2]
        stride = self.shape.strides[stage]
        name = f"up.{stage}"
        if stage:
            return (Convolution(name, entering, leaving * stride**2, stride),)
        if entering <= leaving:
            narrow = max(1, entering // SPLIT)
            return (
                Convolution(f"{name}.0", entering, narrow * stride**2, stride),
                Convolution(f"{name}.1", narrow, leaving, 1),
            )
        return (
            Convolution(f"{name}.0", entering, leaving, 1),
            Convolution(f"{name}.1", leaving, leaving * stride**2, stride),
        )

    def weight_shapes(self) -> dict[str, tuple[int, ...]]:
        """Every weight tensor by name, in coding order."""
        shape, code = self.shape, 2 * self.shape.levels
        width = shape.token_width
        shapes: dict[str, tuple[int, ...]] = {}

        def layer(name: str, entering: int, leaving: int) -> None:
            shapes[f"{name}.weight"] = (leaving, entering)
            shapes[f"{name}.bias"] = (leaving,)

        def transformer(name: str, heads: int) -> None:
            inner = heads * shape.head_width
            shapes[f"{name}.qkv.weight"] = (3 * inner, width)
            layer(f"{name}.out", inner, width)
            layer(f"{name}.ffn.0", width, shape.ffn_hidden)
            layer(f"{name}.ffn.1", shape.ffn_hidden, width)

        layer("stem_time.0", code, shape.stem_hidden)
        layer("stem_time.1", shape.stem_hidden, width)
        layer("stem_space", 2 * code + shape.lift.channels, width)
        transformer("space", 1)
        if shape.fusion is Fusion.TRANSFORMER:
            transformer("fuse", shape.heads)
        else:
            layer("fuse", width, width)
        if shape.fusion is Fusion.MLP or width != shape.channels[0]:
            layer("to_grid", width, shape.channels[0])
        layer("branch.0", code, shape.time_width)
        layer("branch.1", shape.time_width, shape.time_width)
        for stage in range(len(shape.strides)):
            layer(f"modulation.{stage}", shape.time_width, 2 * shape.channels[stage])
        for stage in range(len(shape.strides)):
            for each in self.convolutions(stage):
                shapes[f"{each.name}.weight"] = (each.leaving, each.entering, 3, 3)
                shapes[f"{each.name}.bias"] = (each.leaving,)
        shapes["head.weight"] = (COLOURS, shape.channels[-1], 1, 1)
        shapes["head.bias"] = (COLOURS,)
        return shapes

    def coded_shapes(self) -> dict[str, tuple[int, ...]]:
        """All that a unit's bytes hold, in coding order: F_e where there is one, then the weights."""
        embedding = self.embedding_shape
        return {**({} if embedding is None else {EMBEDDING: embedding}), **self.weight_shapes()}

    def weight_count(self) -> int:
        return sum(math.prod(shape) for shape in self.weight_shapes().values())

    def embedding_count(self) -> int:
        """Numbers of F_e, of all frames."""
        return math.prod(self.embedding_shape or (0,))

    def frame_macs(self) -> int:
        """Multiply-accumulates of rendering one frame: convolutions, layers and attention."""
        tokens = math.prod(self.grid)
        shapes = self.weight_shapes()
        once = ("stem_time", "branch", "modulation")
        total = 0
        for name, shape in shapes.items():
            if len(shape) == 2:
                total += math.prod(shape) * (1 if name.startswith(once) else tokens)
        attended = self.shape.head_width * (1 + (self.shape.heads if self.shape.fusion is Fusion.TRANSFORMER else 0))
        total += 2 * tokens * tokens * attended
        for stage in range(len(self.shape.strides)):
            rows, columns = self.stage_size(stage)
            for each in self.convolutions(stage):
                total += 9 * each.entering * each.leaving * rows * columns
                rows, columns = rows * each.shuffle, columns * each.shuffle
        rows, columns = self.stage_size(len(self.shape.strides))
        return total + COLOURS * self.shape.channels[-1] * rows * columns

    def macs_per_pixel(self) -> float:
        return self.frame_macs() / (self.height * self.width)

    def render_bytes(self) -> int:
        """Most bytes of float32 that rendering one frame, and making a picture of it, keeps at a time.

        Convolutions go in bands of rows; a band has one at least.
        """
        shape, tokens = self.shape, math.prod(self.grid)
        inner = shape.heads * shape.head_width
        attention = tokens * (5 * shape.token_width + 4 * inner) + 2 * shape.heads * tokens * tokens
        feed_forward = tokens * (3 * shape.token_width + 2 * shape.ffn_hidden)
        to_grid = 2 * tokens * shape.channels[0]
        picture = PICTURE_VALUES * math.prod(self.stage_size(len(shape.strides)))
        stages = (self._stage_values(stage) for stage in range(len(shape.strides)))
        return 4 * max(attention, feed_forward, to_grid, picture, *stages)

    def _stage_values(self, stage: int) -> int:
        """Numbers that a stage keeps at a time: features as they enter, and a block of them normalised and modulated;
        then each convolution's result beside what it takes, which goes through it in bands of a row at least."""
        (rows, columns), features = self.stage_size(stage), self.shape.channels[stage]
        most = features * rows * columns + 2 * max(BLOCK_VALUES, rows * columns)
        *_, last = convolutions = self.convolutions(stage)
        for each in convolutions:
            taken, band = features * rows * columns, 3 * (3 * features + each.leaving) * columns
            rows, columns = rows * each.shuffle, columns * each.shuffle
            features = each.leaving // each.shuffle**2
            to_picture = each is last and stage + 1 == len(self.shape.strides)
            most = max(most, taken + band + (COLOURS if to_picture else features) * rows * columns)
        return most

    def decodable(self) -> bool:
        """Whether the network stays within what a decoder takes on: numbers, work and memory of a frame."""
        return (
            math.prod(self.grid) <= MAX_TOKENS
            and self.weight_count() + self.embedding_count() <= MAX_PARAMETERS
            and self.frame_macs() <= MAX_FRAME_MACS
            and self.render_bytes() <= MAX_RENDER_BYTES
        )
