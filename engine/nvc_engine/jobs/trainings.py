"""What sets a training of a codec's weights apart from the encodes of the list: it goes on in a terminal alone."""

import shlex

from nvc_engine.jobs.states import IllegalMoveError
from nvc_engine.protocol.messages import JobFacts, JobRequest, JobState, JobVerb

_FOR_THE_QUEUE = frozenset({JobVerb.START, JobVerb.RESUME, JobVerb.STOP, JobVerb.RETRY})


def way_on(request: JobRequest) -> str:
    """How a person goes on with a training that was left."""
    return f"Go on with it in a terminal: `nvc-engine train {request.codec} --resume {shlex.quote(request.output)}`."


def check_verb(job: JobFacts, verb: JobVerb) -> None:
    """See that `verb` would not have the queue take up a training.

    Raises:
        IllegalMoveError: it would.
    """
    if job.request.training and job.state is not JobState.RUNNING and verb in _FOR_THE_QUEUE:
        raise IllegalMoveError(f"The training is {job.state.value}. {way_on(job.request)}")
