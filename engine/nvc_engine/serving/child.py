"""A child process that speaks our messages as lines of JSON on its stdin and stdout; its stderr is the engine's log."""

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import Message

log = logging.getLogger(__name__)


def verb(*arguments: str) -> list[str]:
    """The command line that runs a verb of this very installation; `-P` keeps the working folder out of `sys.path`."""
    return [sys.executable, "-P", "-m", "nvc_engine", *arguments]


def creation_flags() -> int:
    """Of `subprocess.Popen`: no console window on Windows."""
    return getattr(subprocess, "CREATE_NO_WINDOW", 0)


class Child:
    """Runs `command`; its reader thread tells `heard(message)` of each line and `ended(return_code)` once.

    The child gets a session of its own, so that Ctrl-C in the engine's terminal is for the engine to handle.
    Raises OSError where it cannot be started.
    """

    def __init__(self, command: Sequence[str], heard: Callable[[Message], None], ended: Callable[[int], None]) -> None:
        self._heard = heard
        self._ended = ended
        self._outbox: SimpleQueue[Message | None] = SimpleQueue()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=os.name == "posix",
            creationflags=creation_flags(),
        )
        self.pid = self._process.pid
        self._writer = threading.Thread(target=self._write, name=f"to-{self.pid}", daemon=True)
        self._reader = threading.Thread(target=self._read, name=f"from-{self.pid}", daemon=True)
        self._writer.start()
        self._reader.start()

    def send(self, message: Message) -> None:
        """Tell the child; returns at once. What a dead child is told is lost."""
        self._outbox.put(message)

    def close(self, seconds: float) -> None:
        """Close the child's stdin, which asks it to end; after `seconds` it is killed. Returns when it has ended."""
        self._outbox.put(None)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reader.join()

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            while (message := self._outbox.get()) is not None:
                pipe.write(wire.encode(message) + b"\n")
                pipe.flush()
        except OSError:
            pass  # it has died; the reader tells
        with contextlib.suppress(OSError):
            pipe.close()

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        with pipe:
            for line in pipe:
                try:
                    message = wire.decode(line)
                except wire.WireError as error:
                    log.warning("process %d said what is no message: %s", self.pid, error)
                    continue
                if message is not None:
                    self._heard(message)
        return_code = self._process.wait()
        self._outbox.put(None)
        self._ended(return_code)
