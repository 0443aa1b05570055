"""Rate and distortion, live: what was measured, filled; where the running encode stands, grey. Imports pyqtgraph."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from nvc_studio.models.rd import QUALITY_TITLES, RATE_TITLES, QualityAxis, RateAxis, RdChart
from nvc_studio.theme import Theme
from nvc_studio.views.plot import Plot

Trail = tuple[NDArray[np.float64], NDArray[np.float64]]

MOST_TRAIL_POINTS = 2000

_NO_TRAIL: Trail = (np.empty(0), np.empty(0))
_SYMBOLS = ("o", "s", "t1", "d")


class RdChartView(QWidget):
    """Draws an `RdChart` and the trail of a running encode.

    Signals:
        axes_changed: another axis was chosen; `rate` and `quality` say which.
        opened: the id of the job whose point was clicked.
    """

    axes_changed = Signal()
    opened = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chart: RdChart | None = None
        self._trail: Trail = _NO_TRAIL
        self._live = False
        self.rate_choice = QComboBox()
        self.rate_choice.setAccessibleName("Rate axis")
        self.rate_choice.addItem("bpp", RateAxis.BPP)
        self.rate_choice.addItem("kb/s", RateAxis.KBPS)
        self.quality_choice = QComboBox()
        self.quality_choice.setAccessibleName("Quality axis")
        for axis, title in QUALITY_TITLES.items():
            self.quality_choice.addItem(title, axis)
        self.quality_choice.setCurrentIndex(self.quality_choice.findData(QualityAxis.PSNR_YUV))
        self.plot = Plot("Rate and distortion", theme)
        self._legend = self.plot.addLegend(offset=(-8, -8), labelTextSize="8pt")
        self._items: list[pg.PlotDataItem] = []
        self._trail_item = pg.PlotDataItem()
        self._point_item = pg.PlotDataItem()
        head = QHBoxLayout()
        head.addWidget(self.quality_choice)
        head.addWidget(self.rate_choice)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        for item in (self._trail_item, self._point_item):
            self.plot.addItem(item)
            # The trail wanders to and fro in the rate; both of these take x for rising and would lose parts of it.
            # `show_trail` thins it.
            item.setDownsampling(auto=False)
            item.setClipToView(False)
        for choice in (self.rate_choice, self.quality_choice):
            choice.currentIndexChanged.connect(self._axes_chosen)
        theme.changed.connect(self._draw_all)
        self._axes_chosen()

    @property
    def rate(self) -> RateAxis:
        """The chosen x axis."""
        return RateAxis(self.rate_choice.currentData(Qt.ItemDataRole.UserRole))

    @property
    def quality(self) -> QualityAxis:
        """The chosen y axis."""
        return QualityAxis(self.quality_choice.currentData(Qt.ItemDataRole.UserRole))

    def show_chart(self, chart: RdChart | None) -> None:
        """Draw the measured points."""
        if chart != self._chart:
            self._chart = chart
            self._draw_all()

    def show_trail(self, trail: Trail | None, *, live: bool) -> None:
        """Draw a trainer's estimates, rates and qualities; `live` marks where it stands. None: there are none."""
        rates, levels = self._trail = trail or _NO_TRAIL
        self._live = live
        self._scale()
        stride = max(1, len(rates) // MOST_TRAIL_POINTS)
        self._trail_item.setData(rates[::stride], levels[::stride])
        last = slice(-1, None) if live else slice(0, 0)
        self._point_item.setData(rates[last], levels[last])

    @Slot()
    def _axes_chosen(self) -> None:
        self.plot.set_titles(RATE_TITLES[self.rate], QUALITY_TITLES[self.quality])
        self.plot.enableAutoRange()
        self.axes_changed.emit()

    def _scale(self) -> None:
        """A logarithmic rate axis where the rates spread wide, the trail included."""
        rates = [rate for series in (self._chart.series if self._chart else ()) for rate, _ in series.points]
        rates += [float(rate) for rate in (self._trail[0].min(), self._trail[0].max())] if len(self._trail[0]) else []
        wide = len(rates) > 1 and min(rates) > 0 and max(rates) > 4 * min(rates)
        if wide != self.plot.getPlotItem().ctrl.logXCheck.isChecked():
            self.plot.setLogMode(x=wide, y=False)

    @Slot()
    def _draw_all(self) -> None:
        colours = self._theme.colours
        for item in self._items:
            self.plot.removeItem(item)
        self._items.clear()
        self._legend.clear()
        self._legend.setLabelTextColor(colours.text)
        for index, series in enumerate(self._chart.series if self._chart else ()):
            colour = colours.curves[index % len(colours.curves)]
            style = Qt.PenStyle.DashLine if series.conventional else Qt.PenStyle.SolidLine
            item = pg.PlotDataItem(
                [rate for rate, _ in series.points],
                [level for _, level in series.points],
                pen=pg.mkPen(colour, width=1, style=style),
                symbol=_SYMBOLS[index % len(_SYMBOLS)],
                symbolSize=9,
                symbolBrush=colour,
                symbolPen=pg.mkPen(colours.base),
                name=series.name,
                data=list(series.jobs) or None,
            )
            item.sigPointsClicked.connect(self._clicked)
            self._items.append(item)
            self.plot.addItem(item)
        self._trail_item.setPen(pg.mkPen(colours.estimate, width=1))
        self._point_item.setSymbol("o")
        self._point_item.setSymbolSize(10)
        self._point_item.setSymbolBrush(None)
        self._point_item.setSymbolPen(pg.mkPen(colours.estimate, width=2))
        self.show_trail(self._trail, live=self._live)

    def _clicked(self, _item: object, points: Sequence[pg.SpotItem]) -> None:
        if len(points) and points[0].data():
            self.opened.emit(str(points[0].data()))
