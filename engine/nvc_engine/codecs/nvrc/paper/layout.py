"""Every size of a network laid over a clip: tensors, work, memory (specs/nvrc.md, 1.2 to 1.5 and 1.10)."""

import math
from dataclasses import dataclass

from nvc_engine.codecs.nvrc.layout import GridSize
from nvc_engine.codecs.nvrc.paper.configurations import Configuration, Stem
from nvc_engine.codecs.nvrc.paper.patches import Extent, grow, margins

MAX_PARAMETERS = 1 << 26
MAX_FRAME_MACS = 1 << 42
MAX_CONTEXT_POSITIONS = 1 << 24
MAX_RENDER_BYTES = 5 << 27
CHANNELS_OUT = 3


@dataclass(frozen=True)
class PaperLayout:
    """A `Configuration` laid over `frames` pictures of `height` x `width` luma samples."""

    network: Configuration
    frames: int
    height: int
    width: int

    @property
    def factor(self) -> int:
        """f, the product of all strides."""
        return math.prod(self.network.strides)

    @property
    def base_size(self) -> tuple[int, int]:
        """[H0, W0]: rows and columns of the first features."""
        return -(-self.height // self.factor), -(-self.width // self.factor)

    @property
    def padded_size(self) -> tuple[int, int]:
        """[H', W']: rows and columns that the network renders; more than the picture where f does not divide it."""
        return self.base_size[0] * self.factor, self.base_size[1] * self.factor

    def stage_factor(self, stage: int) -> int:
        """Size at the output of stage `stage` (1-based; 0: the stem) over the base size."""
        return math.prod(self.network.strides[:stage])

    def grids(self) -> list[GridSize]:
        """The base grid's levels, finest first."""
        network = self.network
        slices = max(1, (200 * self.frames + network.grid_period) // (2 * network.grid_period))
        rows, columns = self.base_size
        space = 1 if network.stem is Stem.VOLUME else 0
        return [
            GridSize(
                max(1, slices >> level),
                max(1, rows >> level * space),
                max(1, columns >> level * space),
                network.grid_channels << level,
            )
            for level in range(network.grid_levels)
        ]

    def local_tables(self, stage: int) -> list[GridSize]:
        """The tables gamma of a stage (0-based), finest in time first (1.4)."""
        stride, channels = self.network.strides[stage], max(1, self.network.local_channels >> stage)
        return [
            GridSize(max(1, self.frames >> level), stride, stride, channels << level)
            for level in range(self.network.local_levels)
        ]

    def width_in(self, stage: int) -> int:
        """C_{n-1} of a stage (0-based), with C_0 = C_1."""
        return self.network.widths[max(0, stage - 1)]

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Every parameter tensor (theta) by name, in coding order."""
        network = self.network
        first = network.widths[0]
        grids = self.grids()
        shapes: dict[str, tuple[int, ...]] = {f"grid.{level}": grid.shape for level, grid in enumerate(grids)}
        if network.stem is Stem.VOLUME:
            shapes |= {f"stem.{level}": (first, grid.channels, 3, 3, 3) for level, grid in enumerate(grids)}
        else:
            shapes["stem.0"] = (first, sum(grid.channels for grid in grids), 3, 3)
        shapes["stem.bias"] = (first,)
        for stage, (depth, leaving, expansion) in enumerate(
            zip(network.depths, network.widths, network.expansions, strict=True)
        ):
            entering, tables = self.width_in(stage), self.local_tables(stage)
            shapes |= {f"{stage}.local.{level}": table.shape for level, table in enumerate(tables)}
            shapes[f"{stage}.local.mix"] = (entering, sum(table.channels for table in tables))
            shapes[f"{stage}.local.bias"] = (entering,)
            for block in range(depth):
                c_in = entering if block == 0 else leaving
                shapes[f"{stage}.{block}.depthwise"] = (c_in, 1, 3, 3)
                shapes[f"{stage}.{block}.expand"] = (leaving * expansion, c_in)
                shapes[f"{stage}.{block}.project"] = (leaving, leaving * expansion)
        shapes["head.weight"] = (CHANNELS_OUT, network.widths[-1])
        shapes["head.bias"] = (CHANNELS_OUT,)
        return shapes

    def parameter_count(self) -> int:
        return sum(math.prod(shape) for shape in self.parameter_shapes().values())

    def stem_macs(self, *, whole_grid: bool) -> float:
        """Multiply-accumulates of the stem for one frame: all slices of the grid (as the paper counts NVRC's), or a
        frame's share of them."""
        first = self.network.widths[0]
        if self.network.stem is Stem.PLANE:
            return 9.0 * first * math.prod(self.base_size) * sum(grid.channels for grid in self.grids())
        whole = sum(27.0 * first * math.prod(grid.shape) for grid in self.grids())
        return whole if whole_grid else whole / self.frames

    def frame_macs(self, *, whole_grid: bool = False, taps: int = 4) -> float:
        """Multiply-accumulates of rendering one padded frame, with `taps` for each sample that a stage interpolates.

        NVRC's figures count 4 and the stem over the `whole_grid` (1.2), HiNeRV's count no taps (1.9)."""
        total = self.stem_macs(whole_grid=whole_grid)
        rows, columns = self.padded_size
        for stage, depth in enumerate(self.network.depths):
            scale = self.factor // self.stage_factor(stage + 1)
            entering, leaving = self.width_in(stage), self.network.widths[stage]
            hidden = leaving * self.network.expansions[stage]
            blocks = (entering, *(leaving,) * (depth - 1))
            per_position = taps * entering + sum(9 * c_in + c_in * hidden + hidden * leaving for c_in in blocks)
            total += per_position * (rows // scale) * (columns // scale)
        return total + CHANNELS_OUT * self.network.widths[-1] * rows * columns

    def macs_per_pixel(self) -> float:
        """Multiply-accumulates of rendering one frame, per luma pixel of the picture."""
        return self.frame_macs() / (self.height * self.width)

    def render_bytes(self, extent: Extent) -> int:
        """Most bytes of float32 activations that rendering one patch keeps at a time (hidden ones go in bands)."""
        network = self.network
        around = margins(network.strides, network.depths)
        rows, columns = self.base_size
        first = network.widths[0]
        peaks = [rows * columns * first * 4 + sum(6 * math.prod(grid.shape[1:]) for grid in self.grids())]
        for stage, stride in enumerate(network.strides):
            area = grow(extent, self.factor // self.stage_factor(stage + 1), around[stage + 1])
            area = Extent(area.row, area.column, area.rows + 2 * stride, area.columns + 2 * stride)
            widest = max(self.width_in(stage), network.widths[stage])
            peaks.append(4 * area.rows * area.columns * widest)
        peaks.append(extent.rows * extent.columns * (2 * network.widths[-1] + 3 * CHANNELS_OUT))
        return 4 * max(peaks)

    def whole(self) -> Extent:
        """The padded frame as one patch."""
        return Extent(0, 0, *self.padded_size)

    def tiles(self) -> list[Extent]:
        """The patches in which a decoder renders a frame: the whole one where its activations fit
        `MAX_RENDER_BYTES`, else bands of the most rows that do, else none."""
        if self.render_bytes(self.whole()) <= MAX_RENDER_BYTES:
            return [self.whole()]
        rows, columns = self.padded_size
        for count in range(2, self.base_size[0] + 1):
            high = -(-self.base_size[0] // count) * self.factor
            if self.render_bytes(Extent(0, 0, high, columns)) <= MAX_RENDER_BYTES:
                return [Extent(top, 0, min(high, rows - top), columns) for top in range(0, rows, high)]
        return []

    def decodable(self) -> bool:
        """Whether the network stays within what a decoder takes on: parameters, work and memory of a frame."""
        return self.parameter_count() <= MAX_PARAMETERS and self.frame_macs() <= MAX_FRAME_MACS and self.tiles() != []
