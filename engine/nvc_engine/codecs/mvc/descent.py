"""How the parameters move: optimisers and their learning rates over the whole training (specs/mvc.md, 6)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from nvc_engine.nn.muon import Muon

ADAM_BETA2 = 0.999
STEP_DECAY, STEP_COUNT = 0.9, 90
START_SHARE, END_SHARE = 0.1, 0.02
MUON_RATE = 0.02
QUANTISER_RATE = 2e-2


class Descent:
    """Adam, and Muon for some.

    Args:
        adam: what Adam trains, at `rate` and with first moment `beta`.
        muon: what Muon trains, at `muon_rate`: matrices and kernels.
        laws: steps and scales, which Adam trains at a rate of their own.
        warm_up: share of the training over which rates rise, before a cosine takes them down; None takes a tenth off
            them 90 times over instead.
    """

    def __init__(
        self,
        adam: Sequence[Tensor],
        muon: Sequence[Tensor],
        laws: Sequence[Tensor],
        *,
        rate: float,
        muon_rate: float,
        beta: float,
        warm_up: float | None,
    ) -> None:
        self._rate = rate
        self._warm_up = warm_up
        groups = [{"params": list(adam), "lr": rate}]
        if laws:
            groups.append({"params": list(laws), "lr": QUANTISER_RATE})
        self._optimisers: list[torch.optim.Optimizer] = [torch.optim.Adam(groups, betas=(beta, ADAM_BETA2), fused=True)]
        if muon:
            self._optimisers.append(Muon(muon, lr=muon_rate))
        self._peaks = [[group["lr"] for group in each.param_groups] for each in self._optimisers]

    def move(self, fraction: float) -> float:
        """One update of everything that has a gradient, at `fraction` (0..1) of the training; gradients are dropped.

        Returns Adam's learning rate.
        """
        factor = self.factor(fraction)
        for optimiser, peaks in zip(self._optimisers, self._peaks, strict=True):
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * factor
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        return factor * self._rate

    def factor(self, fraction: float) -> float:
        """Learning rates over their peaks."""
        done = min(1.0, fraction)
        if self._warm_up is None:
            return float(STEP_DECAY ** math.floor(STEP_COUNT * done))
        rising = min(1.0, START_SHARE + (1 - START_SHARE) * done / self._warm_up)
        falling = (1 + END_SHARE) / 2 + (1 - END_SHARE) / 2 * math.cos(math.pi * done)
        return rising * falling

    def state(self) -> dict[str, Tensor]:
        """The moments, as "optimiser/parameter/moment"."""
        return {
            f"{number}/{key}/{name}": value
            for number, optimiser in enumerate(self._optimisers)
            for key, entries in optimiser.state_dict()["state"].items()
            for name, value in entries.items()
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from what `state` gave."""
        nested: dict[int, dict[int, dict[str, Any]]] = {}
        for path, value in state.items():
            number, key, name = path.split("/")
            nested.setdefault(int(number), {}).setdefault(int(key), {})[name] = value
        for place, optimiser in enumerate(self._optimisers):
            optimiser.load_state_dict({**optimiser.state_dict(), "state": nested.get(place, {})})
