"""A GPU's work recorded once and replayed, so that no kernel waits for Python to launch it."""

from collections.abc import Callable, Hashable

import torch
from torch import Tensor

_WARM_UPS = 3


class Recorder:
    """Calls a function of tensors on a GPU; from its fourth call for a key on as a replay of a CUDA graph.

    The function must do the same whenever it is called for a key, wait for nothing, and draw randomness from the
    device's own generator alone. What it changes beside its result (weights, moments of an optimiser) must stay where
    it is in memory. Only the newest key's graph is kept: graphs hold all the memory of what they compute.

    Args:
        function: takes and returns tensors on `device`.
    """

    def __init__(self, function: Callable[..., Tensor], device: torch.device) -> None:
        self._function = function
        self._device = device
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._key: Hashable = None
        self._calls = 0
        self._recorded: tuple[torch.cuda.CUDAGraph, Tensor] | None = None
        self._inputs: tuple[Tensor, ...] = ()

    def __call__(self, key: Hashable, *inputs: Tensor) -> Tensor:
        """The function of `inputs`, whose shapes are the same for the same key; it holds until the next call."""
        if key != self._key:
            self._key, self._calls, self._recorded = key, 0, None
        self._calls += 1
        if self._calls <= _WARM_UPS:
            return self._beside(inputs)
        graph, result = self._recorded or self._record(inputs)
        for held, given in zip(self._inputs, inputs, strict=True):
            held.copy_(given)
        graph.replay()
        return result

    def _beside(self, inputs: tuple[Tensor, ...]) -> Tensor:
        """A call as it is; libraries choose their kernels in it. A graph can only follow work on another stream."""
        current = torch.cuda.current_stream(self._device)
        self._stream.wait_stream(current)
        with torch.cuda.stream(self._stream):
            result = self._function(*inputs)
        current.wait_stream(self._stream)
        return result

    def _record(self, inputs: tuple[Tensor, ...]) -> tuple[torch.cuda.CUDAGraph, Tensor]:
        self._inputs = tuple(given.clone() for given in inputs)
        graph = torch.cuda.CUDAGraph()
        # Threads that prepare batches go on using the GPU meanwhile.
        with torch.cuda.graph(graph, stream=self._stream, capture_error_mode="thread_local"):
            result = self._function(*self._inputs)
        self._recorded = graph, result
        return self._recorded
