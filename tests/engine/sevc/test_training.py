"""Training passes: bits and pictures with gradients that reach every weight that has a say."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Estimator, Trainer
from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.network import state_after_intra
from nvc_engine.codecs.sevc.padding import Geometry
from nvc_engine.codecs.sevc.states import InterState
from nvc_engine.codecs.sevc.steps import LatentStep, Law, run
from nvc_engine.codecs.sevc.weights import Networks
from nvc_engine.codecs.sevc.widths import S20

GEOMETRY = Geometry(64, 64)
UNUSED = ("conv_first.", "conv_first_feat.", "EL_codec.bit_estimator_z.")


def trained_clip(networks: Networks, frames: list[Tensor], trainer: Trainer) -> Tensor:
    """Loss of a clip: distortion, and the bits of its last frame."""
    loss = torch.zeros(())
    decoded = run(networks.intra.code(frames[0], GEOMETRY.coded, 30), trainer)
    loss = loss + (decoded - frames[0]).square().mean() + trainer.total.sum() / 1e5
    state = state_after_intra(decoded, GEOMETRY)
    for t in range(1, len(frames)):
        base = run(networks.inter.code_base(frames[t], state.base, 30, t, GEOMETRY), trainer)
        loss = loss + trainer.total.sum() / 1e5
        enhanced = run(networks.inter.code_enhancement(frames[t], base, state.enhancement, 30, t, GEOMETRY), trainer)
        loss = loss + (enhanced.frame.picture - frames[t]).square().mean() + trainer.total.sum() / 1e5
        loss = loss + base.state.frame.mean()
        state = InterState(base.state, enhanced.state)
    return loss


def test_gradients_reach_every_weight_that_is_used(
    make_networks: Callable[..., Networks], pictures: Callable[..., list[Tensor]]
) -> None:
    networks = make_networks()
    trainer = Trainer(torch.Generator().manual_seed(1))
    trained_clip(networks, pictures(GEOMETRY, 6), trainer).backward()
    for network in (networks.intra, networks.inter):
        for key, parameter in network.named_parameters():
            unused = any(part in key for part in UNUSED)
            assert (parameter.grad is None) == unused, key
            if not unused:
                assert parameter.grad.isfinite().all(), key
    silent = [
        key
        for key, parameter in (*networks.intra.named_parameters(), *networks.inter.named_parameters())
        if parameter.grad is not None and not parameter.grad.any()
    ]
    assert silent == []


def test_a_few_steps_lower_the_loss(pictures: Callable[..., list[Tensor]]) -> None:
    networks = fresh_networks(S20, 3)
    frames = pictures(GEOMETRY, 2)
    parameters = [*networks.intra.parameters(), *networks.inter.parameters()]
    optimiser = torch.optim.Adam(parameters, 1e-3)
    losses = []
    for _ in range(5):
        optimiser.zero_grad()
        loss = trained_clip(networks, frames, Trainer(torch.Generator().manual_seed(1)))
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]


def test_values_are_those_of_rounding_and_bits_near_theirs(
    networks: Networks, pictures: Callable[..., list[Tensor]]
) -> None:
    frame = pictures(GEOMETRY, 1)[0]
    exact, trainer = Estimator(), Trainer(torch.Generator().manual_seed(1), min_scale=1e-5)
    with torch.no_grad():
        rounded = run(networks.intra.code(frame, GEOMETRY.coded, 30), exact)
        passed = run(networks.intra.code(frame, GEOMETRY.coded, 30), trainer)
    assert torch.allclose(rounded, passed, atol=1e-5)
    assert set(exact.bits) == set(trainer.bits)
    assert float(trainer.total) == pytest.approx(float(exact.total), rel=0.3)
    assert abs(float(trainer.total) - float(exact.total)) > 1


def test_rounding_passes_gradients_and_scales_can_grow_again() -> None:
    value = torch.tensor([0.3, -1.6, 2.2, 0.0]).view(1, 4, 1, 1).requires_grad_()
    scale = torch.full((1, 4, 1, 1), -0.5, requires_grad=True)
    step = LatentStep("y.0", Law.LAPLACE, scale, torch.full((1, 4, 1, 1), 0.5), value)
    trainer = Trainer(torch.Generator().manual_seed(1), min_scale=0.5)
    answer = trainer(step)
    assert torch.equal(answer.detach(), torch.tensor([0.0, -2.0, 2.0, 0.0]).view(1, 4, 1, 1))
    (by_value,) = torch.autograd.grad(answer.sum(), value, retain_graph=True)
    assert torch.equal(by_value, torch.ones_like(by_value))
    (by_scale,) = torch.autograd.grad(trainer.total.sum(), scale)
    # A larger scale would save bits where symbols are far off, and cost bits elsewhere: only the former is passed on.
    assert float(by_scale.min()) < 0
    assert float(by_scale.max()) == 0


def test_noise_is_drawn_by_the_seed_within_its_reach() -> None:
    value = torch.zeros(1, 1, 100, 100)
    step = LatentStep("y.0", Law.LAPLACE, torch.ones_like(value), torch.zeros_like(value), value)

    def spent(seed: int, noise: float) -> float:
        trainer = Trainer(torch.Generator().manual_seed(seed), noise)
        trainer(step)
        return float(trainer.total)

    assert spent(1, 0.5) == spent(1, 0.5) != spent(2, 0.5)
    # Bits of values spread evenly over +-n/2: the mean of -log2(P) there, against P at 0 without noise.
    least = -1e4 * math.log2(1 - math.exp(-0.5) + 1e-5)
    assert spent(1, 0) == pytest.approx(least, rel=1e-5)
    places = torch.linspace(-0.5, 0.5, 2001).double()
    probability = 1 - math.exp(-0.5) * torch.cosh(places) + 1e-5
    assert spent(1, 0.5) == pytest.approx(-1e4 * float(probability.log2().mean()), rel=0.01)
    assert spent(1, 0.5) > 1.01 * least


def test_the_seed_decides_noise_and_weights() -> None:
    state = torch.get_rng_state()
    first, second, third = (fresh_networks(S20, seed) for seed in (3, 3, 4))
    assert torch.equal(torch.get_rng_state(), state)
    key = "ILP.mre1.motion_layers.0.conv0.weight"
    weights = [networks.inter.get_parameter(key) for networks in (first, second, third)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
