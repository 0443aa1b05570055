"""The queue as a table: what the engine says of each job, and what may be asked of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from nvc_engine.protocol.messages import (
    AskLog,
    CommandJob,
    EditJob,
    Failed,
    GoalKind,
    HoldQueue,
    JobChanged,
    JobFacts,
    JobLogged,
    JobProgress,
    JobRemoved,
    JobRequest,
    JobState,
    JobSubmitted,
    JobVerb,
    Progress,
    QueueHeld,
    SubmitJob,
    UseCluster,
    Welcome,
)
from nvc_studio.engine_client import EngineClient
from nvc_studio.models.job_verbs import PRIORITY_MARKS, STATE_TITLES, is_legal
from nvc_studio.throttle import Throttle
from nvc_studio.translation import mark, tr
from nvc_studio.wording import bytes_text, duration_text

PROGRESS_INTERVAL_MS = 200
# Beyond this, every second report of a job is forgotten.
MOST_REPORTS = 4000
JOB_ROLE = Qt.ItemDataRole.UserRole
FRACTION_ROLE = Qt.ItemDataRole.UserRole + 1

AnyIndex = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns of the table, from left to right."""

    NAME = 0
    CODEC = 1
    GOAL = 2
    STATE = 3
    PROGRESS = 4
    RATE = 5
    PSNR = 6


_TITLES = {
    Column.NAME: mark("Clip"),
    Column.CODEC: mark("Codec"),
    Column.GOAL: mark("Goal"),
    Column.STATE: mark("State"),
    Column.PROGRESS: mark("Progress"),
    Column.RATE: mark("bpp"),
    Column.PSNR: mark("PSNR-YUV"),
}
_NUMBERS = frozenset({Column.RATE, Column.PSNR})


