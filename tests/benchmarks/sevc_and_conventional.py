"""SEVC beside x264, x265 and SVT-AV1 on the same frames, at equal intra periods, measured by the same code.

    python tests/benchmarks/sevc_and_conventional.py CLIP... [--preset light] [--frames 64] [-o FOLDER]

Of each clip the first frames are kept without loss, so that every codec has the same source. Every file is measured
by `nvc-engine measure`, or by the encode's own report, which decodes the file likewise. Rates are those of the file of
SEVC and of the video packets of the others. Prints a table a clip, and what SEVC costs or saves in rate at equal
PSNR-RGB against each (Bjontegaard's mean difference, by monotone cubic interpolation); leaves all in a JSON file.
"""

import argparse
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from nvc_engine.media.opening import open_video

INTRA_PERIOD = 32
RATE_POINTS = (0, 21, 42, 63)
METRICS = ("psnr_rgb", "psnr_yuv", "psnr_y", "ms_ssim")
OTHERS: dict[str, tuple[str, tuple[int, ...], dict[str, str]]] = {
    "x264 veryslow": ("libx264", (26, 32, 38, 44, 51), {"preset": "veryslow", "g": str(INTRA_PERIOD)}),
    "x265 veryslow": (
        "libx265",
        (26, 32, 38, 44, 51),
        {"preset": "veryslow", "x265-params": f"keyint={INTRA_PERIOD}:log-level=error"},
    ),
    "SVT-AV1 preset 4": ("libsvtav1", (35, 45, 53, 59, 63), {"preset": "4", "g": str(INTRA_PERIOD)}),
}
_LEAST_OVERLAP_DB = 0.5

Floats = NDArray[np.float64]


