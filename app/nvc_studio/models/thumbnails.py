"""Small pictures of a clip, fetched one after the other where that holds up nothing else."""

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QTransform

from nvc_engine.protocol.messages import FrameReady, GetFrame
from nvc_engine.protocol.ring import FrameRing
from nvc_studio.engine_client import EngineClient, EngineState
from nvc_studio.models.sources import Source

WIDTH = 96
"""The widest that a thumbnail is, as it is stored."""
REST_MS = 60
_KEPT = 400


class Thumbnails(QObject):
    """Thumbnails of one clip at the frames that are wanted. A rest between two leaves the clip to what is looked at.

    Signals:
        changed(): there is another one, or there are none any more.
    """

    changed = Signal()

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._source: Source | None = None
        self._pictures: dict[int, QImage] = {}
        self._waiting: deque[int] = deque()
        self._asked: int | None = None
        self._ring: FrameRing | None = None
        self._held = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)
        client.state_changed.connect(self._engine_changed)

    def picture(self, frame: int) -> QImage | None:
        """The thumbnail of a frame, upright, if it is at hand."""
        return self._pictures.get(frame)

    def set_source(self, source: Source | None) -> None:
        """Of another clip; those of the last one are gone."""
        if source != self._source:
            self._source = source
            self._pictures.clear()
            self._waiting.clear()
            self.changed.emit()

    def want(self, frames: Iterable[int]) -> None:
        """Fetch those of these frames that are not at hand, in their order; others are wanted no more."""
        self._waiting = deque(frame for frame in frames if frame not in self._pictures)
        self._rest.start()

    def hold(self, held: bool) -> None:
        """While held, as long as a clip plays, none is asked for."""
        self._held = held
        if not held:
            self._rest.start()

    def close(self) -> None:
        """Let go of the shared memory, and wait for nothing."""
        self._waiting.clear()
        self._asked = None
        self._rest.stop()
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    def _ask(self) -> None:
        source = self._source
        if source is None or not self._waiting or self._held or self._asked is not None:
            return
        if self._client.state is not EngineState.READY or not self._make_room(source):
            return
        assert self._ring is not None
        frame = self._waiting.popleft()
        request = self._asked = self._client.next_request()
        message = GetFrame(request, source.clip, frame, self._ring.name, 0, f"film{id(self)}", max_width=WIDTH)
        self._client.ask(message, lambda answer: self._answered(request, source, frame, answer))

    def _make_room(self, source: Source) -> bool:
        """A ring that a thumbnail fits into; none where there is no memory, and then there are no thumbnails."""
        facts = source.facts
        factor = max(1, -(-facts.width // WIDTH))
        need = 4 * -(-facts.width // factor) * -(-facts.height // factor)
        if self._ring is None or self._ring.slot_bytes < need:
            if self._ring is not None:
                self._ring.close()
            try:
                self._ring = self._client.new_ring(1, need)
            except OSError:
                self._ring = None
                return False
        return True

    def _answered(self, request: int, source: Source, frame: int, answer: object) -> None:
        if request != self._asked:
            return
        self._asked = None
        if isinstance(answer, FrameReady) and source == self._source:
            self._keep(frame, answer, source.facts.rotation % 360)
        self._rest.start()

    def _keep(self, frame: int, ready: FrameReady, turn: int) -> None:
        if self._ring is None or not 0 < ready.width <= ready.stride // 4:
            return
        if 0 < ready.height * ready.stride <= self._ring.slot_bytes:
            self._pictures[frame] = _upright(self._ring, ready, turn)
            while len(self._pictures) > _KEPT:
                del self._pictures[next(iter(self._pictures))]
            self.changed.emit()

    def _engine_changed(self, *_: object) -> None:
        self._asked = None
        self._rest.start()


def _upright(ring: FrameRing, ready: FrameReady, turn: int) -> QImage:
    with ring.slot(0) as pixels:
        picture = QImage(pixels, ready.width, ready.height, ready.stride, QImage.Format.Format_RGB32).copy()
    return picture.transformed(QTransform().rotate(turn)) if turn else picture
