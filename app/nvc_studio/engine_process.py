"""Finds the running engine, or starts one, and shakes hands with it. Blocks, and so runs outside the GUI thread."""

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, answer_challenge, deliver_challenge
from pathlib import Path
from typing import IO

from nvc_engine.protocol import PROTOCOL_VERSION, places, wire
from nvc_engine.protocol.messages import Hello, Welcome
from nvc_studio.translation import tr

SECONDS_TO_START = 60.0
SECONDS_TO_ANSWER = 5.0
RETRY_SECONDS = 0.05
LARGEST_LOG = 1 << 20


class EngineUnavailable(Exception):  # noqa: N818 - the sentence says what it is
    """The engine can be neither found nor started; the text is a sentence for a person."""


class _NoAnswerError(OSError):
    """Somebody listens, but does not answer in time."""


@dataclass(frozen=True)
class Attached:
    """A connection on which the engine has said welcome."""

    connection: Connection
    welcome: Welcome


def log_file() -> Path:
    """Where the engine that a window starts writes what it has to say."""
    return places.home() / "engine.log"


def attach(given_up: threading.Event) -> Attached | None:
    """Connect to the engine of this home folder, starting it where none runs; None once `given_up` is set.

    Raises:
        EngineUnavailable: it cannot be started, does not answer, or belongs to another version.
    """
    deadline = time.monotonic() + SECONDS_TO_START
    started: subprocess.Popen[bytes] | None = None
    silent = False
    while not given_up.is_set():
        try:
            attached = _connect()
        except (OSError, EOFError, AuthenticationError, AssertionError) as error:
            silent = isinstance(error, _NoAnswerError)
        else:
            if attached.welcome.protocol_version != PROTOCOL_VERSION:
                attached.connection.close()
                raise EngineUnavailable(
                    tr(
                        "An engine of another version of the studio ({version}) is running: close that version's"
                        " windows, let it finish, and try again.",
                        version=attached.welcome.engine_version,
                    )
                )
            return attached
        if time.monotonic() > deadline:
            raise EngineUnavailable(_never_came(silent))
        if started is None:
            started = _start()
        elif started.poll() is not None:
            if started.returncode:
                raise EngineUnavailable(tr("The engine could not be started: {reason}", reason=_last_words()))
            started = None  # another one was just there, and perhaps about to leave: look again
        given_up.wait(RETRY_SECONDS)
    return None


def _connect() -> Attached:
    """One attempt. Raises OSError, EOFError or AuthenticationError where nobody (of ours) answers."""
    address = places.read_address()
    if address is None:
        raise FileNotFoundError
    connection = Client(address.address)
    try:
        _await(connection)
        answer_challenge(connection, address.authkey)
        deliver_challenge(connection, address.authkey)
        connection.send_bytes(wire.encode(Hello(PROTOCOL_VERSION, f"window {os.getpid()}")))
        _await(connection)
        welcome = wire.decode(connection.recv_bytes(wire.MAX_MESSAGE_BYTES))
        if not isinstance(welcome, Welcome):
            raise EngineUnavailable(
                tr("What answers in place of the engine is not the engine: restart the computer's session.")
            )
    except wire.WireError as error:
        connection.close()
        raise ConnectionError(str(error)) from error
    except BaseException:
        connection.close()
        raise
    return Attached(connection, welcome)


def _await(connection: Connection) -> None:
    if not connection.poll(SECONDS_TO_ANSWER):
        raise _NoAnswerError


def _start() -> "subprocess.Popen[bytes]":
    """Start an engine that outlives this process."""
    try:
        with _open_log() as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "nvc_engine", "serve"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=places.home(),
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0)
                | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
    except OSError as error:
        raise EngineUnavailable(
            tr("The engine could not be started: {reason}.", reason=error.strerror or error)
        ) from error
    # Somebody has to take note of its end, however long after: else it would stay behind as a zombie.
    threading.Thread(target=process.wait, name="engine-reaper", daemon=True).start()
    return process


def _open_log() -> IO[bytes]:
    path = log_file()
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _last_words() -> str:
    """The last line of the engine's log."""
    try:
        lines = log_file().read_bytes()[-4096:].decode("utf-8", "replace").split("\n")
    except OSError:
        lines = []
    return next(
        (line.strip() for line in reversed(lines) if line.strip()),
        tr("its log ({file}) says nothing.", file=log_file()),
    )


def _never_came(silent: bool) -> str:
    if silent:
        address = places.read_address()
        if address is None:
            return tr("The engine that runs does not answer: end it and try again.")
        return tr("The engine that runs (process {pid}) does not answer: end it and try again.", pid=address.pid)
    return tr(
        "The engine did not start within {seconds:.0f} seconds; its log is {file}.",
        seconds=SECONDS_TO_START,
        file=log_file(),
    )
