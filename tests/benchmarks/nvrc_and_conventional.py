"""NVRC beside x264, x265 and SVT-AV1 on the same frames, measured by the same code.

    python tests/benchmarks/nvrc_and_conventional.py CLIP... [--preset motion] [--minutes 5] [--qualities 34,40,46,53]
        [--frames 132] [--tune] [-o FOLDER]

Of each clip the first frames are kept without loss, so that every codec has the same source. Every file is made and
measured by `nvc-engine encode`, which decodes it for that; decoding is then timed by itself. Rates are those of the
file of NVRC and of the coded frames alone of the others, which run as they do by themselves, or with --tune for PSNR.
Prints a table a clip, and what NVRC costs or saves in rate against each (BD-rate); leaves all in a JSON file.
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


def decoding_fps(path: Path) -> float:
    """Frames a second of reading a whole file."""
    clip = open_source(path)
    began = time.perf_counter()
    count = sum(1 for _ in clip.pictures())
    clip.close()
    return count / (time.perf_counter() - began)


def nvrc_points(source: Path, folder: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    points = []
    for quality in options.qualities.split(","):
        target = folder / f"{source.stem}-nvrc-{quality}.nvc"
        done = engine(
            "encode", str(source), "-o", str(target), "-y", "--codec", "nvrc", "--preset", options.preset,
            "--quality", quality, "--minutes", options.minutes,
        )  # fmt: skip
        point = {"setting": f"q {quality}", "bpp": done["bpp"], **{name: done[name] for name in METRICS}}
        points.append({**point, "seconds": done["seconds"], "decoding_fps": decoding_fps(target)})
        say_point("NVRC", points[-1])
        print(f"{'':20} made in {done['seconds']:.0f} s, decodes at {points[-1]['decoding_fps']:.1f} fps", flush=True)
    return points


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--preset", default="motion")
    parser.add_argument("--minutes", default="5")
    parser.add_argument("--qualities", default="34,40,46,53")
    parser.add_argument("--frames", type=int, default=132)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("-o", "--output", type=Path, default=Path("nvrc_and_conventional"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    found = {}
    for clip in options.clips:
        source = options.output / f"{clip.stem}-first.mkv"
        keep_first(clip, source, options.frames)
        info = engine("info", str(source))
        pixels = int(info["width"] * info["height"] * info["frames"])
        print(f"{clip.stem}, {info['frames']} frames", flush=True)
        tuned = ("tune=psnr",) if options.tune else ()
        others = {
            name: other_points(source, options.output, name, pixels, *(tuned if name in TUNED else ()))
            for name in OTHERS
        }
        points = nvrc_points(source, options.output, options)
        found[clip.stem] = {"NVRC": points, **others}
        for metric in ("psnr_yuv", "psnr_rgb", "ms_ssim"):
            print_differences("NVRC", points, others, metric)
        (options.output / "results.json").write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
