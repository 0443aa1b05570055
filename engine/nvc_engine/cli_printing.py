"""What the terminal prints: results on stdout, progress on stderr."""

import json
import shutil
import sys
import time
from collections.abc import Iterable, Sequence

from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import Progress, Result

_TTY_SECONDS = 0.1
_PLAIN_SECONDS = 5.0
_BAR = 24


def print_json(value: object) -> None:
    """One JSON object on stdout."""
    print(json.dumps(wire.to_plain(value), indent=2))


def print_table(rows: Iterable[Sequence[str]]) -> None:
    """Rows in columns as wide as their widest cell, two spaces apart."""
    rows = [tuple(row) for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def say(sentence: str) -> None:
    """A line on stderr for the person who waits."""
    print(f"nvc-engine: {sentence}", file=sys.stderr, flush=True)


def clock(seconds: float | None) -> str:
    """Seconds as h:mm:ss, or "-:--:--" where nobody knows."""
    if seconds is None or seconds != seconds or seconds > 1e7:
        return "-:--:--"
    whole = max(0, round(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def result_line(result: Result) -> str:
    """The measured facts of a file in one line."""
    ssim = "" if result.ms_ssim is None else f", MS-SSIM {result.ms_ssim:.5f}"
    return (
        f"{result.bytes} bytes, {result.bpp:.5f} bpp, {result.kbps:.2f} kb/s, PSNR-YUV {result.psnr_yuv:.3f} dB"
        f" (Y {result.psnr_y:.3f}, RGB {result.psnr_rgb:.3f}){ssim}, {result.frames} frames of"
        f" {result.width}x{result.height}, {result.codec} {result.preset} in {clock(result.seconds)}"
    )


class ProgressLine:
    """Progress on stderr: one line that is drawn over and over in a terminal, else a plain line every few seconds.

    With `as_json` it is lines of JSON, {"fraction": 0..1, "remaining": seconds or null}, for a program that listens.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json
        self._drawn_over = sys.stderr.isatty()
        self._shown = 0.0
        self._open = False
        self._stage = ""
        self._began = time.monotonic()

    def progress(self, progress: Progress) -> None:
        """Show where a job is."""
        parts = [f"{progress.stage} {progress.stage_index + 1}/{progress.stage_count}", _bar(progress.fraction)]
        if progress.steps_per_second > 0:
            parts.append(f"{progress.steps_per_second:.2f} steps/s")
        if progress.rate_bpp is not None:
            parts.append(f"{progress.rate_bpp:.4f} bpp")
        if progress.distortion_db is not None:
            parts.append(f"{progress.distortion_db:.2f} dB")
        parts.append(f"{clock(progress.elapsed)} + {clock(progress.remaining)}")
        parts.append(_shares_text(progress))  # last, for what a narrow terminal cuts off
        self._show("  ".join(filter(None, parts)), progress.stage)

    def fraction(self, what: str, fraction: float, *, guess: bool = True) -> None:
        """Show how far a piece of work is that began with this line; `guess` how long it goes on, as fast as so far."""
        took = time.monotonic() - self._began
        remaining = took * (1 - fraction) / fraction if guess and fraction > 0.02 else None
        if self._as_json:
            self._show(json.dumps({"fraction": fraction, "remaining": remaining}), what)
        else:
            self._show(f"{what}  {_bar(fraction)}  {clock(took)} + {clock(remaining)}", what)

    def close(self) -> None:
        """Leave the line, so that other output begins on one of its own."""
        if self._open:
            print(file=sys.stderr, flush=True)
            self._open = False

    def _show(self, text: str, stage: str) -> None:
        now = time.monotonic()
        pause = _TTY_SECONDS if self._drawn_over or self._as_json else _PLAIN_SECONDS
        if stage == self._stage and now - self._shown < pause:
            return
        self._shown, self._stage = now, stage
        if self._drawn_over and not self._as_json:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{text[:width].ljust(width)}", end="", file=sys.stderr, flush=True)
            self._open = True
        else:
            print(text, file=sys.stderr, flush=True)


def _shares_text(progress: Progress) -> str:
    """What the estimated rate is spent on: "grids 61 %, weights 39 %"; "" where nobody knows."""
    total = sum(bpp for _, bpp in progress.rate_shares)
    return ", ".join(f"{name} {100 * bpp / total:.0f} %" for name, bpp in progress.rate_shares if bpp > 0)


def _bar(fraction: float) -> str:
    fraction = min(max(fraction, 0.0), 1.0)
    full = int(fraction * _BAR)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {100 * fraction:5.1f} %"
