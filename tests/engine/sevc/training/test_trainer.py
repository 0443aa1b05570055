"""Steps of a stage: they learn, they can be interrupted anywhere, and what is no number changes nothing."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.sevc.training.recipes import RECIPES, Phase, Recipe, Stage
from nvc_engine.codecs.sevc.training.trainer import StageTrainer, in_seconds, in_steps, train
from nvc_engine.codecs.sevc.weights import Networks, expected_tensors

Make = Callable[[int], Networks]


def short(stage: Stage, **changed: Any) -> Recipe:
    return replace(RECIPES[stage], phases=(Phase(0.5, 2), Phase(1.0, 3)), samples=2, crop=64, **changed)


def weights(networks: Networks) -> dict[str, Tensor]:
    """A copy of all weights of both networks."""
    return {
        f"{prefix}.{key}": tensor.detach().clone()
        for prefix, network in (("intra", networks.intra), ("inter", networks.inter))
        for key, tensor in expected_tensors(network).items()
    }


def changed(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    """Prefixes of what differs: "intra", or the part of the inter network."""
    keys = (key for key in before if not torch.equal(before[key], after[key]))
    return {"intra" if key.startswith("intra") else key.split(".")[1] for key in keys}


AUGMENT = {"ILP", "latent_ILP", "EL_codec", "feature_adaptor_I", "feature_adaptor"}


@pytest.mark.parametrize(
    ("stage", "parts"),
    [
        (Stage.INTRA, {"intra"}),
        (Stage.BASE, {"BL_codec"}),
        (Stage.AUGMENT, AUGMENT),
        (Stage.JOINT, {"BL_codec"} | AUGMENT),
    ],
)
def test_a_stage_changes_its_own_parts_alone(
    stage: Stage, parts: set[str], tiny_networks: Make, rendered_source: Callable[[], Any]
) -> None:
    networks = tiny_networks(1)
    before = weights(networks)
    reports = list(train(StageTrainer(networks, short(stage), rendered_source(), seed=1), in_steps(4)))
    assert changed(before, weights(networks)) == parts
    assert [report.step for report in reports] == [1, 2, 3, 4]
    assert [report.frames for report in reports] == [2, 2, 3, 3]
    assert all(math.isfinite(report.loss) and report.psnr > 0 and not report.skipped for report in reports)


@pytest.mark.parametrize("stage", [Stage.INTRA, Stage.BASE])
def test_steps_lower_the_loss(stage: Stage, tiny_networks: Make, rendered_source: Callable[[], Any]) -> None:
    recipe = replace(short(stage, learning_rate=3e-3), phases=(Phase(1.0, 2),))
    trainer = StageTrainer(tiny_networks(1), recipe, rendered_source(), seed=1)
    losses = [report.loss for report in train(trainer, in_steps(24))]
    assert sum(losses[-6:]) < 0.7 * sum(losses[:6])


@pytest.mark.parametrize("stage", [Stage.INTRA, Stage.AUGMENT])
def test_a_resumed_training_is_the_whole_one(
    stage: Stage, tiny_networks: Make, rendered_source: Callable[[], Any]
) -> None:
    whole, halved, other = tiny_networks(1), tiny_networks(1), tiny_networks(1)
    torch.manual_seed(1)
    all_reports = list(train(StageTrainer(whole, short(stage), rendered_source(), seed=1), in_steps(4)))
    first = StageTrainer(halved, short(stage), rendered_source(), seed=1)
    steps = train(first, in_steps(4))
    reports = [next(steps), next(steps)]
    state = first.state()
    kept = {name: tensor.detach().clone() for name, tensor in state.tensors.items()}
    next(steps)
    torch.manual_seed(5)  # the process's own randomness has no say
    second = StageTrainer(other, short(stage), rendered_source(), seed=1)
    second.restore(replace(state, tensors=kept))
    reports += list(train(second, in_steps(4)))
    assert reports == all_reports
    after = weights(other)
    assert all(torch.equal(tensor, after[key]) for key, tensor in weights(whole).items())


def test_the_seed_decides_the_training(tiny_networks: Make, rendered_source: Callable[[], Any]) -> None:
    def losses(seed: int) -> list[float]:
        trainer = StageTrainer(tiny_networks(1), short(Stage.INTRA), rendered_source(), seed=seed)
        return [report.loss for report in train(trainer, in_steps(2))]

    assert losses(1) == losses(1) != losses(2)


def test_steps_that_are_no_numbers_change_nothing(tiny_networks: Make, rendered_source: Callable[..., Any]) -> None:
    networks = tiny_networks(1)
    trainer = StageTrainer(networks, short(Stage.INTRA), rendered_source(broken=(1, 2)), seed=1)
    steps = train(trainer, in_steps(4))
    assert not next(steps).skipped
    before = weights(networks)
    assert next(steps).skipped
    assert next(steps).skipped
    assert changed(before, weights(networks)) == set()
    assert not next(steps).skipped
    assert changed(before, weights(networks)) == {"intra"}
    assert all(tensor.isfinite().all() for tensor in weights(networks).values())
    assert (trainer.steps, trainer.skipped) == (4, 2)


def test_rate_anchors_stay_positive(tiny_networks: Make, rendered_source: Callable[[], Any]) -> None:
    networks = tiny_networks(1)
    recipe = short(Stage.INTRA, learning_rate=3.0, warm_up=0.0)
    list(train(StageTrainer(networks, recipe, rendered_source(), seed=1), in_steps(3)))
    anchors = [tensor for key, tensor in weights(networks).items() if key.startswith("intra.q_scale_")]
    assert min(float(tensor.min()) for tensor in anchors) == pytest.approx(0.01)


def test_the_learning_rate_warms_up_and_falls_along_a_cosine(
    tiny_networks: Make, rendered_source: Callable[[], Any]
) -> None:
    recipe = short(Stage.INTRA, learning_rate=1e-3, warm_up=0.2, last_rate=0.1)
    trainer = StageTrainer(tiny_networks(1), recipe, rendered_source(), seed=1)
    rates = [trainer.step(fraction).learning_rate for fraction in (0.0, 0.1, 0.2, 0.6, 1.0)]
    assert rates == pytest.approx([5e-5, 5e-4, 1e-3, 5.5e-4, 1e-4])


def test_time_may_be_the_budget() -> None:
    now = 100.0
    pace = in_seconds(60, used=15, clock=lambda: now)
    assert pace(0) == 0.25
    now = 145.0
    assert pace(7) == 1


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize("stage", [Stage.INTRA, Stage.JOINT])
def test_a_gpu_learns_by_replayed_steps(stage: Stage, tiny_networks: Make, rendered_source: Callable[[], Any]) -> None:
    recipe = replace(short(stage, learning_rate=3e-3), phases=(Phase(1.0, 2),))
    trainer = StageTrainer(tiny_networks(1), recipe, rendered_source(), seed=1, device=torch.device("cuda"))
    reports = list(train(trainer, in_steps(24)))
    losses = [report.loss for report in reports]
    assert trainer.skipped == 0
    assert sum(losses[-6:]) < sum(losses[:6])
