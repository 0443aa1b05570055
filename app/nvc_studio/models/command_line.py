"""An encode as the terminal would be told it."""

import shlex
import subprocess
import sys

from nvc_engine.protocol.messages import GoalKind, JobRequest

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
        raw = job.raw
        words += ["--raw", f"{raw.width}x{raw.height}:{raw.pixel_format}:{raw.rate}"]
    words += ["--seed", str(job.seed), "--device", job.device]
    if job.overwrite:
        words.append("-y")
    return words


def encode_command(job: JobRequest) -> str:
    """`encode_arguments` as one line, quoted for this system's shell."""
    words = encode_arguments(job)
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
