"""What a frame leaves for the next one. Immutable, so that an encoder and a decoder may share a process."""

from dataclasses import dataclass, replace

from torch import Tensor

QUEUE = 3
"""How many past latents the enhancement layer looks back at."""


@dataclass(frozen=True)
class BaseState:
    """References of the base layer, at its coded size [h, w] (specs/sevc.md, 9.1). None where there is none yet.

    Attributes:
        frame: [B, 3, h, w].
        feature: [B, c1, h, w].
        motion_feature: [B, M, h/4, w/4].
        latent: decoded texture latent, [B, c16, h/16, w/16].
        motion_latent: [B, M, h/16, w/16].
    """

    frame: Tensor
    feature: Tensor | None = None
    motion_feature: Tensor | None = None
    latent: Tensor | None = None
    motion_latent: Tensor | None = None


@dataclass(frozen=True)
class EnhancementState:
    """References of the enhancement layer, at the coded size [H, W].

    Attributes:
        frame: [B, 3, H, W].
        feature: [B, c1, H, W], or None.
        latents: decoded latents of up to `QUEUE` frames before, oldest first, [B, c16, H/16, W/16] each.
    """

    frame: Tensor
    feature: Tensor | None = None
    latents: tuple[Tensor, ...] = ()

    def pushed(self, latent: Tensor) -> tuple[Tensor, ...]:
        """The queue after one more frame."""
        return (*self.latents, latent)[-QUEUE:]


@dataclass(frozen=True)
class InterState:
    """References of both layers."""

    base: BaseState
    enhancement: EnhancementState

    def refreshed(self) -> "InterState":
        """The same without features, which the next frame then takes from the frames anew; latents stay."""
        return InterState(replace(self.base, feature=None), replace(self.enhancement, feature=None))

    def clamped(self) -> "InterState":
        """The same with the enhancement layer's frame held to 0..1."""
        return replace(self, enhancement=replace(self.enhancement, frame=self.enhancement.frame.clamp(0, 1)))
