"""The trained side of phi: real numbers that become the arrays' integers, and the bits that these take under psi
(specs/nvrc.md, 2.4 and 2.6)."""

from collections.abc import Iterable, Mapping

import numpy as np
import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.paper.arrays import (
    FIXED_STEP,
    Hierarchy,
    Kind,
    MatrixView,
    ModelArray,
    ModelCoding,
    matrix_views,
    model_arrays,
)
from nvc_engine.codecs.nvrc.paper.contexts import SCALE_MAX, SCALE_MIN, initial_context
from nvc_engine.codecs.nvrc.paper.fixed_point import OCTAVE
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.symbols import ArraySymbols
from nvc_engine.codecs.nvrc.quantiser import Rounding
from nvc_engine.nn.quantisation import round_through
from nvc_engine.nn.rate import coded_gauss_bits

WEIGHT_LEVELS_START = 32
PSI_STEP_START = {Kind.STEP: 0.0, Kind.SCALE: 0.0, Kind.MEAN: 1.0, Kind.WEIGHT: 5.0}
PSI_STEP_MAX = 12.0
PSI_BITS, UNUSED_BITS = 32, 8
RAW_BITS = 16
NARROWEST = 0.125
NARROWINGS = range(8)  # half octaves
MEAN_STEPS = 16
SCALE_STEPS = 4
CONTEXT_STEPS = 1024


