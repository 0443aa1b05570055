"""Rate and distortion, live: what was measured, and where the running encode believes to stand, grey."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from nvc_engine.comparing.published import PublishedCurve, anchor_sets, anchors
from nvc_engine.errors import EngineError
from nvc_studio.models.rd import QUALITY_TITLES, QualityAxis, RateAxis, RdChart, RdSeries, drawable
from nvc_studio.theme import Theme
from nvc_studio.translation import tr
from nvc_studio.views.chart_canvas import ChartCanvas
from nvc_studio.views.file_questions import FIGURES_FILTER, ask_file
from nvc_studio.views.questions import show_problem

Trail = tuple[NDArray[np.float64], NDArray[np.float64]]

MOST_TRAIL_POINTS = 300


class RdChartView(QWidget):
    """Draws an `RdChart` and the trail of a running encode.

    Signals:
        axes_changed: another axis, or other published figures, were chosen; `rate`, `quality` and `published` say
            which.
        opened: the id of the job whose point was clicked.
    """

    axes_changed = Signal()
    opened = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: RdChart | None = None
        self._trail: RdSeries | None = None
        self._published: tuple[PublishedCurve, ...] = ()
        self.rate_choice = QComboBox()
        self.rate_choice.setAccessibleName(tr("Rate axis"))
        self.rate_choice.addItem(tr("bpp"), RateAxis.BPP)
        self.rate_choice.addItem(tr("kb/s"), RateAxis.KBPS)
        self.quality_choice = QComboBox()
        self.quality_choice.setAccessibleName(tr("Quality axis"))
        for axis, title in QUALITY_TITLES.items():
            self.quality_choice.addItem(title, axis)
        self.quality_choice.setCurrentIndex(self.quality_choice.findData(QualityAxis.PSNR_YUV))
        self.quality_choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.quality_choice.setMinimumContentsLength(6)
        self.more = QToolButton()
        self.more.setText("⋯")
        self.more.setAccessibleName(tr("More of the chart"))
        self.more.setToolTip(tr("Published figures, and the whole chart"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setMenu(self._menu())
        self.canvas = ChartCanvas(tr("Rate and distortion"), theme)
        self.canvas.set_hint(tr("The measured rate and quality of each encode of this clip appear here."))
        self.canvas.clicked.connect(self._clicked)
        self.canvas.zoomed.connect(self.whole.setEnabled)
        self.whole.triggered.connect(lambda: self.canvas.show_view(None))
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.canvas.customContextMenuRequested.connect(lambda at: self.more.menu().popup(self.canvas.mapToGlobal(at)))
        head = QHBoxLayout()
        head.addWidget(self.quality_choice, 1)
        head.addWidget(self.rate_choice)
        head.addWidget(self.more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)
        for choice in (self.rate_choice, self.quality_choice):
            choice.currentIndexChanged.connect(self._axes_chosen)
        self._draw()

    @property
    def rate(self) -> RateAxis:
        """The chosen x axis."""
        return RateAxis(self.rate_choice.currentData(Qt.ItemDataRole.UserRole))

    @property
    def quality(self) -> QualityAxis:
        """The chosen y axis."""
        return QualityAxis(self.quality_choice.currentData(Qt.ItemDataRole.UserRole))

    @property
    def published_set(self) -> str:
        """The name of the chosen set of published figures, or ""."""
        chosen = self._sets.checkedAction()
        return str(chosen.data()) if chosen is not None else ""

    def choose_published(self, name: str) -> None:
        """Lay these published figures beside ours: a set's name, the path of a file, or "" for none."""
        for action in self._sets.actions():
            if action.data() == name:
                action.trigger()
                return
        try:
            title = anchors(name)[0].title
        except EngineError as error:
            show_problem(self, str(error))
            return
        action = self._offer(name, tr("With &figures of a file: {title}", title=title))
        self.more.menu().insertAction(self._from_file, action)
        action.trigger()

    @Slot()
    def _ask_file(self) -> None:
        ask_file(
            self,
            tr("Open published figures"),
            Path.home(),
            tr(FIGURES_FILTER),
            lambda path: self.choose_published(str(path)),
        )

    def _offer(self, name: str, title: str) -> QAction:
        action = QAction(title, self)
        action.setData(name)
        action.setCheckable(True)
        self._sets.addAction(action)
        return action

    def _menu(self) -> QMenu:
        menu = QMenu(tr("More of the chart"), self)
        self._sets = QActionGroup(self)
        alone = self._offer("", tr("&Our figures alone"))
        alone.setChecked(True)
        menu.addAction(alone)
        for name in anchor_sets():
            menu.addAction(self._offer(name, tr("With &published figures: {name}", name=name.upper())))
        self._from_file = menu.addAction(tr("Published figures from a &file…"))
        self._from_file.triggered.connect(self._ask_file)
        menu.addSeparator()
        self.whole = menu.addAction(tr("&Whole chart again (double click)"))
        self.whole.setEnabled(False)
        self._sets.triggered.connect(self._axes_chosen)
        return menu

    @property
    def published(self) -> tuple[PublishedCurve, ...]:
        """The chosen published figures."""
        return self._published

    def show_chart(self, chart: RdChart | None) -> None:
        """Draw the measured points."""
        self._chart = chart
        self._draw()

    def show_trail(self, trail: Trail | None, *, live: bool) -> None:
        """Draw a trainer's estimates, rates and qualities; `live` marks where it stands. None: there are none."""
        if trail is None or not len(trail[0]):
            self._trail = None
        else:
            stride = -(-len(trail[0]) // MOST_TRAIL_POINTS)
            rates, levels = (np.append(values[:-1:stride], values[-1]) for values in trail)
            name = "running (estimates)" if live else "while training (estimates)"
            points = tuple(zip(rates.tolist(), levels.tolist(), strict=True))
            self._trail = RdSeries(name, points, measured=False)
        self._draw()

    @Slot()
    def _axes_chosen(self) -> None:
        self._published = anchors(self.published_set) if self.published_set else ()
        self._draw()
        self.axes_changed.emit()

    def _series(self) -> tuple[RdSeries, ...]:
        measured = self._chart.series if self._chart is not None else ()
        return measured if self._trail is None else (*measured, self._trail)

    def _draw(self) -> None:
        chart = self._chart or RdChart("", self.rate, self.quality, ())
        shown = replace(chart, rate=self.rate, quality=self.quality, series=self._series())
        self.canvas.show_chart(drawable(shown), self._words)

    def _words(self, series: int, point: int) -> str:
        """What is said of a point under the pointer."""
        one = self._series()[series]
        rate, level = one.points[point]
        label = one.labels[point] if one.labels else ""
        decimals = 4 if self.quality in (QualityAxis.SSIM_LINEAR, QualityAxis.MS_SSIM_LINEAR) else 2
        unit = tr("bpp") if self.rate is RateAxis.BPP else tr("kb/s")
        return "\n".join(
            filter(None, (one.name, label, f"{rate:.4g} {unit}, {level:.{decimals}f} {QUALITY_TITLES[self.quality]}"))
        )

    @Slot(int, int)
    def _clicked(self, series: int, point: int) -> None:
        jobs = self._series()[series].jobs
        if jobs:
            self.opened.emit(jobs[point])
