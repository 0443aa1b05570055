"""Curves that papers report, as files of CompressAI's shape with their source, to be laid beside ours."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nvc_engine
from nvc_engine.comparing.metrics import METRIC_TITLES, SIMILARITIES, metric_of, similarity, similarity_db
from nvc_engine.errors import EngineError, UsageError

_PEAK_SIMILARITY = 1.0


@dataclass(frozen=True)
class PublishedCurve:
    """What a paper reports; `points` are (bits per pixel, quality) for each metric that it has."""

    title: str
    source: str
    points: dict[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)

    def levels(self, axis: str) -> tuple[tuple[float, float], ...]:
        """(bits per pixel, quality) on the scale of an axis; () where the paper has none."""
        found = self.points.get(metric_of(axis), ())
        return found if axis in METRIC_TITLES else tuple((rate, similarity(level)) for rate, level in found)


def anchor_sets() -> dict[str, Path]:
    """The sets that come with the studio: name -> folder of files."""
    package = Path(nvc_engine.__file__).parent
    roots = (root / "resources" / "anchors" for root in (package.parents[1], package.parent / "nvc_studio"))
    return {folder.name: folder for root in roots if root.is_dir() for folder in sorted(root.iterdir())}


def anchors(name: str) -> tuple[PublishedCurve, ...]:
    """The curves of one set, or the one of a file of CompressAI's shape that is named with its suffix.

    Raises:
        UsageError: there is no such set.
        EngineError: the file cannot be read or is of another shape.
    """
    if name.endswith(".json"):
        return (read_published(Path(name)),)
    sets = anchor_sets()
    if name not in sets:
        known = ", ".join(sets)
        raise UsageError(f"There are no published figures '{name}'; there are {known}, and files NAME.json.")
    return tuple(read_published(path) for path in sorted(sets[name].glob("*.json")))


def read_published(path: Path) -> PublishedCurve:
    """A curve from a file as CompressAI's tools write it: {"name", "description", "results": {"bpp": [...], ...}}.

    Raises:
        EngineError: the file cannot be read or is of another shape.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        return published(found, path.stem)
    except OSError as error:
        raise EngineError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineError(f"{path} holds no curve of the shape that CompressAI's tools write.") from error


def published(found: dict[str, Any], name: str) -> PublishedCurve:
    """A curve of CompressAI's shape. Raises ValueError, KeyError or TypeError where it is none."""
    results = found["results"]
    rates = [float(rate) for rate in results["bpp"]]
    points = {}
    for key, values in results.items():
        metric = key.replace("-", "_")
        if metric in METRIC_TITLES:
            levels = [_on_scale(metric, float(value)) for value in values]
            points[metric] = tuple(sorted(zip(rates, levels, strict=True)))
    return PublishedCurve(str(found.get("name", name)), str(found.get("source", found.get("description", ""))), points)


def _on_scale(metric: str, value: float) -> float:
    """Similarities as decibels, unless the file has them so already."""
    return similarity_db(value) if metric in SIMILARITIES and value <= _PEAK_SIMILARITY else value
