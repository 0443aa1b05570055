"""A codec that fits each clip beside x264, x265 and SVT-AV1 on the same frames, measured by the same code.

    python tests/benchmarks/fitted_and_conventional.py CLIP... [--codec nvrc] [--preset motion] [--minutes 5]
        [--goal quality] [--points 34,40,46,53] [--frames 132] [--tune] [--known results.json] [-o FOLDER]

Of each clip the first frames are kept without loss, so that every codec has the same source. Every file is made and
measured by `nvc-engine encode`, which decodes it for that; decoding is then timed by itself. Rates are those of the
file of the fitted codec and of the coded frames alone of the others, which run as they do by themselves, or with --tune
for PSNR. Curves of a clip that --known has, from a run over the same frames, are not measured again; a fitted codec's
among them stands beside this one's like the others. Prints a table a clip, and what the codec costs or saves in rate
against each (BD-rate); leaves all in a JSON file.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

from conventional import METRICS, OTHERS, keep_first, other_points, print_differences, say_point
from doors import engine

from nvc_engine.codecs.sources import open_source

TUNED = ("x264 veryslow", "x265 veryslow")
USUAL = {"nvrc": ("motion", "quality", "34,40,46,53"), "mvc": ("", "bpp", "0.006,0.015,0.04")}
"""Codec -> preset (empty: the one that fits the goal), goal, points."""

Curve = list[dict[str, Any]]


def decoding_fps(path: Path) -> float:
    """Frames a second of reading a whole file."""
    clip = open_source(path)
    began = time.perf_counter()
    count = sum(1 for _ in clip.pictures())
    clip.close()
    return count / (time.perf_counter() - began)


def fitted_points(source: Path, folder: Path, options: argparse.Namespace) -> Curve:
    preset, goal, points = USUAL[options.codec]
    preset, goal = options.preset or preset, options.goal or goal
    curve = []
    for point in (options.points or points).split(","):
        target = folder / f"{source.stem}-{options.codec}-{point}.nvc"
        done = engine(
            "encode", str(source), "-o", str(target), "-y", "--codec", options.codec,
            *(("--preset", preset) if preset else ()), f"--{goal}", point, "--minutes", options.minutes,
        )  # fmt: skip
        made = {name: done[name] for name in ("bpp", *METRICS, "seconds")}
        curve.append({"setting": f"{goal[0]} {point}", **made, "decoding_fps": decoding_fps(target)})
        say_point(options.codec.upper(), curve[-1])
        print(f"{'':20} made in {done['seconds']:.0f} s, decodes at {curve[-1]['decoding_fps']:.1f} fps", flush=True)
    return curve


def curves_of(source: Path, options: argparse.Namespace, known: dict[str, Curve]) -> dict[str, Curve]:
    """Every codec's points on one clip; the fitted one's come first."""
    info = engine("info", str(source))
    pixels = int(info["width"] * info["height"] * info["frames"])
    print(f"{source.stem}, {info['frames']} frames", flush=True)
    curves = {options.codec.upper(): fitted_points(source, options.output, options), **known}
    for name in OTHERS:
        if name not in known:
            tuned = ("tune=psnr",) if options.tune and name in TUNED else ()
            curves[name] = other_points(source, options.output, name, pixels, *tuned)
    return curves


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--codec", default="nvrc", choices=tuple(USUAL))
    parser.add_argument("--preset", help="default: motion of NVRC, of MVC what fits the goal")
    parser.add_argument("--minutes", default="5")
    parser.add_argument("--goal", choices=("quality", "bpp", "psnr"), help="default: quality of NVRC, bpp of MVC")
    parser.add_argument("--points", help="values of the goal, with commas between them")
    parser.add_argument("--frames", type=int, default=132)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--known", type=Path, help="results.json of another run over the same frames")
    parser.add_argument("-o", "--output", type=Path, default=Path("fitted_and_conventional"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    known = json.loads(options.known.read_text("utf-8")) if options.known else {}
    found = {}
    for clip in options.clips:
        source = options.output / f"{clip.stem}-first.mkv"
        keep_first(clip, source, options.frames)
        curves = curves_of(source, options, known.get(clip.stem, {}))
        found[clip.stem] = curves
        own = options.codec.upper()
        others = {name: curve for name, curve in curves.items() if name != own}
        for metric in ("psnr_yuv", "psnr_rgb", "ms_ssim"):
            print_differences(own, curves[own], others, metric)
        (options.output / "results.json").write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
