"""Two pictures that take turns by the clock."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal

FLICKER_RATES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Changes a second."""


class Flicker(QObject):
    """Whose turn it is.

    Attributes:
        shows_a: whether it is the turn of A, else of the other one.

    Signals:
        turned(): it is the other one's turn.
        changed(): it began, ended, or goes at another rate.
    """

    turned = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shows_a = True
        self._rate = 2.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)

    @property
    def on(self) -> bool:
        return self._timer.isActive()

    @property
    def rate(self) -> float:
        """Changes a second."""
        return self._rate

    def set_on(self, on: bool) -> None:
        """Begin, with A, or end."""
        if on != self.on:
            self.shows_a = True
            if on:
                self._timer.start(round(1000 / self._rate))
            else:
                self._timer.stop()
            self.changed.emit()

    def set_rate(self, rate: float) -> None:
        """Change so many times a second, within `FLICKER_RATES`."""
        rate = min(max(rate, FLICKER_RATES[0]), FLICKER_RATES[-1])
        if rate != self._rate:
            self._rate = rate
            if self.on:
                self._timer.start(round(1000 / rate))
            self.changed.emit()

    def _turn(self) -> None:
        self.shows_a = not self.shows_a
        self.turned.emit()
