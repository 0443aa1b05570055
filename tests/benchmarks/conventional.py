"""x264, x265 and SVT-AV1 on a clip's first frames: what a codec's own benchmark lays its points beside."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from doors import engine, picture_bpp

from nvc_engine.comparing.bd_rate import BdError, bd_rate
from nvc_engine.media.opening import open_video

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


def other_points(source: Path, folder: Path, name: str, pixels: int, *settings: str) -> list[dict[str, Any]]:
    """Points of one of `OTHERS`, with further `settings` of it (NAME=VALUE)."""
    codec, preset, ladder = OTHERS[name]
    chosen = [word for setting in settings for word in ("--set", setting)]
    points = []
    for crf in ladder:
        target = folder / f"{source.stem}-{codec}-{crf}.mkv"
        done = engine(
            "encode", str(source), "-o", str(target), "-y", "--codec", codec, "--preset", preset, "--crf", str(crf),
            *chosen,
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


def print_differences(
    codec: str, points: list[dict[str, Any]], others: Mapping[str, list[dict[str, Any]]], metric: str
) -> None:
    """What `codec` costs or saves in rate at equal `metric` against each of `others`."""
    for name, curve in others.items():
        try:
            difference = bd_rate(*([(point["bpp"], point[metric]) for point in each] for each in (curve, points)))
            said = f"{100 * difference.value:+.1f} % ({100 * difference.overlap:.0f} % in common)"
        except BdError as error:
            said = str(error)
        print(f"  rate of {codec} against {name} at equal {metric}: {said}", flush=True)
