"""What may be asked of a job in each state, as the window offers it. The engine decides; this keeps buttons honest."""

from nvc_engine.protocol.messages import JobFacts, JobState, JobVerb
from nvc_studio.translation import mark

_V = JobVerb

PRIORITY_VERBS: dict[JobVerb, int] = {_V.RAISE: 1, _V.LEVEL: 0, _V.LOWER: -1}

LEGAL_VERBS: dict[JobState, frozenset[JobVerb]] = {
    JobState.WAITING: frozenset({_V.START, _V.PAUSE, _V.CANCEL, _V.REMOVE, _V.MOVE_UP, _V.MOVE_DOWN}),
    JobState.RUNNING: frozenset({_V.PAUSE, _V.STOP, _V.CANCEL}),
    JobState.PAUSED: frozenset({_V.RESUME, _V.STOP, _V.CANCEL, _V.REMOVE}),
    JobState.INTERRUPTED: frozenset({_V.RESUME, _V.STOP, _V.CANCEL, _V.REMOVE}),
    JobState.FAILED: frozenset({_V.RETRY, _V.REMOVE}),
    JobState.CANCELLED: frozenset({_V.RETRY, _V.REMOVE}),
    JobState.DONE: frozenset({_V.REMOVE}),
}

LEGAL_VERBS |= {
    state: LEGAL_VERBS[state] | PRIORITY_VERBS.keys()
    for state in (JobState.WAITING, JobState.RUNNING, JobState.PAUSED, JobState.INTERRUPTED)
}

# Only a terminal begins a training and goes on with one.
TRAINING_VERBS: dict[JobState, frozenset[JobVerb]] = {
    state: verbs & ({_V.PAUSE, _V.STOP, _V.CANCEL} if state is JobState.RUNNING else {_V.REMOVE})
    for state, verbs in LEGAL_VERBS.items()
}

PRIORITY_MARKS = {1: " ▲", 0: "", -1: " ▼"}

STATE_TITLES: dict[JobState, str] = {
    JobState.WAITING: mark("Waiting"),
    JobState.RUNNING: mark("Running"),
    JobState.PAUSED: mark("Paused"),
    JobState.INTERRUPTED: mark("Interrupted"),
    JobState.DONE: mark("Done"),
    JobState.FAILED: mark("Failed"),
    JobState.CANCELLED: mark("Cancelled"),
}


def is_legal(job: JobFacts, verb: JobVerb) -> bool:
    """Whether the window offers `verb` for a job as it stands."""
    if PRIORITY_VERBS.get(verb) == job.priority:
        return False
    return verb in (TRAINING_VERBS if job.request.training else LEGAL_VERBS)[job.state]
