"""The terminal's verbs and options, and what they mean as requests."""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import nvc_engine
from nvc_engine import cli_compare_options, cli_train_options
from nvc_engine.cli_values import frame_range, number, raw_spec, setting
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest
from nvc_engine.protocol.user_presets import UserPreset, find_preset

DEFAULT_CODEC = "nvrc"

Run = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"nvc-engine: {message} (see `{self.prog} --help`)", file=sys.stderr)
        sys.exit(2)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of one call; `run` of them does it.

    Raises SystemExit: 2 where the call is wrong (said on stderr already), 0 where help or version was asked for.
    """
    return _parser().parse_args(arguments)


def job_request(options: argparse.Namespace) -> JobRequest:
    """The encode that the options of `encode` or `plan` order. Paths are absolute, so that any process can do it.

    Raises:
        PresetFileError: there is no saved preset of the name that was given.
    """
    if options.saved:
        _fill_in(options, find_preset(options.saved))
    goal = next((Goal(kind, getattr(options, kind)) for kind in GoalKind if getattr(options, kind) is not None), None)
    settings = dict(options.set)
    for rate_control in ("crf", "qp"):
        if getattr(options, rate_control) is not None:
            goal, settings["rate_control"] = Goal(GoalKind.QUALITY, getattr(options, rate_control)), rate_control
    first, stop = options.frames
    return JobRequest(
        source=str(options.input.absolute()),
        output=str(options.output.absolute()) if options.output else "",
        codec=options.codec or DEFAULT_CODEC,
        preset=options.preset,
        settings=settings,
        goal=goal,
        minutes=options.minutes,
        epochs=options.epochs,
        first=first,
        stop=stop,
        seed=options.seed,
        device=options.device,
        overwrite=getattr(options, "overwrite", False),
        raw=options.raw,
    )


def _fill_in(options: argparse.Namespace, saved: UserPreset) -> None:
    """Set what a saved preset has and the call does not name itself. Another codec has other presets and settings."""
    if options.codec in ("", saved.codec):
        options.codec, options.preset = saved.codec, options.preset or saved.preset
        options.set = [*saved.settings.items(), *options.set]
    goals = (*GoalKind, "crf", "qp")
    if saved.goal is not None and all(getattr(options, kind) is None for kind in goals):
        setattr(options, saved.goal.kind, saved.goal.value)
    if options.minutes is None and options.epochs is None:
        options.minutes, options.epochs = saved.minutes, saved.epochs


def edited_request(request: JobRequest, options: argparse.Namespace) -> JobRequest:
    """`request` with what the options of `edit` name changed, and all else as it was."""
    named = vars(options)
    changes: dict[str, Any] = {
        name: named[name] for name in ("codec", "preset", "seed", "device", "raw", "overwrite") if name in named
    }
    for kind in GoalKind:
        if kind in named:
            changes["goal"] = Goal(kind, named[kind])
    if "minutes" in named or "epochs" in named:
        changes |= {"minutes": named.get("minutes"), "epochs": named.get("epochs")}
    if "frames" in named:
        changes["first"], changes["stop"] = named["frames"]
    if "output" in named:
        changes["output"] = str(options.output.absolute())
    if "codec" in changes:
        changes = {"preset": "", "settings": {}, **changes}
    if "set" in named:
        changes["settings"] = {**changes.get("settings", request.settings), **dict(options.set)}
    return replace(request, **changes)


def _verb(module: str, function: str) -> Run:
    """`function` of `module`, imported when it is called."""

    def run(options: argparse.Namespace) -> int:
        return int(getattr(importlib.import_module(f"nvc_engine.{module}"), function)(options))

    return run


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="nvc-engine", description="Neural video compression in the terminal: encode, decode, measure.",
        allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"nvc-engine {nvc_engine.__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True, parser_class=_Parser)

    def add(name: str, explanation: str, run: Run) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=explanation, description=explanation, allow_abbrev=False)
        verb.set_defaults(run=run)
        return verb

    _add_encoding(add)
    _add_files(add)
    _add_comparing(add)
    _add_jobs(add)
    _add_cluster(add)
    _add_research(add)
    _add_processes(add)
    return parser


Add = Callable[[str, str, Run], argparse.ArgumentParser]


def _add_encoding(add: Add) -> None:
    encode = add(
        "encode",
        "Encode a clip to a .nvc file, or with a conventional encoder, and measure it.",
        _verb("cli_encode", "encode"),
    )
    encode.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="where the file goes: a .nvc, or .mkv or .mp4 of a conventional encoder",
    )
    encode.add_argument("-y", "--overwrite", action="store_true", help="replace the output where it exists")
    _add_order(encode)
    plan = add("plan", "Estimate an encode without doing any of it.", _verb("cli_codecs", "plan"))
    plan.set_defaults(output=None)
    _add_order(plan)
    _add_json(add("codecs", "List codecs, presets and settings.", _verb("cli_codecs", "codecs")))


def _add_order(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("input", type=Path, metavar="IN", help="a video, a folder of images, raw YUV or a .nvc file")
    verb.add_argument(
        "--saved",
        metavar="NAME",
        help="a preset of your own, as the window keeps them; what is named beside it goes before it",
    )
    _add_choices(verb)
    _add_range_and_machine(verb)


def _add_choices(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--codec", default="", help=f"which codec (default: {DEFAULT_CODEC}; see `nvc-engine codecs`)")
    verb.add_argument("--preset", default="", metavar="NAME", help="the codec's preset (default: one that fits)")
    verb.add_argument(
        "--set", type=setting, action="append", default=[], metavar="NAME=VALUE", help="one of the codec's own settings"
    )
    goal = verb.add_mutually_exclusive_group()
    goal.add_argument("--bpp", type=number, metavar="X", help="goal: bits per pixel")
    goal.add_argument("--bitrate", type=number, metavar="KBPS", help="goal: kilobits (1000) per second")
    goal.add_argument("--size", type=number, metavar="BYTES", help="goal: bytes of the file")
    goal.add_argument("--psnr", type=number, metavar="DB", help="goal: dB of PSNR-YUV 6:1:1, the mean of all frames")
    goal.add_argument("--quality", type=number, metavar="Q", help="goal: the codec's own quality step")
    goal.add_argument("--crf", type=number, metavar="N", help="goal of a conventional encoder: its rate factor")
    goal.add_argument("--qp", type=number, metavar="N", help="goal of a conventional encoder: its quantiser")
    time = verb.add_mutually_exclusive_group()
    time.add_argument("--minutes", type=number, metavar="M", help="time budget of the training")
    time.add_argument("--epochs", type=int, metavar="N", help="length of the training in passes over the clip")


def _add_range_and_machine(verb: argparse.ArgumentParser) -> None:
    _add_frames(verb)
    verb.add_argument("--seed", type=int, default=0, metavar="N", help="seed of all randomness (default: 0)")
    verb.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="default: %(default)s")
    _add_raw(verb)
    _add_json(verb)


def _add_files(add: Add) -> None:
    decode = add("decode", "Decode a .nvc file to video or images.", _verb("cli_files", "decode"))
    decode.add_argument("input", type=Path, metavar="IN.nvc")
    decode.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help=".mkv (FFV1), .mp4, .y4m, .yuv or a folder"
    )
    decode.add_argument("--frames", type=frame_range, default=(None, None), metavar="A:B", help="B is not included")
    decode.add_argument(
        "--layer",
        default="full",
        choices=("full", "base"),
        help="base: the small pictures that some codecs keep within their own, decoded much faster (default: full)",
    )
    decode.add_argument(
        "--slow-motion", type=int, metavar="N", help="N times as slow, with pictures in between that MVC interpolates"
    )
    decode.add_argument("-y", "--overwrite", action="store_true", help="replace the output where it exists")
    decode.add_argument(
        "--keep-going", action="store_true", help="write hatched placeholders for lost frames, and all the others"
    )
    decode.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="default: %(default)s")
    _add_progress_json(decode)

    frame = add(
        "frame",
        "Write a frame of one or several sources as PNG, and all beside each other.",
        _verb("cli_frame", "frame"),
    )
    frame.add_argument("input", type=Path, nargs="+", metavar="IN", help="a video, a folder of images or a .nvc file")
    frame.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FOLDER", help="gets IN.a.f000012.png and so on"
    )
    frame.add_argument("--frame", type=int, default=0, metavar="N", help="of the first source, from 0 (default: 0)")
    frame.add_argument(
        "--together", action="store_true", help="also a picture of all sources beside each other, with their names"
    )
    frame.add_argument("-y", "--overwrite", action="store_true", help="replace pictures where they exist")
    frame.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"), help="default: %(default)s")
    _add_raw(frame)
    _add_json(frame)

    info = add("info", "Say what a source is, and what the bytes of a .nvc are spent on.", _verb("cli_info", "info"))
    info.add_argument("input", type=Path, metavar="IN")
    info.add_argument("--chunks", action="store_true", help="list every chunk of a .nvc, however many units it has")
    _add_raw(info)
    _add_json(info)

    verify = add("verify", "Check a .nvc file from end to end.", _verb("cli_files", "verify"))
    verify.add_argument("input", type=Path, metavar="IN.nvc")
    verify.add_argument(
        "--repair", action="store_true", help="first rebuild a damaged file from what of it is intact, in its place"
    )
    verify.add_argument("-o", "--output", type=Path, metavar="OUT.nvc", help="write the repaired file here instead")
    verify.add_argument("-y", "--overwrite", action="store_true", help="replace OUT.nvc where it exists")
    _add_json(verify)

    measure = add("measure", "Measure the distortion of TEST against REFERENCE.", _verb("cli_measure", "measure"))
    measure.add_argument("reference", type=Path, metavar="REFERENCE")
    measure.add_argument("test", type=Path, metavar="TEST", help="a video or a .nvc file")
    _add_raw(measure)
    _add_json(measure)
    _add_progress_json(measure)


def _add_comparing(add: Add) -> None:
    sweep = add("sweep", "Encode clips with several codecs at several rates, and report.", _verb("cli_sweep", "sweep"))
    cli_compare_options.add_sweep_options(sweep)
    sweep.add_argument("--minutes", type=number, metavar="M", help="time budget of each training")
    _add_range_and_machine(sweep)
    _add_progress_json(sweep)
    report = add("report", "Report on all encodes of a clip that there have been.", _verb("cli_report", "report"))
    cli_compare_options.add_report_options(report)
    _add_frames(report)
    _add_raw(report)
    _add_json(report)
    chart = add("chart", "Draw the curves of a sweep.", _verb("cli_compare", "chart"))
    cli_compare_options.add_chart_options(chart)
    bdrate = add("bdrate", "Compare the curves of a sweep by BD-rate.", _verb("cli_compare", "bdrate"))
    cli_compare_options.add_bdrate_options(bdrate)
    _add_json(bdrate)


def _add_jobs(add: Add) -> None:
    _add_json(add("jobs", "List the jobs.", _verb("cli_jobs", "jobs")))
    for name, explanation, function in (
        ("pause", "Pause a job; it leaves a checkpoint.", "pause"),
        ("cancel", "Give a job up and remove what it has made so far.", "cancel"),
    ):
        add(name, explanation, _verb("cli_jobs", function)).add_argument("job", metavar="JOB")
    priority = add("priority", "Have a job come before others, or after them.", _verb("cli_jobs", "priority"))
    priority.add_argument("job", metavar="JOB")
    priority.add_argument("level", choices=("high", "normal", "low"))
    edit = add("edit", "Change what a job that has not begun is to do.", _verb("cli_jobs", "edit"))
    edit.add_argument("job", metavar="JOB")
    edit.add_argument("-o", "--output", type=Path, metavar="OUT", help="where the file goes")
    edit.add_argument("-y", "--overwrite", action="store_true", help="replace the output where it exists")
    _add_choices(edit)
    _add_range_and_machine(edit)
    _leave_out_what_is_not_named(edit)
    place = add("move", "Move a job one place up or down the list.", _verb("cli_jobs", "place"))
    place.add_argument("job", metavar="JOB")
    place.add_argument("where", choices=("up", "down"))
    queue = add("queue", "Start no job after those that run, or go on.", _verb("cli_jobs", "queue"))
    queue.add_argument("what", nargs="?", choices=("hold", "release"), help="default: say how it stands")
    log = add("log", "Print a job's log, which is kept also after the job has gone.", _verb("cli_jobs", "log"))
    log.add_argument("job", metavar="JOB")
    log.add_argument("--diagnostics", action="store_true", help="all that a report of a problem should hold")
    _add_json(log)
    for name, explanation, function in (
        ("resume", "Go on with a paused, interrupted or failed job in this terminal.", "resume"),
        ("stop", "Finish a job soon, with the best that it has so far.", "stop"),
    ):
        verb = add(name, explanation, _verb("cli_encode", function))
        verb.add_argument("job", metavar="JOB")
        _add_json(verb)


def _leave_out_what_is_not_named(verb: argparse.ArgumentParser) -> None:
    """Have options without a value of their own leave no trace among those that were parsed."""
    for action in verb._actions:
        if action.option_strings and action.dest not in ("help", "json"):
            action.default = argparse.SUPPRESS
            action.help = (action.help or "").split(" (default:")[0]


def _add_cluster(add: Add) -> None:
    cluster = add(
        "cluster",
        "Do waiting encodes on a Ray cluster, scene by scene (needs nvc-studio[cluster]).",
        _verb("cli_cluster", "cluster"),
    )
    cluster.add_argument("address", metavar="ADDRESS", help="ray://HOST:10001, auto, or local")
    cluster.add_argument("--child", action="store_true", help=argparse.SUPPRESS)  # ends when its stdin does
    cluster.add_argument("--once", action="store_true", help="end when no job waits any more")
    cluster.add_argument(
        "--processors", type=int, default=1, metavar="N", help="of the cluster for a scene (default: 1)"
    )


def _add_research(add: Add) -> None:
    bench = add("bench", "Prove and measure the codecs themselves.", _verb("cli_bench", "sevc_parity"))
    benches = bench.add_subparsers(title="benches", metavar="BENCH", required=True, parser_class=_Parser)
    parity = benches.add_parser("sevc-parity", help="compare SEVC's network with vectors of the published one")
    parity.add_argument("file", type=Path, metavar="FILE.npz")
    parity.add_argument("--salt", required=True, metavar="TEXT", help="what the vectors' weights were drawn with")
    parity.add_argument("--double", action="store_true", help="run the network in float64")
    _add_json(parity)

    ablation = benches.add_parser("mvc-ablation", help="compare MVC's modules on a clip, as the paper's Table III does")
    ablation.set_defaults(run=_verb("cli_bench", "mvc_ablation"))
    ablation.add_argument("input", type=Path, metavar="CLIP")
    ablation.add_argument(
        "--minutes", type=number, default=240.0, metavar="M", help="processor time of it all (default: %(default)g)"
    )
    ablation.add_argument("--preset", default="xs", metavar="NAME", help="default: %(default)s")
    ablation.add_argument(
        "--frames", type=frame_range, default=(None, None), metavar="A:B", help="frames A to B, B not included"
    )
    ablation.add_argument("--row", action="append", default=[], metavar="NAME", help="this row only; may be repeated")
    _add_json(ablation)

    weights = add("weights", "Take over weights of other programs.", _verb("cli_weights", "import_weights"))
    actions = weights.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=_Parser)
    taking = actions.add_parser("import", help="check published checkpoints and keep them for the studio")
    taking.add_argument("codec", metavar="CODEC", help="the codec that has a use for them: sevc or mvc")
    taking.add_argument("--intra", type=Path, metavar="FILE", help="sevc: checkpoint of the intra model")
    taking.add_argument("--inter", type=Path, metavar="FILE", help="sevc: checkpoint of the inter model")
    taking.add_argument("--flow", type=Path, metavar="FILE", help="mvc: torchvision's weights of RAFT (raft_large)")
    taking.add_argument("--features", type=Path, metavar="FILE", help="mvc: torchvision's weights of ResNet-34")
    _add_json(taking)

    train = add("train", "Learn weights of a codec from clips.", _verb("cli_train", "train"))
    cli_train_options.add_options(train)
    laws = add("laws", "Learn the laws by which NVRC codes motion anew, from clips.", _verb("cli_train", "laws"))
    cli_train_options.add_law_options(laws)


def _add_processes(add: Add) -> None:
    serve = add("serve", "Be the studio's engine process; windows find it by themselves.", _serve)
    serve.add_argument(
        "--linger", type=number, default=10.0, metavar="SECONDS", help="stay so long unneeded (default: %(default)s)"
    )
    add("player", "Be a decoder of the engine process.", _player)
    worker = add("worker", "Be the process that does one job.", _worker)
    worker.add_argument("job", metavar="JOB")


def _serve(options: argparse.Namespace) -> int:
    return int(importlib.import_module("nvc_engine.server").main(options.linger))


def _player(options: argparse.Namespace) -> int:
    return int(importlib.import_module("nvc_engine.player").main())


def _worker(options: argparse.Namespace) -> int:
    return int(importlib.import_module("nvc_engine.worker").main(options.job))


def _add_frames(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--frames", type=frame_range, default=(None, None), metavar="A:B", help="frames A to B, B not included"
    )


def _add_raw(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--raw", type=raw_spec, metavar="WxH[:format[:rate]]", help="how to read raw YUV (default: yuv420p, 25/s)"
    )


def _add_progress_json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--progress-json", action="store_true", help="progress on stderr as lines of JSON")


def _add_json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="print one JSON object")
