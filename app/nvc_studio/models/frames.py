"""Frames of sources, asked of the engine and taken out of shared memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QTransform

from nvc_engine.protocol.messages import Failed, FrameDropped, FrameReady, GetFrame
from nvc_engine.protocol.ring import FrameRing
from nvc_studio.engine_client import EngineClient, EngineState
from nvc_studio.models.frame_cache import FrameCache
from nvc_studio.models.sources import Source
from nvc_studio.translation import tr

CACHE_BYTES = 384 << 20
RING_BYTES = 256 << 20
MOST_SLOTS = 12
FEWEST_SLOTS = 3
# Requests of one source that are under way at a time, read-ahead left out: one being decoded, and the newest.
PER_SOURCE = 2
# Slots that reading ahead leaves to what is wanted now.
KEPT_FREE = 2
AHEAD_CHANNELS = 2
# A dropped request for a frame that is still wanted is sent again, so often.
MOST_TRIES = 3
OPAQUE = np.uint32(0xFF000000)
OPAQUE_DEEP = np.uint32(0xC0000000)

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


class _Lane(StrEnum):
    """What a request is for. Requests of different lanes do not drop each other."""

    NOW = "now"
    AHEAD = "ahead"
    DRAFT = "draft"


@dataclass(frozen=True, eq=False)
class _Asked:
    """A request under way."""

    source: Source
    frame: int
    slots: _Slots
    slot: int
    lane: _Lane


class FrameFetcher(QObject):
    """Pictures of frames, for one view. What is wanted newest is served first; what was overtaken may be dropped.

    A few requests at most are under way at a time. Pictures seen last are kept within a bound of bytes. When the
    engine ends, requests under way and kept pictures are forgotten: the clips have to be opened anew.

    Signals:
        frame_ready(source: Source, frame: int, picture: QImage): a picture came: RGB32, or RGB30 where
            that is asked for (`set_deep`), turned upright as the source's rotation says, owning its bytes. Also for
            frames that are no longer wanted.
        draft_ready(source: Source, frame: int, picture: QImage): a small picture of the frame wanted last came before
            the frame; it is scaled to the frame's size, and never kept.
        failed(source: Source, frame: int, sentence: str): the frame cannot be had.
    """

    frame_ready = Signal(object, int, QImage)
    draft_ready = Signal(object, int, QImage)
    failed = Signal(object, int, str)

    def __init__(self, client: EngineClient, parent: QObject | None = None, cache_bytes: int = CACHE_BYTES) -> None:
        super().__init__(parent)
        self._client = client
        self._channel = f"view{next(_fetchers)}"
        self._cache = FrameCache(cache_bytes)
        self._slots: _Slots | None = None
        self._turn = 0
        self._deep = False
        self._under_way: dict[int, _Asked] = {}
        self._wanted: dict[int, int] = {}
        self._waiting: dict[int, tuple[Source, int]] = {}
        self._waiting_drafts: dict[int, tuple[Source, int]] = {}
        self._tries: Counter[tuple[int, int]] = Counter()
        client.state_changed.connect(self._engine_changed)

    def set_deep(self, deep: bool) -> None:
        """Whether sources of more than 8 bits come with 10 bits a channel; what was kept is fetched anew."""
        if deep != self._deep:
            self._deep = deep
            self._cache.clear()

    def cached(self, source: Source, frame: int) -> QImage | None:
        """The picture, if it is at hand."""
        return self._cache.get((source.clip, frame))

    def has(self, source: Source, frame: int) -> bool:
        """Whether the picture is at hand; unlike `cached`, asking does not count as use."""
        return (source.clip, frame) in self._cache

    def request(self, source: Source, frame: int, *, draft: bool = False) -> QImage | None:
        """The picture, if it is at hand; else None, and it is asked for: `frame_ready` or `failed` follows, unless a
        newer request of this source overtakes it. With `draft`, `draft_ready` may come before."""
        self._wanted[source.clip] = frame
        self._waiting.pop(source.clip, None)
        self._waiting_drafts.pop(source.clip, None)
        picture = self.cached(source, frame)
        if picture is not None:
            return picture
        if draft and source.facts.drafts and not self._is_under_way(source.clip, frame, _Lane.DRAFT):
            self._waiting_drafts[source.clip] = (source, frame)
        if not self._is_under_way(source.clip, frame):
            self._waiting[source.clip] = (source, frame)
        self._send_waiting()
        return None

    def read_ahead(self, source: Source, frames: Iterable[int]) -> None:
        """Ask for frames that will be wanted soon, where that delays nothing that is wanted now."""
        for frame in frames:
            if self._waiting or (source.clip, frame) in self._cache or self._is_under_way(source.clip, frame):
                continue
            slots = self._ring_for(source, frame)
            if slots is None or len(slots.free) <= KEPT_FREE:
                return
            self._ask(source, frame, slots, _Lane.AHEAD)

    def forget(self, source: Source) -> None:
        """The source is closed: drop its pictures, and wait for none."""
        self._wanted.pop(source.clip, None)
        self._waiting.pop(source.clip, None)
        self._waiting_drafts.pop(source.clip, None)
        self._cache.drop(lambda key: key[0] == source.clip)

    def close(self) -> None:
        """Let go of the shared memory. The fetcher may be used again."""
        self._drop_requests()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _is_under_way(self, clip: int, frame: int, *lanes: _Lane) -> bool:
        """Whether a frame is asked for, as itself unless other `lanes` are meant."""
        lanes = lanes or (_Lane.NOW, _Lane.AHEAD)
        under_way = self._under_way.values()
        return any(asked.source.clip == clip and asked.frame == frame and asked.lane in lanes for asked in under_way)

    def _send_waiting(self) -> None:
        if self._client.state is not EngineState.READY:
            return
        for lane, waiting in ((_Lane.DRAFT, self._waiting_drafts), (_Lane.NOW, self._waiting)):
            for clip, (source, frame) in list(waiting.items()):
                busy = sum(asked.source.clip == clip and asked.lane is lane for asked in self._under_way.values())
                if busy >= PER_SOURCE:
                    continue
                slots = self._ring_for(source, frame)
                if slots is None:
                    waiting.pop(clip, None)
                elif slots.free:
                    waiting.pop(clip, None)
                    self._ask(source, frame, slots, lane)

    def _ask(self, source: Source, frame: int, slots: _Slots, lane: _Lane) -> None:
        request = self._client.next_request()
        slot = slots.free.pop()
        self._under_way[request] = _Asked(source, frame, slots, slot, lane)
        channel = f"{self._channel}/{source.clip}/{lane}"
        if lane is _Lane.AHEAD:
            # Frames read ahead must not drop each other: they take turns.
            self._turn = (self._turn + 1) % AHEAD_CHANNELS
            channel += str(self._turn)
        draft = lane is _Lane.DRAFT
        deep = self._deep and source.facts.bit_depth > 8
        message = GetFrame(request, source.clip, frame, slots.ring.name, slot, channel, draft=draft, deep=deep)
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
            size = tr("{number:.0f} MB", number=slots * need / 1e6)
            sentence = tr(
                "There is no shared memory for pictures ({size}: {reason}); close a program.",
                size=size,
                reason=error.strerror or error,
            )
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
                sentence = tr(
                    "The engine sent a picture of {title} that does not fit; open the clip again.",
                    title=asked.source.title,
                )
        elif isinstance(answer, Failed):
            sentence = answer.sentence
        asked.slots.give_back(asked.slot)
        if asked.lane is _Lane.DRAFT:
            self._draft_answered(asked, picture)
            return
        key = (asked.source.clip, asked.frame)
        if picture is not None:
            self._tries.pop(key, None)
            self._cache.put(key, picture)
        elif isinstance(answer, FrameDropped):
            self._dropped(asked)
        self._send_waiting()
        if picture is not None:
            self.frame_ready.emit(asked.source, asked.frame, picture)
        elif sentence and not (asked.lane is _Lane.AHEAD and self._wanted.get(asked.source.clip) != asked.frame):
            self.failed.emit(asked.source, asked.frame, sentence)

    def _draft_answered(self, asked: _Asked, picture: QImage | None) -> None:
        """Show a draft while it is of use. That there is none is no news: the frame itself is on its way."""
        self._send_waiting()
        wanted = self._wanted.get(asked.source.clip) == asked.frame
        if picture is not None and wanted and self.cached(asked.source, asked.frame) is None:
            self.draft_ready.emit(asked.source, asked.frame, picture)

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
            sentence = tr(
                "Frame {frame} of {title} did not come; move to another frame and back.",
                frame=frame,
                title=asked.source.title,
            )
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
        self._waiting_drafts.clear()
        self._wanted.clear()
        self._tries.clear()
        self._slots = None
        for slots in rings.values():
            slots.ring.close()


def _copied(ready: FrameReady, asked: _Asked) -> QImage | None:
    """The picture out of its slot, opaque and upright, a draft at its frame's size; None where it cannot be one of
    this ring."""
    width, height, stride = ready.width, ready.height, ready.stride
    if width < 1 or height < 1 or stride < 4 * width or stride % 4 or stride * height > asked.slots.ring.slot_bytes:
        return None
    picture = QImage(width, height, QImage.Format.Format_RGB30 if ready.deep else QImage.Format.Format_RGB32)
    if picture.isNull():
        return None
    view = asked.slots.ring.slot(asked.slot)
    try:
        rows = np.frombuffer(view, np.uint32, stride // 4 * height).reshape(height, stride // 4)[:, :width]
        own = np.frombuffer(picture.bits(), np.uint32).reshape(height, picture.bytesPerLine() // 4)[:, :width]
        np.bitwise_or(rows, OPAQUE_DEEP if ready.deep else OPAQUE, out=own)
        del rows, own
    finally:
        view.release()
    if asked.lane is _Lane.DRAFT:
        facts = asked.source.facts
        smooth = Qt.TransformationMode.SmoothTransformation
        picture = picture.scaled(facts.width, facts.height, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    turn = asked.source.facts.rotation % 360
    return picture.transformed(QTransform().rotate(turn)) if turn else picture
