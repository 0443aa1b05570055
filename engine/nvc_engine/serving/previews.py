"""Whose preview is under way: one at a time for the running job, and of those who wait the newest of each window."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from nvc_engine.protocol.messages import FrameDropped, PreviewReady, WantPreview
from nvc_engine.serving.window_link import WindowLink

Send = Callable[[WantPreview], None]


@dataclass(frozen=True)
class _Wanted:
    window: WindowLink
    wanted: WantPreview


class Previews:
    """Passes requests for previews to the worker one by one, under numbers of its own. For one thread."""

    def __init__(self) -> None:
        self._last_number = 0
        self._under_way: _Wanted | None = None
        self._waiting: dict[WindowLink, WantPreview] = {}

    def want(self, window: WindowLink, wanted: WantPreview, send: Send) -> None:
        """Ask for a preview as soon as none is under way; an older one of this window that waits is dropped."""
        older = self._waiting.pop(window, None)
        if older is not None:
            window.send(FrameDropped(older.request))
        self._waiting[window] = wanted
        self._send_next(send)

    def answered(self, answer: PreviewReady | FrameDropped, send: Send) -> None:
        """The worker has answered."""
        asked = self._under_way
        if asked is None or answer.request != self._last_number:
            return
        self._under_way = None
        asked.window.send(replace(answer, request=asked.wanted.request))
        self._send_next(send)

    def worker_gone(self) -> None:
        """Nobody will answer: drop everything."""
        waiting = [_Wanted(window, wanted) for window, wanted in self._waiting.items()]
        for asked in [*waiting, *([self._under_way] if self._under_way else [])]:
            asked.window.send(FrameDropped(asked.wanted.request))
        self._waiting.clear()
        self._under_way = None

    def window_gone(self, window: WindowLink) -> None:
        self._waiting.pop(window, None)

    def _send_next(self, send: Send) -> None:
        if self._under_way is not None or not self._waiting:
            return
        window = next(iter(self._waiting))
        self._under_way = _Wanted(window, self._waiting.pop(window))
        self._last_number += 1
        send(replace(self._under_way.wanted, request=self._last_number))
