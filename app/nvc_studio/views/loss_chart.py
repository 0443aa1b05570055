"""How the training goes: one quantity over the steps. Imports pyqtgraph."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from nvc_engine.protocol.messages import Progress
from nvc_studio.models.curves import LOGARITHMIC, QUANTITY_TITLES, Quantity, training_curve
from nvc_studio.theme import Theme
from nvc_studio.translation import tr
from nvc_studio.views.plot import Plot

_FIRST = (Quantity.LOSS, Quantity.RATE, Quantity.DISTORTION)


class LossChart(QWidget):
    """Loss, rate, distortion, learning rate or speed of one job."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._history: Sequence[Progress] = ()
        self._by_hand = False
        self._curve = training_curve(Quantity.LOSS)
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Quantity over the training steps"))
        self.choice.setToolTip(tr("What is drawn over the training steps"))
        for quantity, title in QUANTITY_TITLES.items():
            self.choice.addItem(tr(title), quantity)
        self.plot = Plot(tr("Training curve"), theme)
        self._line = pg.PlotDataItem(skipFiniteCheck=True)
        self.plot.addItem(self._line)
        head = QHBoxLayout()
        head.addWidget(self.choice)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        self.choice.currentIndexChanged.connect(self._chosen)
        self.choice.activated.connect(self._taken_by_hand)
        theme.changed.connect(self._dress)
        self._dress()
        self._chosen()

    def show_history(self, history: Sequence[Progress]) -> None:
        """Draw what is new in `history`; until a person chooses, of the quantities that it has the first."""
        self._history = history
        told = next((one for one in _FIRST if any(getattr(report, one) is not None for report in history[-50:])), None)
        if told is not None and not self._by_hand and self.choice.currentData() != told:
            self.choice.setCurrentIndex(self.choice.findData(told))
        self._draw()

    def _draw(self) -> None:
        if self._curve.follow(self._history):
            steps, values = self._curve.points
            self._line.setData(steps, values, symbol="o" if len(steps) == 1 else None)

    @Slot()
    def _taken_by_hand(self) -> None:
        self._by_hand = True

    @Slot()
    def _chosen(self) -> None:
        quantity = Quantity(self.choice.currentData(Qt.ItemDataRole.UserRole))
        self._curve = training_curve(quantity)
        self.plot.setLogMode(x=False, y=quantity in LOGARITHMIC)
        self.plot.set_titles(tr("Step"), tr(QUANTITY_TITLES[quantity]))
        self.plot.enableAutoRange()
        self._draw()

    @Slot()
    def _dress(self) -> None:
        self._line.setPen(pg.mkPen(self._theme.colours.curves[0], width=1))
