"""Fitting a unit: rate and distortion, exact resume, bytes that keep what was trained (acceptance tests 9 and 10)."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from nvc_engine.codecs.lambda_control import Aim
from nvc_engine.codecs.nvrc.paper.arrays import GridLaw, GridSteps, Hierarchy, WeightLaw
from nvc_engine.codecs.nvrc.paper.coding import GRID_MODEL, GRIDS, decode_unit, encode_unit, unit_shares
from nvc_engine.codecs.nvrc.paper.layout import PaperLayout
from nvc_engine.codecs.nvrc.paper.model import PatchRenderer
from nvc_engine.codecs.nvrc.paper.pictures import Objective, signal
from nvc_engine.codecs.nvrc.paper.schedule import Method, Schedule, Stage
from nvc_engine.codecs.nvrc.paper.training import CYCLE, PaperRecipe, PaperTrainer, patch_grid, quant_noise

MakeLayout = Callable[..., PaperLayout]

PLAIN = PaperRecipe(Objective.YUV, Hierarchy(), Schedule(Method.END_TO_END, 1 / 13, True), bf16=False)
QUICK = replace(PLAIN, learning_rate=0.01, model_rate=0.01)
HINERV = replace(
    PLAIN,
    hierarchy=Hierarchy(GridLaw.TENSOR, GridSteps.TENSOR, WeightLaw.TENSOR),
    schedule=Schedule(Method.HINERV, 0.0, False),
)


def drawn_clip(layout: PaperLayout, *, moving: bool = True) -> torch.Tensor:
    """Samples [T, H, W, 3] of smooth waves."""
    rows, columns = torch.meshgrid(torch.arange(layout.height), torch.arange(layout.width), indexing="ij")
    frames = []
    for frame in range(layout.frames):
        shift = 3 * frame if moving else 0
        y = 128 + 60 * torch.sin((columns + shift) / 5) * torch.cos(rows / 7)
        frames.append(torch.stack([y, 128 + 30 * torch.sin(rows / 9), torch.full_like(y, 100)], dim=-1))
    return torch.stack(frames).round().to(torch.uint8)


def trainer(
    layout: PaperLayout, recipe: PaperRecipe, seed: int = 1, lambda_: float = 64.0, **wishes: bool
) -> PaperTrainer:
    target = drawn_clip(layout, **wishes)
    return PaperTrainer(layout, target, recipe, lambda_=lambda_, aim=Aim(), seed=seed, device=torch.device("cpu"))


def train(fitted: PaperTrainer, steps: int, start: int = 0, stop: int | None = None) -> None:
    for step in range(start, steps if stop is None else stop):
        fitted.step(step / steps)


@pytest.mark.parametrize(
    "recipe",
    [QUICK, replace(QUICK, objective=Objective.RGB, patch=12)],
    ids=["yuv", "rgb-patches"],
)
def test_training_learns_and_the_bytes_keep_it(make_layout: MakeLayout, recipe: PaperRecipe) -> None:
    layout = make_layout()
    fitted = trainer(layout, recipe, lambda_=256.0 if recipe.objective is Objective.YUV else 8.0)
    steps = 72
    train(fitted, steps)
    data = encode_unit(layout, recipe.hierarchy, fitted.symbols())
    theta = decode_unit(layout, recipe.hierarchy, data).parameters(layout, recipe.hierarchy)
    renderer = PatchRenderer(layout, torch.device("cpu"))
    target = signal(drawn_clip(layout), 255)
    errors = []
    for frame in range(layout.frames):
        decoded, own = renderer.frame(theta, frame), fitted.render(frame)
        before, after = ((picture - target[frame]).square().mean().item() for picture in (own, decoded))
        assert abs(10 * math.log10(before / after)) < 1e-4
        errors.append(after)
    flat = (target - target.mean(dim=(0, 1, 2))).square().mean().item()
    assert np.mean(errors) < flat / 2
    with torch.no_grad():
        _, rate = fitted.quantiser.values_and_rate(fitted.theta, torch.round)
    streams = len(layout.grids()) + 3
    assert abs(8 * len(data) - float(rate.total)) <= 0.005 * 8 * len(data) + (40 + 32) * streams


@pytest.mark.parametrize("recipe", [replace(PLAIN, patch=12, frames=2), HINERV], ids=["patches", "hinerv"])
def test_a_resumed_training_is_the_uninterrupted_one(make_layout: MakeLayout, recipe: PaperRecipe) -> None:
    layout, steps = make_layout(), 26
    whole = trainer(layout, recipe)
    train(whole, steps)
    for pause in (5, 24):
        half = trainer(layout, recipe)
        train(half, steps, stop=pause)
        resumed = trainer(layout, recipe, seed=1)
        resumed.restore(half.state())
        train(resumed, steps, start=pause)
        assert resumed.symbols().checksum() == whole.symbols().checksum()
        assert resumed.state().values == whole.state().values


def test_an_empty_clip_leaves_its_grids_empty(make_layout: MakeLayout) -> None:
    layout = make_layout(frames=4)
    grey = torch.full((layout.frames, layout.height, layout.width, 3), 90, dtype=torch.uint8)
    recipe = replace(PLAIN, alternating=False)
    fitted = PaperTrainer(layout, grey, recipe, lambda_=4.0, aim=Aim(), seed=1, device=torch.device("cpu"))
    with torch.no_grad():
        for level in range(len(layout.grids())):
            fitted.theta[f"grid.{level}"].mul_(40)  # something to get rid of
    before = unit_shares(layout, recipe.hierarchy, encode_unit(layout, recipe.hierarchy, fitted.symbols()))
    train(fitted, 80)
    after = unit_shares(layout, recipe.hierarchy, encode_unit(layout, recipe.hierarchy, fitted.symbols()))
    word = 4  # a coder's stream has no fewer bytes
    assert before[GRIDS] > 4 * word * len(layout.grids())
    assert after[GRIDS] <= word * len(layout.grids())
    assert after[GRID_MODEL] < 5 * 25 * 3  # no more than the weights that the networks begin with


def test_steps_for_the_rate_leave_the_picture_unrendered(make_layout: MakeLayout) -> None:
    fitted = trainer(make_layout(), PLAIN)
    for step in range(2 * CYCLE):
        before = fitted.epoch
        fitted.step(step / 100)
        assert (fitted.epoch == before) == (step % CYCLE == CYCLE - 1)
    assert set(fitted.clipped) == {"D", "R"}
    joint = trainer(make_layout(), replace(PLAIN, alternating=False))
    joint.step(0.0)
    assert set(joint.clipped) == {"RD"}


def test_an_epoch_takes_every_patch_once(make_layout: MakeLayout) -> None:
    layout = make_layout()
    recipe = replace(PLAIN, patch=12)
    patches = patch_grid(layout, 12)
    assert {(each.rows, each.columns) for each in patches} == {(12, 12)}
    covered = np.zeros(layout.padded_size, int)
    for each in patches:
        covered[each.row : each.row + 12, each.column : each.column + 12] += 1
    assert covered.min() == 1
    fitted = trainer(layout, recipe)
    seen = [
        (int(frame), extent)
        for _ in range(layout.frames)
        for frame, extent in zip(*fitted._next_patches(), strict=True)
    ]
    assert len(set(seen)) == len(seen) == layout.frames * len(patches)


def test_the_schedule_is_the_papers() -> None:
    schedule = Schedule(Method.END_TO_END, 30 / 390, True)
    first, last, second, end = (schedule.at(each) for each in (0.02, 360 / 390 - 1e-9, 360 / 390, 1.0))
    assert first.stage is last.stage is Stage.SOFT
    assert (last.temperature, last.noise) == pytest.approx((0.3, 1.0))
    assert 2e-3 * last.learning == pytest.approx(1e-4)
    assert second.stage is end.stage is Stage.QUANT_NOISE
    assert (second.replaced, end.replaced) == pytest.approx((0.5, 1.0))
    assert (2e-3 * second.learning, 2e-3 * end.learning) == pytest.approx((1e-4, 1e-5))
    assert first.decay > last.decay == pytest.approx(0, abs=1e-12)
    assert not Schedule(Method.END_TO_END, 30 / 390, False).at(0.5).rate
    stages = [Schedule(Method.HINERV, 0.0, False).at(each / 390).stage for each in (299, 301, 361)]
    assert stages == [Stage.PLAIN, Stage.PRUNED, Stage.QUANT_NOISE]


def test_quant_noise_rounds_a_share_and_stops_its_gradient() -> None:
    bins = (torch.arange(20_000) / 7).requires_grad_()
    mixed = quant_noise(bins, 0.75, torch.Generator().manual_seed(0))
    mixed.sum().backward()
    rounded = mixed == torch.round(bins)
    assert bins.grad is not None
    assert torch.equal(bins.grad == 0, rounded & (bins.grad == 0))
    assert (bins.grad == 0).float().mean().item() == pytest.approx(0.75, abs=0.02)


def test_hinerv_prunes_a_share_of_the_weights_and_keeps_to_its_levels(make_layout: MakeLayout) -> None:
    layout = make_layout()
    fitted = trainer(layout, HINERV)
    train(fitted, 39)
    symbols = fitted.symbols()
    weights = np.concatenate([q.ravel() for name, q in symbols.theta.items() if name.endswith(("expand", "project"))])
    assert 0.05 < (weights == 0).mean() < 0.4
    for q in symbols.theta.values():
        assert int(q.max()) - int(q.min()) <= 1 << HINERV.levels
