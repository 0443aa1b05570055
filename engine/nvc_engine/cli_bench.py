"""`bench`: proofs and measurements of the codecs themselves."""

import argparse
from typing import Any

from nvc_engine.cli_printing import print_json, print_table, say
from nvc_engine.codecs import registry
from nvc_engine.codecs.sources import open_source


def mvc_ablation(options: argparse.Namespace) -> int:
    """Compare MVC's modules on a clip, beside what the paper reports of them."""
    tool = registry.tool("mvc", "ablation")
    clip = open_source(options.input)
    first, stop = options.frames
    rows = tuple(options.row) or tuple(tool.ROWS)
    try:
        done = tool.ablate(
            clip, options.minutes, preset=options.preset, first=first or 0, stop=stop, rows=rows, progress=say
        )
    finally:
        clip.close()
    if options.json:
        print_json({"ablation": done})
        return 0
    heading = ("row", "BD-rate", "bpp", "PSNR-YUV", "F_e := mean", "the paper's, against its baseline")
    print_table([heading, *(_ablation_row(row) for row in done.rows)])
    print(
        f"{done.frames} frames, preset {done.preset}, {done.epochs} passes over each frame a point,"
        f" {done.seconds:.0f} s of the processor. BD-rate is against the first row, on real bytes. The paper's are of"
        " other clips and 900 passes, so that only the order of the rows can be compared."
    )
    for row in done.rows:
        if row.note:
            say(f"{row.name}: {row.note}")
    return 0


def _ablation_row(row: Any) -> tuple[str, ...]:
    """A row of the ablation's table."""
    published = " ".join(f"{value:+.1f} %" for value in row.published)
    difference = "-" if row.bd_rate is None else f"{row.bd_rate:+.1f} %"
    if not row.points:
        return row.name, difference, "", "", "", published
    rates, levels = ([getattr(point, name) for point in row.points] for name in ("bpp", "psnr_yuv"))
    lost = max(point.embedding_db for point in row.points)
    spans = (f"{min(each):.{digits}f} to {max(each):.{digits}f}" for each, digits in ((rates, 4), (levels, 2)))
    return row.name, difference, *spans, f"-{lost:.2f} dB", published


def sevc_parity(options: argparse.Namespace) -> int:
    """Compare SEVC's network with vectors of the published one; exit status 1 where any deviates beyond its limit."""
    parity = registry.tool("sevc", "parity")
    deviations = parity.check(options.file, options.salt, double=options.double, progress=say)
    equal = all(deviation.within for deviation in deviations)
    if options.json:
        print_json({"equal": equal, "deviations": deviations})
    else:
        print_table(
            [
                ("what", "worst deviation", "limit", "", "where"),
                *(
                    (
                        deviation.kind,
                        f"{deviation.worst:.3g}",
                        f"{deviation.limit:.3g}",
                        "ok" if deviation.within else "BEYOND",
                        deviation.where,
                    )
                    for deviation in deviations
                ),
            ]
        )
        print("equal to the published network" if equal else "NOT equal to the published network")
    return 0 if equal else 1
