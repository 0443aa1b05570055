"""The options of `train` and `laws`."""

import argparse
from pathlib import Path


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(number) for number in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"give whole numbers with commas between them, not {text!r}") from None


def add_options(verb: argparse.ArgumentParser) -> None:
    """The options of `train`."""
    verb.add_argument("codec", help="the codec whose weights are learned, such as sevc")
    where = verb.add_mutually_exclusive_group(required=True)
    where.add_argument("--run", dest="run_folder", type=Path, metavar="RUN", help="the run's folder")
    where.add_argument("--resume", type=Path, metavar="RUN", help="go on with the stage that a run has in hand")
    verb.add_argument("--data", type=Path, metavar="FOLDER", help="clips to learn from")
    verb.add_argument("--preset", default="s20", type=str.lower, metavar="NAME", help="size of the network")
    verb.add_argument("--stage", default="intra", metavar="STAGE", help="intra, base, augment or joint, in this order")
    length = verb.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, metavar="M", help="length of the stage in minutes")
    length.add_argument("--steps", type=int, metavar="N", help="length of the stage in steps")
    verb.add_argument("--weights", type=Path, metavar="FOLDER", help="begin with these weights, not those of the run")
    verb.add_argument("--seed", type=int, default=0, metavar="N", help="seed of all randomness (default: 0)")
    verb.add_argument("--samples", type=int, metavar="N", help="runs of frames in a step")
    verb.add_argument("--crop", type=int, metavar="N", help="side of their windows, divisible by 16")
    verb.add_argument(
        "--groups", type=_numbers, default=(), metavar="N,N,...",
        help="frames in a group, for equal shares of the stage (default: the recipe's)",
    )  # fmt: skip
    verb.add_argument("--learning-rate", type=float, metavar="X", help="at its peak")
    verb.add_argument(
        "--workers", type=int, default=0, metavar="N", help="threads that decode and prepare batches (default: 0)"
    )
    verb.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="default: %(default)s")
    verb.add_argument("--clips", type=int, default=8, metavar="N", help="held-out clips to validate on (default: 8)")
    verb.add_argument("--frames", type=int, default=8, metavar="N", help="frames of each of them (default: 8)")
    verb.add_argument("--json", action="store_true", help="print one JSON object")


def add_law_options(verb: argparse.ArgumentParser) -> None:
    """The options of `laws`."""
    verb.add_argument("data", type=Path, metavar="FOLDER", help="8-bit clips to learn from; 24 frames of each count")
    verb.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.safetensors")
    verb.add_argument(
        "--without", action="append", default=[], metavar="WORD", help="leave clips out whose names have this in them"
    )
    verb.add_argument("--seed", type=int, default=0, metavar="N", help="seed of all randomness (default: 0)")
    verb.add_argument("-y", "--overwrite", action="store_true", help="replace the output where it exists")
