"""A pyqtgraph plot in the studio's colours, with the settings that keep it quick.

Importing this module imports pyqtgraph; do that after the first window is painted.
"""

import math

import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from nvc_engine.charting.ticks import log_ticks
from nvc_studio.theme import Theme

pg.setConfigOptions(antialias=False)

AXIS_WIDTH = 56
PIXELS_A_TICK = {"left": 18, "bottom": 44}


class LogAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis that, where it is logarithmic, has ticks at 1, 2 and 5 times powers of ten, as many as have room."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        if not self.logMode:
            return list(super().tickValues(minVal, maxVal, size))
        ticks = log_ticks(10**minVal, 10**maxVal)
        if len(ticks) * PIXELS_A_TICK[self.orientation] > size:
            powers = [tick for tick in ticks if abs(math.log10(tick) - round(math.log10(tick))) < 1e-6]
            ticks = powers if len(powers) > 1 else ticks[:: max(1, len(ticks) // 3)]
        return [(1.0, [math.log10(tick) for tick in ticks])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not self.logMode:
            return list(super().tickStrings(values, scale, spacing))
        return [f"{10**value:.3g}" for value in values]


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """One plot without pyqtgraph's own menu and button; the mouse zooms, a double click shows everything again."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        axes = {side: LogAxis(side) for side in PIXELS_A_TICK}
        super().__init__(parent, axisItems=axes)
        self._theme = theme
        self.setAccessibleName(name)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMinimumHeight(120)
        for surface in (self, self.viewport()):
            surface.setAcceptDrops(False)  # Files that are dropped here are the window's.
        item = self.getPlotItem()
        item.setDownsampling(auto=True, mode="peak")
        item.setClipToView(True)
        item.showGrid(x=True, y=True, alpha=0.18)
        item.getAxis("left").setWidth(AXIS_WIDTH)
        for side in ("left", "bottom"):
            item.getAxis(side).enableAutoSIPrefix(False)
        theme.changed.connect(self.dress)
        self.dress()

    def set_titles(self, bottom: str, left: str) -> None:
        """What the axes say."""
        colour = self._theme.colours.dim
        self.setLabel("bottom", bottom, color=colour)
        self.setLabel("left", left, color=colour)

    def dress(self) -> None:
        """Take the colours of the theme."""
        colours = self._theme.colours
        self.setBackground(colours.base)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(colours.line))
            axis.setTextPen(pg.mkPen(colours.dim))
            axis.setLabel(axis.labelText, color=colours.dim)

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.enableAutoRange()
        super().mouseDoubleClickEvent(event)
