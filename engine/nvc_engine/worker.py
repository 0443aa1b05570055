"""The process that does one encode: `nvc-engine worker JOB`, started by the engine process or by a terminal.

It speaks lines of JSON (`protocol.wire`): WorkerProgress, PreviewReady, FrameDropped, Notice and, last, WorkerFinished
on stdout; it hears WantPreview on stdin. When stdin ends, its parent has died: it leaves a checkpoint and goes.
"""

import contextlib
import faulthandler
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from nvc_engine.errors import EngineError
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import JobState, Message, WantPreview, WorkerFinished

if TYPE_CHECKING:
    from nvc_engine.jobs.running import JobRun

_NICENESS = 5
_AUTOGROUP = Path("/proc/self/autogroup")
_READ_BYTES = 1 << 16


class Voice:
    """Our messages on what was stdout. Encoders print; from now on what they print goes to stderr.

    Attributes:
        lost: set when nobody listens any more.
    """

    def __init__(self) -> None:
        self.lost = threading.Event()
        self._lock = threading.Lock()
        self._descriptor = os.dup(1)
        os.dup2(2, 1)

    def say(self, message: Message) -> None:
        """Send one message; where nobody listens it is lost."""
        line = memoryview(wire.encode(message) + b"\n")
        with self._lock:
            try:
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError:
                self.lost.set()


def main(job: str) -> int:
    """Do the job in this process; returns the exit status: 0, or 1 where the job has failed."""
    voice = Voice()
    faulthandler.enable(file=sys.stderr)
    _be_modest()
    finished = _work(job, voice)
    voice.say(finished)
    return 1 if finished.state is JobState.FAILED else 0


def _work(job: str, voice: Voice) -> WorkerFinished:
    from nvc_engine.jobs.running import JobRun
    from nvc_engine.jobs.store import JobStore

    _share_processors()
    try:
        with JobStore() as store:
            run = JobRun(store, job, voice.say)
            _heed_signals(run)
            threading.Thread(target=_listen, args=(run, voice), name="parent", daemon=True).start()
            return run.run()
    except EngineError as error:
        return WorkerFinished(JobState.FAILED, str(error))


def _listen(run: "JobRun", voice: Voice) -> None:
    """Hear the parent until it is gone. Reads the bare descriptor, which a process may leave at any time."""
    pending = b""
    while not voice.lost.is_set():
        try:
            data = os.read(0, _READ_BYTES)
        except OSError:
            break
        if not data:
            break
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            with contextlib.suppress(wire.WireError):
                message = wire.decode(line)
                if isinstance(message, WantPreview):
                    run.want_preview(message)
    run.leave()


def _heed_signals(run: "JobRun") -> None:
    def leave(number: int, frame: FrameType | None) -> None:
        run.leave()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal that started us decides what Ctrl-C means


def _be_modest() -> None:
    """Let playback and everything else go first."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(_NICENESS)
    with contextlib.suppress(OSError):  # where Linux shares its time among sessions, ours counts as a whole
        _AUTOGROUP.write_text(str(_NICENESS))


def _share_processors() -> None:
    """One thread inside each operation; codecs share a batch among threads themselves (`nn.shares`). Threads inside
    operations spin while they wait for each other, which is slow beyond measure where others use the processors."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
