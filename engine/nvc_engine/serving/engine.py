"""The engine process itself: what each message of a window means, and when the process may go."""

import logging
import os
import time

import nvc_engine
from nvc_engine.protocol import PROTOCOL_VERSION
from nvc_engine.protocol.messages import (
    Abort,
    AskExport,
    AskLog,
    AskMeasure,
    AskPlan,
    AskReport,
    AskSweep,
    CloseClip,
    CommandJob,
    DescribeCodecs,
    EditJob,
    Failed,
    GetFrame,
    GetPixel,
    Goodbye,
    Hello,
    HoldQueue,
    Message,
    OpenClip,
    SubmitJob,
    UseCluster,
    WantPreview,
    Welcome,
)
from nvc_engine.serving.door import Door
from nvc_engine.serving.errands import Errands
from nvc_engine.serving.job_queue import JobQueue
from nvc_engine.serving.mailbox import Mailbox
from nvc_engine.serving.playback import Playback
from nvc_engine.serving.window_link import WindowLink

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25


class Engine:
    """Serves any number of windows until nobody needs it: `linger` seconds after the last window and the last job.

    One thread does all of it, fed by a mailbox; the job queue has a thread of its own, since it waits for the disk.
    """

    def __init__(self, linger: float) -> None:
        self._linger = linger
        self._mailbox = Mailbox()
        self._windows: set[WindowLink] = set()
        self._needed = time.monotonic()
        self._jobs = JobQueue(tell_all=lambda message: self._mailbox.post(self._tell_all, message))
        self._playback = Playback(self._mailbox, self._tell_all, self._jobs.described)
        self._errands = Errands(self._mailbox)
        self._door = Door(
            lambda connection: WindowLink(
                connection,
                heard=lambda window, message: self._mailbox.post(self._heard, window, message),
                gone=lambda window: self._mailbox.post(self._gone, window),
            ).start()
        )

    def run(self) -> None:
        """Serve until `stop`, or until nobody needs the engine any longer; then leave everything in good order."""
        self._playback.start()
        self._jobs.start()
        self._door.open()
        log.info("engine %s serves as process %d", nvc_engine.__version__, os.getpid())
        try:
            self._mailbox.run(self._tick, TICK_SECONDS)
        finally:
            self._door.close()
            self._errands.stop()
            self._jobs.stop()
            self._playback.stop()
            log.info("engine %d ends", os.getpid())

    def stop(self) -> None:
        """End `run` soon; for signal handlers and other threads."""
        self._mailbox.post(self._mailbox.stop)

    def _tick(self) -> None:
        if self._windows or self._jobs.busy or self._errands.busy:
            self._needed = time.monotonic()
        elif time.monotonic() - self._needed > self._linger:
            self._mailbox.stop()

    def _tell_all(self, message: Message) -> None:
        for window in self._windows:
            window.send(message)

    def _gone(self, window: WindowLink) -> None:
        if window in self._windows:
            self._windows.discard(window)
            self._playback.window_gone(window)
            self._errands.window_gone(window)
            self._jobs.window_gone(window)
            self._needed = time.monotonic()

    def _heard(self, window: WindowLink, message: Message) -> None:
        if isinstance(message, Hello):
            self._greet(window, message)
        elif window in self._windows:
            self._serve(window, message)

    def _greet(self, window: WindowLink, hello: Hello) -> None:
        window.send(Welcome(PROTOCOL_VERSION, nvc_engine.__version__, os.getpid()))
        if hello.protocol_version != PROTOCOL_VERSION:
            window.send(Failed(0, "The running engine belongs to another version of the studio."))
            window.close()
        elif window not in self._windows:
            self._windows.add(window)
            self._jobs.describe_all(window)

    def _serve(self, window: WindowLink, message: Message) -> None:
        match message:
            case DescribeCodecs() | OpenClip() | GetFrame() | GetPixel() | AskPlan():
                self._playback.ask(window, message)
            case CloseClip():
                self._playback.close_clip(window, message.clip)
            case SubmitJob():
                self._jobs.submit(window, message)
            case CommandJob():
                self._jobs.command(window, message)
            case EditJob():
                self._jobs.edit(window, message)
            case HoldQueue():
                self._jobs.hold(window, message)
            case UseCluster():
                self._jobs.use_cluster(window, message)
            case AskLog():
                self._jobs.log(window, message)
            case WantPreview():
                self._jobs.preview(window, message)
            case AskExport() | AskMeasure() | AskReport() | AskSweep():
                self._errands.start(window, message)
            case Abort():
                self._errands.abort(window, message.request)
            case Goodbye():
                if message.stop_jobs:
                    self._errands.abort_sweeps()
                    self._jobs.pause_all()
                window.close()
            case _:
                log.info("a window said %s, which is not for it to say", type(message).__name__)
