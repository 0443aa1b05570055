"""NVRC's parameters as symbols: where their steps begin, and which of them give way when a file is to be smaller."""

from collections.abc import Mapping

from torch import Tensor

from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.parameters.quantiser import ParameterQuantiser, Rounding
from nvc_engine.codecs.parameters.symbols import Symbols, is_grid

__all__ = ["Quantiser", "Rounding", "Symbols"]

GRID_STEP_START = -5.77  # log2 of e^-4, the fixed grid step of NVRC's ablation V5
WEIGHT_LEVELS_START = 3


class Quantiser(ParameterQuantiser):
    """Steps and scales of one unit of NVRC."""

    def __init__(self, layout: Layout, theta: Mapping[str, Tensor]) -> None:
        super().__init__(
            {name: theta[name] for name in layout.parameter_shapes()}, GRID_STEP_START, WEIGHT_LEVELS_START
        )

    def symbols(self, theta: Mapping[str, Tensor], coarser: float = 0.0, dead_zone: float = 0.0) -> dict[str, Symbols]:
        """The final integers; grids may be taken `coarser` by octaves, or the steps of weights finer where that is
        negative; `dead_zone` is in bins (see `ParameterQuantiser.coded`)."""
        taken = max(0.0, coarser)
        return self.coded(theta, lambda name: taken if is_grid(name) else 0.0, max(0.0, -coarser), dead_zone)
