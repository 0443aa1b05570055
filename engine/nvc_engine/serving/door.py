"""The socket that windows knock on: a private folder, a fresh key, and nobody inside who does not know it."""

import logging
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import cast

from nvc_engine.errors import EngineError
from nvc_engine.protocol import PROTOCOL_VERSION, places

log = logging.getLogger(__name__)

FOLDER_PREFIX = "nvc-engine-"
LONGEST_SOCKET_PATH = 100
SECONDS_TO_AUTHENTICATE = 5.0
MOST_STRANGERS = 32


class NoRoomForSocketError(EngineError):
    """No folder has a path short enough for a local socket."""


class Door:
    """Listens for windows, lets in those that know the key, and announces itself in `engine.json`.

    `entered` is called, in a thread of its own, with each authenticated connection.
    """

    def __init__(self, entered: Callable[[Connection], None]) -> None:
        self._entered = entered
        self._strangers = threading.BoundedSemaphore(MOST_STRANGERS)
        self._closed = False
        _remove_leftovers()
        self._folder: Path | None = None
        if sys.platform == "win32":
            self._listener = Listener(None, "AF_PIPE", backlog=16)
        else:
            self._folder = _private_folder()
            self._listener = Listener(str(self._folder / "door"), "AF_UNIX", backlog=16)
        self.address = places.EngineAddress(
            address=str(self._listener.address),
            authkey=secrets.token_bytes(32),
            pid=os.getpid(),
            protocol_version=PROTOCOL_VERSION,
        )

    def open(self) -> None:
        """Start to accept, and announce the address."""
        threading.Thread(target=self._accept, name="door", daemon=True).start()
        places.write_address(self.address)

    def close(self) -> None:
        """Take the announcement down and let nobody in any more; connections that exist are left alone."""
        self._closed = True
        known = places.read_address()
        if known is not None and known.address == self.address.address:
            places.address_file().unlink(missing_ok=True)
        self._listener.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except OSError:
                if not self._closed:
                    log.exception("a connection could not be accepted")
                    time.sleep(0.1)  # out of descriptors, most likely: no busy loop until some are free
                continue
            if not self._strangers.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._meet, args=(connection,), name="stranger", daemon=True).start()

    def _meet(self, connection: Connection) -> None:
        try:
            impatient = cast(Connection, _Impatient(connection, SECONDS_TO_AUTHENTICATE))
            deliver_challenge(impatient, self.address.authkey)
            answer_challenge(impatient, self.address.authkey)
        except (AuthenticationError, OSError, EOFError, AssertionError) as error:
            log.warning("a connection was refused: %s", type(error).__name__)
            connection.close()
            return
        finally:
            self._strangers.release()
        self._entered(connection)


class _Impatient:
    """A connection whose reads end when the time to authenticate is over: a half-open client holds nothing up."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + seconds

    def send_bytes(self, data: bytes) -> None:
        self._connection.send_bytes(data)

    def recv_bytes(self, most: int) -> bytes:
        if not self._connection.poll(max(0.0, self._deadline - time.monotonic())):
            raise TimeoutError
        return self._connection.recv_bytes(most)


def _private_folder() -> Path:
    """A new folder for the socket, open to its owner alone. The path of a socket may be about 100 bytes long."""
    for parent in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), str(places.home())):
        if not parent or len(os.fsencode(parent)) + len(FOLDER_PREFIX) + 16 > LONGEST_SOCKET_PATH:
            continue
        try:
            return Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=parent))
        except OSError:
            continue
    raise NoRoomForSocketError(
        "No temporary folder has a path short enough for a local socket: set TMPDIR to a shorter one."
    )


def _remove_leftovers() -> None:
    """Remove the announcement and the folder of an engine that was killed. The caller holds the instance lock."""
    known = places.read_address()
    places.address_file().unlink(missing_ok=True)
    if known is None or sys.platform == "win32":
        return
    folder = Path(known.address).parent
    if folder.name.startswith(FOLDER_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
