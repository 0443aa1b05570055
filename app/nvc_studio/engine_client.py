"""The window's only way to the engine: starts it, talks to it, and starts it again when it dies."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nvc_engine.protocol import ring
from nvc_engine.protocol.messages import (
    Abort,
    AskExport,
    AskMeasure,
    AskPlan,
    AskReport,
    CloseClip,
    EditJob,
    ExportProgress,
    Failed,
    FrameDropped,
    GetFrame,
    GetPixel,
    Goodbye,
    Message,
    OpenClip,
    SubmitJob,
    WantPreview,
)
from nvc_engine.protocol.ring import FrameRing
from nvc_studio.engine_session import Ended, EngineSession, Opened
from nvc_studio.translation import mark, tr

RESTARTS_A_MINUTE = 3
SECONDS_TO_CLOSE = 2.0
RUNNING_AGAIN = mark(
    "The engine had stopped and is running again; unfinished encodes continue from their last checkpoint."
)

Answered = Callable[[object], None]


class EngineState(Enum):
    """How the window's connection to the engine is."""

    STARTING = "starting"
    """Before the first connection."""
    READY = "ready"
    LOST = "lost"
    """The engine has just died; RESTARTING or FAILED follows."""
    RESTARTING = "restarting"
    FAILED = "failed"
    """Given up; `start` tries anew."""


@dataclass(frozen=True)
class _Outstanding:
    message: Message
    answered: Answered | None


