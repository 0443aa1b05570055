"""What a loss of training alone is: a module with parameters of its own that are never sent."""

from collections.abc import Mapping
from typing import Protocol

from torch import Tensor

from nvc_engine.codecs.mvc.model import Rendered


class Constraint(Protocol):
    """A loss on a rendered frame beside the picture's own.

    Attributes:
        tensors: what it trains with the network, by name; () where nothing.
    """

    @property
    def tensors(self) -> Mapping[str, Tensor]: ...

    def loss(self, frame: int, rendered: Rendered, fraction: float) -> Tensor | None:
        """The weighted loss of `frame` at `fraction` (0..1) of the training; None where there is none."""
        ...

    def figures(self) -> Mapping[str, float]:
        """What tells whether it does anything, by name, as running means."""
        ...

    def state(self) -> Mapping[str, Tensor]:
        """What its next loss depends on, but for `tensors`."""
        ...

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from what `state` gave."""
        ...
