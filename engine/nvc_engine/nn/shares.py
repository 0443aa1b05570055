"""One training step's batch shared among threads, each of which does its share from forward to gradients by itself.

Threads inside every operation wait for each other hundreds of times a step, and badly so where another program takes a
core; shares meet once a step. The sum does not depend on how many threads there are.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

Share = Callable[[int, Sequence[Tensor]], Tensor]
"""A share's number and the leaves that it is to use, to its part of the loss (a scalar)."""


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class GradientShares:
    """Computes a loss that is a sum of shares, and its gradients.

    Args:
        threads: how many shares run at once; each uses one thread inside its operations.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))

    def run(self, share: Share, count: int, values: Sequence[Tensor]) -> tuple[Tensor, list[Tensor | None]]:
        """The summed loss (detached) and its gradient with respect to each of `values`, None where it has none.

        `share` is called for 0..`count` - 1, in any order and at the same time, each time with leaves of its own.
        """
        results = list(self._pool.map(lambda number: _one(share, number, values), range(count)))
        total = torch.stack([loss for loss, _ in results]).sum()
        return total, [_sum(parts) for parts in zip(*(grads for _, grads in results), strict=True)]

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


def _one(share: Share, number: int, values: Sequence[Tensor]) -> tuple[Tensor, tuple[Tensor | None, ...]]:
    leaves = [value.detach().requires_grad_() for value in values]
    loss = share(number, leaves)
    return loss.detach(), torch.autograd.grad(loss, leaves, allow_unused=True)


def _sum(parts: tuple[Tensor | None, ...]) -> Tensor | None:
    total: Tensor | None = None
    for part in parts:
        if part is not None:
            total = part if total is None else total + part
    return total
