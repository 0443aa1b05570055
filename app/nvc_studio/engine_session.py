"""One connection to the engine, from looking for it to its end: two threads that keep the GUI thread from waiting."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue

from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import Message, Welcome
from nvc_studio.engine_process import EngineUnavailable, attach


@dataclass(frozen=True)
class Opened:
    """The engine has said welcome; what was sent before is on its way."""

    welcome: Welcome


@dataclass(frozen=True)
class Ended:
    """The session is over. `opened` says whether it ever was open; `sentence` why it never was."""

    opened: bool
    sentence: str = ""


class EngineSession:
    """Attaches to the engine and carries messages both ways.

    `tell(session, event)` is called in the reader's thread with `Opened`, each message, and at last `Ended`, unless
    the session was closed. `tell` must only pass the event on.
    """

    def __init__(self, tell: Callable[["EngineSession", object], None]) -> None:
        self._tell = tell
        self._outbox: SimpleQueue[Message | None] = SimpleQueue()
        self._given_up = threading.Event()
        self._wake, self._waker = Pipe(duplex=False)
        self._reader = threading.Thread(target=self._run, name="engine-reader", daemon=True)

    def start(self) -> None:
        self._reader.start()

    def send(self, message: Message) -> None:
        """Have a message written as soon as the engine is there; returns at once."""
        self._outbox.put(message)

    def close(self, seconds: float) -> None:
        """End the session after what was sent before, waiting at most `seconds`. `tell` is not called any more."""
        self._tell = lambda session, event: None
        self._outbox.put(None)
        self._given_up.set()
        self._reader.join(seconds)

    def _run(self) -> None:
        try:
            attached = attach(self._given_up)
        except EngineUnavailable as error:
            self._end(Ended(False, str(error)))
            return
        if attached is None:
            self._end(Ended(False))
            return
        writer = threading.Thread(target=self._write, args=(attached.connection,), name="engine-writer", daemon=True)
        writer.start()
        self._tell(self, Opened(attached.welcome))
        self._read(attached.connection)
        self._outbox.put(None)
        writer.join()
        # Closed only now: a descriptor that is closed while the other thread uses it may already be another's.
        attached.connection.close()
        self._end(Ended(True))

    def _end(self, end: Ended) -> None:
        for pipe in (self._wake, self._waker):
            pipe.close()
        self._tell(self, end)

    def _read(self, connection: Connection) -> None:
        with contextlib.suppress(EOFError, OSError):
            while self._wake not in wait([connection, self._wake]):
                try:
                    message = wire.decode(connection.recv_bytes(wire.MAX_MESSAGE_BYTES))
                except wire.WireError:
                    continue  # of a newer engine, or damaged: nothing that this window could act on
                if message is not None:
                    self._tell(self, message)

    def _write(self, connection: Connection) -> None:
        """Write what is sent, until told to end; then wake the reader, who may wait for the engine for ever."""
        with contextlib.suppress(OSError):
            while (message := self._outbox.get()) is not None:
                connection.send_bytes(wire.encode(message))
        with contextlib.suppress(OSError):
            self._waker.send_bytes(b"")
