"""Muon: momentum whose matrix updates are orthogonalised (K. Jordan et al., 2024), beside Adam for the rest."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


def orthogonalise(update: Tensor, steps: int = 4) -> Tensor:
    """The nearest semi-orthogonal matrix to `update` [M, N], by a quintic Newton-Schulz iteration in float32."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = update / (update.norm() + 1e-7)
    transposed = x.shape[0] > x.shape[1]
    if transposed:
        x = x.T
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    result: Tensor = x.T if transposed else x
    return result


class Muon(torch.optim.Optimizer):
    """Muon for matrices (any tensor, viewed as [first axis, the others]).

    The step is scaled by sqrt(max(1, rows / columns)) so that one learning rate fits every shape.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float = 5e-3, momentum: float = 0.95) -> None:
        super().__init__(list(parameters), {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One update of every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                momentum = state["momentum"]
                momentum.lerp_(parameter.grad, 1 - group["momentum"])
                update = parameter.grad.lerp(momentum, group["momentum"])
                matrix = orthogonalise(update.reshape(update.shape[0], -1).float())
                rows, columns = matrix.shape
                scale = max(1.0, rows / columns) ** 0.5
                parameter.add_(matrix.reshape(parameter.shape), alpha=-group["lr"] * scale)
