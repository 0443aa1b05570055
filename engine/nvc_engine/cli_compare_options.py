"""The options of `sweep`, `report`, `chart` and `bdrate`."""

import argparse
from pathlib import Path

from nvc_engine.cli_values import dots, metric, rates


def add_sweep_options(verb: argparse.ArgumentParser) -> None:
    """The options of `sweep`, but for those of every encode."""
    verb.add_argument("inputs", type=Path, nargs="+", metavar="IN", help="clips to compare on")
    verb.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where files and report go")
    verb.add_argument(
        "--codecs",
        default="nvrc,sevc,x265,svtav1",
        metavar="LIST",
        help="such as nvrc,x265:veryslow (default: %(default)s)",
    )
    verb.add_argument("--points", type=int, default=4, metavar="N", help="encodes a codec and clip (default: 4)")
    verb.add_argument("--bpp", type=rates, default=(), metavar="LIST", help="rates that every codec aims at instead")
    verb.add_argument("--cluster", default="", metavar="ADDRESS", help="encode points on a Ray cluster, all at once")
    verb.add_argument("--intra-period", type=int, default=0, metavar="N", help="for every codec that has one")
    _add_dpi(verb)
    _add_comparison(verb)


def add_report_options(verb: argparse.ArgumentParser) -> None:
    """The options of `report`, but for those of a range of frames."""
    verb.add_argument("inputs", type=Path, nargs="+", metavar="IN", help="clips that were encoded before")
    verb.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where figures and report go")
    _add_dpi(verb)
    _add_comparison(verb)


def add_chart_options(verb: argparse.ArgumentParser) -> None:
    """The options of `chart`."""
    verb.add_argument(
        "files", type=Path, nargs="+", metavar="FILE.json", help="rd.json of a sweep, or published curves"
    )
    verb.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help=".pdf, .svg or .png")
    verb.add_argument("--metric", type=metric, default="psnr_yuv", help="y axis (default: %(default)s)")
    verb.add_argument("--kbps", action="store_true", help="x axis in kb/s instead of bits per pixel")
    _add_dpi(verb)
    verb.add_argument("--clip", default="", metavar="NAME", help="which clip, where there are several")
    verb.add_argument(
        "--anchors", default="", metavar="SET", help="published figures to lay beside: uvg, mcl-jcv or a FILE.json"
    )
    verb.add_argument("-y", "--overwrite", action="store_true", help="replace the output where it exists")


def add_bdrate_options(verb: argparse.ArgumentParser) -> None:
    """The options of `bdrate`."""
    verb.add_argument("file", type=Path, metavar="RD.json", help="rd.json of a sweep")
    _add_comparison(verb, published=False)


def _add_dpi(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--dpi", type=dots, default=300.0, metavar="N", help="of a PNG (default: 300)")


def _add_comparison(verb: argparse.ArgumentParser, *, published: bool = True) -> None:
    verb.add_argument(
        "--anchor", default="", metavar="NAME", help="curve to compare with (default: first conventional)"
    )
    verb.add_argument("--method", default="pchip", choices=("pchip", "akima"), help="default: %(default)s")
    if published:
        verb.add_argument(
            "--anchors", default="", metavar="SET", help="published figures to lay beside: uvg, mcl-jcv or a FILE.json"
        )
