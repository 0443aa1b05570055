"""Every size of the network, from the picture's size and a few numbers. Encoder and decoder build the same one."""

import math
import struct
from dataclasses import dataclass

from nvc_engine.errors import EngineError

MAX_WIDTH = 248
MAX_STAGES = 4
MAX_LEVELS = 4
MAX_PARAMETERS = 1 << 25
MAX_FRAME_MACS = 1 << 36
MAX_RENDER_BYTES = 5 << 27


@dataclass(frozen=True)
class NetworkShape:
    """What a preset says of the network; everything else follows.

    The network renders cells of `cell` x `cell` luma samples: its outputs per position are the cell's luma samples and
    its U and V samples (6 for cells of 2, 24 for cells of 4), so 4:2:0 needs no full-size layer.

    Attributes:
        cell: luma samples along a side of a cell, 2 or 4.
        strides: spatial factor s_n of each stage; their product times `cell` is the picture over the base grid.
        widths: output channels C_n of each stage (C_0 = C_1).
        depths: blocks D_n of each stage.
        expansions: e_n, hidden over output width.
        base_channels: channels of the finest base grid; each coarser level has twice as many.
        base_levels: number of base grid levels, ratios (2, 2, 2, 0.5).
        base_period: frames per time slice of the finest base grid.
        local_channels: channels c_1 of the first stage's local encoding, halved each stage.
        local_levels: time resolutions of the local encoding.
        stage_channels: channels of the feature grid at each stage's own resolution (0: none).
        stage_periods: frames per time slice of those grids.
    """

    cell: int
    strides: tuple[int, ...]
    widths: tuple[int, ...]
    depths: tuple[int, ...]
    expansions: tuple[int, ...]
    base_channels: int
    base_levels: int
    base_period: int
    local_channels: int
    local_levels: int
    stage_channels: tuple[int, ...]
    stage_periods: tuple[int, ...]

    def pack(self) -> bytes:
        """The shape as bytes: what the file header keeps."""
        head = (len(self.strides), self.cell, self.base_channels, self.base_levels, self.base_period)
        rows = zip(
            self.strides,
            self.widths,
            self.depths,
            self.expansions,
            self.stage_channels,
            self.stage_periods,
            strict=True,
        )
        return struct.pack("<5B2B", *head, self.local_channels, self.local_levels) + b"".join(
            struct.pack("<6B", *row) for row in rows
        )

    @classmethod
    def unpack(cls, data: bytes) -> "NetworkShape":
        """Read and check what `pack` wrote.

        Raises:
            EngineError: damaged, or sizes beyond the limits of this version.
        """
        if len(data) < 7 or len(data) != 7 + 6 * data[0] or not 1 <= data[0] <= MAX_STAGES:
            raise EngineError("The NVRC description in the file's header is damaged.")
        _, cell, base_channels, base_levels, base_period, local_channels, local_levels = data[:7]
        rows = [data[7 + 6 * n : 13 + 6 * n] for n in range(data[0])]
        strides, widths, depths, expansions, stage_channels, stage_periods = zip(*rows, strict=True)
        shape = cls(
            cell,
            strides,
            widths,
            depths,
            expansions,
            base_channels,
            base_levels,
            base_period,
            local_channels,
            local_levels,
            stage_channels,
            stage_periods,
        )
        sane = (
            cell in (2, 4)
            and all(1 <= s <= 8 for s in strides)
            and all(1 <= d <= 8 for d in depths)
            and all(1 <= e <= 8 for e in expansions)
            and all(w >= 1 for w in widths)
            and all(p >= 1 for p in stage_periods)
            and all(c <= 16 for c in stage_channels)
            and 1 <= base_channels <= 32
            and 1 <= base_levels <= MAX_LEVELS
            and base_period >= 1
            and 1 <= local_channels <= 64
            and 1 <= local_levels <= MAX_LEVELS
        )
        if not sane:
            raise EngineError("The NVRC description in the file's header is damaged or beyond this version's limits.")
        return shape


@dataclass(frozen=True)
class GridSize:
    """One grid: [slices, height, width, channels]."""

    slices: int
    height: int
    width: int
    channels: int

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return self.slices, self.height, self.width, self.channels


