"""What may be asked of a job in each state, as the window offers it. The engine decides; this keeps buttons honest."""

from nvc_engine.protocol.messages import JobState, JobVerb

_V = JobVerb

LEGAL_VERBS: dict[JobState, frozenset[JobVerb]] = {
    JobState.WAITING: frozenset({_V.START, _V.PAUSE, _V.CANCEL, _V.REMOVE, _V.MOVE_UP, _V.MOVE_DOWN}),
    JobState.RUNNING: frozenset({_V.PAUSE, _V.STOP, _V.CANCEL}),
    JobState.PAUSED: frozenset({_V.RESUME, _V.STOP, _V.CANCEL, _V.REMOVE}),
    JobState.INTERRUPTED: frozenset({_V.RESUME, _V.STOP, _V.CANCEL, _V.REMOVE}),
    JobState.FAILED: frozenset({_V.RETRY, _V.REMOVE}),
    JobState.CANCELLED: frozenset({_V.RETRY, _V.REMOVE}),
    JobState.DONE: frozenset({_V.REMOVE}),
}

STATE_TITLES: dict[JobState, str] = {
    JobState.WAITING: "Waiting",
    JobState.RUNNING: "Running",
    JobState.PAUSED: "Paused",
    JobState.INTERRUPTED: "Interrupted",
    JobState.DONE: "Done",
    JobState.FAILED: "Failed",
    JobState.CANCELLED: "Cancelled",
}


def is_legal(state: JobState, verb: JobVerb) -> bool:
    """Whether the window offers `verb` for a job in `state`."""
    return verb in LEGAL_VERBS[state]
