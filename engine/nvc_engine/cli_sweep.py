"""`sweep`: a grid of encodes, measured, drawn and compared; what is done already is not done again."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nvc_engine.cli_compare import print_bd
from nvc_engine.cli_foreground import JobFailedError, go_on, order_and_run
from nvc_engine.cli_printing import print_json, say
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.library import PointKey, RdLibrary
from nvc_engine.jobs.store import JobStore
from nvc_engine.jobs.sweep import MOST_POINTS, Contender, Grid, contenders, goals, key_of, left_job, request_of
from nvc_engine.media.fingerprint import fingerprint
from nvc_engine.protocol.messages import JobRequest
from nvc_engine.quality.bd_rate import Method
from nvc_engine.quality.rd import RdPoint
from nvc_engine.reports.anchors import anchors
from nvc_engine.reports.bd_table import anchor_curve, bd_table
from nvc_engine.reports.rd_files import ClipResults
from nvc_engine.reports.writing import REPORT, write_all, write_figures

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
    published = anchors(options.anchors) if options.anchors else ()
    options.output.mkdir(parents=True, exist_ok=True)
    results: list[ClipResults] = []
    try:
        with JobStore() as store, RdLibrary() as library:
            for name, source in _named(options.inputs):
                work = _Clip(name, source, grid, store, library)
                for _ in work.encodes():
                    write_figures(options.output, [*results, work.results])
                results.append(work.results)
    except _Left:
        say("the same command goes on with the sweep; what is done stays done")
        return _INTERRUPTED
    say("drawing charts and the report")
    method = Method(options.method)
    written = write_all(
        options.output, results, anchor=options.anchor, method=method, published=published, dpi=options.dpi
    )
    if options.json:
        print_json({"files": [str(path) for path in written], "clips": [_summary(clip) for clip in results]})
    else:
        for clip in results:
            _print(clip, options.anchor, method)
        print(options.output / REPORT)
    return _FAILED if any(clip.failures for clip in results) else _DONE


@dataclass
class _Clip:
    """The part of a sweep that is one clip's."""

    name: str
    source: Path
    grid: Grid
    store: JobStore
    library: RdLibrary
    points: list[RdPoint] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def results(self) -> ClipResults:
        return ClipResults(self.name, str(self.source.absolute()), tuple(self.points), tuple(self.failures))

    def encodes(self) -> Iterator[None]:
        """Make every point, one a step; conventional encoders first."""
        clip = fingerprint(self.source, self.grid.raw)
        rates: list[float] = []
        for contender in self.grid.ordered():
            before = len(self.points)
            for goal in goals(self.grid, contender, rates):
                self._make(contender, request_of(self.grid, contender, self.source, goal), clip)
                yield
            made = self.points[before:]
            if len({point.preset for point in made}) > 1:  # the one that fits, chosen anew for each rate: one curve
                made = self.points[before:] = [replace(point, preset=_AUTO) for point in made]
                yield
            if made and made[0].conventional and not rates:
                rates = sorted(point.bpp for point in made)

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
        if (order_and_run(self.store, request) if left is None else go_on(self.store, left)) is None:
            raise _Left
        point = self.library.find(key)
        if point is None:
            raise JobFailedError("The encode is done, but its point is not in the library; its log says why.")
        return point


def _named(inputs: Sequence[Path]) -> list[tuple[str, Path]]:
    """Clips by their names; those whose names repeat get a number."""
    for path in inputs:
        if not path.exists():
            raise EngineError(f"There is no file or folder {path}.")
    stems = [path.stem for path in inputs]
    numbered = [f"{stem} ({stems[:number].count(stem) + 1})" for number, stem in enumerate(stems)]
    names = [stem if stems.count(stem) == 1 else other for stem, other in zip(stems, numbered, strict=True)]
    return list(zip(names, inputs, strict=True))


def _print(clip: ClipResults, anchor: str, method: Method) -> None:
    print(clip.name)
    curves = clip.curves
    if len(curves) > 1:
        print_bd(bd_table(curves, anchor_curve(curves, anchor), method))
    for sentence in clip.failures:
        print(sentence)


def _summary(clip: ClipResults) -> dict[str, object]:
    """A clip as --json prints it; rd.json has the rest."""
    points = [
        {"curve": point.curve, "setting": point.setting, "bpp": point.bpp, "mean": point.mean, "path": point.path}
        for point in clip.points
    ]
    return {"name": clip.name, "points": points, "failures": clip.failures}
