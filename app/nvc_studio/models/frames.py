"""Frames of sources, asked of the engine and taken out of shared memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QTransform

from nvc_engine.protocol.messages import Failed, FrameDropped, FrameReady, GetFrame
from nvc_engine.protocol.ring import FrameRing
from nvc_studio.engine_client import EngineClient, EngineState
from nvc_studio.models.frame_cache import FrameCache
from nvc_studio.models.sources import Source

CACHE_BYTES = 384 << 20
RING_BYTES = 256 << 20
MOST_SLOTS = 6
FEWEST_SLOTS = 3
# Requests of one source that are under way at a time, read-ahead left out: one being decoded, and the newest.
PER_SOURCE = 2
# Slots that reading ahead leaves to what is wanted now.
KEPT_FREE = 2
AHEAD_CHANNELS = 2
# A dropped request for a frame that is still wanted is sent again, so often.
MOST_TRIES = 3
OPAQUE = np.uint32(0xFF000000)

_fetchers = count(1)


@dataclass(eq=False)
class _Slots:
    """A ring and which of its slots nobody writes to. A retired ring closes with its last answer."""

    ring: FrameRing
    free: list[int]
    retired: bool = False

    def give_back(self, slot: int) -> None:
        self.free.append(slot)
        if self.retired and len(self.free) == self.ring.slots:
            self.ring.close()


@dataclass(frozen=True, eq=False)
class _Asked:
    """A request under way."""

    source: Source
    frame: int
    slots: _Slots
    slot: int
    ahead: bool


class FrameFetcher(QObject):
    """Pictures of frames, for one view. What is wanted newest is served first; what was overtaken may be dropped.

    A few requests at most are under way at a time. Pictures seen last are kept within a bound of bytes. When the
    engine ends, requests under way and kept pictures are forgotten: the clips have to be opened anew.

    Signals:
        frame_ready(source: Source, frame: int, picture: QImage): a picture came: RGB32, turned upright as the
            source's rotation says, owning its bytes. Also for frames that are no longer wanted.
        failed(source: Source, frame: int, sentence: str): the frame cannot be had.
    """

    frame_ready = Signal(object, int, QImage)
    failed = Signal(object, int, str)

    def __init__(self, client: EngineClient, parent: QObject | None = None, cache_bytes: int = CACHE_BYTES) -> None:
        super().__init__(parent)
        self._client = client
        self._channel = f"view{next(_fetchers)}"
        self._cache = FrameCache(cache_bytes)
        self._slots: _Slots | None = None
        self._turn = 0
        self._under_way: dict[int, _Asked] = {}
        self._wanted: dict[int, int] = {}
        self._waiting: dict[int, tuple[Source, int]] = {}
        self._tries: Counter[tuple[int, int]] = Counter()
        client.state_changed.connect(self._engine_changed)

    def cached(self, source: Source, frame: int) -> QImage | None:
        """The picture, if it is at hand."""
        return self._cache.get((source.clip, frame))

    def request(self, source: Source, frame: int) -> QImage | None:
        """The picture, if it is at hand; else None, and it is asked for: `frame_ready` or `failed` follows, unless a
        newer request of this source overtakes it."""
        self._wanted[source.clip] = frame
        self._waiting.pop(source.clip, None)
        picture = self.cached(source, frame)
        if picture is None and not self._is_under_way(source.clip, frame):
            self._waiting[source.clip] = (source, frame)
            self._send_waiting()
        return picture

    def read_ahead(self, source: Source, frames: Iterable[int]) -> None:
        """Ask for frames that will be wanted soon, where that delays nothing that is wanted now."""
        for frame in frames:
            if self._waiting or (source.clip, frame) in self._cache or self._is_under_way(source.clip, frame):
                continue
            slots = self._ring_for(source, frame)
            if slots is None or len(slots.free) <= KEPT_FREE:
                return
            self._ask(source, frame, slots, ahead=True)

    def forget(self, source: Source) -> None:
        """The source is closed: drop its pictures, and wait for none."""
        self._wanted.pop(source.clip, None)
        self._waiting.pop(source.clip, None)
        self._cache.drop(lambda key: key[0] == source.clip)

    def close(self) -> None:
        """Let go of the shared memory. The fetcher may be used again."""
        self._drop_requests()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _is_under_way(self, clip: int, frame: int) -> bool:
        return any(asked.source.clip == clip and asked.frame == frame for asked in self._under_way.values())

    def _send_waiting(self) -> None:
        if self._client.state is not EngineState.READY:
            return
        for clip, (source, frame) in list(self._waiting.items()):
            busy = sum(asked.source.clip == clip and not asked.ahead for asked in self._under_way.values())
            if busy >= PER_SOURCE:
                continue
            slots = self._ring_for(source, frame)
            if slots is None:
                self._waiting.pop(clip, None)
            elif slots.free:
                self._waiting.pop(clip, None)
                self._ask(source, frame, slots)

    def _ask(self, source: Source, frame: int, slots: _Slots, *, ahead: bool = False) -> None:
        request = self._client.next_request()
        slot = slots.free.pop()
        self._under_way[request] = _Asked(source, frame, slots, slot, ahead)
        # Frames read ahead must not drop each other, nor what is wanted now: they take turns in channels of their own.
        self._turn = (self._turn + ahead) % AHEAD_CHANNELS
        lane = f"ahead{self._turn}" if ahead else "now"
        channel = f"{self._channel}/{source.clip}/{lane}"
        message = GetFrame(request, source.clip, frame, slots.ring.name, slot, channel)
        self._client.ask(message, lambda answer: self._answered(request, answer))

    def _ring_for(self, source: Source, frame: int) -> _Slots | None:
        """The ring, made anew where the source's pictures are larger than its slots; None (and said) without memory."""
        need = max(1, source.facts.width * source.facts.height * 4)
        if self._slots is not None and self._slots.ring.slot_bytes >= need:
            return self._slots
        self._retire()
        slots = max(FEWEST_SLOTS, min(MOST_SLOTS, RING_BYTES // need))
        try:
            ring = self._client.new_ring(slots, need)
        except OSError as error:
            size = f"{slots * need / 1e6:.0f} MB"
            sentence = f"There is no shared memory for pictures ({size}: {error.strerror or error}); close a program."
            self.failed.emit(source, frame, sentence)
            return None
        self._slots = _Slots(ring, list(range(ring.slots)))
        return self._slots

    def _retire(self) -> None:
        slots, self._slots = self._slots, None
        if slots is None:
            return
        slots.retired = True
        if len(slots.free) == slots.ring.slots:
            slots.ring.close()

    def _answered(self, request: int, answer: object) -> None:
        asked = self._under_way.pop(request, None)
        if asked is None:
            return
        picture: QImage | None = None
        sentence = ""
        if isinstance(answer, FrameReady):
            picture = _copied(answer, asked)
            if picture is None:
                sentence = f"The engine sent a picture of {asked.source.title} that does not fit; open the clip again."
        elif isinstance(answer, Failed):
            sentence = answer.sentence
        asked.slots.give_back(asked.slot)
        key = (asked.source.clip, asked.frame)
        if picture is not None:
            self._tries.pop(key, None)
            self._cache.put(key, picture)
        elif isinstance(answer, FrameDropped):
            self._dropped(asked)
        self._send_waiting()
        if picture is not None:
            self.frame_ready.emit(asked.source, asked.frame, picture)
        elif sentence and not (asked.ahead and self._wanted.get(asked.source.clip) != asked.frame):
            self.failed.emit(asked.source, asked.frame, sentence)

    def _dropped(self, asked: _Asked) -> None:
        """A frame read ahead may have become the wanted one before it was dropped: ask for it again."""
        clip, frame = asked.source.clip, asked.frame
        if self._wanted.get(clip) != frame or clip in self._waiting or self._is_under_way(clip, frame):
            return
        self._tries[clip, frame] += 1
        if self._tries[clip, frame] < MOST_TRIES:
            self._waiting[clip] = (asked.source, frame)
        else:
            del self._tries[clip, frame]
            sentence = f"Frame {frame} of {asked.source.title} did not come; move to another frame and back."
            self.failed.emit(asked.source, frame, sentence)

    def _engine_changed(self, *_: object) -> None:
        self._drop_requests()
        self._cache.clear()

    def _drop_requests(self) -> None:
        rings = {id(asked.slots): asked.slots for asked in self._under_way.values()}
        if self._slots is not None:
            rings[id(self._slots)] = self._slots
        self._under_way.clear()
        self._waiting.clear()
        self._wanted.clear()
        self._tries.clear()
        self._slots = None
        for slots in rings.values():
            slots.ring.close()


def _copied(ready: FrameReady, asked: _Asked) -> QImage | None:
    """The picture out of its slot, opaque and upright; None where it cannot be one of this ring."""
    width, height, stride = ready.width, ready.height, ready.stride
    if width < 1 or height < 1 or stride < 4 * width or stride % 4 or stride * height > asked.slots.ring.slot_bytes:
        return None
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    if picture.isNull():
        return None
    view = asked.slots.ring.slot(asked.slot)
    try:
        rows = np.frombuffer(view, np.uint32, stride // 4 * height).reshape(height, stride // 4)[:, :width]
        own = np.frombuffer(picture.bits(), np.uint32).reshape(height, picture.bytesPerLine() // 4)[:, :width]
        np.bitwise_or(rows, OPAQUE, out=own)
        del rows, own
    finally:
        view.release()
    turn = asked.source.facts.rotation % 360
    return picture.transformed(QTransform().rotate(turn)) if turn else picture
