"""The pictures that stand beside each other: always of the same moment, as far as the sources allow."""

from collections import deque
from dataclasses import dataclass, replace
from fractions import Fraction

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.models.frame_times import Alignment, FrameTimes
from nvc_studio.models.frames import FrameFetcher
from nvc_studio.models.sources import Source
from nvc_studio.translation import tr

# How long the last good pictures stay before what has come is shown beside what has not.
GRACE_MS = 350
# How far from the frame wanted one is looked for that is at hand.
_NEAR = 90
# Frames asked for and not yet shown: an older one is still shown when it completes before a newer.
_RECENT = 4

Pictures = tuple[FramePicture | None, ...]


@dataclass(eq=False)
class _Side:
    """One of the sources, and which of its frames belongs to each frame of the playhead."""

    source: Source
    alignment: Alignment
    aspect: Fraction


class CompareSet(QObject):
    """Fetches the pictures of A, B and what there is more for the playhead, and shows them together.

    The playhead counts frames of A (of the next one where there is no A), or the pictures of the one that is in slow
    motion. The last good pictures stay until the next are whole; if one source lags for longer than a moment, the
    others are shown alone and the one that lags is marked as not current. A draft stands in for a picture that lags;
    what is shown with one is never whole.

    Signals:
        changed(): other pictures are on view.
        settled(frame: int): the pictures for this frame of the playhead are on view, or cannot be had.
        problem(sentence: str): a picture cannot be had. Said once until the sources change or the engine restarts.
    """

    changed = Signal()
    settled = Signal(int)
    problem = Signal(str)

    def __init__(self, fetcher: FrameFetcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetcher = fetcher
        self._sides: list[_Side | None] = [None, None]
        self._pictures: list[FramePicture | None] = [None, None]
        self._still: FramePicture | None = None
        self._times = FrameTimes()
        self._wanted: int | None = None
        self._on_view: int | None = None
        self._settled = True
        self._late = False
        self._void = False
        self._keys: list[tuple[int, int] | None] = [None, None]
        self._recent: deque[int] = deque(maxlen=_RECENT)
        self._held: dict[tuple[int, int], QImage] = {}
        self._drafts: dict[tuple[int, int], QImage] = {}
        self._lost: set[tuple[int, int]] = set()
        self._said: set[str] = set()
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.setInterval(GRACE_MS)
        self._grace.timeout.connect(self._show_what_came)
        fetcher.frame_ready.connect(self._frame_ready)
        fetcher.draft_ready.connect(self._draft_ready)
        fetcher.failed.connect(self._frame_failed)

    @property
    def times(self) -> FrameTimes:
        """The frames that the playhead counts."""
        return self._times

    @property
    def pictures(self) -> Pictures:
        """What is on view. B is the still picture while one is set."""
        a, b, *more = self._pictures
        return a, self._still or b, *more

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is expected for the playhead's frame."""
        return self._settled

    @property
    def sources(self) -> tuple[Source | None, ...]:
        """A, B, and what there is more."""
        return tuple(side.source if side else None for side in self._sides)

    @property
    def on_view(self) -> tuple[tuple[Source, int] | None, ...]:
        """Of each source the number of its picture that is on view; None while there is none of it."""
        return tuple(
            (side.source, key[1]) if side is not None and key is not None and key[0] == side.source.clip else None
            for side, key in zip(self._sides, self._keys, strict=True)
        )

    def alignment(self, side: int) -> Alignment | None:
        """How source 0 (A), 1 (B) and so on follows the playhead."""
        chosen = self._sides[side]
        return chosen.alignment if chosen else None

    def set_sources(self, *sources: Source | None) -> None:
        """Compare other sources; ask with `want` for the frame to show. Pictures on view stay until theirs come."""
        before = self.sources
        sources = (*sources, *(None,) * (2 - len(sources)))
        master = master_of(*sources)
        self._times = FrameTimes.of(master.facts) if master else FrameTimes()
        self._sides = [_side(source, self._times) if source else None for source in sources]
        kept = [*self._pictures, *[None] * len(sources)][: len(sources)]
        self._pictures = [picture if source else None for picture, source in zip(kept, sources, strict=True)]
        for gone in before:
            if gone is not None and all(kept is None or kept.clip != gone.clip for kept in sources):
                self._fetcher.forget(gone)
        self._wanted = self._on_view = None
        self._settled = True
        self._late = False
        self._void = False
        self._keys = [None] * len(sources)
        self._recent.clear()
        self._held.clear()
        self._drafts.clear()
        self._lost.clear()
        self._said.clear()
        self._grace.stop()
        self.changed.emit()

    def set_void(self) -> None:
        """The sources are no longer open: ask for nothing until `set_sources` gives others; what is on view stays."""
        self._void = True
        self._settled = True
        self._recent.clear()
        self._grace.stop()

    def set_still(self, image: QImage | None, title: str = "", frame: int | None = None) -> None:
        """Show `image` as B instead of a source (None: the source again); `frame` of A is what it shows, if known."""
        self._still = None
        if image is not None and not image.isNull():
            own = image.convertToFormat(QImage.Format.Format_RGB32)
            a = self._sides[0]
            self._still = FramePicture(own, title, frame, a.aspect if a else Fraction(1))
        self._mark_still()
        self.changed.emit()
        if self._wanted is not None:
            self.want(self._wanted)

    def want(self, frame: int, *, drafts: bool = False, near: bool = False) -> None:
        """Ask for the pictures of a frame of the playhead, with `drafts` where they take long. The newest call wins.
        Until they come, `near` shows those of the nearest frame that is at hand."""
        if not self._times.count or self._void:
            return
        frame = self._times.clamp(frame)
        if frame == self._wanted:
            # Asked again: what was lost may be had now.
            self._lost.clear()
        else:
            self._drafts.clear()
        self._wanted = frame
        self._settled = False
        if frame in self._recent:
            self._recent.remove(frame)
        self._recent.append(frame)
        for side in self._asked_sides():
            number = side.alignment.frame(frame)
            picture = self._fetcher.request(side.source, number, draft=drafts)
            if picture is not None:
                self._held[side.source.clip, number] = picture
        self._mark_still()
        if not self._show_newest_whole() and near:
            self._show_near(frame)
        if not self._settled and not self._late and not self._grace.isActive():
            self._grace.start()

    def set_deep(self, deep: bool) -> None:
        """Whether the display shows 10 bits a channel: sources that have them are then fetched with them."""
        self._fetcher.set_deep(deep)
        if self._wanted is not None:
            self.want(self._wanted)

    def read_ahead(self, frames: list[int]) -> None:
        """Fetch what the playhead will come to next, where that delays nothing."""
        for frame in frames:
            for side in self._asked_sides():
                self._fetcher.read_ahead(side.source, [side.alignment.frame(frame)])

    # --- inside ---------------------------------------------------------------------------------------------------

    def _asked_sides(self) -> list[_Side]:
        """The sides whose pictures are wanted: not B's while a still picture stands in its place."""
        a, b, *more = self._sides
        return [side for side in (a, None if self._still else b, *more) if side is not None]

    def _frame_ready(self, source: Source, frame: int, picture: QImage) -> None:
        awaited = [side for side in self._all() if side.source.clip == source.clip]
        if not any(frame in map(side.alignment.frame, self._recent) for side in awaited):
            return
        self._held[source.clip, frame] = picture
        self._show_more()

    def _draft_ready(self, source: Source, frame: int, picture: QImage) -> None:
        wanted = self._wanted
        if self._settled or wanted is None:
            return
        if any(side.source.clip == source.clip and side.alignment.frame(wanted) == frame for side in self._all()):
            self._drafts[source.clip, frame] = picture
            self._show_more()

    def _frame_failed(self, source: Source, frame: int, sentence: str) -> None:
        if not any(side.source.clip == source.clip for side in self._all()):
            return
        self._lost.add((source.clip, frame))
        if sentence not in self._said:
            self._said.add(sentence)
            self.problem.emit(sentence)
        self._show_more()

    def _all(self) -> list[_Side]:
        return [side for side in self._sides if side is not None]

    def _show_newest_whole(self) -> bool:
        """Show the newest frame asked for whose pictures are all here or lost."""
        sides = self._asked_sides()
        for frame in reversed(self._recent):
            keys = [(side.source.clip, side.alignment.frame(frame)) for side in sides]
            if all(key in self._held or key in self._lost for key in keys):
                self._show(frame)
                return True
        return False

    def _show_near(self, wanted: int) -> None:
        """Show the frame nearest to the one wanted of which all pictures are at hand, if none on view is nearer."""
        reach = _NEAR + 1 if self._on_view is None else min(_NEAR + 1, abs(self._on_view - wanted))
        sides = self._asked_sides()
        for away in range(1, reach):
            for frame in (wanted - away, wanted + away):
                if not 0 <= frame < self._times.count:
                    continue
                if all(self._fetcher.has(side.source, side.alignment.frame(frame)) for side in sides):
                    self._show_other(frame)
                    return

    def _show_other(self, frame: int) -> None:
        """Show a frame that is at hand, and not the one that is wanted."""
        for side in self._asked_sides():
            number = side.alignment.frame(frame)
            picture = self._fetcher.cached(side.source, number)
            if picture is not None:
                self._held[side.source.clip, number] = picture
        self._show(frame, whole=False, near=True)

    def _show_more(self) -> None:
        """Something came: show what is whole, or else the frame wanted last, once each side has at least a draft."""
        wanted = self._wanted
        if self._show_newest_whole() or self._settled or wanted is None:
            return
        keys = [(side.source.clip, side.alignment.frame(wanted)) for side in self._asked_sides()]
        if self._drafts and all(key in self._held or key in self._lost or key in self._drafts for key in keys):
            while self._recent[0] != wanted:  # what is older would only take the draft's place for a moment
                self._recent.popleft()
            self._show_what_came()
        elif self._late:
            self._show_what_came()

    def _show_what_came(self) -> None:
        if self._wanted is not None and not self._settled:
            self._late = True
            self._show(self._wanted, whole=False)

    def _show(self, frame: int, *, whole: bool = True, near: bool = False) -> None:
        for index, side in enumerate(self._sides):
            if side is not None:
                picture = self._shown(index, side, frame)
                self._pictures[index] = replace(picture, current=False) if near and picture else picture
        if whole or near:
            self._on_view = frame
        if whole:
            while self._recent and self._recent[0] != frame:
                self._recent.popleft()
            self._recent.popleft()
        needed = {(side.source.clip, side.alignment.frame(wanted)) for side in self._all() for wanted in self._recent}
        self._held = {key: picture for key, picture in self._held.items() if key in needed}
        settled = whole and frame == self._wanted
        if settled:
            self._settled = True
            self._late = False
            self._drafts.clear()
            self._grace.stop()
        self.changed.emit()
        if settled:
            self.settled.emit(frame)

    def _shown(self, index: int, side: _Side, frame: int) -> FramePicture | None:
        number = side.alignment.frame(frame)
        key = (side.source.clip, number)
        before = self._pictures[index]
        image, draft = self._held.get(key), False
        if image is None and before is not None and self._keys[index] == key:
            image, draft = before.image, before.draft
        if image is None and key in self._drafts:
            image, draft = self._drafts[key], True
        if image is None:
            stays = before is not None and (key not in self._lost or before.title == side.source.title)
            return replace(before, current=False) if before is not None and stays else None
        self._keys[index] = key
        covered = side.alignment.covered(frame)
        number, part = divmod(number, side.source.facts.slow_motion)
        note = tr("nothing at this time") if not covered else tr("low resolution") if draft else ""
        if part and not note:
            note = tr("+ {part}/{slow_motion}, interpolated", part=part, slow_motion=side.source.facts.slow_motion)
        return FramePicture(image, side.source.title, number, side.aspect, covered, note, draft, interpolated=part > 0)

    def _mark_still(self) -> None:
        if self._still is not None:
            current = self._still.frame is None or self._wanted is None or self._still.frame == self._wanted
            if current != self._still.current:
                self._still = replace(self._still, current=current)
                self.changed.emit()


def master_of(*sources: Source | None) -> Source | None:
    """The source whose pictures the playhead counts."""
    there = [source for source in sources if source is not None]
    return next((each for each in there if each.facts.slow_motion > 1), there[0] if there else None)


def _side(source: Source, master: FrameTimes) -> _Side:
    try:
        aspect = Fraction(source.facts.sample_aspect)
    except (ValueError, ZeroDivisionError):
        aspect = Fraction(1)
    if not Fraction(1, 16) <= aspect <= 16:
        aspect = Fraction(1)
    if source.facts.rotation % 180:
        aspect = 1 / aspect
    return _Side(source, Alignment(master, FrameTimes.of(source.facts)), aspect)
