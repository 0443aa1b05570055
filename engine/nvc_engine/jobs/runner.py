"""A worker process as its parent sees it: what it says, and how it ended."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nvc_engine.jobs.log import OUTPUT_NAME
from nvc_engine.protocol import places, wire
from nvc_engine.protocol.messages import JobState, Message, WantPreview, WorkerFinished


class OutcomeKind(StrEnum):
    """How a worker process ended."""

    FINISHED = "finished"
    """It said how its job stands, and left."""
    CRASHED = "crashed"
    """It is gone without having said so."""


@dataclass(frozen=True)
class WorkerOutcome:
    """What became of a worker process, apart from the process itself.

    Attributes:
        state: how the job stands, where the worker said it; the database says the same.
        sentence: for the user; "" where there is nothing to say.
        usage: the job failed because its order names a codec, preset or setting that there is not.
        signal_name: what killed it ("SIGKILL"), or "".
    """

    kind: OutcomeKind
    state: JobState | None
    sentence: str
    usage: bool = False
    exit_code: int = 0
    signal_name: str = ""

    @property
    def crashed(self) -> bool:
        return self.kind is OutcomeKind.CRASHED


class WorkerProcess:
    """Runs `nvc-engine worker JOB`. Its `events` are to be read by one thread; the rest may be called from any.

    Attributes:
        job: the job that it does.
        pid: its process number.
    """

    def __init__(self, job: str, command: Sequence[str] = ()) -> None:
        """Start it. `command` replaces the verb of this installation; the job's name is added to it.

        Raises OSError where it cannot be started.
        """
        folder = places.jobs_folder() / job
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = command or (sys.executable, "-P", "-m", "nvc_engine", "worker")
        with (folder / OUTPUT_NAME).open("ab") as output:
            self._process = subprocess.Popen(
                [*command, job],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env={**os.environ, places.HOME_VARIABLE: str(places.home())},
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        self.job = job
        self.pid = self._process.pid
        self._finished: WorkerFinished | None = None
        self._writing = threading.Lock()

    def events(self) -> Iterator[Message]:
        """What the worker says, to its end. Lines that are no messages of ours are passed over."""
        pipe = self._process.stdout
        assert pipe is not None
        for line in pipe:
            try:
                message = wire.decode(line)
            except wire.WireError:
                continue
            if isinstance(message, WorkerFinished):
                self._finished = message
            if message is not None:
                yield message

    def outcome(self) -> WorkerOutcome:
        """How it ended; waits for its end. `events` must have been read to the end, or be read by another thread."""
        code = self._process.wait()
        self._close()
        said = self._finished
        if said is not None:
            return WorkerOutcome(OutcomeKind.FINISHED, said.state, said.sentence, said.usage, code)
        name = _signal_name(code)
        return WorkerOutcome(OutcomeKind.CRASHED, None, _crash_sentence(code, name), exit_code=code, signal_name=name)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within `seconds`."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def send(self, message: WantPreview) -> None:
        """Tell the worker; what a dead one is told is lost."""
        pipe = self._process.stdin
        assert pipe is not None
        with self._writing, contextlib.suppress(OSError, ValueError):
            pipe.write(wire.encode(message) + b"\n")
            pipe.flush()

    def hang_up(self) -> None:
        """Close its stdin: it leaves a checkpoint and goes, as if we had died. Harmless when it has ended."""
        assert self._process.stdin is not None
        with self._writing, contextlib.suppress(OSError):
            self._process.stdin.close()

    def terminate(self) -> None:
        """Ask it to leave a checkpoint and go; its job is then to be picked up again."""
        self._process.terminate()

    def kill(self) -> None:
        """End it at once; what it did since its last checkpoint is lost."""
        self._process.kill()

    def _close(self) -> None:
        self.hang_up()
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdout.close()


def _signal_name(code: int) -> str:
    if code >= 0:
        return ""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _crash_sentence(code: int, signal_name: str) -> str:
    if signal_name == "SIGKILL":
        return "The encoder was killed from outside, most likely because memory ran out."
    if signal_name:
        return f"The encoder crashed ({signal_name})."
    return f"The encoder ended without a word (exit status {code})."
