"""NVRC's ablations on a small clip: every part of the coding hierarchy and of the training left out in turn.

    python tests/benchmarks/nvrc_ablation.py CLIP [--epochs 60] [--quality 18,30] [--width 24] [--blocks 1] [-o FOLDER]

Each variant is a set of settings of the codec; a shrunken s1 is trained for as many epochs in each, so that variants
differ in nothing else. Rate and PSNR are those of the files, decoded from disk. BD-rates are against the full codec:
the mean difference of the logarithm of the rate over the PSNRs that both reach, linear between points. The paper's
figures beside them (UVG, 600 frames of 1080p, PSNR; specs/nvrc.md, 6.3, 3.5 and 6.1) are of networks a thousand times
the size: there the grids are large, here the models that code them are. Prints rows as they come and leaves
`nvrc_ablation.json` in the folder.
"""

import argparse
import json
import math
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nvc_engine.bitstream.container import write_nvc
from nvc_engine.codecs.contract import EncodedUnit
from nvc_engine.codecs.file_header import file_header
from nvc_engine.codecs.nvc_clip import NvcClip
from nvc_engine.codecs.order import resolve_order
from nvc_engine.codecs.sources import open_source
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, Scalar
from nvc_engine.quality.measure import measure


@dataclass(frozen=True)
class Variant:
    """A codec with something changed, and what the paper says that this costs."""

    name: str
    published: str
    settings: Mapping[str, Scalar] = field(default_factory=dict)


VARIANTS = (
    Variant("full codec", "0"),
    Variant("V1 layers: a law a tensor", "+13.0 %", {"weight_law": "tensor"}),
    Variant("V2 grids: a law a tensor", "+11.1 %", {"grid_law": "tensor"}),
    Variant("V3 both: a law a tensor", "+23.4 %", {"weight_law": "tensor", "grid_law": "tensor"}),
    Variant("V4 models not coded", "+30.8 %", {"model_coding": "raw"}),
    Variant("V5 fixed grid step", "+14.4 %", {"grid_steps": "fixed"}),
    Variant("R and D in every step", "about 0", {"alternating": False}),
    Variant("no rate in stage 1", "up to +35 %", {"rate_from_start": False}),
    Variant("HiNeRV, 8 bits", "about +100 %", {"method": "hinerv", "levels": 8}),
)


@dataclass(frozen=True)
class Point:
    """A file: bits per pixel, PSNR-YUV in dB, bytes by class, and the processor's seconds that it took."""

    bpp: float
    db: float
    spent: Mapping[str, int]
    seconds: float


def encode(clip_path: Path, target: Path, settings: Mapping[str, Scalar], quality: float, epochs: int) -> Point:
    """Make a file and measure it."""
    started = time.process_time()
    goal = Goal(GoalKind.QUALITY, quality)
    request = JobRequest(
        str(clip_path), str(target), codec="nvrc", preset="s1", settings=dict(settings), goal=goal, epochs=epochs
    )
    with closing(open_source(clip_path)) as clip:
        codec, order = resolve_order(clip.info, request, "cpu")
        session = codec.encode(clip, order)
        units = [event for event in session if isinstance(event, EncodedUnit)]
        header = file_header(codec.name, codec.bitstream_version, order, clip.info, session.codec_config())
        write_nvc(target, header, units, overwrite=True)
        spent: dict[str, int] = {}
        decoder = codec.decoder(header)
        for unit in units:
            for name, size in decoder.shares(unit.payload, unit.first, unit.count).items():
                spent[name] = spent.get(name, 0) + size
        with closing(NvcClip.open(target)) as decoded:
            result = measure(clip, decoded)
    return Point(result.bpp, result.mean.psnr_yuv, spent, time.process_time() - started)


def bd_rate(anchor: list[Point], test: list[Point]) -> float | None:
    """Mean difference of the rate at equal PSNR, over the PSNRs that both have; None where there are none."""
    curves = []
    for points in (anchor, test):
        ordered = sorted(points, key=lambda point: point.db)
        curves.append(([point.db for point in ordered], [math.log(point.bpp) for point in ordered]))
    low, high = max(dbs[0] for dbs, _ in curves), min(dbs[-1] for dbs, _ in curves)
    if low >= high:
        return None
    places = np.linspace(low, high, 101)
    first, second = (np.interp(places, dbs, rates) for dbs, rates in curves)
    return math.exp(float((second - first).mean())) - 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--quality", default="18,30")
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--blocks", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.01, help="learning rate (default: %(default)s)")
    parser.add_argument("-o", "--output", type=Path, default=Path("nvrc_ablation"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    small: dict[str, Scalar] = {
        "first_width": options.width, "most_blocks": options.blocks, "precision": "float32",
        "learning_rate": options.rate, "model_rate": options.rate,
    }  # fmt: skip
    found: dict[str, list[Point]] = {}
    for variant in VARIANTS:
        points = []
        for number, quality in enumerate(options.quality.split(",")):
            target = options.output / f"{VARIANTS.index(variant)}_{number}.nvc"
            settings = {**small, **variant.settings}
            if settings.get("method") == "hinerv":  # its rate is set by its bits, not by lambda
                settings["levels"] = 8 - 2 * number
            point = encode(options.clip, target, settings, float(quality), options.epochs)
            points.append(point)
            spent = ", ".join(f"{name} {size}" for name, size in point.spent.items())
            print(
                f"{variant.name:26} {point.bpp:.4f} bpp {point.db:.2f} dB {point.seconds:5.0f} s  {spent}", flush=True
            )
        found[variant.name] = points
    print(f"\n{'variant':26} {'BD-rate here':>14} {'in the paper':>14}")
    rows = []
    for variant in VARIANTS:
        rate = bd_rate(found["full codec"], found[variant.name])
        said = "no overlap" if rate is None else f"{100 * rate:+.1f} %"
        rows.append({"variant": variant.name, "bd_rate": rate, "published": variant.published})
        print(f"{variant.name:26} {said:>14} {variant.published:>14}")
    points_plain = {name: [vars(point) for point in points] for name, points in found.items()}
    (options.output / "nvrc_ablation.json").write_text(
        json.dumps({"points": points_plain, "rows": rows}, indent=1), "utf-8"
    )


if __name__ == "__main__":
    main()
