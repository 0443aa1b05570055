"""One window that is connected: what it says is read by one thread, what it is told is written by another."""

import contextlib
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue

from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import Message

log = logging.getLogger(__name__)

MOST_UNREAD = 50_000


class WindowLink:
    """The engine's end of one window's connection.

    `heard(link, message)` is called in the reader's thread with each message, `gone(link)` once, when the
    connection has ended. What is not a message, or of a type unknown to this version, is passed over.
    """

    def __init__(
        self,
        connection: Connection,
        heard: Callable[["WindowLink", Message], None],
        gone: Callable[["WindowLink"], None],
    ) -> None:
        self._connection = connection
        self._heard = heard
        self._gone = gone
        self._outbox: SimpleQueue[Message | None] = SimpleQueue()
        self._wake, self._waker = Pipe(duplex=False)
        self._writer = threading.Thread(target=self._write, name="window-writer", daemon=True)

    def start(self) -> None:
        self._writer.start()
        threading.Thread(target=self._read, name="window-reader", daemon=True).start()

    def send(self, message: Message) -> None:
        """Tell the window; returns at once. A window that does not read for very long is cut off."""
        if self._outbox.qsize() > MOST_UNREAD:
            log.warning("a window does not read what it is told and is cut off")
            self._waker.close()
            return
        self._outbox.put(message)

    def close(self) -> None:
        """End the connection once what was sent before is written."""
        self._outbox.put(None)

    def _read(self) -> None:
        try:
            while self._wake not in wait([self._connection, self._wake]):
                data = self._connection.recv_bytes(wire.MAX_MESSAGE_BYTES)
                try:
                    message = wire.decode(data)
                except wire.WireError as error:
                    log.warning("a window said what is no message: %s", error)
                    continue
                if message is not None:
                    self._heard(self, message)
        except (EOFError, OSError):
            pass
        self._gone(self)
        self._outbox.put(None)
        self._hang_up()
        self._writer.join()
        # Closed only now: a descriptor that is closed while the other thread uses it may already be another's.
        self._connection.close()
        self._wake.close()

    def _write(self) -> None:
        try:
            while (message := self._outbox.get()) is not None:
                self._connection.send_bytes(wire.encode(message))
        except OSError:
            pass
        self._waker.close()

    def _hang_up(self) -> None:
        """Make a write to a window that does not read fail, where the system can."""
        if sys.platform != "win32":
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self._connection.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)