def engine(*arguments: str) -> dict[str, Any]:
    """What a verb of the terminal prints with --json."""
    done = subprocess.run(
        [sys.executable, "-m", "nvc_engine", *arguments, "--json"], stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def keep_first(clip: Path, target: Path, frames: int) -> None:
    """The first frames of a clip, without loss."""
    source = open_video(clip)
    rate = Fraction(source.info.rate)
    with av.open(str(clip)) as original, av.open(str(target), "w") as container:
        inward = original.streams.video[0]
        stream = container.add_stream("ffv1", rate=rate)
        context, like = stream.codec_context, inward.codec_context
        stream.width, stream.height, stream.pix_fmt = source.info.width, source.info.height, like.pix_fmt or "yuv420p"
        context.colorspace, context.color_range = like.colorspace, like.color_range
        context.color_primaries, context.color_trc = like.color_primaries, like.color_trc
        for number, frame in enumerate(original.decode(inward)):
            if number == frames:
                break
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source.close()


def conventional(source: Path, target: Path, codec: str, crf: int, options: dict[str, str]) -> None:
    """Encode a clip's pictures as they are at a CRF."""
    with av.open(str(source)) as original, av.open(str(target), "w") as container:
        inward = original.streams.video[0]
        stream = container.add_stream(codec, rate=inward.average_rate)
        stream.width, stream.height, stream.pix_fmt = inward.width, inward.height, inward.pix_fmt
        context, like = stream.codec_context, inward.codec_context
        context.colorspace, context.color_range = like.colorspace, like.color_range
        stream.options = {**options, "crf": str(crf)}
        for frame in original.decode(inward):
            frame.pict_type = av.video.frame.PictureType.NONE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def packet_bpp(path: Path, pixels: int) -> float:
    """Bits per pixel of the video packets alone, without the container."""
    with av.open(str(path)) as container:
        sizes = [packet.size for packet in container.demux(video=0)]
    return sum(sizes) * 8 / pixels


def rate_difference(anchor: Sequence[tuple[float, float]], test: Sequence[tuple[float, float]]) -> float | None:
    """Mean difference in rate of `test` against `anchor`, as a fraction, over the decibels that both reach.

    Args:
        anchor, test: (bits per pixel, dB).

    Returns:
        None where they share less than half a decibel.
    """
    curves = []
    for points in (anchor, test):
        ordered = sorted((decibels, math.log(rate)) for rate, decibels in points)
        x, y = (np.array(each) for each in zip(*ordered, strict=True))
        curves.append((x, y))
    low, high = max(x[0] for x, _ in curves), min(x[-1] for x, _ in curves)
    if high - low < _LEAST_OVERLAP_DB:
        return None
    grid = np.linspace(low, high, 1000)
    of_anchor, of_test = (monotone_cubic(x, y, grid) for x, y in curves)
    return float(np.exp(np.trapezoid(of_test - of_anchor, grid) / (high - low)) - 1)


def monotone_cubic(x: Floats, y: Floats, at: Floats) -> Floats:
    """Piecewise cubic interpolation that does not overshoot (Fritsch and Carlson, 1980)."""
    width, slope = np.diff(x), np.diff(y) / np.diff(x)
    tangent = np.empty_like(y)
    tangent[0], tangent[-1] = slope[0], slope[-1]
    for k in range(1, len(x) - 1):
        if slope[k - 1] * slope[k] <= 0:
            tangent[k] = 0
        else:
            before, after = 2 * width[k] + width[k - 1], width[k] + 2 * width[k - 1]
            tangent[k] = (before + after) / (before / slope[k - 1] + after / slope[k])
    k = np.clip(np.searchsorted(x, at) - 1, 0, len(width) - 1)
    h, t = width[k], (at - x[k]) / width[k]
    result: Floats = (
        y[k] * (1 + 2 * t) * (1 - t) ** 2
        + h * tangent[k] * t * (1 - t) ** 2
        + y[k + 1] * t**2 * (3 - 2 * t)
        + h * tangent[k + 1] * t**2 * (t - 1)
    )
    return result


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


def other_points(source: Path, folder: Path, name: str, pixels: int) -> list[dict[str, Any]]:
    codec, ladder, options = OTHERS[name]
    points = []
    for crf in ladder:
        target = folder / f"{source.stem}-{codec}-{crf}.mkv"
        conventional(source, target, codec, crf, options)
        mean = engine("measure", str(source), str(target))["mean"]
        points.append(
            {"setting": f"crf {crf}", "bpp": packet_bpp(target, pixels), **{name: mean[name] for name in METRICS}}
        )
        say_point(name, points[-1])
    return points


def say_point(name: str, point: dict[str, Any]) -> None:
    similarity = "-" if point["ms_ssim"] is None else f"{point['ms_ssim']:.4f}"
    print(
        f"  {name:17} {point['setting']:7} {point['bpp']:.4f} bpp  RGB {point['psnr_rgb']:.2f}  YUV"
        f" {point['psnr_yuv']:.2f}  Y {point['psnr_y']:.2f} dB  MS-SSIM {similarity}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--preset", default="light")
    parser.add_argument("--profile", default="portable", choices=("portable", "fast"))
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("-o", "--output", type=Path, default=Path("sevc_and_conventional"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("SVT_LOG", "1")  # its errors alone
    found = {}
    for clip in options.clips:
        source = options.output / f"{clip.stem}-first.mkv"
        keep_first(clip, source, options.frames)
        info = engine("info", str(source))
        pixels = int(info["width"] * info["height"] * info["frames"])
        print(f"{clip.stem}, {info['frames']} frames", flush=True)
        curves = {"SEVC": sevc_points(source, options.output, options.preset, options.profile)}
        curves |= {name: other_points(source, options.output, name, pixels) for name in OTHERS}
        found[clip.stem] = curves
        for name in OTHERS:
            pairs = [[(point["bpp"], point["psnr_rgb"]) for point in curves[which]] for which in (name, "SEVC")]
            difference = rate_difference(*pairs)
            said = "no decibels in common" if difference is None else f"{100 * difference:+.1f} %"
            print(f"  rate of SEVC against {name} at equal PSNR-RGB: {said}", flush=True)
        (options.output / "results.json").write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
