"""NVRC at several budgets and rates beside x264 veryslow on the same frames, measured by the same code.

    python tests/benchmarks/nvrc_and_x264.py CLIP [--minutes 2,10] [--bpp 0.05,0.15] [--preset NAME] [-o FOLDER]

Every file is made and measured by the terminal (`nvc-engine encode --json`), so its numbers are those of the decoded
file; the rates of x264 are those of its coded frames alone. x264 runs at a ladder of CRF; its PSNR at NVRC's rate and
its rate at NVRC's PSNR are read off the ladder, linear in the logarithm of the rate. Prints a table and leaves
`nvrc_and_x264.json` in the folder.
"""

import argparse
import itertools
import json
import math
from pathlib import Path

from doors import engine, picture_bpp

CRF_LADDER = (20, 24, 28, 32, 36, 40, 44, 48, 51)


def at(x: float, points: list[tuple[float, float]]) -> float | None:
    """Linear interpolation of (x, y) `points`; None outside them."""
    points = sorted(points)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--minutes", default="2,10")
    parser.add_argument("--bpp", default="0.05,0.15")
    parser.add_argument("--preset", default="")
    parser.add_argument("-o", "--output", type=Path, default=Path("nvrc_and_x264"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    info = engine("info", str(options.clip))
    pixels = int(info["width"] * info["height"] * info["frames"])
    ladder = []
    for crf in CRF_LADDER:
        target = options.output / f"x264_{crf}.mkv"
        done = engine(
            "encode", str(options.clip), "-o", str(target), "-y",
            "--codec", "x264", "--preset", "veryslow", "--crf", str(crf),
        )  # fmt: skip
        point = {**done, "crf": crf, "bpp": picture_bpp(target, pixels)}
        ladder.append(point)
        print(f"x264 veryslow crf {crf}: {point['bpp']:.4f} bpp, {point['psnr_yuv']:.2f} dB YUV", flush=True)
    quality = [(math.log(point["bpp"]), point["psnr_yuv"]) for point in ladder]
    rate = [(point["psnr_yuv"], math.log(point["bpp"])) for point in ladder]

    rows = []
    print("minutes  asked   bpp     dB YUV  dB Y   MS-SSIM  x264 at this rate  rate over x264's at this dB", flush=True)
    for minutes in options.minutes.split(","):
        for bpp in options.bpp.split(","):
            target = options.output / f"nvrc_{minutes}min_{bpp}.nvc"
            preset = ["--preset", options.preset] if options.preset else []
            row = engine(
                "encode", str(options.clip), "-o", str(target), "--minutes", minutes, "--bpp", bpp, "-y", *preset
            )
            beside = at(math.log(row["bpp"]), quality)
            same = at(row["psnr_yuv"], rate)
            said = "outside" if beside is None else f"{beside:.2f} dB"
            ratio = "outside" if same is None else f"{row['bpp'] / math.exp(same):.2f} x"
            rows.append({**row, "minutes": float(minutes), "asked_bpp": float(bpp), "x264_db": beside})
            print(
                f"{minutes:>7}  {bpp:>5}  {row['bpp']:.4f}  {row['psnr_yuv']:6.2f}  {row['psnr_y']:5.2f}  "
                f"{row['ms_ssim']:.4f}   {said:>17}  {ratio:>10}",
                flush=True,
            )
    (options.output / "nvrc_and_x264.json").write_text(json.dumps({"x264": ladder, "nvrc": rows}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
