"""What each stage minimises: w_t lambda D + R over a group of frames (specs/sevc.md, 11.1 and 11.3).

D is the sum of the mean squared errors of R', G' and B' in 0..1, R is in bits a pixel of the layer that is trained:
of the base layer's small picture while that is trained alone, of the full picture else. So alpha = 0.05 in the joint
stage, 1/16 being the share of pixels, leaves the base layer about the balance that it was trained to.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Estimator, Trainer
from nvc_engine.codecs.sevc.base_layer import BaseFrame
from nvc_engine.codecs.sevc.downsampling import quarter_size
from nvc_engine.codecs.sevc.network import state_after_intra
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.rate_points import RATE_POINTS
from nvc_engine.codecs.sevc.states import BaseState, EnhancementState, InterState
from nvc_engine.codecs.sevc.steps import Pass, run
from nvc_engine.codecs.sevc.training.recipes import Recipe, Stage
from nvc_engine.codecs.sevc.warping import warp
from nvc_engine.codecs.sevc.weights import Networks

LOWEST_LAMBDA, HIGHEST_LAMBDA = 50.0, 400.0
_FRAME_WEIGHTS = (0.9, 0.5, 1.2, 0.5)


@dataclass(frozen=True)
class Part:
    """A share of a group's loss that can be taken back by itself.

    Attributes:
        loss: scalar; the shares of a group add up to its mean over frames and samples.
        bits: a pixel; base_bits: those of the base layer among them; error: the mean squared error. Shares as well,
            of no gradient.
    """

    loss: Tensor
    bits: Tensor
    base_bits: Tensor
    error: Tensor


@dataclass(frozen=True)
class Balance:
    """How the terms are weighed at one moment of a stage: the rate's weight, and whether the flow is led."""

    rate: float = 1.0
    lead_flow: bool = False


def balance(recipe: Recipe, fraction: float) -> Balance:
    """The weights of the terms at a fraction of the stage."""
    return Balance(lead_flow=fraction < recipe.flow_until)


def lambdas(rate_points: Tensor) -> Tensor:
    """Lambda of rate points 0..63, log-spaced between 50 and 400."""
    return LOWEST_LAMBDA * (HIGHEST_LAMBDA / LOWEST_LAMBDA) ** (rate_points / (RATE_POINTS - 1))


def frame_weight(position: int) -> float:
    """w_t: 0.5, 1.2, 0.5, 0.9 in turns from the first inter frame (position 1) on."""
    return _FRAME_WEIGHTS[position % len(_FRAME_WEIGHTS)]


def group_loss(
    networks: Networks, frames: Tensor, rate_points: Tensor, recipe: Recipe, weights: Balance, *,
    unroll: int, random: torch.Generator,
) -> Iterator[Part]:  # fmt: skip
    """Shares of the loss of groups of frames; between two of them the caller takes gradients.

    Args:
        frames: [T, B, 3, H, W] in 0..1, the first of each group an intra frame. In the intra stage it is alone.
        rate_points: of the samples, [B].
    """
    if recipe.stage is Stage.INTRA:
        return _intra(networks, frames[0], rate_points, recipe, weights, random)
    return _inter(networks, frames, rate_points, recipe, weights, unroll, random)


def _intra(
    networks: Networks, picture: Tensor, rate_points: Tensor, recipe: Recipe, weights: Balance, random: torch.Generator
) -> Iterator[Part]:
    trainer = Trainer(random, recipe.noise)
    batch, _, height, width = picture.shape
    decoded = run(networks.intra.code(picture, (height, width), rate_points, batch), trainer)
    error = squared_error(decoded, picture)
    bits = trainer.total / (height * width)
    loss = (3 * lambdas(rate_points) * error + weights.rate * bits).mean()
    yield Part(loss, bits.mean().detach(), torch.zeros_like(loss), error.mean().detach())