class EngineClient(QObject):
    """Speaks with the engine process; nothing here ever waits, and everything is told in the GUI thread.

    Each request gets exactly one final answer, also when the engine dies or cannot be started: then it is a `Failed`
    of this client's own making, or a `FrameDropped` for `GetFrame`, `GetPixel` and `WantPreview`, which delivers the
    slot back.

    What is sent before the engine is ready is kept until it is. Left out of that, because they speak of what an
    earlier engine held, are `GetFrame`, `GetPixel` and `WantPreview` (dropped at once), `CloseClip` and `Abort` (void).
    Nothing is ever sent twice: what a dead engine had been told and not answered is answered by `Failed`.

    Clip numbers are void after LOST: open the clips again when READY comes. Jobs keep their names; the engine
    describes all of them anew (`JobChanged`) after every READY.

    Signals:
        state_changed(EngineState, str): the connection's state and a sentence for the user ("" where none is needed).
        received(object): every message of the engine (dataclasses of `protocol.messages`), after the callback of
            `ask` has had it; also the answers of this client's own making.
    """

    state_changed = Signal(EngineState, str)
    received = Signal(object)
    _happened = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = EngineState.STARTING
        self._sentence = ""
        self._session: EngineSession | None = None
        self._last_request = 0
        self._outstanding: dict[int, _Outstanding] = {}
        self._restarts: list[float] = []
        self._rings: list[FrameRing] = []
        self._closed = False
        self._happened.connect(self._handle, Qt.ConnectionType.QueuedConnection)

    @property
    def state(self) -> EngineState:
        return self._state

    @property
    def sentence(self) -> str:
        """What was said with the state."""
        return self._sentence

    def start(self) -> None:
        """Find the running engine or start one; returns at once, and `state_changed` tells. Also after FAILED."""
        if self._closed or self._session is not None:
            return
        ring.sweep()
        self._restarts.clear()
        first = self._state is EngineState.STARTING
        self._open_session()
        if first:
            self._change(EngineState.STARTING, tr("The engine is starting."))
        else:
            self._change(EngineState.RESTARTING, tr("The engine is being started again."))

    def restart(self) -> None:
        """Try again after FAILED."""
        self.start()

    def next_request(self) -> int:
        """A request number that this window has not used yet."""
        self._last_request += 1
        return self._last_request

    def send(self, message: Message) -> None:
        """Tell the engine; answers come by `received`. Relative paths are made absolute by the window's folder."""
        self._send(message, None)

    def ask(self, message: Message, answered: Answered) -> None:
        """Send a message that has a request number; `answered` gets its final answer, once, in the GUI thread."""
        self._send(message, answered)

    def new_ring(self, slots: int, slot_bytes: int) -> FrameRing:
        """Shared memory for pictures, which `close` gives back if its user has not. Raises OSError without memory."""
        made = FrameRing.create(slots, slot_bytes)
        self._rings.append(made)
        return made

    def close(self, stop_jobs: bool = False) -> None:
        """Say goodbye and let everything go; nothing is signalled any more. Waits a moment for the goodbye to be gone.

        Args:
            stop_jobs: have running jobs pause; otherwise the engine finishes its queue without windows.
        """
        if self._closed:
            return
        self._closed = True
        if self._session is not None:
            if self._state is EngineState.READY or stop_jobs:
                self._session.send(Goodbye(stop_jobs))
            self._session.close(SECONDS_TO_CLOSE)
            self._session = None
        self._outstanding.clear()
        for made in self._rings:
            made.close()
        self._rings.clear()

    def _send(self, message: Message, answered: Answered | None) -> None:
        if self._closed:
            return
        request = getattr(message, "request", None)
        if isinstance(request, int) and not isinstance(message, Abort):
            self._outstanding[request] = _Outstanding(message, answered)
        of_this_engine = isinstance(message, GetFrame | GetPixel | WantPreview | CloseClip | Abort)
        if self._session is None or (of_this_engine and self._state is not EngineState.READY):
            self._refuse(message)
        else:
            self._session.send(_with_absolute_paths(message))

    def _refuse(self, message: Message) -> None:
        """Answer a request in the engine's place, as soon as the caller is done."""
        request = getattr(message, "request", None)
        if not isinstance(request, int) or isinstance(message, Abort):
            return
        if isinstance(message, GetFrame | GetPixel | WantPreview):
            self._happened.emit(None, FrameDropped(request))
        else:
            self._happened.emit(None, Failed(request, self._sentence or tr("The engine is not running.")))

    def _open_session(self) -> None:
        self._session = EngineSession(self._happened.emit)
        self._session.start()

    def _change(self, state: EngineState, sentence: str) -> None:
        self._state, self._sentence = state, sentence
        self.state_changed.emit(state, sentence)

    @Slot(object, object)
    def _handle(self, session: EngineSession | None, event: object) -> None:
        """What a session's threads tell, in the GUI thread. Sessions that are over are not heard any more."""
        if self._closed or (session is not None and session is not self._session):
            return
        if isinstance(event, Opened):
            again = self._state is EngineState.RESTARTING
            self._change(EngineState.READY, tr(RUNNING_AGAIN) if again else "")
            self._receive(event.welcome)
        elif isinstance(event, Ended):
            self._ended(event)
        else:
            self._receive(event)

    def _receive(self, message: object) -> None:
        request = getattr(message, "request", None)
        if isinstance(request, int) and not isinstance(message, ExportProgress):
            outstanding = self._outstanding.pop(request, None)
            if outstanding is not None and outstanding.answered is not None:
                outstanding.answered(message)
        self.received.emit(message)

    def _ended(self, event: Ended) -> None:
        self._session = None
        unanswered, self._outstanding = self._outstanding, {}
        now = time.monotonic()
        self._restarts = [moment for moment in self._restarts if now - moment < 60]
        if event.opened and len(self._restarts) < RESTARTS_A_MINUTE:
            self._restarts.append(now)
            self._open_session()
        if event.opened:
            self._change(
                EngineState.LOST,
                tr(
                    "The engine stopped unexpectedly; running encodes continue from their last checkpoint when it is"
                    " back."
                ),
            )
        if self._session is not None:
            self._change(EngineState.RESTARTING, tr("The engine stopped unexpectedly and is being started again."))
        else:
            self._change(
                EngineState.FAILED,
                event.sentence or tr("The engine keeps stopping and was left alone; its log may say why (engine.log)."),
            )
        for outstanding in unanswered.values():
            # Not by _outstanding: the answer goes to those who asked the engine that died, whatever was asked since.
            self._outstanding.setdefault(outstanding.message.request, outstanding)  # type: ignore[union-attr]
            self._refuse(outstanding.message)


def _with_absolute_paths(message: Message) -> Message:
    """The engine's working folder is not the window's."""
    if isinstance(message, OpenClip):
        return replace(message, path=os.path.abspath(message.path))
    if isinstance(message, AskPlan | SubmitJob):
        job = message.job
        return replace(
            message, job=replace(job, source=os.path.abspath(job.source), output=os.path.abspath(job.output))
        )
    if isinstance(message, EditJob):
        order = message.order
        whole = replace(order, source=os.path.abspath(order.source), output=os.path.abspath(order.output))
        return replace(message, order=whole)
    if isinstance(message, AskExport | AskReport):
        return replace(message, source=os.path.abspath(message.source), output=os.path.abspath(message.output))
    if isinstance(message, AskMeasure):
        return replace(message, reference=os.path.abspath(message.reference), test=os.path.abspath(message.test))
    return message