def initial_models(layout: PaperLayout, hierarchy: Hierarchy, theta: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """All arrays before training: log2 of steps and of standard deviations, means, context weights as real numbers.

    A matrix's largest weight is 32 steps, carried by its rows; its deviation is its rows'; means are 0.
    """
    arrays = model_arrays(layout, hierarchy)
    models = {name: torch.zeros(array.shape) for name, array in arrays.items()}
    for level, grid in enumerate(layout.grids()):
        for name in (f"grid.{level}.step", "grids.step", "grids.scale"):
            if name in models:
                models[name].fill_(FIXED_STEP / OCTAVE)
        for part, weights in initial_context(grid.channels).items():
            if (name := f"context.{level}.{part}") in models:
                models[name] = weights
    for name, view in matrix_views(layout, hierarchy).items():
        cells = theta[name].detach().cpu().reshape(view.rows, -1)
        step = torch.log2(cells.abs().max().clamp(min=1e-2) / WEIGHT_LEVELS_START)
        deviation = torch.log2(cells.square().mean(dim=1).sqrt().clamp(min=1e-3))
        if view.shared is not None:
            models["shared.step"][view.shared], models["shared.scale"][view.shared] = step, deviation.mean()
        elif view.by_row:
            models[f"{name}.row.step"].fill_(step)
            models[f"{name}.row.scale"].copy_(deviation)
        else:
            models[f"{name}.column.step"].fill_(step)
            models[f"{name}.column.scale"].fill_(deviation.mean())
    return models


class ModelQuantiser:
    """Turns the real numbers of phi into what a decoder has of them.

    Attributes:
        phi: the real numbers by name, as `initial_models` gives them; all are trained.
        psi_step: log2 of the step of each array's integers, at least 0; trained.
    """

    def __init__(self, layout: PaperLayout, hierarchy: Hierarchy, theta: Mapping[str, Tensor]) -> None:
        device = next(iter(theta.values())).device
        self.arrays = model_arrays(layout, hierarchy)
        self.views = matrix_views(layout, hierarchy)
        self.raw = hierarchy.model_coding is ModelCoding.RAW
        self.phi = {
            name: value.to(device).requires_grad_() for name, value in initial_models(layout, hierarchy, theta).items()
        }
        starts = [0.0 if self.raw else PSI_STEP_START[array.kind] for array in self.arrays.values()]
        self.psi_step = torch.tensor(starts, device=device).requires_grad_()
        self._numbers = {name: number for number, name in enumerate(self.arrays)}

    def tensors(self) -> list[Tensor]:
        """What is trained."""
        return [*self.phi.values(), *([] if self.raw else [self.psi_step])]

    def steps(
        self, rounding: Rounding, coarser: Mapping[bool, float] | None = None
    ) -> tuple[dict[str, Tensor], Tensor]:
        """Quantiser steps in eighths of an octave by array name, and the bits of these arrays.

        Args:
            coarser: octaves to add, for arrays of grids (True) and of matrices (False).
        """
        added = coarser or {}
        units = {
            array.name: OCTAVE * (self.phi[array.name] + added.get(array.of_grids, 0.0))
            for array in self._of(Kind.STEP)
        }
        return self._rounded(units, rounding)

    def context(self, rounding: Rounding) -> tuple[dict[str, Tensor], Tensor]:
        """Context weights in 2^-10, and their bits."""
        return self._rounded(
            {array.name: CONTEXT_STEPS * self.phi[array.name] for array in self._of(Kind.WEIGHT)}, rounding
        )

    def laws(self, steps: Mapping[str, Tensor], rounding: Rounding) -> tuple[dict[str, Tensor], Tensor]:
        """Scales in quarter octaves of a bin and means in sixteenths of one, where `steps` are what `steps` gave, and
        their bits."""
        units: dict[str, Tensor] = {}
        for array in self._of(Kind.SCALE):
            beside = steps.get(array.name.removesuffix("scale") + "step")
            octaves = 0.0 if beside is None or array.of_grids else beside / OCTAVE
            units[array.name] = SCALE_STEPS * (self.phi[array.name] - octaves)
        for array in self._of(Kind.MEAN):
            units[array.name] = MEAN_STEPS * self.phi[array.name] * self._inverse_step(array, steps)
        return self._rounded(units, rounding)

    def _inverse_step(self, array: ModelArray, steps: Mapping[str, Tensor]) -> Tensor | float:
        """One over the step that an array of means counts in (see `laws.matrix_laws`)."""
        if array.of_grids:
            return 1.0
        own = steps[array.name.removesuffix("mean") + "step"]
        rows = steps.get(array.name.replace(".column.mean", ".row.step")) if ".column." in array.name else None
        return torch.exp2(-(own if rows is None else own + rows.min()) / OCTAVE)

    def _of(self, kind: Kind) -> Iterable[ModelArray]:
        return (array for array in self.arrays.values() if array.kind is kind)

    def _rounded(self, units: Mapping[str, Tensor], rounding: Rounding) -> tuple[dict[str, Tensor], Tensor]:
        """Arrays in their integers' units under a proxy of rounding, and the bits of all, psi included."""
        if not units:
            return {}, self.psi_step.new_zeros(())
        sizes = [value.numel() for value in units.values()]
        flat = torch.cat([value.reshape(-1) for value in units.values()])
        owner = torch.arange(len(sizes), device=flat.device).repeat_interleave(torch.tensor(sizes, device=flat.device))
        numbers = torch.tensor([self._numbers[name] for name in units], device=flat.device)
        octaves = round_through(self.psi_step[numbers].clamp(0, PSI_STEP_MAX) * OCTAVE) / OCTAVE
        powers = torch.exp2(octaves)[owner]
        bins = (round_through if self.raw else rounding)(flat / powers)
        nearest = torch.round(bins.detach()) * powers.detach()
        values = bins * powers + (torch.round(nearest) - nearest)  # a decoder's are whole numbers
        parts = values.split(sizes)  # type: ignore[no-untyped-call]
        rounded = {name: part.view(value.shape) for (name, value), part in zip(units.items(), parts, strict=True)}
        return rounded, self._bits(bins, owner, len(sizes))

    def _bits(self, bins: Tensor, owner: Tensor, count: int) -> Tensor:
        """Bits of all arrays, each under the normal law that fits it best, which psi keeps."""
        if self.raw:
            return bins.new_tensor(float(RAW_BITS * bins.numel()))
        counts = bins.new_zeros(count).index_add(0, owner, torch.ones_like(bins))
        mean = bins.new_zeros(count).index_add(0, owner, bins) / counts
        rest = bins - mean[owner]
        variance = bins.new_zeros(count).index_add(0, owner, rest.square()) / counts
        widest = variance.clamp(min=NARROWEST**2).sqrt()
        scale = (widest * self._narrowing(bins.detach(), owner, mean.detach(), widest.detach())).clamp(min=NARROWEST)
        used = bins.new_zeros(count).index_add(0, owner, bins.detach().abs()) > 0
        side = count * UNUSED_BITS + int(used.sum()) * (PSI_BITS - UNUSED_BITS)
        return coded_gauss_bits(bins, mean[owner], scale[owner]).sum() + side

    @torch.no_grad()
    def _narrowing(self, bins: Tensor, owner: Tensor, mean: Tensor, widest: Tensor) -> Tensor:
        """What the deviation of each array [count] is to be multiplied by for the fewest bits: less than 1 where a few
        far numbers widen it."""
        costs = []
        for half_octaves in NARROWINGS:
            scale = (widest * 2 ** (-half_octaves / 2)).clamp(min=NARROWEST)
            bits = coded_gauss_bits(bins, mean[owner], scale[owner])
            costs.append(torch.zeros_like(widest).index_add(0, owner, bits))
        best = torch.stack(costs).argmin(dim=0)
        return torch.exp2(-best / 2)

    @torch.no_grad()
    def symbols(self, name: str, rounded: Tensor) -> ArraySymbols:
        """The integers of an array that one of the methods above gave under hard rounding."""
        number = self._numbers[name]
        step = int(torch.round(self.psi_step[number].clamp(0, PSI_STEP_MAX) * OCTAVE))
        q = torch.round(rounded.double().cpu() / 2 ** (step / OCTAVE)).clamp(-(1 << 15) + 1, (1 << 15) - 1)
        symbols = q.to(torch.int32).numpy()
        if self.raw:
            return ArraySymbols(symbols)
        mean = int(np.clip(round(float(q.mean()) * MEAN_STEPS), -(1 << 15), (1 << 15) - 1))
        scales = torch.arange(SCALE_MIN, SCALE_MAX + 1, dtype=torch.float64) / SCALE_STEPS
        bits = coded_gauss_bits(q.reshape(-1, 1), mean / MEAN_STEPS, torch.exp2(scales)).sum(dim=0)
        return ArraySymbols(symbols, step, mean, SCALE_MIN + int(bits.argmin()))


def matrix_law(models: Mapping[str, Tensor], name: str, view: MatrixView) -> tuple[Tensor, Tensor, Tensor]:
    """log2 of the step [rows, columns, 1] of a tensor, and mean and log2 of the scale of its symbols in bins; shapes
    broadcast to [rows, columns, taps]. The real numbers of `laws.matrix_laws`; scale and mean are only there where
    `models` has them."""
    zero = next(iter(models.values())).new_zeros((1, 1, 1))

    def of(axis: str, part: str, shape: tuple[int, ...]) -> Tensor:
        return models[key].view(shape) if (key := f"{name}.{axis}.{part}") in models else zero

    if view.shared is not None:
        step, scale, mean = (
            models[key][view.shared].view(1, 1, 1) if (key := f"shared.{part}") in models else zero
            for part in ("step", "scale", "mean")
        )
        return step / OCTAVE, mean / MEAN_STEPS, (scale / SCALE_STEPS).clamp(SCALE_MIN / 4, SCALE_MAX / 4)
    rows, columns = (-1, 1, 1), (1, -1, 1)
    row_step, column_step = of("row", "step", rows), of("column", "step", columns)
    row_scale, column_scale = of("row", "scale", rows), of("column", "scale", columns)
    mean = of("row", "mean", rows) * torch.exp2(column_scale / SCALE_STEPS)
    mean = mean + of("column", "mean", columns) * torch.exp2((row_step.min() - row_step) / OCTAVE)
    scale = ((row_scale + column_scale) / SCALE_STEPS).clamp(SCALE_MIN / 4, SCALE_MAX / 4)
    return (row_step + column_step) / OCTAVE, mean / MEAN_STEPS, scale
