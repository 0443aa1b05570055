"""SEVC beside x264, x265 and SVT-AV1 on the same frames, at equal intra periods, measured by the same code.

    python tests/benchmarks/sevc_and_conventional.py CLIP... [--preset light] [--frames 64] [-o FOLDER]

Of each clip the first frames are kept without loss, so that every codec has the same source. Every file is made and
measured by `nvc-engine encode`, which decodes it for that. Rates are those of the file of SEVC and of the coded frames
alone of the others. Prints a table a clip, and what SEVC costs or saves in rate at equal PSNR-RGB against each
(BD-rate); leaves all in a JSON file.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from conventional import METRICS, OTHERS, keep_first, other_points, print_differences, say_point
from doors import engine

INTRA_PERIOD = 32
RATE_POINTS = (0, 21, 42, 63)


def sevc_points(source: Path, folder: Path, preset: str, profile: str) -> list[dict[str, Any]]:
    points = []
    for point in RATE_POINTS:
        target = folder / f"{source.stem}-sevc-{point}.nvc"
        done = engine(
            "encode", str(source), "-o", str(target), "-y", "--codec", "sevc", "--preset", preset,
            "--quality", str(point), "--set", f"intra_period={INTRA_PERIOD}", "--set", f"profile={profile}",
        )  # fmt: skip
        points.append({"setting": f"q {point}", "bpp": done["bpp"], **{name: done[name] for name in METRICS}})
        say_point("SEVC", points[-1])
    return points


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--preset", default="light")
    parser.add_argument("--profile", default="portable", choices=("portable", "fast"))
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("-o", "--output", type=Path, default=Path("sevc_and_conventional"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    found = {}
    for clip in options.clips:
        source = options.output / f"{clip.stem}-first.mkv"
        keep_first(clip, source, options.frames)
        info = engine("info", str(source))
        pixels = int(info["width"] * info["height"] * info["frames"])
        print(f"{clip.stem}, {info['frames']} frames", flush=True)
        period = f"intra_period={INTRA_PERIOD}"
        curves = {"SEVC": sevc_points(source, options.output, options.preset, options.profile)}
        curves |= {name: other_points(source, options.output, name, pixels, period) for name in OTHERS}
        found[clip.stem] = curves
        print_differences("SEVC", curves["SEVC"], {name: curves[name] for name in OTHERS}, "psnr_rgb")
        (options.output / "results.json").write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
