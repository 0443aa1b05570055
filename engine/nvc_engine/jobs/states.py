"""Where a job may go from where it stands: the one table of legal moves."""

from enum import StrEnum

from nvc_engine.errors import EngineError
from nvc_engine.protocol.messages import JobState, JobVerb


class JobEvent(StrEnum):
    """What happens to a job by itself, as against what a person asks of it (`JobVerb`)."""

    TAKEN = "taken"
    """A worker has begun, or goes on from a checkpoint."""
    YIELDED = "yielded"
    """The worker has left a checkpoint and gone, as it was asked to."""
    INTERRUPTED = "interrupted"
    """The worker had to go (its parent died, the machine shuts down) and has left a checkpoint."""
    VANISHED = "vanished"
    """The worker is gone without a word: it crashed or was killed."""
    REQUEUED = "requeued"
    """The job is to be picked up again from its last checkpoint."""
    CONTINUED = "continued"
    """A terminal goes on with a training that was left."""
    FINISHED = "finished"
    FAILED = "failed"
    DROPPED = "dropped"
    """The worker has cancelled the job, as it was asked to."""


class IllegalMoveError(EngineError):
    """A job in its present state cannot do what was asked."""


_S, _V, _E = JobState, JobVerb, JobEvent

MOVES: dict[tuple[JobState, JobVerb | JobEvent], JobState] = {
    (_S.WAITING, _V.START): _S.WAITING,
    (_S.WAITING, _V.PAUSE): _S.PAUSED,
    (_S.WAITING, _V.CANCEL): _S.CANCELLED,
    (_S.WAITING, _V.REMOVE): _S.CANCELLED,
    (_S.WAITING, _E.TAKEN): _S.RUNNING,
    (_S.WAITING, _E.FAILED): _S.FAILED,
    # Asked of a running job these are wishes: the worker acts on them, and its own event then moves the job.
    (_S.RUNNING, _V.PAUSE): _S.RUNNING,
    (_S.RUNNING, _V.RESUME): _S.RUNNING,
    (_S.RUNNING, _V.STOP): _S.RUNNING,
    (_S.RUNNING, _V.CANCEL): _S.RUNNING,
    (_S.RUNNING, _E.YIELDED): _S.PAUSED,
    (_S.RUNNING, _E.INTERRUPTED): _S.INTERRUPTED,
    (_S.RUNNING, _E.VANISHED): _S.INTERRUPTED,
    (_S.RUNNING, _E.FINISHED): _S.DONE,
    (_S.RUNNING, _E.FAILED): _S.FAILED,
    (_S.RUNNING, _E.DROPPED): _S.CANCELLED,
    (_S.PAUSED, _V.START): _S.WAITING,
    (_S.PAUSED, _V.RESUME): _S.WAITING,
    (_S.PAUSED, _V.STOP): _S.WAITING,
    (_S.PAUSED, _V.CANCEL): _S.CANCELLED,
    (_S.PAUSED, _V.REMOVE): _S.CANCELLED,
    (_S.PAUSED, _E.CONTINUED): _S.RUNNING,
    (_S.INTERRUPTED, _V.START): _S.WAITING,
    (_S.INTERRUPTED, _V.PAUSE): _S.PAUSED,
    (_S.INTERRUPTED, _V.RESUME): _S.WAITING,
    (_S.INTERRUPTED, _V.RETRY): _S.WAITING,
    (_S.INTERRUPTED, _V.STOP): _S.WAITING,
    (_S.INTERRUPTED, _V.CANCEL): _S.CANCELLED,
    (_S.INTERRUPTED, _V.REMOVE): _S.CANCELLED,
    (_S.INTERRUPTED, _E.REQUEUED): _S.WAITING,
    (_S.INTERRUPTED, _E.FAILED): _S.FAILED,
    (_S.INTERRUPTED, _E.CONTINUED): _S.RUNNING,
    (_S.FAILED, _V.RETRY): _S.WAITING,
    (_S.FAILED, _V.CANCEL): _S.CANCELLED,
    (_S.FAILED, _V.REMOVE): _S.CANCELLED,
    (_S.FAILED, _E.CONTINUED): _S.RUNNING,
    (_S.CANCELLED, _V.RETRY): _S.WAITING,
    (_S.CANCELLED, _V.REMOVE): _S.CANCELLED,
    (_S.CANCELLED, _E.CONTINUED): _S.RUNNING,
    (_S.DONE, _V.REMOVE): _S.DONE,
}
MOVES |= {
    (state, verb): state
    for state in (_S.WAITING, _S.RUNNING, _S.PAUSED, _S.INTERRUPTED)
    for verb in (_V.RAISE, _V.LEVEL, _V.LOWER)
}
"""(state, what is asked or happens) -> the state after it. What is not listed is not legal."""

_ASKED = {
    JobVerb.START: "started",
    JobVerb.PAUSE: "paused",
    JobVerb.RESUME: "resumed",
    JobVerb.STOP: "stopped and kept",
    JobVerb.CANCEL: "cancelled",
    JobVerb.RETRY: "tried again",
    JobVerb.REMOVE: "removed from the list",
    JobVerb.RAISE: "given another priority",
    JobVerb.LEVEL: "given another priority",
    JobVerb.LOWER: "given another priority",
}


def move(state: JobState, what: JobVerb | JobEvent) -> JobState:
    """The state after `what` has been asked of, or has happened to, a job in `state`.

    Raises:
        IllegalMoveError: a job in this state cannot do that.
    """
    try:
        return MOVES[state, what]
    except KeyError:
        asked = _ASKED[what] if isinstance(what, JobVerb) and what in _ASKED else f"moved on by “{what.value}”"
        raise IllegalMoveError(f"The job is {state.value} and so cannot be {asked}.") from None


def legal(state: JobState) -> frozenset[JobVerb]:
    """What a person may ask of a job in `state`, moving it in the list apart."""
    return frozenset(verb for verb in JobVerb if (state, verb) in MOVES)
