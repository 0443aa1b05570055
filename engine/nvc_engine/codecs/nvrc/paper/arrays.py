"""The models that code the parameters (phi): which arrays of integers there are, and what their integers mean
(specs/nvrc.md, 2.1 to 2.4 and 2.6).

    steps     eighths of an octave of a quantiser step
    scales    quarter octaves of a standard deviation in bins
    means     sixteenths of a bin
    weights   2^-10, of the context networks

A matrix has steps, scales and means for its rows, its columns, both or neither; where it has neither, one number of
each stands for it in arrays that all such tensors share.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum

from nvc_engine.codecs.nvrc.paper.blocks import block_counts
from nvc_engine.codecs.nvrc.paper.contexts import context_shapes
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.model import is_feature, is_grid
from nvc_engine.errors import EngineError

LEAST_SHARERS = 128
FIXED_STEP = -46  # round(8 log2(e^-4)): the fixed grid step of the paper's ablation V5


class GridLaw(IntEnum):
    """What codes the grids: the context network, or one normal law a level (ablations V2, V3)."""

    CONTEXT = 0
    TENSOR = 1


class GridSteps(IntEnum):
    """Steps of the grids: one for each block and channel, e^-4 everywhere (V5), or one a level."""

    BLOCKS = 0
    FIXED = 1
    TENSOR = 2


class WeightLaw(IntEnum):
    """What codes everything else: row and column parameters, or one normal law a tensor (V1, V3)."""

    DUAL_AXIS = 0
    TENSOR = 1


class ModelCoding(IntEnum):
    """How phi stands in the file: coded under psi, or as 16-bit numbers (V4)."""

    CODED = 0
    RAW = 1


@dataclass(frozen=True)
class Hierarchy:
    """How a file codes its parameters; the defaults are the paper's codec, everything else its ablations (6.3)."""

    grid_law: GridLaw = GridLaw.CONTEXT
    grid_steps: GridSteps = GridSteps.BLOCKS
    weight_law: WeightLaw = WeightLaw.DUAL_AXIS
    model_coding: ModelCoding = ModelCoding.CODED

    def pack(self) -> bytes:
        return bytes((self.grid_law, self.grid_steps, self.weight_law, self.model_coding))

    @classmethod
    def unpack(cls, data: bytes) -> "Hierarchy":
        """Read what `pack` wrote. Raises EngineError where it is none."""
        try:
            a, b, c, d = data
            return cls(GridLaw(a), GridSteps(b), WeightLaw(c), ModelCoding(d))
        except ValueError as error:
            raise EngineError("The NVRC description in the file's header is damaged.") from error


class Kind(Enum):
    """What an array's integers mean, and how far they may go."""

    STEP = (-320, 128)
    SCALE = (-256, 256)
    MEAN = (-(1 << 20), 1 << 20)
    WEIGHT = (-(1 << 17), 1 << 17)


@dataclass(frozen=True)
class ModelArray:
    """One array of phi; `of_grids` says whose it is."""

    name: str
    shape: tuple[int, ...]
    kind: Kind
    of_grids: bool

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class MatrixView:
    """A tensor as rows x columns x taps: output channels, input channels, kernel positions; a local table's rows are
    time, its columns offset and channel; a bias is one row.

    Attributes:
        by_row, by_column: whether these have parameters of their own: at least 128 weights share each (2.1).
        shared: its number among the tensors that have neither, or None.
    """

    rows: int
    columns: int
    taps: int
    by_row: bool
    by_column: bool
    shared: int | None


def matrix_views(layout: PaperLayout, hierarchy: Hierarchy) -> dict[str, MatrixView]:
    """All tensors but the grids, in coding order."""
    views: dict[str, MatrixView] = {}
    shared = 0
    for name, shape in layout.parameter_shapes().items():
        if is_grid(name):
            continue
        rows, columns, taps = _view(name, shape)
        dual = hierarchy.weight_law is WeightLaw.DUAL_AXIS
        by_row = dual and rows > 1 and columns * taps >= LEAST_SHARERS
        by_column = dual and columns > 1 and rows * taps >= LEAST_SHARERS
        alone = not by_row and not by_column
        views[name] = MatrixView(rows, columns, taps, by_row, by_column, shared if alone else None)
        shared += alone
    return views


def _view(name: str, shape: tuple[int, ...]) -> tuple[int, int, int]:
    if len(shape) == 1:
        return 1, shape[0], 1
    if is_feature(name):
        return shape[0], math.prod(shape[1:]), 1
    return shape[0], shape[1], math.prod(shape[2:])


def model_arrays(layout: PaperLayout, hierarchy: Hierarchy) -> dict[str, ModelArray]:
    """Every array of phi by name, in coding order, those of the grids first."""
    arrays = (*_grid_arrays(layout, hierarchy), *_matrix_arrays(layout, hierarchy))
    return {array.name: array for array in arrays}


def _grid_arrays(layout: PaperLayout, hierarchy: Hierarchy) -> Iterator[ModelArray]:
    grids = layout.grids()
    for level, grid in enumerate(grids):
        if hierarchy.grid_steps is GridSteps.BLOCKS:
            blocks = math.prod(block_counts(grid.shape))
            yield ModelArray(f"grid.{level}.step", (blocks, grid.channels), Kind.STEP, True)
        if hierarchy.grid_law is GridLaw.CONTEXT:
            for name, shape in context_shapes(grid.channels).items():
                yield ModelArray(f"context.{level}.{name}", shape, Kind.WEIGHT, True)
    if hierarchy.grid_steps is GridSteps.TENSOR:
        yield ModelArray("grids.step", (len(grids),), Kind.STEP, True)
    if hierarchy.grid_law is GridLaw.TENSOR:
        yield ModelArray("grids.scale", (len(grids),), Kind.SCALE, True)
        yield ModelArray("grids.mean", (len(grids),), Kind.MEAN, True)


_THREE = (("step", Kind.STEP), ("scale", Kind.SCALE), ("mean", Kind.MEAN))


def _matrix_arrays(layout: PaperLayout, hierarchy: Hierarchy) -> Iterator[ModelArray]:
    views = matrix_views(layout, hierarchy)
    for name, view in views.items():
        for axis, size, wanted in (("row", view.rows, view.by_row), ("column", view.columns, view.by_column)):
            if wanted:
                for part, kind in _THREE:
                    yield ModelArray(f"{name}.{axis}.{part}", (size,), kind, False)
    shared = sum(view.shared is not None for view in views.values())
    for part, kind in _THREE:
        yield ModelArray(f"shared.{part}", (shared,), kind, False)
