"""Plans beside what encodes took: seconds, bytes of memory at the peak, and of the file, for each codec and preset.

    python tests/benchmarks/plan_and_reality.py CLIP --frames 16 --minutes 0.5

Each preset encodes a quarter and a half of the frames first, from which plans learn (the calibration), then all of
them, whose plan and end stand in the table. What lies further off than 25 % (and a second) is marked. Time is the
encode's own; memory is the worker process's.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nvc_engine.codecs.conventional.codec import ConventionalCodec
from nvc_engine.codecs.registry import encoders

LIMIT = 0.25
PUBLISHED = ("s1", "s2", "s3", "s4", "bunny-", "uvg-", "mcl-", "paper")


def engine(*words: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "nvc_engine", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return json.loads(done.stdout) if done.returncode == 0 else {}


def busy(*words: str) -> tuple[dict, float]:
    """What a verb of the terminal gives, and how many processors its processes had on average."""
    began, used = time.monotonic(), child_seconds()
    found = engine(*words)
    return found, (child_seconds() - used) / (time.monotonic() - began)


def child_seconds() -> float:
    """Of processors, by all children that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=0.5, help="for codecs that train")
    parser.add_argument("--bpp", type=float, default=0.2, help="the rate that all aim at; 0: each its default quality")
    parser.add_argument("--only", default="", help="codec:preset,codec:preset (default: all but published ones)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="nvc-plans-"))
    os.environ["NVC_HOME"] = str(folder / "home")
    outside = 0
    print(f"{'codec':14}{'preset':12}{'seconds':>16}{'MiB':>16}{'bytes':>18}{'processors':>12}")
    for codec, preset, trains in kinds(options.only):
        common = [str(options.clip), "--codec", codec, "--preset", preset, "--device", "cpu", "--json"]
        common += ["--bpp", str(options.bpp)] if options.bpp else []
        common += ["--minutes", str(options.minutes)] if trains else []
        output = str(folder / f"{codec}-{preset}{'.mkv' if not trains and codec not in ('sevc',) else '.nvc'}")
        for part in (4, 2):
            engine("encode", *common, "--frames", f"0:{options.frames // part}", "-o", output, "-y")
        ranged = ["--frames", f"0:{options.frames}"]
        plan = engine("plan", *common, *ranged)
        done, processors = busy("encode", *common, *ranged, "-o", output, "-y")
        if not plan or not done:
            print(f"{codec:14}{preset:12} was not encoded")
            continue
        real = newest(codec, preset)
        pairs = (
            (plan["seconds"], real["seconds"]),
            (plan["peak_memory_bytes"] / 2**20, real["memory"] / 2**20),
            (plan["bytes"] or 0, done["bytes"]),
        )
        outside += sum(not near(*pair) for pair in pairs)
        cells = [f"{planned:.0f} / {took:.0f}{' ' if near(planned, took) else '!'}" for planned, took in pairs]
        print(f"{codec:14}{preset:12}{cells[0]:>16}{cells[1]:>16}{cells[2]:>18}{processors:>12.2f}", flush=True)
    print(f"{outside} outside {LIMIT:.0%} (planned / real, marked by !)")
    return int(outside > 0)


def kinds(only: str) -> list[tuple[str, str, bool]]:
    """(codec, preset, whether it trains): those named, or of conventional ones the middle preset and of the others all
    but the published networks, which want a GPU.

    Raises SystemExit where one that is named does not exist.
    """
    known, usual = {}, []
    for codec in encoders():
        facts = codec.facts()
        presets = [preset.name for preset in facts.presets]
        known |= {f"{facts.name}:{preset}": (facts.name, preset, facts.trains) for preset in presets}
        if isinstance(codec, ConventionalCodec):
            presets = presets[len(presets) // 2 : len(presets) // 2 + 1]
        usual += [(facts.name, preset, facts.trains) for preset in presets if not preset.startswith(PUBLISHED)]
    if not only:
        return usual
    unknown = [name for name in only.split(",") if name not in known]
    if unknown:
        raise SystemExit(f"There is no {', '.join(unknown)}; there are {', '.join(known)}.")
    return [known[name] for name in only.split(",")]


def newest(codec: str, preset: str) -> dict:
    """What the encode that was done last came to."""
    kept = json.loads((Path(os.environ["NVC_HOME"]) / "experience.json").read_text())
    return next(outcomes[-1] for name, outcomes in kept.items() if name.startswith(f"{codec} {preset} "))


def near(planned: float, real: float) -> bool:
    return abs(planned - real) <= max(LIMIT * real, 1.0)


if __name__ == "__main__":
    sys.exit(main())
