"""SEVC beside x264, x265 and SVT-AV1 on the same frames, at equal intra periods, measured by the same code.

    python tests/benchmarks/sevc_and_conventional.py CLIP... [--preset light] [--frames 64] [-o FOLDER]

Of each clip the first frames are kept without loss, so that every codec has the same source. Every file is made and
measured by `nvc-engine encode`, which decodes it for that. Rates are those of the file of SEVC and of the coded frames
alone of the others. Prints a table a clip, and what SEVC costs or saves in rate at equal PSNR-RGB against each
(BD-rate); leaves all in a JSON file.
"""

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from doors import engine, picture_bpp

from nvc_engine.media.opening import open_video
from nvc_engine.quality.bd_rate import BdError, bd_rate

INTRA_PERIOD = 32
RATE_POINTS = (0, 21, 42, 63)
METRICS = ("psnr_rgb", "psnr_yuv", "psnr_y", "ms_ssim")
OTHERS: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "x264 veryslow": ("x264", "veryslow", (26, 32, 38, 44, 51)),
    "x265 veryslow": ("x265", "veryslow", (26, 32, 38, 44, 51)),
    "SVT-AV1 preset 4": ("svtav1", "4", (35, 45, 53, 59, 63)),
}
"""Name -> codec, preset, CRF of each point."""


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
    codec, preset, ladder = OTHERS[name]
    points = []
    for crf in ladder:
        target = folder / f"{source.stem}-{codec}-{crf}.mkv"
        done = engine(
            "encode", str(source), "-o", str(target), "-y", "--codec", codec, "--preset", preset, "--crf", str(crf),
            "--set", f"intra_period={INTRA_PERIOD}",
        )  # fmt: skip
        rate = picture_bpp(target, pixels)
        points.append({"setting": f"crf {crf}", "bpp": rate, **{metric: done[metric] for metric in METRICS}})
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
            try:
                difference = bd_rate(*pairs)
                said = f"{100 * difference.value:+.1f} % ({100 * difference.overlap:.0f} % in common)"
            except BdError as error:
                said = str(error)
            print(f"  rate of SEVC against {name} at equal PSNR-RGB: {said}", flush=True)
        (options.output / "results.json").write_text(json.dumps(found, indent=1), "utf-8")


if __name__ == "__main__":
    main()
