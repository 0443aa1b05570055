"""Exports, measurements, reports and sweeps: the terminal's own verbs as processes, and how far they are."""

import json
import logging
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable

from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import (
    AskExport,
    AskMeasure,
    AskReport,
    AskSweep,
    Done,
    ExportProgress,
    Failed,
    Measured,
    Message,
    RawSpec,
    SweepRequest,
)
from nvc_engine.serving.child import creation_flags, verb
from nvc_engine.serving.mailbox import Mailbox
from nvc_engine.serving.measured import result_of
from nvc_engine.serving.window_link import WindowLink

log = logging.getLogger(__name__)

Errand = AskExport | AskMeasure | AskReport | AskSweep

SECONDS_TO_END = 5.0
SECONDS_TO_CHECKPOINT = 25.0
"""What a sweep may take to end: its encode leaves a checkpoint."""
LONGEST_OUTPUT = 64 << 20


class Errands:
    """The exports and measurements under way, by window and request number. Runs in the engine's thread alone."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._running: dict[tuple[WindowLink, int], _Process] = {}

    @property
    def busy(self) -> bool:
        """Whether something runs that should end before the engine does."""
        return bool(self._running)

    def start(self, window: WindowLink, errand: Errand) -> None:
        """Run an errand; the window hears of its progress and its end."""
        key = (window, errand.request)
        try:
            self._running[key] = _Process(
                errand,
                progress=lambda fraction, remaining: window.send(ExportProgress(errand.request, fraction, remaining)),
                ended=lambda *end: self._mailbox.post(self._ended, window, errand, *end),
            )
        except OSError as error:
            window.send(Failed(errand.request, f"The engine could not start the work: {error.strerror}."))

    def abort(self, window: WindowLink, request: int) -> None:
        process = self._running.get((window, request))
        if process is not None:
            process.abort()

    def window_gone(self, window: WindowLink) -> None:
        """Nobody waits for a measurement any more; an export goes on, since its file is wanted."""
        for (owner, _), process in self._running.items():
            if owner is window and process.measures:
                process.abort()

    def abort_sweeps(self) -> None:
        """Have every sweep leave a checkpoint and end."""
        for process in self._running.values():
            if process.sweeps:
                process.abort()

    def stop(self) -> None:
        """Give everything up and wait until it has ended."""
        for process in self._running.values():
            process.abort()
        for process in self._running.values():
            process.wait()

    def _ended(self, window: WindowLink, errand: Errand, return_code: int, output: bytes, complaint: str) -> None:
        process = self._running.pop((window, errand.request))
        window.send(_answer(errand, process.aborted, return_code, output, complaint))


class _Process:
    """One `nvc-engine` verb: reads its progress (lines of JSON on stderr), its complaint (other lines), its stdout."""

    def __init__(
        self,
        errand: Errand,
        progress: Callable[[float, float | None], None],
        ended: Callable[[int, bytes, str], None],
    ) -> None:
        self.measures = isinstance(errand, AskMeasure)
        self.sweeps = isinstance(errand, AskSweep)
        self._patience = SECONDS_TO_CHECKPOINT if self.sweeps else SECONDS_TO_END
        self.aborted = False
        self._progress = progress
        self._ended = ended
        self._process = subprocess.Popen(
            command_of(errand),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
            creationflags=creation_flags(),
        )
        self._output = b""
        self._outputs = threading.Thread(target=self._read_output, name="errand-output", daemon=True)
        self._outputs.start()
        self._thread = threading.Thread(target=self._read, name="errand", daemon=True)
        self._thread.start()

    def abort(self) -> None:
        """Ask the process to end as Ctrl-C would, so that it leaves nothing half-written; kill it if it does not."""
        if self.aborted or self._process.poll() is not None:
            return
        self.aborted = True
        if os.name == "posix":
            self._process.send_signal(signal.SIGINT)
            killer = threading.Timer(self._patience, self._process.kill)
            killer.daemon = True
            killer.start()
        else:
            self._process.kill()

    def wait(self) -> None:
        self._thread.join(2 * self._patience)

    def _read_output(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            self._output = pipe.read(LONGEST_OUTPUT)
            while pipe.read(1 << 16):
                pass

    def _read(self) -> None:
        complaints: deque[str] = deque(maxlen=20)
        assert self._process.stderr is not None
        with self._process.stderr as pipe:
            for line in pipe:
                progress = _progress(line)
                if progress is None:
                    complaints.append(line.decode("utf-8", "replace").strip())
                else:
                    self._progress(*progress)
        self._outputs.join()
        self._ended(self._process.wait(), self._output, next((line for line in reversed(complaints) if line), ""))


def command_of(errand: Errand) -> list[str]:
    """The command line that does the errand."""
    if isinstance(errand, AskExport):
        frames = f"--frames={_bound(errand.first)}:{_bound(errand.stop)}"
        ranged = [frames] if errand.first is not None or errand.stop is not None else []
        overwrite = ["-y"] if errand.overwrite else []
        return verb("decode", "--progress-json", *ranged, *overwrite, "-o", errand.output, "--", errand.source)
    if isinstance(errand, AskReport):
        more = [f"--anchor={errand.anchor}", f"--method={errand.method}", f"--anchors={errand.published}"]
        return verb("report", *_raw(errand.raw), *more, "-o", errand.output, "--", errand.source)
    if isinstance(errand, AskSweep):
        return verb("sweep", "--progress-json", *_sweep(errand.sweep), "--", errand.sweep.source)
    return verb("measure", "--progress-json", "--json", *_raw(errand.raw), "--", errand.reference, errand.test)


def _sweep(sweep: SweepRequest) -> list[str]:
    options = [f"--codecs={','.join(sweep.codecs)}", f"--points={sweep.points}", f"--device={sweep.device}"]
    if sweep.bpp:
        options.append(f"--bpp={','.join(map(str, sweep.bpp))}")
    options += [f"--minutes={sweep.minutes:.10g}"] if sweep.minutes is not None else []
    if sweep.first is not None or sweep.stop is not None:
        options.append(f"--frames={_bound(sweep.first)}:{_bound(sweep.stop)}")
    return [*options, f"--anchors={sweep.published}", *_raw(sweep.raw), "-o", sweep.folder]


def _bound(frame: int | None) -> str:
    return "" if frame is None else str(frame)


def _raw(raw: RawSpec | None) -> list[str]:
    return [] if raw is None else [f"--raw={raw.width}x{raw.height}:{raw.pixel_format}:{raw.rate}"]


def _progress(line: bytes) -> tuple[float, float | None] | None:
    """(fraction, remaining seconds) of a line of progress, or None where it is something else."""
    if not line.startswith(b"{"):
        return None
    try:
        plain = json.loads(line)
        remaining = plain["remaining"]
        return float(plain["fraction"]), None if remaining is None else float(remaining)
    except (ValueError, KeyError, TypeError):
        return None


def _ends_with_report(output: bytes) -> bool:
    """Whether a sweep has come to its end: the last that it prints is where its report is."""
    lines = output.decode("utf-8", "replace").split()
    return bool(lines) and lines[-1].endswith(".html")


def _answer(errand: Errand, aborted: bool, return_code: int, output: bytes, complaint: str) -> Message:
    what = {AskExport: "export", AskMeasure: "measurement", AskReport: "report", AskSweep: "comparison"}[type(errand)]
    if return_code == 0 and isinstance(errand, AskExport):
        return Done(errand.request, f"Exported to {errand.output}.")
    if return_code == 0 and isinstance(errand, AskReport):
        return Done(errand.request, f"The report is in {errand.output}.")
    if isinstance(errand, AskSweep) and not aborted and return_code in (0, 1) and _ends_with_report(output):
        lacking = "" if return_code == 0 else " Some of its encodes failed: it says which, and why."
        return Done(errand.request, f"The report is in {errand.sweep.folder}.{lacking}")
    if return_code == 0 and isinstance(errand, AskMeasure):
        try:
            return Measured(errand.request, result_of(json.loads(output), errand.test))
        except (ValueError, KeyError, TypeError, wire.WireError):
            log.exception("a measurement gave what is no result")
            return Failed(errand.request, "The measurement gave no result.")
    if aborted:
        return Failed(errand.request, f"The {what} was given up.")
    if return_code < 0:
        return Failed(errand.request, f"The {what} crashed: the file may be damaged.")
    return Failed(errand.request, complaint.removeprefix("nvc-engine: ") or f"The {what} failed.")
