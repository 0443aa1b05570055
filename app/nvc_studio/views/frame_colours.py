"""Colours of the compare view that are made from the palette's."""

from PySide6.QtGui import QColor


def faded(colour: QColor, alpha: int) -> QColor:
    """The colour let through: `alpha` 0 is nothing, 255 all of it."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
