"""`sweep`: a grid of encodes, measured, drawn and compared; what is done already is not done again."""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from nvc_engine.cli_foreground import JobFailedError, Terminal, go_on, order_and_run
from nvc_engine.cli_printing import ProgressLine, say
from nvc_engine.cli_report import make_folder, named, write_report
from nvc_engine.comparing.published import anchors
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.library import PointKey, RdLibrary
from nvc_engine.jobs.store import JobStore
from nvc_engine.jobs.sweep import MOST_POINTS, Contender, Grid, contenders, goals, key_of, left_job, request_of
from nvc_engine.media.fingerprint import fingerprint
from nvc_engine.protocol.messages import JobRequest, Progress
from nvc_engine.quality.rd import RdPoint
from nvc_engine.reports.rd_files import ClipResults
from nvc_engine.reports.writing import write_figures

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130
_AUTO = "auto"


class _Left(Exception):  # noqa: N818 - not an error: a way out of the work
    """Ctrl-C: the job at hand has left a checkpoint."""


def sweep(options: argparse.Namespace) -> int:
    """Do what of the grid is not done yet, and write everything that it shows."""
    if not 1 <= options.points <= MOST_POINTS:
        raise UsageError(f"The points must be 1 to {MOST_POINTS}, not {options.points}.")
    first, stop = options.frames
    grid = Grid(
        contenders=contenders(options.codecs),
        folder=options.output,
        points=options.points,
        bpp=options.bpp,
        minutes=options.minutes,
        first=first,
        stop=stop,
        intra_period=options.intra_period,
        seed=options.seed,
        device=options.device,
        raw=options.raw,
    )
    if options.anchors:
        anchors(options.anchors)  # refused now, not after hours of work
    make_folder(options.output)
    results: list[ClipResults] = []
    share = _Share(len(options.inputs) * grid.size) if options.progress_json else None
    try:
        with JobStore() as store, RdLibrary() as library:
            for name, source in named(options.inputs):
                work = _Clip(name, source, grid, store, library, share, options.cluster)
                for _ in work.encodes():
                    write_figures(options.output, [*results, work.results])
                results.append(work.results)
    except _Left:
        say("the same command goes on with the sweep; what is done stays done")
        return _INTERRUPTED
    write_report(options, results)
    return _FAILED if any(clip.failures for clip in results) else _DONE


class _Share:
    """How far the whole sweep is, as lines of JSON, while its encodes report on themselves."""

    def __init__(self, encodes: int) -> None:
        self._encodes = encodes
        self._done = 0
        self._line = ProgressLine(as_json=True)

    def progress(self, progress: Progress) -> None:
        self._tell(min(1.0, max(0.0, progress.fraction)))

    def close(self) -> None:
        """An encode has ended, or was left."""

    def made(self) -> None:
        """One encode more is done, or known already, or has failed."""
        self._done += 1
        self._tell(0.0)

    def _tell(self, more: float) -> None:
        what = f"encode {self._done + 1}"
        self._line.fraction(what, min(1.0, (self._done + more) / self._encodes), guess=False)


@dataclass
class _Clip:
    """The part of a sweep that is one clip's."""

    name: str
    source: Path
    grid: Grid
    store: JobStore
    library: RdLibrary
    share: _Share | None = None
    cluster: str = ""
    terminal: Terminal = field(init=False)
    points: list[RdPoint] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.terminal = Terminal(self.share)

    @property
    def results(self) -> ClipResults:
        return ClipResults(self.name, str(self.source.absolute()), tuple(self.points), tuple(self.failures))

    def encodes(self) -> Iterator[None]:
        """Make every point, one a step; conventional encoders first."""
        clip = fingerprint(self.source, self.grid.raw)
        rates: list[float] = []
        for contender in self.grid.ordered():
            before = len(self.points)
            wanted = goals(self.grid, contender, rates)
            if self.cluster:
                self._spread([request_of(self.grid, contender, self.source, goal) for goal in wanted], clip)
            for goal in wanted:
                self._make(contender, request_of(self.grid, contender, self.source, goal), clip)
                if self.share is not None:
                    self.share.made()
                yield
                if self.terminal.interrupted.is_set():
                    raise _Left
            made = self.points[before:]
            if len({point.preset for point in made}) > 1:  # the one that fits, chosen anew for each rate: one curve
                made = self.points[before:] = [replace(point, preset=_AUTO) for point in made]
                yield
            if made and made[0].conventional and not rates:
                rates = sorted(point.bpp for point in made)

    def _spread(self, requests: list[JobRequest], clip: str) -> None:
        """Make those of a contender's points that are not known yet on the cluster, all at once; what is not done
        there, and what fails, is left to be made here."""
        from nvc_engine.cluster.job import is_for_a_cluster
        from nvc_engine.cluster.queue import ClusterQueue

        jobs = []
        for request in filter(is_for_a_cluster, requests):
            with contextlib.suppress(EngineError):
                if self.library.find(key_of(request, clip)) is None:
                    jobs.append(left_job(self.store.all(), request) or self.store.add(request).id)
        if jobs:
            with ClusterQueue(self.store, self.cluster, say=say) as queue:
                queue.run(jobs, until_done=True)

    def _make(self, contender: Contender, request: JobRequest, clip: str) -> None:
        what = f"{self.name}: {contender.codec} {contender.preset}".rstrip()
        try:
            key = key_of(request, clip)
            point = self.library.find(key)
            if point is not None:
                say(f"{what}, {point.setting}: known already")
            else:
                say(f"{what} to {Path(request.output).name}")
                point = self._encoded(request, key)
        except (JobFailedError, UsageError) as error:
            say(str(error))
            self.failures.append(f"{Path(request.output).name}: {error}")
            return
        self.points.append(point)

    def _encoded(self, request: JobRequest, key: PointKey) -> RdPoint:
        left = left_job(self.store.all(), request)
        store, terminal = self.store, self.terminal
        if (order_and_run(store, request, terminal) if left is None else go_on(store, left, terminal)) is None:
            raise _Left
        point = self.library.find(key)
        if point is None:
            raise JobFailedError("The encode is done, but its point is not in the library; its log says why.")
        return point
