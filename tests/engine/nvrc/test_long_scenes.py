"""Scenes longer than a unit: each piece decodes alone, and begins with what the one before has learned."""

from dataclasses import replace

import torch
from torch import Tensor

from nvc_engine.codecs.contract import EncodedUnit, SessionState
from nvc_engine.codecs.nvrc.layout import Layout
from nvc_engine.codecs.nvrc.model import is_grid
from nvc_engine.codecs.nvrc.planning import plan_encode
from nvc_engine.codecs.nvrc.session import NvrcSession
from nvc_engine.codecs.nvrc.training import Recipe, UnitTrainer

from .test_session import DrawnClip, decoded, order_for


def split_session(clip: DrawnClip, resume: SessionState | None = None) -> NvrcSession:
    """An encode whose scenes are cut into units of up to 8 frames."""
    order = order_for(clip, epochs=4)
    return NvrcSession(clip, order, replace(plan_encode(clip.info, order), unit_frames=8), resume)


def test_only_pieces_of_one_scene_continue() -> None:
    clip = DrawnClip(24, cut=14)
    session = split_session(clip)
    units = [event for event in session if isinstance(event, EncodedUnit)]
    assert [unit.count for unit in units] == [7, 7, 5, 5]
    assert [unit.continues for unit in session._units] == [False, True, False, True]
    for unit in reversed(units):
        assert len(decoded(clip, session, unit)) == unit.count, "alone, whatever came before"


def test_an_encode_resumed_between_pieces_gives_the_same_bytes() -> None:
    clip = DrawnClip(14)
    whole = [event for event in split_session(clip) if isinstance(event, EncodedUnit)]
    session = split_session(clip)
    first = next(event for event in session if isinstance(event, EncodedUnit))
    rest = [event for event in split_session(clip, session.state()) if isinstance(event, EncodedUnit)]
    assert [first, *rest] == whole


def test_weights_are_taken_over_and_grids_are_not(tiny_layout: Layout, tiny_target: Tensor) -> None:
    trainers = [
        UnitTrainer(
            tiny_layout,
            tiny_target,
            Recipe(bf16=False),
            lambda_=64.0,
            rate_goal=None,
            seed=seed,
            device=torch.device("cpu"),
        )
        for seed in (0, 1)
    ]
    for step in range(10):
        trainers[0].step(step / 10)
    before = {name: value.detach().clone() for name, value in trainers[1].theta.items()}
    trainers[1].start_from(trainers[0].weights())
    for name, value in trainers[1].theta.items():
        assert torch.equal(value, before[name] if is_grid(name) else trainers[0].theta[name])
    found = [trainer.symbols() for trainer in trainers]
    for name in before:
        if not is_grid(name):
            assert (found[0][name].q == found[1][name].q).all()
