"""An encode or a comparison as the terminal would be told it."""

import shlex
import subprocess
import sys

from nvc_engine.protocol.messages import GoalKind, JobRequest, RawSpec, SweepRequest

_GOAL_OPTIONS = {
    GoalKind.BPP: "--bpp",
    GoalKind.BITRATE: "--bitrate",
    GoalKind.SIZE: "--size",
    GoalKind.PSNR: "--psnr",
    GoalKind.QUALITY: "--quality",
}


def encode_arguments(job: JobRequest) -> list[str]:
    """The words of the `nvc-engine encode` call that does what `job` asks."""
    words = ["nvc-engine", "encode", job.source, "-o", job.output, "--codec", job.codec]
    if job.preset:
        words += ["--preset", job.preset]
    if job.goal is not None:
        whole = job.goal.kind is GoalKind.SIZE
        words += [_GOAL_OPTIONS[job.goal.kind], str(round(job.goal.value)) if whole else f"{job.goal.value:.10g}"]
    if job.minutes is not None:
        words += ["--minutes", f"{job.minutes:.10g}"]
    if job.epochs is not None:
        words += ["--epochs", str(job.epochs)]
    if job.first is not None or job.stop is not None:
        words += ["--frames", f"{job.first or 0}:{'' if job.stop is None else job.stop}"]
    for name, value in sorted(job.settings.items()):
        words += ["--set", f"{name}={str(value).lower() if isinstance(value, bool) else value}"]
    if job.raw is not None:
        words += _raw(job.raw)
    words += ["--seed", str(job.seed), "--device", job.device]
    if job.overwrite:
        words.append("-y")
    return words


def encode_command(job: JobRequest) -> str:
    """`encode_arguments` as one line, quoted for this system's shell."""
    return _line(encode_arguments(job))


def sweep_arguments(sweep: SweepRequest) -> list[str]:
    """The words of the `nvc-engine sweep` call that does what `sweep` asks."""
    words = ["nvc-engine", "sweep", sweep.source, "--codecs", ",".join(sweep.codecs)]
    words += ["--bpp", ",".join(f"{rate:g}" for rate in sweep.bpp)] if sweep.bpp else ["--points", str(sweep.points)]
    if sweep.minutes is not None:
        words += ["--minutes", f"{sweep.minutes:.10g}"]
    if sweep.first is not None or sweep.stop is not None:
        words += ["--frames", f"{sweep.first or 0}:{'' if sweep.stop is None else sweep.stop}"]
    if sweep.published:
        words += ["--anchors", sweep.published]
    if sweep.raw is not None:
        words += _raw(sweep.raw)
    return [*words, "--device", sweep.device, "-o", sweep.folder]


def sweep_command(sweep: SweepRequest) -> str:
    """`sweep_arguments` as one line, quoted for this system's shell."""
    return _line(sweep_arguments(sweep))


def _raw(raw: RawSpec) -> list[str]:
    return ["--raw", f"{raw.width}x{raw.height}:{raw.pixel_format}:{raw.rate}"]


def _line(words: list[str]) -> str:
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
