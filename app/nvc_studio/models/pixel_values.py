"""The code values of the pixel that is pointed at, of every source on view."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from nvc_engine.protocol.messages import Failed, GetPixel, PixelRead
from nvc_studio.engine_client import EngineClient, EngineState
from nvc_studio.models.sources import Source

Asked = tuple[Source, int]


@dataclass(frozen=True)
class PixelPlace:
    """A pixel of A as it stands upright on view, counted from the top left."""

    x: int
    y: int


class PixelReader(QObject):
    """Reads a pixel of several sources. Of each source one reading is under way at a time, and the newest waits.

    Signals:
        changed(): `place` or `values` are others.
    """

    changed = Signal()

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._sources: tuple[Asked | None, ...] = ()
        self._size = (0, 0)
        self._turn = 0
        self._under_way: dict[int, GetPixel] = {}
        self.place: PixelPlace | None = None
        self.values: list[PixelRead | None] = []
        client.state_changed.connect(self._engine_changed)

    def point(self, place: PixelPlace | None, size: tuple[int, int], sources: Sequence[Asked | None]) -> None:
        """Read the pixel at `place` of A, which is `size` pixels large upright, and what lies there in the others.

        `sources` are those on view with the number of the picture that is; None where there is none.
        """
        asked = tuple(sources)
        if (place, size, asked) == (self.place, self._size, self._sources):
            return
        if asked != self._sources:
            self.values = [None] * len(asked)
        self.place, self._size, self._sources = place, size, asked
        self._turn += 1
        if place is not None:
            for number in range(len(asked)):
                self._ask(number)
        self.changed.emit()

    def close(self) -> None:
        """Wait for nothing any more."""
        self._sources = ()
        self._under_way.clear()

    def _ask(self, number: int) -> None:
        asked = self._sources[number] if number < len(self._sources) else None
        if asked is None or self.place is None or number in self._under_way:
            return
        if self._client.state is not EngineState.READY:
            return
        source, frame = asked
        x, y = stored_place(self.place, self._size, source)
        message = GetPixel(self._client.next_request(), source.clip, frame, x, y, f"pixel{id(self)}")
        self._under_way[number] = message
        turn = self._turn
        self._client.ask(message, lambda answer: self._answered(number, message, turn, answer))

    def _answered(self, number: int, message: GetPixel, turn: int, answer: object) -> None:
        if self._under_way.get(number) is not message:
            return
        del self._under_way[number]
        if turn != self._turn:
            self._ask(number)
        asked = self._sources[number] if number < len(self._sources) else None
        if asked is None or (asked[0].clip, asked[1]) != (message.clip, message.frame):
            return
        if isinstance(answer, PixelRead):
            self.values[number] = answer
        elif isinstance(answer, Failed):
            self.values[number] = None
        self.changed.emit()

    def _engine_changed(self, *_: object) -> None:
        self._under_way.clear()
        self.values = [None] * len(self._sources)
        self.changed.emit()


def stored_place(place: PixelPlace, size: tuple[int, int], source: Source) -> tuple[int, int]:
    """Where the pixel of `source` is stored that stands at `place` of an upright picture of `size`."""
    facts, turn = source.facts, source.facts.rotation % 360
    width, height = (facts.height, facts.width) if turn % 180 else (facts.width, facts.height)
    x = min(place.x * width // max(1, size[0]), width - 1)
    y = min(place.y * height // max(1, size[1]), height - 1)
    return {90: (y, width - 1 - x), 180: (width - 1 - x, height - 1 - y), 270: (height - 1 - y, x)}.get(turn, (x, y))
