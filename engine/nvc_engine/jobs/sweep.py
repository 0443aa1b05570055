"""A grid of encodes: which orders make it up, and which of them are points of the library already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nvc_engine.codecs import registry
from nvc_engine.codecs.contract import FileCodec
from nvc_engine.errors import UsageError
from nvc_engine.jobs.library import PointKey
from nvc_engine.jobs.opening import open_order
from nvc_engine.protocol.messages import CodecFacts, Goal, GoalKind, JobFacts, JobRequest, JobState, RawSpec

MOST_POINTS = 16
_UNFINISHED = (JobState.WAITING, JobState.PAUSED, JobState.INTERRUPTED, JobState.FAILED, JobState.RUNNING)


@dataclass(frozen=True)
class Contender:
    """A codec that takes part, with one of its presets ("": the one that fits)."""

    codec: str
    preset: str = ""


@dataclass(frozen=True)
class Grid:
    """What is asked of a sweep.

    Attributes:
        points: encodes a codec and clip, where no rates are named.
        bpp: rates that every codec aims at; () leaves the choice to the codecs (see `goals`).
        intra_period: for every codec that has such a setting; 0 leaves it alone.
    """

    contenders: tuple[Contender, ...]
    folder: Path
    points: int = 4
    bpp: tuple[float, ...] = ()
    minutes: float | None = None
    first: int | None = None
    stop: int | None = None
    intra_period: int = 0
    seed: int = 0
    device: str = "auto"
    raw: RawSpec | None = None

    @property
    def size(self) -> int:
        """How many encodes a clip takes."""
        return len(self.contenders) * (len(self.bpp) or self.points)

    def ordered(self) -> tuple[Contender, ...]:
        """Conventional encoders first: they are quick, and their rates are what the others aim at."""
        return tuple(sorted(self.contenders, key=lambda each: not _is_conventional(each.codec)))


def contenders(text: str) -> tuple[Contender, ...]:
    """What "nvrc,x265:veryslow" names.

    Raises:
        UsageError: there is no such codec, or one stands there twice.
    """
    found = []
    for word in text.split(","):
        name, _, preset = word.strip().partition(":")
        registry.encoder(name)
        found.append(Contender(name, preset))
    if len(set(found)) != len(found):
        raise UsageError(f"'{text}' names a codec and preset twice.")
    return tuple(found)


def goals(grid: Grid, contender: Contender, rates: Sequence[float]) -> tuple[Goal, ...]:
    """What one codec is to aim at on one clip.

    The rates that were named; else a conventional encoder's own ladder of quality steps; else, of a codec that is
    fitted to the clip, the `rates`, in bits per pixel, that the first conventional encoder has reached, so that curves
    lie above the same rates; else the codec's own range of quality steps, evenly divided: what was learned for a range
    of rates reaches no others.
    """
    if grid.bpp:
        return tuple(Goal(GoalKind.BPP, rate) for rate in grid.bpp)
    codec = registry.encoder(contender.codec)
    if isinstance(codec, FileCodec):
        return tuple(Goal(GoalKind.QUALITY, step) for step in _divided(*codec.ladder, grid.points))
    facts = codec.facts()
    if rates and facts.trains:
        return tuple(Goal(GoalKind.BPP, float(f"{rate:.3g}")) for rate in rates)
    steps = _divided(facts.quality_minimum, facts.quality_maximum, grid.points)
    return tuple(Goal(GoalKind.QUALITY, step) for step in steps)


def request_of(grid: Grid, contender: Contender, source: Path, goal: Goal) -> JobRequest:
    """The order of one encode, into the sweep's folder; a file of that name there is one of its own."""
    codec = registry.encoder(contender.codec)
    facts = codec.facts()
    has_period = any(setting.name == "intra_period" for setting in facts.settings)
    suffix = codec.suffixes[0] if isinstance(codec, FileCodec) else ".nvc"
    name = f"{source.stem}.{contender.codec}.{contender.preset or 'auto'}.{_words(goal)}{_effort(grid, facts)}{suffix}"
    return JobRequest(
        source=str(source.absolute()),
        output=str(grid.folder.absolute() / re.sub(r"[^\w.-]+", "_", name)),
        codec=contender.codec,
        preset=contender.preset,
        settings={"intra_period": grid.intra_period} if grid.intra_period and has_period else {},
        goal=goal,
        minutes=grid.minutes if facts.trains else None,
        first=grid.first,
        stop=grid.stop,
        seed=grid.seed,
        device=grid.device,
        overwrite=True,
        raw=grid.raw,
    )


def key_of(request: JobRequest, clip: str) -> PointKey:
    """By what the library knows the encode; `clip` is the source's fingerprint.

    Raises:
        EngineError: the order asks for something that there is not, or the source cannot be opened.
    """
    opened = open_order(request)
    opened.clip.close()
    return PointKey(opened, clip)


def left_job(jobs: Sequence[JobFacts], request: JobRequest) -> str | None:
    """The newest job of this order that has not come to its end."""
    found = [job for job in jobs if job.request == request and job.state in _UNFINISHED]
    return max(found, key=lambda job: job.created).id if found else None


def _is_conventional(name: str) -> bool:
    return isinstance(registry.encoder(name), FileCodec)


def _divided(first: float, last: float, points: int) -> tuple[float, ...]:
    """Whole quality steps from `first` to `last`, evenly spaced."""
    if points == 1:
        return (float(round((first + last) / 2)),)
    steps = (round(first + (last - first) * number / (points - 1)) for number in range(points))
    return tuple(float(step) for step in dict.fromkeys(steps))


def _words(goal: Goal) -> str:
    return f"q{goal.value:g}" if goal.kind is GoalKind.QUALITY else f"{goal.value:g}{goal.kind.value}"


def _effort(grid: Grid, facts: CodecFacts) -> str:
    return f".{grid.minutes:g}min" if facts.trains and grid.minutes is not None else ""
