"""Opens clips through the engine, and opens them again when the engine had to be restarted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
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
    """How a clip is to be opened: `raw` for raw YUV, `matrix` and `full_range` where the user overrides the stream,
    `slow_motion` N with N - 1 interpolated pictures behind each frame."""

    path: Path
    raw: RawSpec | None = None
    matrix: str = ""
    full_range: bool | None = None
    slow_motion: int = 1


class SourceLibrary(QObject):
    """The clips that are open, and how each was opened.

    Signals:
        began: a clip is being opened; its path. `ended` follows, whatever comes of it.
        ended: it is open, or refused; its path.
        refused: a clip could not be opened; its path and a sentence.
        replaced: the engine knows clips by other numbers now, or by other facts; a dict of old source to new one, or
            to None where it cannot be opened any more.
    """

    began = Signal(object)
    ended = Signal(object)
    refused = Signal(object, str)
    replaced = Signal(object)

    def __init__(self, client: EngineClient, status: EngineStatus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._status = status
        self._openings: dict[Source, Opening] = {}
        # Clips of an engine that has died: their numbers mean nothing, or another clip, to the next one.
        self._void: set[Source] = set()
        status.was_lost.connect(self._lost)
        status.became_ready.connect(self._reopen)

    def open(self, opening: Opening, then: Opened, otherwise: Callable[[], None] | None = None) -> None:
        """Open a clip and give it to `then`; where that cannot be, `refused` follows, and `otherwise` is called."""

        def answered(answer: object) -> None:
            self.ended.emit(opening.path)
            if isinstance(answer, ClipOpened):
                source = _source(answer, opening)
                self._openings[source] = opening
                then(source)
            elif isinstance(answer, Failed):
                self.refused.emit(opening.path, answer.sentence)
                if otherwise is not None:
                    otherwise()

        self.began.emit(opening.path)
        self._client.ask(self._question(opening), answered)

    def opening(self, source: Source) -> Opening | None:
        """How `source` was opened, or None where it is not open any more."""
        return self._openings.get(source)

    def reinterpret(self, source: Source, matrix: str, full_range: bool | None) -> None:
        """Open `source` anew with other colours; `replaced` follows."""
        known = self._openings.get(source)
        if known is not None:
            changed = replace(known, matrix=matrix, full_range=full_range)
            self.open(changed, lambda new: self._replace(source, new))

    def slow_down(self, source: Source, factor: int) -> None:
        """Open `source` anew with `factor` pictures for each frame, or 1: its frames alone; `replaced` follows."""
        known = self._openings.get(source)
        if known is not None:
            self.open(replace(known, slow_motion=factor), lambda new: self._replace(source, new))

    def close(self, source: Source) -> None:
        """Let go of a clip."""
        if self._openings.pop(source, None) is not None and self._status.ready and source not in self._void:
            self._client.send(CloseClip(source.clip))

    def _question(self, opening: Opening) -> OpenClip:
        return OpenClip(
            self._client.next_request(),
            str(opening.path),
            opening.raw,
            opening.matrix,
            opening.full_range,
            opening.slow_motion,
        )

    def _replace(self, old: Source, new: Source) -> None:
        self.replaced.emit({old: new})
        self.close(old)

    # --- after the engine has died ------------------------------------------------------------------------------------

    @Slot()
    def _lost(self) -> None:
        self._void.update(self._openings)

    @Slot()
    def _reopen(self) -> None:
        """Open every clip anew, and tell of all at once: until then an old number could be another clip's new one."""
        renewed: dict[Source, Source | None] = {}
        olds = [source for source in self._void if source in self._openings]
        self._void = set(olds)

        def answered(old: Source, opening: Opening, answer: object) -> None:
            if isinstance(answer, ClipOpened):
                renewed[old] = _source(answer, opening)
            elif isinstance(answer, Failed) and self._status.ready:
                renewed[old] = None
                self.refused.emit(opening.path, answer.sentence)
            else:
                return  # This engine has died too; the next one is asked anew.
            if len(renewed) == len(olds):
                self._renumber(renewed)

        for old in olds:
            opening = self._openings[old]
            self._client.ask(self._question(opening), partial(answered, old, opening))

    def _renumber(self, renewed: dict[Source, Source | None]) -> None:
        openings = {old: self._openings.pop(old, None) for old in renewed}
        self._void.clear()
        for old, new in renewed.items():
            opening = openings[old]
            if new is not None and opening is not None:
                self._openings[new] = opening
            elif new is not None:
                self._client.send(CloseClip(new.clip))  # It was closed while it was being opened.
        self.replaced.emit(renewed)


def _source(opened: ClipOpened, opening: Opening) -> Source:
    return Source(opened.clip, opening.path.name, opened.facts)
