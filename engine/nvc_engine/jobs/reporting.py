"""Progress of a whole job, made from the progress of its stages and passed on no more often than anyone looks."""

from collections.abc import Callable
from dataclasses import replace

from nvc_engine.jobs.store import JobStore, StoreError
from nvc_engine.protocol.messages import Message, Progress, WorkerProgress

ENCODING_SHARE = 0.94
"""Fraction of the job that is the codec's own work."""
WRITING_SHARE = 0.95
"""Fraction of the job after which only measuring is left."""
_SAY_SECONDS = 0.25
_STORE_SECONDS = 1.0
_AFTER_ENCODING = ("writing", "measuring")


class Reporter:
    """Tells the parent (`say`) and the database how far the job is.

    Attributes:
        last: the newest report, told or not.
    """

    def __init__(self, store: JobStore, job: str, say: Callable[[Message], None], clock: Callable[[], float]) -> None:
        self.last: Progress | None = None
        self._store = store
        self._job = job
        self._say = say
        self._clock = clock
        self._began = clock()
        self._before = 0.0
        self._said = self._stored = -_STORE_SECONDS
        self._stages = 1 + len(_AFTER_ENCODING)
        self._stage_began = self._began

    @property
    def seconds(self) -> float:
        """What the job has taken so far, over all its processes."""
        return self._before + self._clock() - self._began

    @property
    def resumed(self) -> bool:
        """Whether earlier processes have worked on the job."""
        return self._before > 0

    def go_on_from(self, seconds: float) -> None:
        """Earlier processes have worked `seconds` on the job."""
        self._before = seconds

    def encoding(self, progress: Progress) -> None:
        """The codec has come further; its `fraction` is of its own work, its stages may already count ours."""
        self._stages = max(progress.stage_count, progress.stage_index + 1 + len(_AFTER_ENCODING))
        whole = replace(
            progress,
            stage_count=self._stages,
            fraction=ENCODING_SHARE * min(max(progress.fraction, 0.0), 1.0),
            elapsed=self.seconds,
        )
        self._report(whole, new_stage=self.last is None or self.last.stage != whole.stage)

    def writing(self) -> None:
        """The file is being written."""
        self._after("writing", ENCODING_SHARE, None, new_stage=True)

    def measuring(self, fraction: float) -> None:
        """`fraction` of the finished file has been measured."""
        if self.last is None or self.last.stage != "measuring":
            self._stage_began = self._clock()
        took = self._clock() - self._stage_began
        remaining = took * (1 - fraction) / fraction if fraction > 0.02 else None
        whole = WRITING_SHARE + (1 - WRITING_SHARE) * fraction
        self._after("measuring", whole, remaining, new_stage=fraction in (0.0, 1.0))

    def flush(self) -> None:
        """Store the newest report even if its time has not come."""
        if self.last is not None:
            self._store_it(self.last)

    def _after(self, stage: str, fraction: float, remaining: float | None, *, new_stage: bool) -> None:
        """A stage after the codec's own; the training's numbers stay visible."""
        last = self.last or Progress(stage, 0, 1, 0.0, 0.0, None)
        whole = replace(
            last,
            stage=stage,
            stage_index=self._stages - len(_AFTER_ENCODING) + _AFTER_ENCODING.index(stage),
            stage_count=self._stages,
            fraction=fraction,
            elapsed=self.seconds,
            remaining=remaining,
            steps_per_second=0.0,
        )
        self._report(whole, new_stage=new_stage)

    def _report(self, progress: Progress, *, new_stage: bool) -> None:
        self.last = progress
        now = self._clock()
        if new_stage or now - self._said >= _SAY_SECONDS:
            self._said = now
            self._say(WorkerProgress(progress))
        if new_stage or now - self._stored >= _STORE_SECONDS:
            self._store_it(progress)

    def _store_it(self, progress: Progress) -> None:
        self._stored = self._clock()
        try:
            self._store.progress(self._job, progress)
        except StoreError:
            return  # the display misses a point; a full disk is told where it matters, at the checkpoint
