"""The loss of each stage against values worked out by hand, and how far back its gradients reach."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.sevc.answering import Trainer
from nvc_engine.codecs.sevc.steps import run
from nvc_engine.codecs.sevc.training.objectives import Balance, Part, balance, frame_weight, group_loss, lambdas
from nvc_engine.codecs.sevc.training.recipes import RECIPES, Phase, Stage
from nvc_engine.codecs.sevc.training.sampling import BatchShape
from nvc_engine.codecs.sevc.weights import Networks

POINTS = torch.tensor([10, 50])


def loss_parts(
    networks: Networks, source: Any, stage: Stage, frames: int = 4, unroll: int = 8, weights: Balance | None = None
) -> list[Part]:
    """Shares of the loss of two samples; the gradients of each are taken, as a trainer does."""
    networks.inter.eval()  # nothing is left out at random
    batch = source.batch(1, BatchShape(2, frames, 64)).float() / 255
    random = torch.Generator().manual_seed(4)
    parts = []
    for part in group_loss(networks, batch, POINTS, RECIPES[stage], weights or Balance(), unroll=unroll, random=random):
        part.loss.backward()  # type: ignore[no-untyped-call]
        parts.append(replace(part, loss=part.loss.detach()))
    return parts


def gradient(networks: Networks, key: str) -> Tensor:
    found = networks.inter.get_parameter(key).grad
    assert found is not None
    return found


def test_lambda_is_log_spaced_and_frames_are_weighed_in_turns() -> None:
    assert torch.allclose(lambdas(torch.tensor([0, 21, 42, 63])), torch.tensor([50.0, 100.0, 200.0, 400.0]))
    assert [frame_weight(position) for position in range(1, 9)] == [0.5, 1.2, 0.5, 0.9] * 2


def test_the_flow_is_led_in_the_first_part_of_a_stage() -> None:
    recipe = replace(RECIPES[Stage.BASE], flow_until=0.3)
    assert balance(recipe, 0.2) == Balance(1.0, lead_flow=True)
    assert balance(recipe, 0.3) == Balance(1.0, lead_flow=False)


def test_the_intra_loss_is_that_of_three_channels_and_bits_a_pixel(
    tiny_networks: Callable[[int], Networks], rendered_source: Callable[[], Any]
) -> None:
    networks = tiny_networks(1)
    (part,) = loss_parts(networks, rendered_source(), Stage.INTRA, frames=1, weights=Balance(0.5))
    picture = rendered_source().batch(1, BatchShape(2, 1, 64))[0].float() / 255
    trainer = Trainer(torch.Generator().manual_seed(4))
    with torch.no_grad():
        decoded = run(networks.intra.code(picture, (64, 64), POINTS, 2), trainer)
    distortion = sum((decoded[:, channel] - picture[:, channel]).square().mean((1, 2)) for channel in range(3))
    rate = trainer.total / 4096
    assert float(part.loss) == pytest.approx(float((lambdas(POINTS) * distortion + 0.5 * rate).mean()), rel=1e-5)
    assert float(part.bits) == pytest.approx(float(rate.mean()), rel=1e-5)


@pytest.mark.parametrize("stage", [Stage.BASE, Stage.AUGMENT, Stage.JOINT])
def test_shares_add_up_to_the_whole_and_gradients_end_between_them(
    stage: Stage, tiny_networks: Callable[[int], Networks], rendered_source: Callable[[], Any]
) -> None:
    key = "BL_codec.feature_adaptor_I.weight" if stage is Stage.BASE else "feature_adaptor_I.weight"
    whole, shared = tiny_networks(1), tiny_networks(1)
    (one,) = loss_parts(whole, rendered_source(), stage, frames=5)
    two = loss_parts(shared, rendered_source(), stage, frames=5, unroll=2)
    assert len(two) == 2
    for name in ("loss", "bits", "base_bits", "error"):
        assert float(sum(getattr(part, name) for part in two)) == pytest.approx(float(getattr(one, name)), rel=1e-4)
    assert not torch.allclose(gradient(whole, key), gradient(shared, key), rtol=1e-3)


def test_the_augmentative_stage_leaves_the_base_layer_alone_but_counts_its_bits(
    tiny_networks: Callable[[int], Networks], rendered_source: Callable[[], Any]
) -> None:
    networks = tiny_networks(1)
    (part,) = loss_parts(networks, rendered_source(), Stage.AUGMENT, frames=2)
    assert all(parameter.grad is None for parameter in networks.inter.BL_codec.parameters())
    assert bool(gradient(networks, "feature_adaptor_I.weight").any())
    assert 0 < float(part.base_bits) < float(part.bits)


def test_the_joint_stage_adds_the_base_layers_distortion(
    tiny_networks: Callable[[int], Networks], rendered_source: Callable[[], Any]
) -> None:
    (plain,) = loss_parts(tiny_networks(1), rendered_source(), Stage.AUGMENT, frames=2)
    (joint,) = loss_parts(tiny_networks(1), rendered_source(), Stage.JOINT, frames=2)
    (base,) = loss_parts(tiny_networks(1), rendered_source(), Stage.BASE, frames=2, weights=Balance(0.0))
    assert float(joint.loss - plain.loss) == pytest.approx(0.05 * float(base.loss), rel=1e-3)


def test_the_flow_is_led_by_what_it_makes_of_the_reference(
    tiny_networks: Callable[[int], Networks], rendered_source: Callable[[], Any]
) -> None:
    led, free = tiny_networks(1), tiny_networks(1)
    (more,) = loss_parts(led, rendered_source(), Stage.BASE, frames=2, weights=Balance(1.0, lead_flow=True))
    (less,) = loss_parts(free, rendered_source(), Stage.BASE, frames=2)
    assert float(more.loss) > float(less.loss)
    key = "BL_codec.mv_decoder.dec_3.1.0.weight"
    assert float(gradient(led, key).norm()) > float(gradient(free, key).norm())


def test_phases_come_one_after_the_other() -> None:
    recipe = replace(RECIPES[Stage.BASE], phases=(Phase(0.4, 2), Phase(0.7, 3), Phase(1.0, 6)))
    assert [recipe.phase(fraction).frames for fraction in (0.0, 0.39, 0.4, 0.69, 0.7, 1.0)] == [2, 2, 3, 3, 6, 6]
