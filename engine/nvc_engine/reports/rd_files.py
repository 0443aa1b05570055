"""The figures of a comparison as JSON (each curve in CompressAI's shape) and as CSV."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nvc_engine.errors import EngineError
from nvc_engine.protocol import wire
from nvc_engine.quality.measure import METRICS
from nvc_engine.quality.rd import RdCurve, RdPoint, curves_of

FORMAT = "nvc-studio rd 1"


@dataclass(frozen=True)
class ClipResults:
    """What is known of one clip: its points, and sentences on the encodes that failed."""

    name: str
    source: str
    points: tuple[RdPoint, ...]
    failures: tuple[str, ...] = ()

    @property
    def curves(self) -> tuple[RdCurve, ...]:
        return curves_of(self.points)


def rd_json(results: Iterable[ClipResults]) -> str:
    """All figures. Every entry of "curves" has the shape that CompressAI's plotting reads, and our points beside."""
    clips = [
        {
            "name": clip.name,
            "source": clip.source,
            "failures": clip.failures,
            "curves": [_curve(curve) for curve in clip.curves],
        }
        for clip in results
    ]
    return json.dumps({"format": FORMAT, "clips": clips}, indent=1) + "\n"


def read_rd_json(path: Path) -> tuple[ClipResults, ...]:
    """What `rd_json` has written.

    Raises:
        EngineError: the file cannot be read or is none of ours.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        if found["format"] != FORMAT:
            raise ValueError(found["format"])
        return tuple(_clip(clip) for clip in found["clips"])
    except OSError as error:
        raise EngineError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError, wire.WireError) as error:
        raise EngineError(f"{path} holds no figures of a sweep of this version.") from error


COLUMNS = (
    "clip", "curve", "setting", "codec", "preset", "version", "device", "frames", "width", "height", "bytes",
    "video_bytes", "bpp", "kbps", "seconds", *METRICS, "rgb_matrix", "file",
)  # fmt: skip


def rd_csv(results: Iterable[ClipResults]) -> str:
    """A line a point; metrics that were not measured are empty, similarities as they are and not in decibels."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for clip in results:
        for curve in clip.curves:
            for point in curve.points:
                writer.writerow(_row(clip, curve, point))
    return text.getvalue()


def _row(clip: ClipResults, curve: RdCurve, point: RdPoint) -> list[object]:
    scores = [getattr(point.mean, name) for name in METRICS]
    return [
        clip.name, curve.title, point.setting, point.codec, point.preset, point.version, point.device,
        len(point.per_frame), point.width, point.height, point.bytes, sum(point.frame_bytes) or "", point.bpp,
        point.kbps, point.seconds, *("" if score is None else score for score in scores), point.matrix, point.path,
    ]  # fmt: skip


def _curve(curve: RdCurve) -> dict[str, Any]:
    results: dict[str, list[float]] = {
        "bpp": [point.bpp for point in curve.points],
        "kbps": [point.kbps for point in curve.points],
        "encoding-seconds": [point.seconds for point in curve.points],
    }
    for name in METRICS:
        values = [getattr(point.mean, name) for point in curve.points]
        if None not in values:
            results[name.replace("_", "-")] = values
    return {
        "name": curve.title,
        "description": curve.points[0].version,
        "conventional": curve.conventional,
        "results": results,
        "points": [wire.to_plain(point) for point in curve.points],
    }


def _clip(plain: dict[str, Any]) -> ClipResults:
    points = tuple(wire.from_plain(RdPoint, point) for curve in plain["curves"] for point in curve["points"])
    return ClipResults(str(plain["name"]), str(plain["source"]), points, tuple(map(str, plain["failures"])))
