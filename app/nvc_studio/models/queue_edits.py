"""What a person changes in the queue, so that it can be undone: places, priorities, orders, copies, removals."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from nvc_engine.protocol.messages import JobFacts, JobRequest, JobState, JobVerb
from nvc_studio.models.job_verbs import PRIORITY_VERBS
from nvc_studio.models.jobs import JobsModel, job_title
from nvc_studio.models.output_names import free_path
from nvc_studio.translation import tr

_OPPOSITES = {JobVerb.MOVE_UP: JobVerb.MOVE_DOWN, JobVerb.MOVE_DOWN: JobVerb.MOVE_UP}
_MOST_EDITS = 100


def has_begun(job: JobFacts) -> bool:
    """Whether what a job is to do cannot be changed any more."""
    return (
        job.state not in (JobState.WAITING, JobState.PAUSED) or job.progress is not None or bool(job.request.training)
    )


class QueueEdits(QObject):
    """Does what is asked of jobs; what loses no work is laid on `stack`, from which it can be undone and done again.

    A job that comes back after it was removed has another name: edits that knew it by the old one find it.
    """

    def __init__(self, jobs: JobsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._names: dict[str, str] = {}
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(_MOST_EDITS)

    def command(self, job: JobFacts, verb: JobVerb) -> None:
        """Ask `verb` of a job."""
        back = self._way_back(job, verb)
        if back is None:
            self._jobs.command(self._name(job.id), verb)
        else:
            self._push(_verb_text(job, verb), lambda: self._jobs.command(self._name(job.id), verb), back)

    def edit(self, job: JobFacts, order: JobRequest) -> None:
        """Have a job that has not begun do `order` instead."""
        self._push(
            tr("change of {title}", title=job_title(job.request)),
            lambda: self._jobs.edit(self._name(job.id), order),
            lambda: self._jobs.edit(self._name(job.id), job.request),
        )

    def duplicate(self, job: JobFacts, then: Callable[[str], None]) -> None:
        """Order the same once more, under a name that is free; `then` hears the new job's id."""
        output = free_path(Path(job.request.output), self._jobs.outputs_to_come())
        order = replace(job.request, output=str(output), overwrite=False)
        copy = f"{job.id} copy {len(self._names)}"

        def ordered(name: str) -> None:
            self._names[copy] = name
            then(name)

        self._push(
            tr("copy of {title}", title=job_title(job.request)),
            lambda: self._jobs.order(order, ordered),
            lambda: self._jobs.command(self._name(copy), JobVerb.REMOVE),
        )

    def _push(self, text: str, do: Callable[[], None], undo: Callable[[], None]) -> None:
        self.stack.push(_Edit(text, do, undo))

    def _way_back(self, job: JobFacts, verb: JobVerb) -> Callable[[], None] | None:
        """What undoes `verb`, or None where that would have to bring lost work back."""
        if verb in _OPPOSITES:
            return lambda: self._jobs.command(self._name(job.id), _OPPOSITES[verb])
        if verb in PRIORITY_VERBS:
            before = next(back for back, priority in PRIORITY_VERBS.items() if priority == job.priority)
            return lambda: self._jobs.command(self._name(job.id), before)
        if verb is JobVerb.REMOVE and not has_begun(job):
            return lambda: self._jobs.order(job.request, lambda name: self._names.update({job.id: name}))
        if verb is JobVerb.CANCEL and not has_begun(job):
            return lambda: self._jobs.command(self._name(job.id), JobVerb.RETRY)
        return None

    def _name(self, job_id: str) -> str:
        """What a job is called now."""
        return self._names.get(job_id, job_id)


class _Edit(QUndoCommand):
    """One change, done when it is laid on the stack."""

    def __init__(self, text: str, do: Callable[[], None], undo: Callable[[], None]) -> None:
        super().__init__(text)
        self._do, self._undo = do, undo

    def redo(self) -> None:
        self._do()

    def undo(self) -> None:
        self._undo()


def _verb_text(job: JobFacts, verb: JobVerb) -> str:
    title = job_title(job.request)
    words = {
        JobVerb.MOVE_UP: tr("moving {title} up", title=title),
        JobVerb.MOVE_DOWN: tr("moving {title} down", title=title),
        JobVerb.REMOVE: tr("removal of {title}", title=title),
        JobVerb.CANCEL: tr("cancelling {title}", title=title),
    }
    return words.get(verb, tr("priority of {title}", title=title))
