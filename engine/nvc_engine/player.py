"""`nvc-engine player`: opens clips, delivers their frames, plans encodes; spoken to by the engine process.

Messages come as lines of JSON on stdin and leave so on stdout. Each clip has a thread of its own, and plans have
another, so that a frame never waits for anything but its own clip. The process ends when its stdin does.
"""

import contextlib
import faulthandler
import logging
import os
import sys
import threading
from typing import BinaryIO

from nvc_engine.player_clip import PlayedClip
from nvc_engine.player_plans import Planner
from nvc_engine.player_rings import Rings
from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import (
    AskPlan,
    CloseClip,
    DescribeCodecs,
    Failed,
    GetFrame,
    GetPixel,
    Message,
    OpenClip,
)

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005  # ten times shorter than usual: frames are served while the planner imports torch


class Player:
    """Gives each message to the thread that it concerns. `answer` may be called from any thread."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._writing = threading.Lock()
        self._rings = Rings()
        self._clips: dict[int, PlayedClip] = {}
        self._planner = Planner(self.answer)

    def answer(self, message: Message) -> None:
        with self._writing:
            self._out.write(wire.encode(message) + b"\n")
            self._out.flush()

    def run(self, lines: BinaryIO) -> None:
        """Handle messages until `lines` ends."""
        self._planner.start()
        for line in lines:
            try:
                message = wire.decode(line)
            except wire.WireError as error:
                log.warning("the engine said what is no message: %s", error)
                continue
            self._handle(message)

    def _handle(self, message: Message | None) -> None:
        if isinstance(message, OpenClip):
            self._close(message.request)
            self._clips[message.request] = PlayedClip(message, self._rings, self.answer)
        elif isinstance(message, GetFrame | GetPixel):
            clip = self._clips.get(message.clip)
            if clip is None:
                self.answer(Failed(message.request, "This clip is no longer open: open it again."))
            else:
                clip.want(message)
        elif isinstance(message, CloseClip):
            self._close(message.clip)
        elif isinstance(message, DescribeCodecs | AskPlan):
            self._planner.ask(message)

    def _close(self, number: int) -> None:
        clip = self._clips.pop(number, None)
        if clip is not None:
            clip.close()
            self._rings.release_idle()


def main() -> int:
    """Run the player on stdin and stdout; whatever else prints goes to stderr."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # each clip has a thread; theirs would wait for a training's
    logging.basicConfig(level=logging.INFO, format="%(asctime)s player %(levelname)s %(message)s")
    faulthandler.enable()
    sys.setswitchinterval(SWITCH_SECONDS)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        Player(out).run(sys.stdin.buffer)
    # The threads of video decoders can hang an interpreter that ends in good order; nothing here needs that.
    os._exit(0)
