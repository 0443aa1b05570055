"""VMAF by libvmaf, wherever an `ffmpeg` that has it can be found; PyAV's own libraries lack it so far."""

import contextlib
import functools
import json
import os
import shutil
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

from nvc_engine.media.frames import pixel_format_of
from nvc_engine.media.picture import Picture
from nvc_engine.media.rational import in_32_bits
from nvc_engine.media.y4m import write_planes

VARIABLE = "NVC_FFMPEG"
"""Environment variable with the path of an `ffmpeg` that has libvmaf; "none" does without VMAF."""
MODEL = "vmaf_v0.6.1"

_NOT_FOUND = (
    f"VMAF: no ffmpeg with libvmaf was found; name one by {VARIABLE}, or install the studio's extra vmaf"
    " (imageio-ffmpeg)."
)

_LOG, _OUTPUT = "vmaf.json", "output.txt"
_GRAPH = (
    "split[a][b];[a]select='not(mod(n,2))',setpts=N/FRAME_RATE/TB[reference];"
    "[b]select='mod(n,2)',setpts=N/FRAME_RATE/TB[test];"
    f"[test][reference]libvmaf=model=version={MODEL}:log_fmt=json:log_path={_LOG}"
)


class Vmaf:
    """Takes the pairs of a clip in order and hands them to a program; one pipe carries both clips, in turns.

    Attributes:
        values: VMAF of each pair, 0..100, after `close`; () where there is none.
        reason: a sentence on why there is none, or "".
    """

    def __init__(self, rate: Fraction) -> None:
        self.values: tuple[float, ...] = ()
        self.reason = ""
        self._program = find_ffmpeg()
        if self._program is None:
            self.reason = _NOT_FOUND
        self._rate = in_32_bits(rate)
        self._process: subprocess.Popen[bytes] | None = None
        self._stack = contextlib.ExitStack()
        self._count = 0

    def put(self, reference: Picture, test: Picture) -> None:
        """Compare one pair; both of one size, sampling and depth."""
        if self._program is None:
            return
        if self._process is None:
            self._start(self._program, reference)
        assert self._process is not None
        assert self._process.stdin is not None
        self._count += 1
        with contextlib.suppress(OSError):  # a program that has gone says why in its output
            for picture in (reference, test):
                write_planes(self._process.stdin, picture, gray=False)

    def close(self) -> None:
        """Wait for the scores."""
        with self._stack:
            if self._process is None:
                return
            assert self._process.stdin is not None
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            self._process.wait()
            self._read()

    def abandon(self) -> None:
        """Give up; harmless after `close`."""
        with self._stack:
            if self._process is not None and self._process.poll() is None:
                self._process.kill()
                self._process.wait()

    def _start(self, program: Path, like: Picture) -> None:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="nvc-")))
        command = [
            str(program), "-hide_banner", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", pixel_format_of(like),
            "-video_size", f"{like.width}x{like.height}",
            "-framerate", f"{self._rate.numerator}/{self._rate.denominator}",
            "-i", "pipe:0", "-filter_complex", _GRAPH, "-f", "null", "-",
        ]  # fmt: skip
        with (self._folder / _OUTPUT).open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    def _read(self) -> None:
        try:
            frames = json.loads((self._folder / _LOG).read_text("utf-8"))["frames"]
            values = tuple(float(frame["metrics"]["vmaf"]) for frame in frames)
        except (OSError, ValueError, KeyError, TypeError):
            values = ()
        if len(values) == self._count:
            self.values = values
            return
        lines = (self._folder / _OUTPUT).read_text("utf-8", "replace").strip().splitlines()
        self.reason = f"VMAF: {self._program} did not measure these pictures ({lines[-1] if lines else 'no word why'})."


def find_ffmpeg() -> Path | None:
    """A program `ffmpeg` with libvmaf: the one that `VARIABLE` names, that of imageio-ffmpeg, or one on the path."""
    named = os.environ.get(VARIABLE, "")
    if named == "none":
        return None
    for candidate in (named, _of_imageio(), shutil.which("ffmpeg") or ""):
        if candidate and _has_libvmaf(candidate):
            return Path(candidate)
    return None


def _of_imageio() -> str:
    try:
        import imageio_ffmpeg
    except ImportError:
        return ""
    with contextlib.suppress(RuntimeError):
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    return ""


@functools.cache
def _has_libvmaf(program: str) -> bool:
    try:
        listed = subprocess.run([program, "-hide_banner", "-filters"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b" libvmaf " in listed.stdout
