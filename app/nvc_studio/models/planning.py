"""What an encode would take, kept up to date while its settings change."""

from PySide6.QtCore import QObject, Signal

from nvc_engine.protocol.messages import AskPlan, Failed, JobRequest, Plan, Planned
from nvc_studio.engine_client import EngineClient
from nvc_studio.models.engine_status import EngineStatus
from nvc_studio.throttle import Throttle
from nvc_studio.translation import tr
from nvc_studio.wording import bytes_text, count_text, duration_text

INTERVAL_MS = 250


class PlanModel(QObject):
    """Asks for the plan of the newest job that it was shown, one question at a time.

    Signals:
        planned: the plan of the job shown last.
        refused: why that job cannot be planned; a sentence.
        cleared: there is nothing to plan.
    """

    planned = Signal(object)
    refused = Signal(str)
    cleared = Signal()

    def __init__(self, client: EngineClient, status: EngineStatus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._job: JobRequest | None = None
        self._asked: JobRequest | None = None
        self._throttle = Throttle(self._ask, INTERVAL_MS, self, leading=False)
        self._status = status
        status.became_ready.connect(self._again)

    def show(self, job: JobRequest | None) -> None:
        """Plan `job`, or nothing at all."""
        if job == self._job:
            return
        self._job = job
        if job is None:
            self._throttle.cancel()
            self.cleared.emit()
        else:
            self._throttle()

    def _again(self) -> None:
        self._asked = None
        if self._job is not None:
            self._throttle()

    def _ask(self) -> None:
        if self._job is None or self._asked is not None or not self._status.ready:
            return
        job = self._asked = self._job

        def answered(answer: object) -> None:
            self._answered(job, answer)

        self._client.ask(AskPlan(self._client.next_request(), job), answered)

    def _answered(self, job: JobRequest, answer: object) -> None:
        if self._asked is job:
            self._asked = None
        if job != self._job:
            if self._job is not None:
                self._throttle()
            return
        if isinstance(answer, Planned):
            self.planned.emit(answer.plan)
        elif isinstance(answer, Failed):
            self.refused.emit(answer.sentence)


def plan_lines(plan: Plan) -> list[tuple[str, str]]:
    """The plan as (what, value) pairs for people."""
    network = [
        (tr("Parameters"), count_text(plan.parameters)),
        (tr("Decoding"), tr("{operations:.3g} kMAC/pixel", operations=plan.kmac_per_pixel)),
    ]
    lines = [
        *(network if plan.parameters else []),
        (tr("Memory"), bytes_text(plan.peak_memory_bytes)),
        (tr("Time"), tr("{duration} on {device}", duration=duration_text(plan.seconds), device=plan.device)),
    ]
    if plan.steps:
        lines.append((tr("Steps"), f"{plan.steps:,}".replace(",", "\u202f")))
    rate = [tr("{rate:.4g} bpp", rate=plan.bpp)] if plan.bpp is not None else []
    if plan.bytes is not None:
        lines.append((tr("File"), ", ".join([bytes_text(plan.bytes), *rate])))
    elif rate:
        lines.append((tr("Rate"), rate[0]))
    frames = tr("{count} of {width}×{height}", count=plan.frames, width=plan.width, height=plan.height)
    lines.append((tr("Frames"), frames))
    return lines
