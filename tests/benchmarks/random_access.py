"""What it costs to reach a frame of a `.nvc`: the first one, any one, the next one, and a stretch of them.

    python tests/benchmarks/random_access.py CLIP.nvc [--seeks 100] [--seed 0] [--device cpu] [--json]
    python tests/benchmarks/random_access.py CLIP [--minutes 1] ...     (encodes CLIP first, in a process of its own)

All in this one process, whose first picture is the first that is timed, so its ratios can be compared between machines
where its milliseconds cannot. Frames are taken by `pictures(start, stop)`, which keeps none. Exit status 1 where a
frame that was sought is another picture than the same frame in order.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from nvc_engine.bitstream.container import is_nvc
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.media.picture import Picture

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

LENGTHS = (1, 2, 4, 8, 16, 32)
STRETCHES = 7
OPENINGS = 5


@dataclass(frozen=True)
class Spread:
    """Milliseconds of several runs of the same work."""

    median: float
    mean: float
    largest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        values = [1000 * each for each in seconds]
        return cls(statistics.median(values), statistics.mean(values), max(values))


@dataclass(frozen=True)
class Access:
    """The cost of access. Times are of one frame unless said otherwise, in milliseconds.

    Attributes:
        first_picture: opening the file up to its first picture in memory, the first time in this process.
        opened_at: the same again, by a new clip each time, for the first, middle and last frame of the longest unit.
        in_order: the whole clip from front to back, without the first frame of each unit.
        unit_starts: the first frame of each unit, its parameters decoded.
        sought: single frames in random order; `sought_near` those of them whose unit was still at hand.
        stretches: by length n, `pictures(k, k + n)` within a unit over n times the single frames of the same places.
        peak_megabytes: of the process; `imported_megabytes` before the file was opened.
        same_pictures: whether every frame sought was the one of the same number in order.
    """

    file: str
    frames: int
    units: int
    width: int
    height: int
    first_picture: float
    opened_at: dict[str, Spread]
    in_order: Spread
    unit_starts: Spread
    sought: Spread
    sought_near: Spread
    stretches: dict[int, float]
    imported_megabytes: float | None
    peak_megabytes: float | None
    same_pictures: bool

    @property
    def ratios(self) -> dict[str, float]:
        start = self.opened_at["first"].median
        return {
            "a frame sought within a unit / one in order": self.sought_near.median / self.in_order.median,
            "a frame sought anywhere / one in order (mean)": self.sought.mean / self.in_order.mean,
            "opening at the middle of a unit / at its start": self.opened_at["middle"].median / start,
            "opening at the end of a unit / at its start": self.opened_at["last"].median / start,
            **{f"{length} frames in one / {length} single ones": ratio for length, ratio in self.stretches.items()},
        }


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def megabytes() -> float | None:
    """The largest memory of this process so far."""
    if resource is None:
        return None
    largest = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return largest / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def fingerprint(picture: Picture) -> int:
    crc = 0
    for plane in (picture.y, picture.u, picture.v):
        crc = zlib.crc32(plane.tobytes(), crc)
    return crc


def take(clip: NvcClip, start: int, stop: int) -> None:
    """Decode frames `start`..`stop` and keep none."""
    for _ in clip.pictures(start, stop):
        pass


def picture_at(clip: NvcClip, frame: int) -> Picture:
    return next(clip.pictures(frame, frame + 1))


def opened_at(path: Path, frame: int, device: str) -> None:
    clip = NvcClip.open(path, device)
    picture_at(clip, frame)
    clip.close()


def play(clip: NvcClip) -> tuple[list[int], list[float]]:
    """Fingerprint and seconds of every frame, from front to back."""
    prints, seconds = [], []
    pictures = clip.pictures()
    for _ in range(clip.info.frame_count):
        start = time.perf_counter()
        picture = next(pictures)
        seconds.append(time.perf_counter() - start)
        prints.append(fingerprint(picture))
    return prints, seconds


def stretch_ratio(clip: NvcClip, unit: tuple[int, int], length: int, chance: random.Random) -> float:
    """`length` frames in one go over the same frames one by one, in random order; the median of several places."""
    ratios: list[float] = []
    for _ in range(STRETCHES):
        start = chance.randint(unit[0], unit[1] - length)
        singles = chance.sample(range(start, start + length), length)
        together = timed(partial(take, clip, start, start + length))
        ratios.append(together / sum(timed(partial(picture_at, clip, frame)) for frame in singles))
    return statistics.median(ratios)


def measure(path: Path, seeks: int, seed: int, device: str) -> Access:
    chance = random.Random(seed)
    imported = megabytes()
    start = time.perf_counter()
    clip = NvcClip.open(path, device)
    picture_at(clip, 0)
    first_picture = time.perf_counter() - start

    info = clip.info
    longest = max(info.units, key=lambda unit: unit[1] - unit[0])
    places = {"first": longest[0], "middle": sum(longest) // 2, "last": longest[1] - 1}
    openings: dict[str, list[float]] = {name: [] for name in places}
    for _ in range(OPENINGS):
        for name, frame in places.items():
            openings[name].append(timed(partial(opened_at, path, frame, device)))

    prints, in_order = play(clip)
    starts = {unit[0] for unit in info.units}
    same = True
    sought: list[float] = []
    near: list[float] = []
    last_unit = clip.info.units[-1]
    for frame in (chance.randrange(info.frame_count) for _ in range(seeks)):
        unit = next(each for each in info.units if each[0] <= frame < each[1])
        start = time.perf_counter()
        picture = picture_at(clip, frame)
        sought.append(time.perf_counter() - start)
        if unit == last_unit:
            near.append(sought[-1])
        last_unit = unit
        same = same and fingerprint(picture) == prints[frame]

    picture_at(clip, longest[0])
    lengths = [length for length in LENGTHS if length <= longest[1] - longest[0]]
    stretches = {length: stretch_ratio(clip, longest, length, chance) for length in lengths}
    clip.close()
    return Access(
        file=str(path),
        frames=info.frame_count,
        units=len(info.units),
        width=info.width,
        height=info.height,
        first_picture=1000 * first_picture,
        opened_at={name: Spread.of(seconds) for name, seconds in openings.items()},
        in_order=Spread.of([seconds for frame, seconds in enumerate(in_order) if frame not in starts] or in_order),
        unit_starts=Spread.of([in_order[frame] for frame in sorted(starts)]),
        sought=Spread.of(sought),
        sought_near=Spread.of(near or sought),
        stretches=stretches,
        imported_megabytes=imported,
        peak_megabytes=megabytes(),
        same_pictures=same,
    )


def print_table(access: Access) -> None:
    print(f"{access.file}: {access.frames} frames of {access.width}x{access.height} in {access.units} units")
    rows = [
        ("in order", access.in_order),
        ("first frame of a unit", access.unit_starts),
        ("sought, unit at hand", access.sought_near),
        ("sought, anywhere", access.sought),
        *((f"opened at its unit's {name} frame", spread) for name, spread in access.opened_at.items()),
    ]
    print(f"{'':34}   median     mean  largest  (ms)")
    print(f"{'opened, the first time':34} {access.first_picture:8.2f}")
    for name, spread in rows:
        print(f"{name:34} {spread.median:8.2f} {spread.mean:8.2f} {spread.largest:8.2f}")
    for name, ratio in access.ratios.items():
        print(f"{name:50} {ratio:6.2f}")
    if access.peak_megabytes is not None and access.imported_megabytes is not None:
        print(f"peak memory {access.peak_megabytes:.0f} MB, of it {access.imported_megabytes:.0f} MB before opening")
    print(
        "every frame sought is the one in order" if access.same_pictures else "FRAMES SOUGHT DIFFER FROM THOSE IN ORDER"
    )


def encoded(clip: Path, minutes: float, folder: Path) -> Path:
    """The clip as a `.nvc` in `folder`."""
    target = folder / f"{clip.stem}.nvc"
    command = [sys.executable, "-m", "nvc_engine", "encode", str(clip), "-o", str(target), "--minutes", str(minutes)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seeks", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.clip if is_nvc(options.clip) else encoded(options.clip, options.minutes, Path(folder))
        access = measure(path, options.seeks, options.seed, options.device)
    if options.json:
        print(json.dumps({**asdict(access), "ratios": access.ratios}, indent=1))
    else:
        print_table(access)
    return 0 if access.same_pictures else 1


if __name__ == "__main__":
    sys.exit(main())
