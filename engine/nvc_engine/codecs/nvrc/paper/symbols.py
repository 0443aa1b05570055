"""A unit as integers: what is coded of theta and phi."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nvc_engine.codecs.nvrc.paper.arrays import Hierarchy, Kind, matrix_views, model_arrays
from nvc_engine.codecs.nvrc.paper.blocks import from_blocks, to_blocks
from nvc_engine.codecs.nvrc.paper.fixed_point import Integers, times_power
from nvc_engine.codecs.nvrc.paper.laws import Models, grid_steps, matrix_laws, values
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.model import is_grid

Symbols = NDArray[np.int32]


@dataclass(frozen=True)
class ArraySymbols:
    """One array of phi: its symbols `q`, and under psi the step (eighths of an octave, at least 0), the mean
    (sixteenths of a bin) and the scale (quarter octaves) that code them."""

    q: Symbols
    step: int = 0
    mean: int = 0
    scale: int = 0

    def integers(self, kind: Kind) -> Integers:
        """What the array says: round(q 2^(step / 8)), within the kind's range."""
        q = self.q.astype(np.int64)
        return np.clip(times_power(q, np.full(q.shape, self.step)), *kind.value)


@dataclass(frozen=True)
class UnitSymbols:
    """All symbols of a unit by name: tensors of theta in their own shapes, arrays of phi."""

    theta: Mapping[str, Symbols]
    phi: Mapping[str, ArraySymbols]

    def models(self, layout: PaperLayout, hierarchy: Hierarchy) -> Models:
        """The integers of phi."""
        return {name: self.phi[name].integers(array.kind) for name, array in model_arrays(layout, hierarchy).items()}

    def parameters(self, layout: PaperLayout, hierarchy: Hierarchy) -> dict[str, Tensor]:
        """The decoded parameters, float32."""
        models = self.models(layout, hierarchy)
        views = matrix_views(layout, hierarchy)
        decoded = {}
        for name, q in self.theta.items():
            if is_grid(name):
                decoded[name] = _grid_values(q, models, int(name.rsplit(".", 1)[1]), hierarchy)
            else:
                view = views[name]
                laws = matrix_laws(models, name, view)
                cells = values(q.reshape(view.rows, view.columns, view.taps), laws.step)
                decoded[name] = torch.from_numpy(cells.reshape(q.shape))
        return decoded

    def checksum(self) -> int:
        """CRC-32 of all symbols, theta's tensors first, each as a little-endian 32-bit word: what two machines must
        agree on."""
        crc = 0
        for q in (*self.theta.values(), *(each.q for each in self.phi.values())):
            crc = zlib.crc32(np.ascontiguousarray(q, dtype="<i4").data, crc)
        return crc


def _grid_values(q: Symbols, models: Models, level: int, hierarchy: Hierarchy) -> Tensor:
    blocks = to_blocks(torch.from_numpy(q)).numpy()
    steps = grid_steps(models, level, blocks.shape[0], blocks.shape[1], hierarchy)
    return from_blocks(torch.from_numpy(values(blocks, steps[:, :, None, None, None])), q.shape)
