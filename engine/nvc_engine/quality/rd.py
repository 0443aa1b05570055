"""Points in the plane of rate and distortion that were measured here, and the curves that they make."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nvc_engine.comparing.metrics import metric_of, on_scale
from nvc_engine.quality.measure import Measurement, Scores

_RATE_CONTROL = "rate_control"
_EFFORT = ("minutes", "epochs")


@dataclass(frozen=True)
class RdPoint:
    """One finished encode and all that was measured on its file.

    Attributes:
        clip: fingerprint of the source; `clip_name` is what its file was called.
        first, stop: the frames of the source that were encoded.
        version: of the encoder, and of the libraries that drive it.
        conventional: whether it is no learned codec.
        settings: everything that was asked, as canonical JSON; with it the same encode is known again.
        path: of the file; it may be gone.
        seconds: what the encode took on `device`.
        created: seconds since 1970.
        frame_bytes: coded bytes of each frame, or ().
        matrix: by which PSNR-RGB was taken.
    """

    clip: str
    clip_name: str
    first: int
    stop: int
    codec: str
    preset: str
    version: str
    conventional: bool
    settings: str
    device: str
    path: str
    bytes: int
    seconds: float
    created: float
    width: int
    height: int
    bpp: float
    kbps: float
    mean: Scores
    per_frame: tuple[Scores, ...]
    frame_bytes: tuple[int, ...] = ()
    matrix: str = ""
    notes: tuple[str, ...] = ()

    @property
    def asked(self) -> dict[str, Any]:
        """The settings as an object."""
        found: dict[str, Any] = json.loads(self.settings)
        return found

    @property
    def curve(self) -> str:
        """Name of the curve that the point belongs to: codec, preset, and what else was chosen by hand."""
        asked = self.asked
        chosen = [name for name in asked["chosen"] if name != _RATE_CONTROL]
        words = [self.codec, self.preset, *(f"{name}={asked['settings'][name]}" for name in chosen)]
        words += [f"{asked[name]:g} {name}" for name in _EFFORT if asked[name] is not None]
        return " ".join(word for word in words if word)

    @property
    def setting(self) -> str:
        """What sets the point apart on its curve, such as "crf 28" or "0.1 bpp"."""
        asked = self.asked
        if asked["goal"] is None:
            return "default"
        kind, value = asked["goal"]
        quality = asked["settings"].get(_RATE_CONTROL, "q")
        unit = {"bpp": "bpp", "bitrate": "kb/s", "size": "bytes", "psnr": "dB"}.get(kind, kind)
        return f"{quality} {value:g}" if kind == "quality" else f"{value:g} {unit}"


@dataclass(frozen=True)
class RdCurve:
    """Points of one codec on one clip, rising in rate."""

    title: str
    points: tuple[RdPoint, ...]

    @property
    def conventional(self) -> bool:
        return all(point.conventional for point in self.points)

    def levels(self, metric: str, *, per_second: bool = False) -> list[tuple[float, float]]:
        """(rate, quality) of every point that has the metric; rate in bits per pixel, or in kb/s."""
        found = []
        for point in self.points:
            value = level(point.mean, metric)
            if value is not None:
                found.append((point.kbps if per_second else point.bpp, value))
        return found


def level(scores: Scores, axis: str) -> float | None:
    """A metric on the scale of an axis (see `comparing.metrics`); None where it was not measured."""
    value: float | None = getattr(scores, metric_of(axis))
    return None if value is None else on_scale(axis, value)


def curves_of(points: Iterable[RdPoint]) -> tuple[RdCurve, ...]:
    """The points of one clip as curves, learned codecs first, each in the order in which its codec first comes."""
    groups: dict[str, list[RdPoint]] = {}
    for point in points:
        groups.setdefault(point.curve, []).append(point)
    curves = [RdCurve(title, tuple(sorted(group, key=lambda each: each.bpp))) for title, group in groups.items()]
    return tuple(sorted(curves, key=lambda curve: curve.conventional))


def scores_of(found: Measurement) -> dict[str, Any]:
    """The parts of an `RdPoint` that a measurement gives."""
    return {
        "width": found.width,
        "height": found.height,
        "bpp": found.bpp,
        "kbps": found.kbps,
        "mean": found.mean,
        "per_frame": found.per_frame,
        "matrix": found.matrix,
        "notes": found.notes,
    }
