"""Cyclic garbage, collected in the GUI thread alone.

Python collects wherever something is allocated that tips the count, so also in the threads that read from the engine
or write a file. Widgets that are part of a cycle would then be destroyed there, which ends in a crash or stands still.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

PERIOD_MS = 500


class GuiGarbage(QObject):
    """While it lives, nothing is collected but by its timer, in the thread that made it, when it is due by Python's own
    thresholds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(PERIOD_MS)

    @Slot()
    def collect(self) -> None:
        """Collect what is due."""
        collect_due()


def collect_due() -> None:
    """Collect the oldest generation whose threshold is passed, in this thread; nothing where none is."""
    over = [count > limit > 0 for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
    if any(over):
        gc.collect(max(number for number, each in enumerate(over) if each))
