"""Brokers between the windows and the player process: whose request is whose, and what happens when the player dies."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from nvc_engine.protocol.messages import (
    AskPlan,
    ClipOpened,
    CloseClip,
    Codecs,
    DescribeCodecs,
    Failed,
    FrameDropped,
    FrameReady,
    GetFrame,
    GetPixel,
    Message,
    Notice,
    OpenClip,
    PixelRead,
    Planned,
)
from nvc_engine.serving.child import Child, verb
from nvc_engine.serving.mailbox import Mailbox
from nvc_engine.serving.window_link import WindowLink

log = logging.getLogger(__name__)

PlayerRequest = DescribeCodecs | OpenClip | GetFrame | GetPixel | AskPlan
PlayerAnswer = Codecs | ClipOpened | FrameReady | FrameDropped | PixelRead | Planned | Failed

CRASHES_FORGIVEN_A_CLIP = 2
STARTS_A_MINUTE = 6
SECONDS_TO_END = 3.0


@dataclass
class _OpenedClip:
    """A clip that a window has opened. `crashes` counts the deaths of the player with a request on it under way."""

    window: WindowLink
    order: OpenClip
    opened: bool = False
    crashes: int = 0


@dataclass(frozen=True)
class _Pending:
    window: WindowLink
    request: PlayerRequest
    clip: int


class Playback:
    """The player process as the windows see it: it never dies for long. Runs in the engine's thread alone.

    Requests get numbers of the engine's own on the way to the player; the number under which a clip was opened is
    the clip's, and stays so when a restarted player opens it again.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        tell_all: Callable[[Message], None],
        described: Callable[[Codecs], None] = lambda codecs: None,
    ) -> None:
        """`described` hears of the codecs and devices that there are, as soon as the player knows them."""
        self._described = described
        self._mailbox = mailbox
        self._tell_all = tell_all
        self._last_number = 0
        self._pending: dict[int, _Pending] = {}
        self._reopening: set[int] = set()
        self._clips: dict[int, _OpenedClip] = {}
        self._starts: list[float] = []
        self._generation = 0
        self._child: Child | None = None

    def start(self) -> None:
        """Start the player, so that it is warm before the first window asks."""
        if self._alive():
            self._last_number += 1
            self._tell(DescribeCodecs(self._last_number))

    def stop(self) -> None:
        self._generation += 1
        if self._child is not None:
            self._child.close(SECONDS_TO_END)
            self._child = None

    def ask(self, window: WindowLink, request: PlayerRequest) -> None:
        """Pass a window's request on to the player."""
        if isinstance(request, GetFrame | GetPixel):
            clip = self._clips.get(request.clip)
            if clip is None or clip.window is not window:
                window.send(Failed(request.request, "This clip is no longer open: open it again."))
                return
        if not self._alive():
            window.send(Failed(request.request, "The player cannot be started; its log says why (engine.log)."))
            return
        self._last_number += 1
        number = self._last_number
        if isinstance(request, OpenClip):
            self._clips[number] = _OpenedClip(window, request)
        clip_number = request.clip if isinstance(request, GetFrame | GetPixel) else number
        self._pending[number] = _Pending(window, request, clip_number)
        self._tell(replace(request, request=number))

    def close_clip(self, window: WindowLink, clip: int) -> None:
        known = self._clips.get(clip)
        if known is not None and known.window is window:
            del self._clips[clip]
            self._tell(CloseClip(clip))

    def window_gone(self, window: WindowLink) -> None:
        """Close what the window had opened; nobody waits for its answers any more."""
        for number in [number for number, clip in self._clips.items() if clip.window is window]:
            self.close_clip(window, number)
        self._pending = {number: item for number, item in self._pending.items() if item.window is not window}

    def _tell(self, message: Message) -> None:
        if self._child is not None:
            self._child.send(message)

    def _alive(self) -> bool:
        """Whether the player runs; starts it where it does not, but not over and over again."""
        if self._child is not None:
            return True
        now = time.monotonic()
        self._starts = [start for start in self._starts if now - start < 60]
        if len(self._starts) >= STARTS_A_MINUTE:
            return False
        self._starts.append(now)
        self._generation += 1
        generation = self._generation
        try:
            self._child = Child(
                verb("player"),
                heard=lambda message: self._mailbox.post(self._heard, generation, message),
                ended=lambda return_code: self._mailbox.post(self._ended, generation, return_code),
            )
        except OSError:
            log.exception("the player cannot be started")
            return False
        return True

    def _heard(self, generation: int, message: Message) -> None:
        if generation != self._generation or not isinstance(message, PlayerAnswer):
            return
        if message.request in self._reopening:
            self._reopened(message)
            return
        if isinstance(message, Codecs):
            self._described(message)
        pending = self._pending.pop(message.request, None)
        if isinstance(pending and pending.request, OpenClip):
            if isinstance(message, ClipOpened) and message.request in self._clips:
                self._clips[message.request].opened = True
            elif isinstance(message, Failed):
                self._give_up(message.request)
        if pending is not None:
            pending.window.send(replace(message, request=pending.request.request))

    def _reopened(self, message: PlayerAnswer) -> None:
        self._reopening.discard(message.request)
        if isinstance(message, Failed):
            clip = self._give_up(message.request)
            if clip is not None:
                clip.window.send(Notice(message.sentence))

    def _give_up(self, number: int) -> _OpenedClip | None:
        """Forget a clip that could not be opened, here and in the player."""
        self._tell(CloseClip(number))
        return self._clips.pop(number, None)

    def _ended(self, generation: int, return_code: int) -> None:
        """The player has died: start another, open the clips again and ask once more for the frames under way."""
        if generation != self._generation:
            return
        log.error("the player ended with %d", return_code)
        self._child = None
        pending, self._pending = self._pending, {}
        self._forget_the_guilty({item.clip for item in pending.values()} | self._reopening)
        self._reopening = set()
        if self._alive():
            for number, clip in self._clips.items():
                self._reopening.add(number)
                self._tell(replace(clip.order, request=number))
            self._tell_all(Notice("The player has crashed and was started again."))
        else:
            self._clips.clear()
            self._tell_all(Notice("The player has crashed too often and is left alone for a minute."))
        for number, item in pending.items():
            if isinstance(item.request, GetFrame | GetPixel) and item.clip in self._clips:
                self._pending[number] = item
                self._tell(replace(item.request, request=number))
            else:
                item.window.send(Failed(item.request.request, _crash_sentence(item.request, return_code)))

    def _forget_the_guilty(self, suspects: set[int]) -> None:
        """Give up the clips that were not open yet, and those that have crashed the player too often."""
        for number in suspects & self._clips.keys():
            clip = self._clips[number]
            clip.crashes += 1
            if not clip.opened:
                del self._clips[number]
            elif clip.crashes > CRASHES_FORGIVEN_A_CLIP:
                del self._clips[number]
                clip.window.send(
                    Notice(f"{clip.order.path} keeps crashing the player and was closed: the file may be damaged.")
                )


def _crash_sentence(request: PlayerRequest, return_code: int) -> str:
    if return_code > 0:
        return "The player ended with an error; its log says why (engine.log)."
    if isinstance(request, OpenClip):
        return f"The player crashed on {request.path}: the file may be damaged."
    if isinstance(request, AskPlan):
        return f"The player crashed while it planned {request.job.source}; try again."
    return "The player crashed and was started again; try again."