@dataclass(frozen=True)
class Layout:
    """A `NetworkShape` laid over `frames` pictures of `height` x `width` luma samples."""

    shape: NetworkShape
    frames: int
    height: int
    width: int

    @property
    def packed_size(self) -> tuple[int, int]:
        """[rows, columns] of the picture in cells, without padding."""
        return -(-self.height // self.shape.cell), -(-self.width // self.shape.cell)

    @property
    def packed_channels(self) -> int:
        """Samples of one cell: luma, then U, then V."""
        return self.shape.cell**2 * 3 // 2

    @property
    def base_size(self) -> tuple[int, int]:
        """[rows, columns] of the base grid: the size in cells over the strides, rounded up."""
        factor = math.prod(self.shape.strides)
        rows, columns = self.packed_size
        return -(-rows // factor), -(-columns // factor)

    def stage_size(self, stage: int) -> tuple[int, int]:
        """[rows, columns] at the output of stage `stage` (0-based), padding included."""
        factor = math.prod(self.shape.strides[: stage + 1])
        return self.base_size[0] * factor, self.base_size[1] * factor

    def base_grids(self) -> list[GridSize]:
        """The base grid levels, finest first."""
        slices = max(1, round(self.frames / self.shape.base_period))
        rows, columns = self.base_size
        return [
            GridSize(
                max(1, slices >> level),
                max(1, rows >> level),
                max(1, columns >> level),
                self.shape.base_channels << level,
            )
            for level in range(self.shape.base_levels)
        ]

    def stage_grid(self, stage: int) -> GridSize | None:
        """The feature grid at a stage's own resolution, or None."""
        channels = self.shape.stage_channels[stage]
        if not channels:
            return None
        slices = max(1, round(self.frames / self.shape.stage_periods[stage]))
        return GridSize(slices, *self.stage_size(stage), channels)

    def local_tables(self, stage: int) -> list[GridSize]:
        """Local encoding tables of a stage: [slices, s, s, channels], finest in time first."""
        stride = self.shape.strides[stage]
        channels = max(1, self.shape.local_channels >> stage)
        return [
            GridSize(max(1, self.frames >> level), stride, stride, channels << level)
            for level in range(self.shape.local_levels)
        ]

    def width_in(self, stage: int) -> int:
        """Channels that enter a stage: C_{n-1}, with C_0 = C_1."""
        return self.shape.widths[max(0, stage - 1)]

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Every parameter tensor by name, in coding order."""
        shape = self.shape
        shapes: dict[str, tuple[int, ...]] = {}
        first = shape.widths[0]
        for level, grid in enumerate(self.base_grids()):
            shapes[f"grid.base.{level}"] = grid.shape
        for stage in range(len(shape.strides)):
            grid_size = self.stage_grid(stage)
            if grid_size:
                shapes[f"grid.stage.{stage}"] = grid_size.shape
        for level, grid in enumerate(self.base_grids()):
            shapes[f"stem.space.{level}"] = (first, grid.channels, 3, 3)
        shapes["stem.time"] = (first, first, 3)
        shapes["stem.bias"] = (first,)
        for stage in range(len(shape.strides)):
            entering, leaving = self.width_in(stage), shape.widths[stage]
            tables = self.local_tables(stage)
            for level, table in enumerate(tables):
                shapes[f"{stage}.local.{level}"] = table.shape
            shapes[f"{stage}.local.mix"] = (entering, sum(table.channels for table in tables))
            shapes[f"{stage}.local.bias"] = (entering,)
            if shape.stage_channels[stage]:
                shapes[f"{stage}.grid.mix"] = (entering, shape.stage_channels[stage])
            for block in range(shape.depths[stage]):
                c_in = entering if block == 0 else leaving
                hidden = leaving * shape.expansions[stage]
                shapes[f"{stage}.{block}.depthwise"] = (c_in, 1, 3, 3)
                shapes[f"{stage}.{block}.expand"] = (hidden, c_in)
                shapes[f"{stage}.{block}.project"] = (leaving, hidden)
        shapes["head.weight"] = (self.packed_channels, shape.widths[-1])
        shapes["head.bias"] = (self.packed_channels,)
        return shapes

    def parameter_count(self) -> int:
        return sum(math.prod(shape) for shape in self.parameter_shapes().values())

    def decodable(self) -> bool:
        """Whether the network stays within what a decoder takes on: parameters, work and memory of a frame.

        All presets but Rich, whose grids are too many there, fit at 3840 x 2160 in units of 96 frames, and a program
        that renders within these limits stays below 1 GiB.
        """
        return (
            self.parameter_count() <= MAX_PARAMETERS
            and self.macs_per_pixel() * self.height * self.width <= MAX_FRAME_MACS
            and self.render_bytes() <= MAX_RENDER_BYTES
        )

    def render_bytes(self) -> int:
        """Most bytes of float32 activations that rendering one frame keeps at a time (hidden ones go in bands)."""
        shape = self.shape
        rows, columns = self.base_size
        first = _blocked(shape.widths[0])
        taps = 3  # frames before, at and after; each grid is read as two slices and what is between them
        peaks = [
            taps
            * (grid.height * grid.width * (2 * grid.channels + _blocked(grid.channels)) + 3 * rows * columns * first)
            for grid in self.base_grids()
        ]
        for stage in range(len(shape.strides)):
            rows, columns = self.stage_size(stage)
            widest = _blocked(max(self.width_in(stage), shape.widths[stage]))
            peaks.append(rows * columns * (4 * widest + 3 * shape.stage_channels[stage]))
        peaks.append(rows * columns * (shape.widths[-1] + 3 * self.packed_channels))
        return 4 * max(peaks)

    def macs_per_pixel(self) -> float:
        """Multiply-accumulates of rendering one frame, per luma pixel of the picture (bilinear taps included)."""
        shape = self.shape
        rows, columns = self.base_size
        first = shape.widths[0]
        total = sum(3 * 9 * grid.channels * first * grid.height * grid.width for grid in self.base_grids())
        total += 3 * first * first * rows * columns
        for stage in range(len(shape.strides)):
            rows, columns = self.stage_size(stage)
            entering, leaving = self.width_in(stage), shape.widths[stage]
            per_position = 4 * entering + shape.stage_channels[stage] * entering
            for block in range(shape.depths[stage]):
                c_in = entering if block == 0 else leaving
                hidden = leaving * shape.expansions[stage]
                per_position += 9 * c_in + c_in * hidden + hidden * leaving
            total += per_position * rows * columns
        total += self.packed_channels * shape.widths[-1] * rows * columns
        return total / (self.height * self.width)


def _blocked(channels: int) -> int:
    """Channels that a convolution keeps in memory: it takes them in blocks of 16."""
    return -(-channels // 16) * 16
