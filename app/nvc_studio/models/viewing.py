"""Which clips are in view: A, the original, B, a decode of it, and more decodes. Decides what opening means."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nvc_engine.protocol.messages import JobFacts, JobState, RawSpec
from nvc_studio.models.jobs import JobsModel
from nvc_studio.models.raw_names import is_raw
from nvc_studio.models.source_library import Opening, SourceLibrary
from nvc_studio.models.sources import Source
from nvc_studio.translation import tr

NVC_SUFFIX = ".nvc"
MOST_SOURCES = 9


class Viewing(QObject):
    """A and B, each None where there is none, and `more` sources beside them.

    The last good sources stay until what was asked for is open. A job that finishes while its source is in view and
    nothing else is beside it comes into view by itself.

    Signals:
        changed: A, B or what there is more are others.
        full: there can be no more sources; a sentence.
        measured: a source in view and the `Result` of its encode.
        raw_wanted: the path of a raw file whose layout must be asked for; `open_raw` answers.
        came_into_view: the path of a file that was opened.
    """

    changed = Signal()
    measured = Signal(object, object)
    raw_wanted = Signal(object)
    came_into_view = Signal(object)
    full = Signal(str)

    def __init__(self, sources: SourceLibrary, jobs: JobsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources = sources
        self._jobs = jobs
        self._running: set[str] = set()
        self._turn = 0
        self.a: Source | None = None
        self.b: Source | None = None
        self.more: tuple[Source, ...] = ()
        sources.replaced.connect(self._replaced)
        jobs.job_changed.connect(self._job_changed)

    # --- what a person asks -------------------------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[Source | None, ...]:
        """A, B, and what there is more."""
        return self.a, self.b, *self.more

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what was chosen or dropped: one clip to look at, or several to compare, the first of them as A."""
        paths = [path.absolute() for path in paths]
        if len(paths) >= 2 and not any(is_raw(path) for path in paths):
            if len(paths) > MOST_SOURCES:
                told = tr("{count} sources can be compared at a time: the others were left out.", count=MOST_SOURCES)
                self.full.emit(told)
            self._open_all(*(Opening(path) for path in paths[:MOST_SOURCES]))
        elif paths and is_raw(paths[0]):
            self.raw_wanted.emit(paths[0])
        elif paths and paths[0].suffix.lower() == NVC_SUFFIX:
            self._open_decode(paths[0])
        elif paths:
            self._open_original(Opening(paths[0]))

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Open more sources beside those in view; raw files have to be opened by themselves."""
        if not any(self.sources):
            self.open_paths(paths)
            return
        turn = self._next_turn()
        room = MOST_SOURCES - len([source for source in self.sources if source is not None])
        if len(paths) > room:
            self.full.emit(tr("{count} sources can be compared at a time: take one out first.", count=MOST_SOURCES))
        self._add(turn, [Opening(path.absolute()) for path in paths[:room]])

    def take_out(self) -> None:
        """Take the last source out of view, but never the only one."""
        if self.more:
            self._show(self._next_turn(), self.a, self.b, *self.more[:-1])
        elif self.a is not None and self.b is not None:
            self._show(self._next_turn(), self.a)

    def open_raw(self, path: Path, raw: RawSpec) -> None:
        """Open a raw file as its layout says."""
        self._open_original(Opening(path.absolute(), raw))

    @property
    def shown(self) -> tuple[Source, ...]:
        """All sources in view, A first."""
        return tuple(source for source in self.sources if source is not None)

    def restore(self, openings: Sequence[Opening]) -> None:
        """Bring clips into view as they once were opened."""
        if len(openings) > 1:
            self._open_all(*openings[:MOST_SOURCES])
        elif openings and openings[0].path.suffix.lower() == NVC_SUFFIX:
            self._open_decode(openings[0].path)
        elif openings:
            self._open_original(openings[0])

    def open_source(self, job: JobFacts) -> None:
        """Bring the clip that a job works on into view."""
        self._open_original(Opening(Path(job.request.source), job.request.raw))

    def compare_job(self, job: JobFacts) -> None:
        """Bring a finished job's original and file into view."""
        original = Opening(Path(job.request.source), job.request.raw)
        decode = Path(job.request.output)
        if self.a is not None and _same_file(self.a, original.path):
            turn = self._next_turn()
            kept = self.a
            self._sources.open(Opening(decode), lambda source: self._show(turn, kept, source))
        else:
            self._open_all(original, Opening(decode))

    def reinterpret(self, matrix: str, full_range: bool | None) -> None:
        """Read the colours of the clip in view otherwise ("" and None: as it says itself)."""
        source = self.a or self.b
        if source is not None:
            self._sources.reinterpret(source, matrix, full_range)

    def slow_down(self, factor: int) -> None:
        """Show `factor` pictures for each frame of the file in view that can give them, or 1: its frames alone."""
        shown = (self.b, self.a, *self.more)
        source = next((each for each in shown if each is not None and each.facts.interpolates), None)
        if source is not None and source.facts.slow_motion != factor:
            self._sources.slow_down(source, factor)

    @property
    def file(self) -> Path | None:
        """The `.nvc` file in view, or None."""
        for source in (self.b, self.a, *self.more):
            if source is not None and source.facts.path.lower().endswith(NVC_SUFFIX):
                return Path(source.facts.path)
        return None

    # --- opening ------------------------------------------------------------------------------------------------------

    def _next_turn(self) -> int:
        """Only what was asked for last comes into view."""
        self._turn += 1
        return self._turn

    def _open_original(self, opening: Opening) -> None:
        turn = self._next_turn()
        self._sources.open(opening, lambda source: self._show(turn, source, None))

    def _open_all(self, first: Opening, *others: Opening) -> None:
        """The first at once as A, then one after the other beside it."""
        turn = self._next_turn()

        def first_open(a: Source) -> None:
            self._show(turn, a)
            if turn == self._turn:
                self._add(turn, others)

        self._sources.open(first, first_open)

    def _add(self, turn: int, openings: Sequence[Opening]) -> None:
        """Open the first of `openings` beside what is in view, then the rest."""
        if not openings:
            return

        def opened(source: Source) -> None:
            if self.a is None or self.b is None:
                self._show(turn, self.a or source, source if self.a else self.b, *self.more)
            else:
                self._show(turn, self.a, self.b, *self.more, source)
            go_on()

        def go_on() -> None:
            if turn == self._turn:
                self._add(turn, openings[1:])

        self._sources.open(openings[0], opened, go_on)

    def _open_decode(self, path: Path) -> None:
        job = self._job_of(path)
        if job is not None and Path(job.request.source).exists():
            self.compare_job(job)
            return
        turn = self._next_turn()

        def opened(source: Source) -> None:
            fits = self.a is not None and _comparable(self.a, source)
            self._show(turn, self.a if fits else None, source)

        self._sources.open(Opening(path), opened)

    def _show(self, turn: int, a: Source | None, b: Source | None = None, *more: Source) -> None:
        before, after = self.sources, (a, b, *more)
        if turn != self._turn:
            self._close([source for source in after if source not in before])
            return
        self.a, self.b, self.more = a, b, more
        self.changed.emit()
        self._close([source for source in before if source not in after])
        for source in after:
            if source is not None and source not in before:
                self.came_into_view.emit(Path(source.facts.path))
        self._tell_measures()

    def _close(self, sources: Sequence[Source | None]) -> None:
        for source in sources:
            if source is not None:
                self._sources.close(source)

    def _tell_measures(self) -> None:
        for source in self.sources:
            if source is None:
                continue
            job = self._job_of(Path(source.facts.path))
            if job is not None and job.result is not None:
                self.measured.emit(source, job.result)

    def _job_of(self, path: Path) -> JobFacts | None:
        """The job whose result a file is: the newest, where one has replaced the file of another."""
        return max((job for job in self._jobs.jobs if _is_result(job, path)), key=lambda job: job.created, default=None)

    # --- hearing ------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _replaced(self, renewed: dict[Source, Source | None]) -> None:
        if not any(source in renewed for source in self.sources):
            return
        self.a = self.a and renewed.get(self.a, self.a)
        self.b = self.b and renewed.get(self.b, self.b)
        more = [renewed.get(source, source) for source in self.more]
        self.more = tuple(source for source in more if source is not None)
        self.changed.emit()
        self._tell_measures()

    @Slot(str)
    def _job_changed(self, job_id: str) -> None:
        job = self._jobs.job(job_id)
        if job is None:
            return
        if job.state is JobState.RUNNING:
            self._running.add(job_id)
        elif job.state is JobState.DONE and job_id in self._running:
            self._running.discard(job_id)
            if job.request.training:
                return
            if self.a is not None and self.b is None and _same_file(self.a, Path(job.request.source)):
                self.compare_job(job)


def _same_file(source: Source, path: Path) -> bool:
    return Path(source.facts.path) == path


def _is_result(job: JobFacts, path: Path) -> bool:
    return job.state is JobState.DONE and Path(job.request.output) == path


def _comparable(a: Source, b: Source) -> bool:
    return (a.facts.width, a.facts.height, a.facts.frames) == (b.facts.width, b.facts.height, b.facts.frames)
