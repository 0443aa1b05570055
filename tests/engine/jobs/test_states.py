"""Every move of a job, legal or not."""

import itertools

import pytest

from nvc_engine.errors import EngineError
from nvc_engine.jobs.states import MOVES, IllegalMoveError, JobEvent, legal, move
from nvc_engine.protocol.messages import JobState, JobVerb

EVERYTHING = [*(verb for verb in JobVerb), *(event for event in JobEvent)]


@pytest.mark.parametrize(("state", "what"), list(itertools.product(JobState, EVERYTHING)))
def test_every_move_is_as_the_table_says(state: JobState, what: JobVerb | JobEvent) -> None:
    if (state, what) in MOVES:
        assert move(state, what) is MOVES[state, what]
        return
    with pytest.raises(IllegalMoveError) as caught:
        move(state, what)
    assert isinstance(caught.value, EngineError)
    assert state.value in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("state", JobState)
def test_what_a_person_may_ask_is_what_moves(state: JobState) -> None:
    for verb in JobVerb:
        assert (verb in legal(state)) == ((state, verb) in MOVES)


def test_a_job_that_runs_is_never_removed() -> None:
    assert JobVerb.REMOVE not in legal(JobState.RUNNING)
    assert JobVerb.REMOVE in legal(JobState.DONE)


def test_only_workers_end_a_running_job() -> None:
    for verb in JobVerb:
        assert MOVES.get((JobState.RUNNING, verb), JobState.RUNNING) is JobState.RUNNING


def test_every_state_but_the_first_can_be_reached_and_every_unfinished_one_left() -> None:
    reached = {after for (before, _), after in MOVES.items() if before is not after}
    left = {before for (before, _), after in MOVES.items() if before is not after}
    assert reached == set(JobState)
    assert left >= set(JobState) - {JobState.DONE}
