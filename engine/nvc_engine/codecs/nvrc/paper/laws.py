"""From decoded phi to what theta's symbols need: the law of each and the step that turns it into a value; all in
integers until the last product (specs/nvrc.md, 2.2 to 2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nvc_engine.codecs.nvrc.paper.arrays import FIXED_STEP, GridLaw, GridSteps, Hierarchy, Kind, MatrixView
from nvc_engine.codecs.nvrc.paper.contexts import SCALE_MAX, SCALE_MIN, ContextWeights, context_shapes
from nvc_engine.codecs.nvrc.paper.fixed_point import Integers, step_sizes, times_power

Models = Mapping[str, Integers]
"""The integers of all arrays of phi, by name."""


@dataclass(frozen=True)
class TensorLaws:
    """Means in sixteenths of a bin, scales in quarter octaves, and steps in eighths of an octave; all broadcast to the
    tensor as `MatrixView` has it, [rows, columns, taps]."""

    mean: Integers
    scale: Integers
    step: Integers


def matrix_laws(models: Models, name: str, view: MatrixView) -> TensorLaws:
    """The laws of a tensor (2.4): with r and c its row and column parameters, step = step_r + step_c,
    scale = scale_r + scale_c, and mean = mean_r 2^(scale_c / 4) + mean_c 2^((least - step_r) / 8), where `least` is the
    smallest of its row steps. Means are held to the range of `Kind.MEAN`."""
    zero = np.zeros((1, 1, 1), np.int64)
    if view.shared is not None:
        step, scale, mean = (models[f"shared.{part}"][view.shared] + zero for part in ("step", "scale", "mean"))
    else:
        row = {part: _axis(models, f"{name}.row.{part}", (-1, 1, 1), view.by_row) for part in ("step", "scale", "mean")}
        column = {
            part: _axis(models, f"{name}.column.{part}", (1, -1, 1), view.by_column)
            for part in ("step", "scale", "mean")
        }
        step, scale = row["step"] + column["step"], row["scale"] + column["scale"]
        of_columns = times_power(column["mean"], row["step"].min() - row["step"])
        mean = times_power(row["mean"], 2 * column["scale"]) + of_columns
    return TensorLaws(np.clip(mean, *Kind.MEAN.value), np.clip(scale, SCALE_MIN, SCALE_MAX), step)


def _axis(models: Models, name: str, shape: tuple[int, ...], wanted: bool) -> Integers:
    return models[name].reshape(shape) if wanted else np.zeros((1, 1, 1), np.int64)


def grid_steps(models: Models, level: int, blocks: int, channels: int, hierarchy: Hierarchy) -> Integers:
    """Step of each block and channel of a level, in eighths of an octave [B, c]."""
    if hierarchy.grid_steps is GridSteps.BLOCKS:
        return models[f"grid.{level}.step"]
    if hierarchy.grid_steps is GridSteps.TENSOR:
        return np.full((blocks, channels), models["grids.step"][level])
    return np.full((blocks, channels), FIXED_STEP, np.int64)


def level_laws(models: Models, level: int, steps: Integers, hierarchy: Hierarchy) -> tuple[Integers, Integers]:
    """Under `GridLaw.TENSOR`, mean and scale of each block and channel [B, c]: one standard deviation for the level's
    values, so that `scale` counts from a step of 1."""
    assert hierarchy.grid_law is GridLaw.TENSOR
    mean = np.full_like(steps, models["grids.mean"][level])
    return mean, np.clip(models["grids.scale"][level] - (steps >> 1), SCALE_MIN, SCALE_MAX)


def context_weights(models: Models, level: int) -> ContextWeights:
    """The weights of a level's network."""
    return ContextWeights(**{part: models[f"context.{level}.{part}"] for part in context_shapes(1)})


def values(q: NDArray[np.int32], steps: Integers) -> NDArray[np.float32]:
    """Decoded parameters: symbol times 2^(step / 8), rounded once to float32."""
    return (q * step_sizes(steps)).astype(np.float32)
