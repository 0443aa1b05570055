"""The rings of the windows that the player has attached to."""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nvc_engine.errors import EngineError
from nvc_engine.protocol.ring import FrameRing

MOST_RINGS = 16


class RingGoneError(EngineError):
    """The memory that a picture should be written to is not there."""


@dataclass
class _Attached:
    ring: FrameRing
    users: int = 0


class Rings:
    """Attaches to rings by name and keeps them; any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._attached: dict[str, _Attached] = {}

    @contextmanager
    def slot(self, name: str, index: int) -> Iterator[memoryview]:
        """The writable bytes of a slot, for as long as the context lasts.

        Raises:
            RingGoneError: there is no such ring or slot.
        """
        with self._lock:
            attached = self._attached.get(name)
            if attached is None:
                self._make_room()
                try:
                    attached = self._attached[name] = _Attached(FrameRing.attach(name))
                except (OSError, ValueError) as error:
                    raise RingGoneError("The window's memory for pictures is gone.") from error
            attached.users += 1
        try:
            try:
                view = attached.ring.slot(index)
            except ValueError as error:
                raise RingGoneError("The window's memory for pictures has no such place.") from error
            yield view
            view.release()
        finally:
            with self._lock:
                attached.users -= 1

    def release_idle(self) -> None:
        """Let go of the rings that nobody writes to at this moment: their windows may have given them up."""
        with self._lock:
            self._release(list(self._attached))

    def _make_room(self) -> None:
        if len(self._attached) >= MOST_RINGS:
            self._release(list(self._attached)[: MOST_RINGS // 2])

    def _release(self, names: list[str]) -> None:
        for name in names:
            if self._attached[name].users == 0:
                with contextlib.suppress(BufferError):  # an error's traceback still holds the view: next time
                    self._attached[name].ring.close()
                    del self._attached[name]
