"""Fitting a unit: seeds repeat, a resumed run is the run, and the loss falls."""

import pytest
import torch
from torch import Tensor

from nvc_engine.codecs.nvrc.coding import encode_unit, unit_shares
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.training import Recipe, StepReport, UnitTrainer
from nvc_engine.codecs.parameters.symbols import is_grid
from nvc_engine.nn.quantisation import round_through

STEPS = 12
LONG = 160


def trainer(
    layout: Layout, target: Tensor, seed: int = 1, rate_goal: float | None = None, bf16: bool = False
) -> UnitTrainer:
    return UnitTrainer(
        layout,
        target,
        Recipe(batch=2, bf16=bf16),
        lambda_=64.0,
        rate_goal=rate_goal,
        seed=seed,
        device=torch.device("cpu"),
    )


def run(fitted: UnitTrainer, first: int = 0, stop: int = STEPS, of: int = STEPS) -> list[StepReport]:
    return [fitted.step(step / of) for step in range(first, stop)]


def payload(fitted: UnitTrainer) -> bytes:
    return encode_unit(fitted.layout, fitted.symbols())


def test_a_seed_repeats_exactly(tiny_layout: Layout, tiny_target: Tensor) -> None:
    runs = [trainer(tiny_layout, tiny_target, seed) for seed in (1, 1, 2)]
    reports = [run(fitted) for fitted in runs]
    assert reports[0] == reports[1]
    assert payload(runs[0]) == payload(runs[1])
    assert payload(runs[0]) != payload(runs[2])


@pytest.mark.parametrize("rate_goal", [None, 0.5])
@pytest.mark.parametrize("bf16", [False, True])
def test_a_resumed_run_is_the_run(
    tiny_layout: Layout, tiny_target: Tensor, rate_goal: float | None, bf16: bool
) -> None:
    whole = trainer(tiny_layout, tiny_target, rate_goal=rate_goal, bf16=bf16)
    expected = run(whole)
    half = trainer(tiny_layout, tiny_target, rate_goal=rate_goal, bf16=bf16)
    reports = run(half, stop=STEPS // 2)
    resumed = trainer(tiny_layout, tiny_target, seed=9, rate_goal=rate_goal, bf16=bf16)
    resumed.restore(half.state())
    assert reports + run(resumed, first=STEPS // 2) == expected
    assert payload(resumed) == payload(whole)
    assert torch.equal(resumed.render(3), whole.render(3))


def test_a_state_does_not_change_as_training_goes_on(tiny_layout: Layout, tiny_target: Tensor) -> None:
    fitted = trainer(tiny_layout, tiny_target)
    run(fitted, stop=3)
    state = fitted.state()
    before = {name: value.clone() for name, value in state.tensors.items()}
    run(fitted, first=3, stop=6)
    assert all(torch.equal(before[name], value) for name, value in state.tensors.items())


def test_the_loss_falls(tiny_layout: Layout, tiny_target: Tensor) -> None:
    reports = run(trainer(tiny_layout, tiny_target), stop=LONG, of=LONG)
    assert reports[-1].distortion_db > reports[0].distortion_db + 5
    assert reports[-1].loss < 0.5 * reports[0].loss


@pytest.mark.parametrize("steps", [40, LONG])
def test_the_bits_of_training_are_those_of_the_file(tiny_layout: Layout, tiny_target: Tensor, steps: int) -> None:
    fitted = trainer(tiny_layout, tiny_target)
    reports = run(fitted, stop=steps, of=steps)
    counted = {name: torch.arange(len(value)) for name, value in fitted.theta.items() if is_grid(name)}
    slices = {name: (each, torch.ones(len(each))) for name, each in counted.items()}
    estimate = float(fitted.quantiser.proxied(fitted.theta, slices, round_through).bits.detach())
    shares = unit_shares(tiny_layout, payload(fitted))
    assert estimate == pytest.approx(8 * (shares["grids"] + shares["weights"]), rel=0.005, abs=40 * 4)
    if steps == LONG:  # what is reported is a running mean
        pixels = tiny_layout.frames * tiny_layout.height * tiny_layout.width
        assert reports[-1].rate_bpp * pixels == pytest.approx(estimate, rel=0.1)


def test_preview_is_what_a_decoder_shows(tiny_layout: Layout, tiny_target: Tensor) -> None:
    fitted = trainer(tiny_layout, tiny_target)
    run(fitted, stop=LONG, of=LONG)
    shown = fitted.render(2)
    error = (shown - tiny_target[2].float() / 255).square().mean()
    assert shown.shape == tiny_target[2].shape
    assert float(error) < 0.01


def test_the_clip_may_be_one_frame(tiny_layout: Layout, tiny_target: Tensor) -> None:
    layout = Layout(tiny_layout.shape, 1, tiny_layout.height, tiny_layout.width)
    fitted = trainer(layout, tiny_target[:1])
    assert run(fitted, stop=3)[-1].rate_bpp > 0
    assert fitted.epoch == 3
