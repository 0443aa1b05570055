"""Opens clips through the engine, and opens them again when the engine had to be restarted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nvc_engine.protocol.messages import ClipOpened, CloseClip, Failed, OpenClip, RawSpec
from nvc_studio.engine_client import EngineClient
from nvc_studio.models.engine_status import EngineStatus
from nvc_studio.models.sources import Source

MATRICES = ("bt709", "bt601", "bt2020")

Opened = Callable[[Source], None]


@dataclass(frozen=True)
class Opening:
    """How a clip is to be opened: `raw` for raw YUV, `matrix` and `full_range` where the user overrides the stream."""

    path: Path
    raw: RawSpec | None = None
    matrix: str = ""
    full_range: bool | None = None


class SourceLibrary(QObject):
    """The clips that are open, and how each was opened.

    Signals:
        refused: a clip could not be opened; its path and a sentence.
        replaced: the engine knows a clip by another number now, or by other facts; old source, new source.
    """

    refused = Signal(object, str)
    replaced = Signal(object, object)

    def __init__(self, client: EngineClient, status: EngineStatus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._status = status
        self._openings: dict[Source, Opening] = {}
        status.became_ready.connect(self._reopen)

    def open(self, opening: Opening, then: Opened) -> None:
        """Open a clip and give it to `then`; `refused` follows where that cannot be."""
        message = OpenClip(
            self._client.next_request(), str(opening.path), opening.raw, opening.matrix, opening.full_range
        )

        def answered(answer: object) -> None:
            if isinstance(answer, ClipOpened):
                source = Source(answer.clip, opening.path.name, answer.facts)
                self._openings[source] = opening
                then(source)
            elif isinstance(answer, Failed):
                self.refused.emit(opening.path, answer.sentence)

        self._client.ask(message, answered)

    def opening(self, source: Source) -> Opening | None:
        """How `source` was opened, or None where it is not open any more."""
        return self._openings.get(source)

    def reinterpret(self, source: Source, matrix: str, full_range: bool | None) -> None:
        """Open `source` anew with other colours; `replaced` follows."""
        known = self._openings.get(source)
        if known is None:
            return
        changed = Opening(known.path, known.raw, matrix, full_range)
        self.open(changed, lambda new: self._replace(source, new))

    def close(self, source: Source) -> None:
        """Let go of a clip."""
        if self._openings.pop(source, None) is not None and self._status.ready:
            self._client.send(CloseClip(source.clip))

    @Slot()
    def _reopen(self) -> None:
        for source, opening in list(self._openings.items()):
            self.open(opening, lambda new, old=source: self._renumber(old, new))  # type: ignore[misc]

    def _renumber(self, old: Source, new: Source) -> None:
        """After a restart: the old number means nothing to the new engine, so it is not closed there."""
        if new != old:  # The new engine may well give the same number again.
            self._openings.pop(old, None)
        self.replaced.emit(old, new)

    def _replace(self, old: Source, new: Source) -> None:
        self.replaced.emit(old, new)
        self.close(old)
