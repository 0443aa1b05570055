"""TCL: a frame's features are to be like those of the frames before it as their distance says (specs/mvc.md, 5).

L_cont is the cross entropy of w_tj and the softmax of cosines over tau; what is trained and reported is KL, which is
the same but for a constant. The features of earlier frames come from a bank: of the originals at first, then of what
each frame looked like when it was last rendered. Features that are not centred make all frames alike: the loss idles.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import torch
import torch.nn.functional as F
from torch import Tensor

from nvc_engine.codecs.mvc.features import FeatureNet
from nvc_engine.codecs.mvc.frames import UnitFrames
from nvc_engine.codecs.mvc.model import Rendered

TEMPERATURE = 0.1
GAUSS_VARIANCE = 10.0
REST = 0.1  # share of the training before it begins
BALANCED_SHARE, BALANCED_EVERY = 0.05, 100
SMOOTHING = 0.98


class Target(StrEnum):
    """How like a frame is to be to those before it: by a Gaussian of their distance, the last one alone, all alike, or
    as the originals' are."""

    GAUSS = "gauss"
    ONE_HOT = "onehot"
    UNIFORM = "uniform"
    DATA = "data"


@dataclass(frozen=True)
class Contrast:
    """The loss's settings: `length` L, whether features are `centred`, and its `weight`; 0 balances it so that its
    gradient is a twentieth of the spatial loss's."""

    target: Target = Target.GAUSS
    length: int = 80
    centred: bool = True
    weight: float = 0.0


class ContrastConstraint:
    """The loss; see `constraints.Constraint`. Frame 0 has none, and frame 1 has one candidate and therefore zero.

    Args:
        spatial: the weighted spatial loss of pictures [1, 3, H, W] for a frame, to balance against.
    """

    tensors: Mapping[str, Tensor] = {}

    def __init__(
        self, wanted: Contrast, net: FeatureNet, frames: UnitFrames, spatial: Callable[[Tensor, int], Tensor]
    ) -> None:
        self._wanted = wanted
        self._net = net
        self._spatial = spatial
        with torch.no_grad():
            originals = torch.cat([net(frames[number][None]) for number in range(len(frames))])
        self._mean = originals.mean(dim=0) if wanted.centred else torch.zeros_like(originals[0])
        spread = originals.std(dim=0, unbiased=False).clamp(min=1e-6)
        self._deviation = spread if wanted.centred else torch.ones_like(originals[0])
        self._originals = self._normalised(originals)
        self._bank = self._originals.clone()
        self._weight = wanted.weight
        self._calls = 0
        self._divergence = 0.0

    def loss(self, frame: int, rendered: Rendered, fraction: float) -> Tensor | None:
        if frame == 0 or fraction < REST:
            return None
        own = self._normalised(self._net(rendered.pictures))
        before = self._bank[max(0, frame - self._wanted.length) : frame].clone()
        divergence = _divergence(self.weights(frame), own @ before.T / TEMPERATURE)
        if not self._wanted.weight and self._calls % BALANCED_EVERY == 0:
            self._balance(divergence, rendered.pictures, frame)
        self._bank[frame] = own.detach()[0]
        now = float(divergence.detach())
        self._divergence = SMOOTHING * self._divergence + (1 - SMOOTHING) * now if self._calls else now
        self._calls += 1
        return self._weight * divergence

    def weights(self, frame: int) -> Tensor:
        """w_tj of the frames before `frame`, the earliest first; they add up to 1."""
        start = max(0, frame - self._wanted.length)
        lags = torch.arange(frame - start, 0, -1, device=self._bank.device, dtype=torch.float32)
        kind = self._wanted.target
        if kind is Target.GAUSS:
            return torch.softmax(-(lags**2) / (2 * GAUSS_VARIANCE), dim=0)
        if kind is Target.ONE_HOT:
            return (lags == 1).float()
        if kind is Target.UNIFORM:
            return torch.full_like(lags, 1 / len(lags))
        return torch.softmax(self._originals[start:frame] @ self._originals[frame] / TEMPERATURE, dim=0)

    def figures(self) -> Mapping[str, float]:
        return {"KL": self._divergence, "TCL weight": self._weight}

    def state(self) -> Mapping[str, Tensor]:
        scalars = torch.tensor([self._weight, self._calls, self._divergence], dtype=torch.float64)
        return {"bank": self._bank, "scalars": scalars}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        self._bank.copy_(state["bank"])
        self._weight, calls, self._divergence = (float(value) for value in state["scalars"])
        self._calls = int(calls)

    def _normalised(self, features: Tensor) -> Tensor:
        """Features [N, SIZE] centred and of length 1."""
        return F.normalize((features - self._mean) / self._deviation, dim=1)

    def _balance(self, divergence: Tensor, pictures: Tensor, frame: int) -> None:
        """Set the weight by the gradients with respect to the picture."""
        (own,) = torch.autograd.grad(divergence, pictures, retain_graph=True)
        leaf = pictures.detach().requires_grad_()
        (other,) = torch.autograd.grad(self._spatial(leaf, frame), leaf)
        size = float(own.norm())
        self._weight = BALANCED_SHARE * float(other.norm()) / size if size > 0 and math.isfinite(size) else 0.0


def _divergence(weights: Tensor, similarities: Tensor) -> Tensor:
    """KL of `weights` [J] and the softmax of `similarities` [1, J]."""
    logs = F.log_softmax(similarities[0], dim=0)
    divergence: Tensor = (torch.xlogy(weights, weights) - weights * logs).sum()
    return divergence
