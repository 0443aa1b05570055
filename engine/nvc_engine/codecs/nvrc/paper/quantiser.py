"""From parameters to symbols: proxies of rounding that train theta and phi together, the bits of both, and the final
integers (specs/nvrc.md, 2.2, 2.5 and 2.7)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from nvc_engine.bitstream.entropy import MAX_SYMBOL
from nvc_engine.codecs.nvrc.paper.arrays import FIXED_STEP, GridLaw, GridSteps, Hierarchy
from nvc_engine.codecs.nvrc.paper.blocks import from_blocks, inside, to_blocks
from nvc_engine.codecs.nvrc.paper.contexts import SCALE_MAX, SCALE_MIN, context_shapes, trained_laws
from nvc_engine.codecs.nvrc.paper.fixed_point import OCTAVE, step_sizes
from nvc_engine.codecs.nvrc.paper.laws import grid_steps, matrix_laws
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.models import CONTEXT_STEPS, MEAN_STEPS, SCALE_STEPS, ModelQuantiser, matrix_law
from nvc_engine.codecs.nvrc.paper.symbols import UnitSymbols
from nvc_engine.codecs.nvrc.quantiser import Rounding
from nvc_engine.nn.rate import coded_gauss_bits


@dataclass(frozen=True)
class Rate:
    """Estimated bits of a unit by class; psi is counted with the models."""

    grids: Tensor
    matrices: Tensor
    models: Tensor

    @property
    def total(self) -> Tensor:
        return self.grids + self.matrices + self.models

    def by_class(self) -> dict[str, Tensor]:
        """The bits by what people call them, out of the graph."""
        parts = {"grids": self.grids, "matrices": self.matrices, "models": self.models}
        return {name: bits.detach() for name, bits in parts.items()}


class PaperQuantiser:
    """Quantises one unit's theta, with the phi that it trains (`models`)."""

    def __init__(self, layout: PaperLayout, hierarchy: Hierarchy, theta: Mapping[str, Tensor]) -> None:
        self.layout = layout
        self.hierarchy = hierarchy
        self.models = ModelQuantiser(layout, hierarchy, theta)
        device = next(iter(theta.values())).device
        self._grids = {f"grid.{level}": grid.shape for level, grid in enumerate(layout.grids())}
        self._inside = {name: inside(shape).to(device, torch.float32) for name, shape in self._grids.items()}

    def values(self, theta: Mapping[str, Tensor], rounding: Rounding) -> dict[str, Tensor]:
        """Parameters under a proxy of rounding (from bins to bins): what a renderer is given in a D-step."""
        steps, _ = self.models.steps(rounding)
        log_steps = self._log_steps(steps)
        bins = self._bins(theta, log_steps, rounding)
        return self._values_of(theta, bins, log_steps)

    def values_and_rate(self, theta: Mapping[str, Tensor], rounding: Rounding) -> tuple[dict[str, Tensor], Rate]:
        """Both the parameters and the bits of theta under phi and of phi under psi, of one draw of the proxy."""
        steps, step_bits = self.models.steps(rounding)
        laws, law_bits = self.models.laws(steps, rounding)
        context, context_bits = self.models.context(rounding)
        log_steps = self._log_steps(steps)
        bins = self._bins(theta, log_steps, rounding)
        weights = {name: value / CONTEXT_STEPS for name, value in context.items()}
        levels = [self._level_bits(level, bins, log_steps, laws, weights) for level in range(len(self._grids))]
        means, scales = [], []
        for name, view in self.models.views.items():
            _, mean, scale = matrix_law({**steps, **laws}, name, view)
            size = (view.rows, view.columns, view.taps)
            means.append(mean.expand(size).reshape(-1))
            scales.append(scale.expand(size).reshape(-1))
        symbols = torch.cat([bins[name].reshape(-1) for name in self.models.views])
        matrices = coded_gauss_bits(symbols, torch.cat(means), torch.exp2(torch.cat(scales))).sum()
        models = step_bits + law_bits + context_bits
        return self._values_of(theta, bins, log_steps), Rate(torch.stack(levels).sum(), matrices, models)

    def _log_steps(self, steps: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """log2 of every tensor's steps, to broadcast: grids as blocks [B, c, 16, 8, 8], else [rows, columns, taps]."""
        result = {}
        for level, name in enumerate(self._grids):
            if self.hierarchy.grid_steps is GridSteps.BLOCKS:
                result[name] = steps[f"{name}.step"][:, :, None, None, None] / OCTAVE
            elif self.hierarchy.grid_steps is GridSteps.TENSOR:
                result[name] = steps["grids.step"][level] / OCTAVE
            else:
                result[name] = torch.tensor(FIXED_STEP / OCTAVE)
        for name, view in self.models.views.items():
            result[name] = matrix_law(steps, name, view)[0]
        return result

    def _bins(
        self, theta: Mapping[str, Tensor], log_steps: Mapping[str, Tensor], rounding: Rounding
    ) -> dict[str, Tensor]:
        """Every tensor over its steps and rounded, grids as blocks, which stay 0 beyond the level."""
        scaled = {}
        for name, value in theta.items():
            view = self.models.views.get(name)
            cells = to_blocks(value) if view is None else value.view(view.rows, view.columns, view.taps)
            scaled[name] = cells * torch.exp2(-log_steps[name])
        sizes = [value.numel() for value in scaled.values()]
        flat = rounding(torch.cat([value.reshape(-1) for value in scaled.values()]))
        parts = flat.split(sizes)  # type: ignore[no-untyped-call]
        bins = {name: part.view(value.shape) for (name, value), part in zip(scaled.items(), parts, strict=True)}
        return bins | {name: bins[name] * mask for name, mask in self._inside.items()}

    def _values_of(
        self, theta: Mapping[str, Tensor], bins: Mapping[str, Tensor], log_steps: Mapping[str, Tensor]
    ) -> dict[str, Tensor]:
        result = {}
        for name, value in theta.items():
            cells = bins[name] * torch.exp2(log_steps[name])
            shape = tuple(value.shape)
            result[name] = from_blocks(cells, shape) if name in self._grids else cells.view(shape)
        return result

    def _level_bits(
        self,
        level: int,
        bins: Mapping[str, Tensor],
        log_steps: Mapping[str, Tensor],
        laws: Mapping[str, Tensor],
        weights: Mapping[str, Tensor],
    ) -> Tensor:
        name = f"grid.{level}"
        q = bins[name]
        if self.hierarchy.grid_law is GridLaw.CONTEXT:
            mean, scale = trained_laws({part: weights[f"context.{level}.{part}"] for part in context_shapes(1)}, q)
        else:
            mean = laws["grids.mean"][level] / MEAN_STEPS
            octaves = laws["grids.scale"][level] / SCALE_STEPS - log_steps[name]
            scale = octaves.clamp(SCALE_MIN / 4, SCALE_MAX / 4)
        return (coded_gauss_bits(q, mean, torch.exp2(scale)) * self._inside[name]).sum()

    @torch.no_grad()
    def symbols(self, theta: Mapping[str, Tensor], coarser: float = 0.0) -> UnitSymbols:
        """The final integers; all steps may be taken `coarser` by octaves, or those of matrices finer where that is
        negative (finer grids would only bring back what training left out)."""
        steps, _ = self.models.steps(torch.round, {True: max(0.0, coarser), False: coarser})
        laws, _ = self.models.laws(steps, torch.round)
        context, _ = self.models.context(torch.round)
        phi = {name: self.models.symbols(name, {**steps, **laws, **context}[name]) for name in self.models.arrays}
        integers = UnitSymbols({}, phi).models(self.layout, self.hierarchy)
        coded = {}
        for name, value in theta.items():
            exact = value.detach().cpu().double()
            if name in self._grids:
                blocks = to_blocks(exact)
                level = int(name.rsplit(".", 1)[1])
                sizes = grid_steps(integers, level, blocks.shape[0], blocks.shape[1], self.hierarchy)
                q = np.rint(blocks.numpy() / step_sizes(sizes)[:, :, None, None, None])
                cells = from_blocks(torch.from_numpy(q), self._grids[name]).numpy()
            else:
                view = self.models.views[name]
                laws_of = matrix_laws(integers, name, view)
                cells = np.rint(exact.view(view.rows, view.columns, view.taps).numpy() / step_sizes(laws_of.step))
            coded[name] = cells.clip(-MAX_SYMBOL, MAX_SYMBOL).astype(np.int32).reshape(tuple(value.shape))
        return UnitSymbols(coded, phi)