class JobsModel(QAbstractTableModel):
    """All jobs in the order of the queue, one a row; trainings that terminals do are among them.

    `JOB_ROLE` gives the `JobFacts` of a row, `FRACTION_ROLE` its progress in 0..1. The facts' `history` is empty:
    `history()` has it.

    Signals:
        job_changed: the id of a job that is new or changed in more than its progress.
        job_removed: the id of a job that is gone.
        progressed: the id of a job that has come further (at most every 200 ms).
        refused: why something that was asked cannot be done; a sentence.
        held_changed: whether no further job is started after those that run.
        cluster_changed: the address of the cluster that jobs are spread over, or "".
    """

    job_changed = Signal(str)
    job_removed = Signal(str)
    progressed = Signal(str)
    refused = Signal(str)
    held_changed = Signal(bool)
    cluster_changed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._jobs: list[JobFacts] = []
        self._histories: dict[str, list[Progress]] = {}
        self._stirred: set[str] = set()
        self._held = False
        self._cluster = ""
        self._throttle = Throttle(self._tell_progress, PROGRESS_INTERVAL_MS, self)
        client.received.connect(self.receive)

    # --- what the views read ------------------------------------------------------------------------------------------

    @property
    def jobs(self) -> Sequence[JobFacts]:
        """The jobs in the order of the queue."""
        return tuple(self._jobs)

    def job(self, job_id: str) -> JobFacts | None:
        """The job of that id, or None."""
        return next((job for job in self._jobs if job.id == job_id), None)

    def row_of(self, job_id: str) -> int:
        """The row of a job, -1 where it is not known."""
        return next((row for row, job in enumerate(self._jobs) if job.id == job_id), -1)

    def history(self, job_id: str) -> Sequence[Progress]:
        """The reports of a job so far, in order, thinned where there are many. The list grows; do not keep it."""
        return self._histories.get(job_id, [])

    @property
    def busy(self) -> bool:
        """Whether an encode is running or waits for its turn."""
        return any(job.state in (JobState.RUNNING, JobState.WAITING) and not job.request.training for job in self._jobs)

    def outputs_to_come(self) -> frozenset[Path]:
        """The files that unfinished jobs are going to write."""
        unfinished = (JobState.WAITING, JobState.RUNNING, JobState.PAUSED, JobState.INTERRUPTED)
        encodes = (job for job in self._jobs if not job.request.training)
        return frozenset(Path(job.request.output) for job in encodes if job.state in unfinished)

    # --- what the views ask -------------------------------------------------------------------------------------------

    def order(self, request: JobRequest, then: Callable[[str], None] | None = None) -> None:
        """Queue an encode; `then` hears the id of the new job."""

        def answered(answer: object) -> None:
            if isinstance(answer, JobSubmitted):
                if then is not None:
                    then(answer.job)
            elif isinstance(answer, Failed):
                self.refused.emit(answer.sentence)

        self._client.ask(SubmitJob(self._client.next_request(), request), answered)

    def command(self, job_id: str, verb: JobVerb) -> None:
        """Ask something of a job; what the table of legal moves forbids is not even asked."""
        job = self.job(job_id)
        if job is None or is_legal(job, verb):
            self._client.ask(CommandJob(self._client.next_request(), job_id, verb), self._commanded)

    def edit(self, job_id: str, order: JobRequest) -> None:
        """Have a job that has not begun do `order` instead."""
        self._client.ask(EditJob(self._client.next_request(), job_id, order), self._commanded)

    @property
    def held(self) -> bool:
        """Whether no further job is started after those that run."""
        return self._held

    def hold(self, held: bool) -> None:
        """Have the queue start no further job, or go on."""
        self._client.ask(HoldQueue(self._client.next_request(), held), self._commanded)

    @property
    def cluster(self) -> str:
        """The address of the cluster that jobs are spread over, or ""."""
        return self._cluster

    def use_cluster(self, address: str) -> None:
        """Spread waiting jobs over the cluster at an address as well, or ("") over none."""
        self._client.ask(UseCluster(self._client.next_request(), address), self._commanded)

    def ask_log(self, job_id: str, then: Callable[[str, str], None]) -> None:
        """Have `then` hear a job's log and its diagnostics, both as text."""

        def answered(answer: object) -> None:
            if isinstance(answer, JobLogged):
                then(answer.text, answer.diagnostics)
            elif isinstance(answer, Failed):
                self.refused.emit(answer.sentence)

        self._client.ask(AskLog(self._client.next_request(), job_id), answered)

    def _commanded(self, answer: object) -> None:
        if isinstance(answer, Failed):
            self.refused.emit(answer.sentence)

    # --- what the engine says -----------------------------------------------------------------------------------------

    @Slot(object)
    def receive(self, message: object) -> None:
        """Take over a message of the engine; one that is not about jobs is ignored."""
        if isinstance(message, JobChanged):
            self._take(message.job)
        elif isinstance(message, JobProgress):
            self._progress(message.job, message.progress)
        elif isinstance(message, JobRemoved):
            self._remove(message.job)
        elif isinstance(message, QueueHeld):
            self._held, self._cluster = message.held, message.cluster
            self.held_changed.emit(message.held)
            self.cluster_changed.emit(message.cluster)
        elif isinstance(message, Welcome):
            self.clear()

    def _take(self, facts: JobFacts) -> None:
        self._histories[facts.id] = list(facts.history)
        facts = replace(facts, history=())
        row = self.row_of(facts.id)
        if row < 0:
            row = sum(_order(job) <= _order(facts) for job in self._jobs)
            self.beginInsertRows(QModelIndex(), row, row)
            self._jobs.insert(row, facts)
            self.endInsertRows()
        else:
            self._jobs[row] = facts
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))
            self._reorder()
        self.job_changed.emit(facts.id)

    def _reorder(self) -> None:
        ordered = sorted(self._jobs, key=_order)
        if [job.id for job in ordered] == [job.id for job in self._jobs]:
            return
        self.layoutAboutToBeChanged.emit()
        rows = {job.id: row for row, job in enumerate(ordered)}
        old = self.persistentIndexList()
        new = [self.index(rows[self._jobs[index.row()].id], index.column()) for index in old]
        self._jobs = ordered
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _progress(self, job_id: str, progress: Progress) -> None:
        row = self.row_of(job_id)
        if row < 0:
            return
        self._jobs[row] = replace(self._jobs[row], progress=progress)
        history = self._histories[job_id]
        history.append(progress)
        if len(history) > MOST_REPORTS:
            self._histories[job_id] = history[::2]
        self._stirred.add(job_id)
        self._throttle()

    def _tell_progress(self) -> None:
        stirred, self._stirred = self._stirred, set()
        for job_id in stirred:
            row = self.row_of(job_id)
            if row >= 0:
                self.dataChanged.emit(self.index(row, Column.PROGRESS), self.index(row, Column.PSNR))
                self.progressed.emit(job_id)

    def _remove(self, job_id: str) -> None:
        row = self.row_of(job_id)
        if row < 0:
            return
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._jobs[row]
        self._histories.pop(job_id, None)
        self.endRemoveRows()
        self.job_removed.emit(job_id)

    def clear(self) -> None:
        """Forget all jobs; a fresh connection tells of every one anew."""
        self.beginResetModel()
        self._jobs.clear()
        self._histories.clear()
        self.endResetModel()

    # --- QAbstractTableModel ------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return tr(_TITLES[Column(section)])
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(Column(section))
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        job, column = self._jobs[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(job, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return job.message or f"{job.request.source} → {job.request.output}"
        if role == JOB_ROLE:
            return job
        if role == FRACTION_ROLE:
            return job_fraction(job)
        return None


def job_fraction(job: JobFacts) -> float:
    """How far a job is, in 0..1."""
    if job.state is JobState.DONE:
        return 1.0
    return min(1.0, max(0.0, job.progress.fraction)) if job.progress else 0.0


def job_title(request: JobRequest) -> str:
    """What a job works on, for people: the name of a clip, or "Training SEVC light: base"."""
    if not request.training:
        return Path(request.source).name
    codec = " ".join(filter(None, (request.codec.upper(), request.preset)))
    return tr("Training {codec}: {part}", codec=codec, part=request.training)


def goal_title(request: JobRequest) -> str:
    """The goal of a job for people: 0.1 bpp, 300 kb/s, 1.2 MB, 38 dB, step 4; of a training its length,
    where it is a time."""
    if request.training:
        return "" if request.minutes is None else duration_text(60 * request.minutes)
    if request.goal is None:
        return tr("default quality")
    value = request.goal.value
    match request.goal.kind:
        case GoalKind.BPP:
            return tr("{rate:.4g} bpp", rate=value)
        case GoalKind.BITRATE:
            return tr("{rate:.4g} kb/s", rate=value)
        case GoalKind.SIZE:
            return bytes_text(value)
        case GoalKind.PSNR:
            return tr("{level:.4g} dB", level=value)
        case GoalKind.QUALITY:
            return tr("step {value:.4g}", value=value)


def outcome_text(job: JobFacts) -> str:
    """What a job has to say for itself: of a finished encode where its file is and what it measured."""
    result = job.result
    if job.state is not JobState.DONE or result is None:
        return job.message
    words = [tr("{rate:.4f} bpp", rate=result.bpp), tr("{rate:.4g} kb/s", rate=result.kbps)]
    words.append(tr("PSNR-YUV {level:.2f} dB", level=result.psnr_yuv))
    words += [tr("MS-SSIM {level:.4f}", level=result.ms_ssim)] if result.ms_ssim is not None else []
    measured = f"{job.request.output}: {bytes_text(result.bytes)}, {', '.join(words)}; {duration_text(result.seconds)}."
    return f"{measured} {job.message.removeprefix(f'The file is {job.request.output}.').strip()}".strip()


def _order(job: JobFacts) -> tuple[int, int, float, str]:
    return -job.priority, job.position, job.created, job.id


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _text(job: JobFacts, column: Column) -> str:
    match column:
        case Column.NAME:
            return job_title(job.request)
        case Column.CODEC:
            return " · ".join(word for word in (job.request.codec, job.request.preset) if word)
        case Column.GOAL:
            return goal_title(job.request)
        case Column.STATE:
            return tr(STATE_TITLES[job.state]) + PRIORITY_MARKS[job.priority]
        case Column.PROGRESS:
            running = job.state is JobState.RUNNING and job.progress is not None
            remaining = job.progress.remaining if running and job.progress else None
            percent = f"{100 * job_fraction(job):.0f} %"
            return percent if remaining is None else f"{percent}, {duration_text(remaining)}"
        case Column.RATE:
            return f"{job.result.bpp:.4f}" if job.result else ""
        case Column.PSNR:
            return tr("{level:.2f} dB", level=job.result.psnr_yuv) if job.result else ""