def _inter(
    networks: Networks, frames: Tensor, rate_points: Tensor, recipe: Recipe, weights: Balance, unroll: int,
    random: torch.Generator,
) -> Iterator[Part]:  # fmt: skip
    count, batch, _, height, width = frames.shape
    geometry = Geometry(height, width)
    reference = frames[0]
    if recipe.stage is not Stage.BASE:  # a quarter of the size hides what coding does to the reference
        with torch.no_grad():
            reference = run(networks.intra.code(reference, (height, width), rate_points, batch), Estimator())
    state = state_after_intra(reference, geometry)
    parts: list[Part] = []
    for position in range(1, count):
        part, state = _frame(networks, frames[position], state, position, rate_points, recipe, weights, random)
        parts.append(part)
        if position % unroll == 0 or position == count - 1:
            yield _sum(parts, count - 1)
            parts = []
            state = _detached(state)


def _frame(
    networks: Networks, picture: Tensor, state: InterState, position: int, rate_points: Tensor, recipe: Recipe,
    weights: Balance, random: torch.Generator,
) -> tuple[Part, InterState]:  # fmt: skip
    """The loss of one inter frame, and the references that it leaves."""
    geometry = Geometry(picture.shape[2], picture.shape[3])
    trainer = Trainer(random, recipe.noise)
    lambda_ = 3 * frame_weight(position) * lambdas(rate_points)
    coding: Pass[BaseFrame] = networks.inter.code_base(picture, state.base, rate_points, position, geometry)
    with torch.no_grad() if recipe.stage is Stage.AUGMENT else nullcontext():
        base = run(coding, trainer)
    base_bits = trainer.total
    small = geometry.pad_base(quarter_size(picture))
    base_error = squared_error(base.state.frame, small)
    if recipe.stage is Stage.BASE:
        bits = base_bits / (small.shape[2] * small.shape[3])
        loss = (lambda_ * base_error + weights.rate * bits).mean()
        if weights.lead_flow:
            loss = loss + (lambda_ * squared_error(warp(state.base.frame, base.flow), small)).mean()
        return _part(loss, bits, bits, base_error), InterState(base.state, state.enhancement)
    trainer = Trainer(random, recipe.noise)
    enhanced = run(
        networks.inter.code_enhancement(picture, base, state.enhancement, rate_points, position, geometry), trainer
    )
    pixels = picture.shape[2] * picture.shape[3]
    bits = (base_bits + trainer.total) / pixels
    error = squared_error(enhanced.frame.picture, picture)
    distortion = error + recipe.base_share * base_error if recipe.stage is Stage.JOINT else error
    loss = (lambda_ * distortion + weights.rate * bits).mean()
    return _part(loss, bits, base_bits / pixels, error), InterState(base.state, enhanced.state).clamped()


def squared_error(decoded: Tensor, picture: Tensor) -> Tensor:
    """Mean squared error of each sample, [B]."""
    return (decoded - picture).square().mean((1, 2, 3))


def _part(loss: Tensor, bits: Tensor, base_bits: Tensor, error: Tensor) -> Part:
    return Part(loss, bits.mean().detach(), base_bits.mean().detach(), error.mean().detach())


def _sum(parts: list[Part], frames: int) -> Part:
    def total(name: str) -> Tensor:
        return torch.stack([getattr(part, name) for part in parts]).sum() / frames

    return Part(total("loss"), total("bits"), total("base_bits"), total("error"))


def _detached(state: InterState) -> InterState:
    base, enhancement = state.base, state.enhancement

    def cut(x: Tensor | None) -> Tensor | None:
        return None if x is None else x.detach()

    return InterState(
        BaseState(
            base.frame.detach(), cut(base.feature), cut(base.motion_feature), cut(base.latent), cut(base.motion_latent)
        ),
        replace(
            EnhancementState(enhancement.frame.detach(), cut(enhancement.feature)),
            latents=tuple(latent.detach() for latent in enhancement.latents),
        ),
    )
