"""The curves of every source under the pictures: which measure is drawn, and the way to the worst frames."""

import math
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from nvc_engine.protocol.messages import Result
from nvc_studio.models.frame_measures import FrameValues, Measure, bits_of, measures_of, worst_frames
from nvc_studio.models.frame_times import Alignment
from nvc_studio.models.sources import Source
from nvc_studio.translation import tr
from nvc_studio.views.metric_strip import FrameCurve, MetricStrip

WORST = 12
"""So many of the worst frames are listed."""
_APART = 5
_LEAST_SPANS = {Measure.MS_SSIM: 0.005}


class FrameCurves(QWidget):
    """One measure of all sources over the frames of the playhead. Hidden while nothing is known.

    Signals:
        frame_chosen(int): go to this frame.
    """

    frame_chosen = Signal(int)

    def __init__(self, letters: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters = letters
        self._sources: tuple[tuple[Source, Alignment] | None, ...] = ()
        self._count = 0
        self._other = 1
        self._frame = 0
        self._results: dict[str, dict[Measure, FrameValues]] = {}
        self._chosen: Measure | None = None
        self._worst: list[int] = []
        self.strip = MetricStrip(self)
        self._measures = self._button(tr("Measure of the curves"), tr("What the curves show (M: the next)"))
        self._list = self._button(
            tr("Worst frames"), tr("Go to a frame that is worst (W: the next worst, Shift+W back)")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        self.strip.frame_chosen.connect(self.frame_chosen)
        self._show()

    # --- what is known --------------------------------------------------------------------------------------------

    @property
    def measure(self) -> Measure | None:
        """What is drawn."""
        offered = self.offered
        return self._chosen if self._chosen in offered else next(iter(offered), None)

    @property
    def offered(self) -> list[Measure]:
        """What is known of any source."""
        known = {measure for each in self._sources if each for measure in self._known(each[0])}
        return [measure for measure in Measure if measure in known]

    @property
    def worst(self) -> list[int]:
        """The worst frames of the source that is set against A, worst first."""
        return self._worst

    def set_sources(self, sources: Sequence[tuple[Source, Alignment] | None], count: int) -> None:
        """Draw these, A first, over so many frames of the playhead."""
        self._sources, self._count = tuple(sources), count
        self._show()

    def set_result(self, source: Source, result: Result) -> None:
        """Take what was measured of a source."""
        self._results[source.facts.path] = measures_of(result)
        self._show()

    def set_other(self, number: int) -> None:
        """The curve of this source comes first."""
        self._other = number
        self._show()

    def set_frame(self, frame: int) -> None:
        """The playhead stands there."""
        self._frame = frame
        self.strip.set_frame(frame)

    # --- what one may do ------------------------------------------------------------------------------------------

    def set_measure(self, measure: Measure) -> None:
        """Draw this one, where it is known."""
        self._chosen = measure
        self._show()

    def next_measure(self) -> None:
        """Draw the next one that is known."""
        offered, measure = self.offered, self.measure
        if measure is not None:
            self.set_measure(offered[(offered.index(measure) + 1) % len(offered)])

    def go_to_worst(self, direction: int) -> None:
        """To the worst frame; from one of the worst to the next (1) or the one before (-1) in the list."""
        if not self._worst:
            return
        place = self._worst.index(self._frame) + direction if self._frame in self._worst else 0
        self.frame_chosen.emit(self._worst[place % len(self._worst)])

    def tab_stops(self) -> list[QWidget]:
        """The controls in the order in which Tab goes through them."""
        return [self.strip, self._measures, self._list]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _known(self, source: Source) -> dict[Measure, FrameValues]:
        return {**self._results.get(source.facts.path, {}), **bits_of(source.facts)}

    def _show(self) -> None:
        measure = self.measure
        self.setVisible(measure is not None)
        if measure is None:
            self.strip.set_curves((), "")
            self._worst = []
            return
        curves = [
            FrameCurve(number, self._letters[number], self._values(*each, measure))
            for number, each in enumerate(self._sources)
            if each is not None and measure in self._known(each[0])
        ]
        curves.sort(key=lambda curve: (curve.source != self._other, curve.source == 0, curve.source))
        self.strip.set_curves(
            curves,
            tr(measure.value),
            tr(measure.unit),
            measure.digits,
            least_span=_LEAST_SPANS.get(measure, 0.5),
            logarithmic=measure is Measure.BITS,
        )
        self.strip.set_frame(self._frame)
        shown = self.strip.curves[0].values if self.strip.curves else ()
        self._worst = worst_frames(shown, WORST, _APART, highest=not measure.is_better_high)
        self._fill_menus(measure)
        self._place_buttons()

    def _values(self, source: Source, alignment: Alignment, measure: Measure) -> tuple[float, ...]:
        """Of each frame of the playhead; NaN for interpolated pictures, and where the source has none."""
        values = self._known(source)[measure]
        shown = []
        for frame in range(self._count):
            own, part = divmod(alignment.frame(frame), source.facts.slow_motion)
            known = alignment.covered(frame) and not part and own < len(values)
            shown.append(values[own] if known else math.nan)
        return tuple(shown)

    def _fill_menus(self, measure: Measure) -> None:
        menu = self._measures.menu()
        menu.clear()
        for offered in self.offered:
            action = menu.addAction(tr(offered.value), partial(self.set_measure, offered))
            action.setCheckable(True)
            action.setChecked(offered is measure)
        self._measures.setText(tr(measure.value))
        menu = self._list.menu()
        menu.clear()
        for frame in self._worst:
            text = tr("Frame {frame}   {value}", frame=frame, value=self.strip.value_text(frame))
            menu.addAction(text, partial(self.frame_chosen.emit, frame))
        self._list.setText(tr("Worst frames") if measure.is_better_high else tr("Largest frames"))
        self._list.setEnabled(bool(self._worst))

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        return button

    def _place_buttons(self) -> None:
        right = self.width() - 8
        for button in (self._list, self._measures):
            size = button.sizeHint()
            right -= size.width()
            button.setGeometry(right, 0, size.width(), min(size.height(), 22))
            button.raise_()
            right -= 4
        self.strip.set_rooms(0, self.width() - right)
