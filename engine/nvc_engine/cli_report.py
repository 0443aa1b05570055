"""`report`: everything that the library knows of clips, drawn and compared; and what `sweep` leaves at its end."""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from nvc_engine.cli_compare import print_bd
from nvc_engine.cli_printing import print_json, say
from nvc_engine.comparing.bd_rate import Method
from nvc_engine.comparing.bd_table import anchor_curve, bd_table
from nvc_engine.comparing.published import anchors
from nvc_engine.errors import EngineError, UsageError
from nvc_engine.jobs.library import RdLibrary
from nvc_engine.media.fingerprint import fingerprint
from nvc_engine.quality.rd import RdPoint
from nvc_engine.reports.rd_files import ClipResults
from nvc_engine.reports.writing import REPORT, write_all


def report(options: argparse.Namespace) -> int:
    """Write figures, charts and the report of what has been encoded before; nothing is encoded."""
    results = []
    with RdLibrary() as library:
        for name, source in named(options.inputs):
            points = library.of_clip(fingerprint(source, options.raw))
            results.append(ClipResults(name, str(source.absolute()), _comparable(name, points, options.frames)))
    make_folder(options.output)
    write_report(options, results)
    return 0


def write_report(options: argparse.Namespace, results: Sequence[ClipResults]) -> None:
    """Write everything into the folder `options.output` and print what it shows."""
    say("drawing charts and the report")
    method = Method(options.method)
    published = anchors(options.anchors) if options.anchors else ()
    written = write_all(
        options.output, results, anchor=options.anchor, method=method, published=published, dpi=options.dpi
    )
    if options.json:
        print_json({"files": [str(path) for path in written], "clips": [_summary(clip) for clip in results]})
        return
    for clip in results:
        print(clip.name)
        curves = clip.curves
        if len(curves) > 1:
            print_bd(bd_table(curves, anchor_curve(curves, options.anchor), method))
        for sentence in clip.failures:
            print(sentence)
    print(options.output / REPORT)


def named(inputs: Sequence[Path]) -> list[tuple[str, Path]]:
    """Clips by their names; those whose names repeat get a number.

    Raises:
        EngineError: one of them is not there.
    """
    for path in inputs:
        if not path.exists():
            raise EngineError(f"There is no file or folder {path}.")
    stems = [path.stem for path in inputs]
    numbered = [f"{stem} ({stems[:number].count(stem) + 1})" for number, stem in enumerate(stems)]
    names = [stem if stems.count(stem) == 1 else other for stem, other in zip(stems, numbered, strict=True)]
    return list(zip(names, inputs, strict=True))


def make_folder(folder: Path) -> None:
    """Make the folder of a report where it is not there. Raises EngineError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error


def _comparable(name: str, points: Sequence[RdPoint], frames: tuple[int | None, int | None]) -> tuple[RdPoint, ...]:
    """The points of one range of frames, the one that is asked for or else that of most points; of each encode that was
    made by several versions the newest.

    Raises:
        UsageError: there is none.
    """
    first, stop = frames
    asked = [
        point for point in points if (first is None or point.first == first) and (stop is None or point.stop == stop)
    ]
    if not asked:
        ranges = ", ".join(sorted({f"{point.first}:{point.stop}" for point in points})) or "none at all"
        raise UsageError(f"The library has no encode of these frames of {name}; it has {ranges}.")
    ((of_most, _),) = Counter((point.first, point.stop) for point in asked).most_common(1)
    kept = [point for point in asked if (point.first, point.stop) == of_most]
    if len(kept) < len(asked):
        say(f"{name}: {len(asked) - len(kept)} encodes of other frames are left out; --frames chooses")
    newest = {(point.curve, point.setting, point.device): point for point in kept}
    return tuple(newest.values())


def _summary(clip: ClipResults) -> dict[str, object]:
    """A clip as --json prints it; rd.json has the rest."""
    points = [
        {"curve": point.curve, "setting": point.setting, "bpp": point.bpp, "mean": point.mean, "path": point.path}
        for point in clip.points
    ]
    return {"name": clip.name, "points": points, "failures": clip.failures}
