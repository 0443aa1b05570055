"""How long an encode may train: minutes or epochs."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QWidget

from nvc_engine.protocol.messages import CodecFacts
from nvc_studio.translation import tr

DEFAULT_EPOCHS = 60.0


class BudgetField(QWidget):
    """Minutes or epochs, for codecs that train on the clip.

    Signals:
        changed: the budget is another.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unit = QComboBox()
        self.unit.addItems([tr("Minutes"), tr("Epochs")])
        self.unit.setAccessibleName(tr("Unit of the time budget"))
        self.unit.setToolTip(tr("Epochs are passes over the clip"))
        self.value = QDoubleSpinBox()
        self.value.setAccessibleName(tr("Time budget"))
        self.value.setKeyboardTracking(False)
        self._other = DEFAULT_EPOCHS
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.unit, 1)
        layout.addWidget(self.value, 1)
        self.setFocusProxy(self.unit)
        self._fit()
        self.value.setValue(5.0)
        self.unit.currentIndexChanged.connect(self._unit_chosen)
        self.value.valueChanged.connect(self.changed)

    @property
    def minutes(self) -> float | None:
        """Minutes, or None where epochs were chosen."""
        return self.value.value() if self.unit.currentIndex() == 0 else None

    @property
    def epochs(self) -> int | None:
        """Epochs, or None where minutes were chosen."""
        return round(self.value.value()) if self.unit.currentIndex() == 1 else None

    def set_minutes(self, minutes: float) -> None:
        """Choose a budget in minutes."""
        self.unit.setCurrentIndex(0)
        self.value.setValue(minutes)

    def set_epochs(self, epochs: int) -> None:
        """Choose a budget in epochs."""
        self.unit.setCurrentIndex(1)
        self.value.setValue(epochs)

    def set_codec(self, codec: CodecFacts) -> None:
        """Take the default of `codec`; a codec that does not train has no budget."""
        self.setEnabled(codec.trains)
        self.setToolTip("" if codec.trains else tr("This codec does not train on the clip."))
        self.set_minutes(codec.default_minutes)

    @Slot()
    def _unit_chosen(self) -> None:
        previous = self.value.value()
        blocked = self.value.blockSignals(True)
        self._fit()
        self.value.setValue(self._other)
        self.value.blockSignals(blocked)
        self._other = previous
        self.changed.emit()

    def _fit(self) -> None:
        minutes = self.unit.currentIndex() == 0
        self.value.setDecimals(2 if minutes else 0)
        self.value.setRange(0.05 if minutes else 1, 100_000 if minutes else 1_000_000)
        self.value.setSingleStep(1 if minutes else 10)
        self.value.setSuffix(f" {tr('min')}" if minutes else "")
