"""The library of points in the plane of rate and distortion: every encode that was finished and measured here."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import nvc_engine
from nvc_engine.codecs.contract import Codec, FileCodec, HasWeights
from nvc_engine.jobs.opening import OpenedOrder
from nvc_engine.jobs.schema import open_database, sentences
from nvc_engine.media.clip import ClipInfo
from nvc_engine.media.fingerprint import fingerprint
from nvc_engine.protocol import places, wire
from nvc_engine.quality.measure import Measurement
from nvc_engine.quality.rd import RdPoint, scores_of

_KEY = ("clip", "first", "stop", "codec", "version", "settings", "device")


class RdLibrary:
    """Points in the studio's database. Every method raises StoreError where it cannot be read or written."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the library at `path` (default: the studio's own), creating or upgrading it where needed."""
        self._path = path or places.database()
        self._database = open_database(self._path)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> "RdLibrary":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, point: RdPoint) -> None:
        """Keep a point; it takes the place of an earlier one of the same encode."""
        words = json.dumps(wire.to_plain(point), separators=(",", ":"))
        marks = ", ".join("?" * (len(_KEY) + 1))
        with sentences(self._path):
            self._database.execute(
                f"INSERT OR REPLACE INTO rd_points ({', '.join(_KEY)}, point) VALUES ({marks})",
                (*(getattr(point, name) for name in _KEY), words),
            )

    def find(self, point: "PointKey") -> RdPoint | None:
        """The point of an encode, where it has been made before."""
        wanted = " AND ".join(f"{name} = ?" for name in _KEY)
        with sentences(self._path):
            row = self._database.execute(
                f"SELECT point FROM rd_points WHERE {wanted}", tuple(getattr(point, name) for name in _KEY)
            ).fetchone()
        return _point(row["point"]) if row is not None else None

    def of_clip(self, clip: str) -> tuple[RdPoint, ...]:
        """All points of a clip with this fingerprint, the oldest first."""
        with sentences(self._path):
            asked = "SELECT point FROM rd_points WHERE clip = ? ORDER BY rowid"
            rows = self._database.execute(asked, (clip,)).fetchall()
        return tuple(point for row in rows if (point := _point(row["point"])) is not None)


class PointKey:
    """What an encode is known again by, before any of it is done."""

    def __init__(self, opened: OpenedOrder, clip: str = "") -> None:
        """`clip` is the source's fingerprint, where the caller knows it.

        Raises:
            ClipError: the source cannot be read.
        """
        request, order, codec = opened.request, opened.order, opened.codec
        self.clip = clip or fingerprint(Path(request.source), request.raw)
        self.first, self.stop = order.first, order.stop
        self.codec = request.codec
        self.version = version_of(codec, order.preset)
        self.device = order.device
        resolved = asdict(order.settings)
        _, of_preset = codec.settings(order.preset, {}, opened.clip.info, None)
        asked = {
            "preset": order.preset,
            "settings": resolved,
            "chosen": sorted(name for name, value in asdict(of_preset).items() if resolved[name] != value),
            "goal": None if order.goal is None else [order.goal.kind.value, float(order.goal.value)],
            "minutes": None if order.minutes is None else float(order.minutes),
            "epochs": order.epochs,
            "seed": order.seed,
        }
        self.settings = json.dumps(asked, sort_keys=True, separators=(",", ":"))

    def point(self, opened: OpenedOrder, found: Measurement, test: ClipInfo, seconds: float) -> RdPoint:
        """The point of the encode, whose finished file is `test`."""
        return RdPoint(
            clip=self.clip,
            clip_name=Path(opened.request.source).name,
            first=self.first,
            stop=self.stop,
            codec=self.codec,
            preset=opened.order.preset,
            version=self.version,
            conventional=isinstance(opened.codec, FileCodec),
            settings=self.settings,
            device=self.device,
            path=str(test.path),
            bytes=test.byte_count,
            seconds=seconds,
            created=time.time(),
            frame_bytes=test.frame_bytes,
            **scores_of(found),
        )


def version_of(codec: Codec | FileCodec, preset: str) -> str:
    """What of an encoder decides about its files, as far as it has a number."""
    what = codec.version if isinstance(codec, FileCodec) else f"bitstream {codec.bitstream_version}"
    if isinstance(codec, HasWeights) and (weights := codec.weights(preset)):
        what += f", weights {weights}"
    return f"{what}, nvc-studio {nvc_engine.__version__}"


def _point(text: str) -> RdPoint | None:
    """A stored point; None where no version of ours can have written it."""
    try:
        return wire.from_plain(RdPoint, json.loads(text))
    except (wire.WireError, ValueError):
        return None
