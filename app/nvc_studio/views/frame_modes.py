"""The ways of setting two pictures against each other."""

from enum import Enum


class ViewMode(Enum):
    """How A and B are shown. The value is the title; the order is the one that the cycling key follows."""

    SIDE_BY_SIDE = "Side by side"
    SPLIT = "Split"
    SPLIT_ACROSS = "Split across"
    A = "A only"
    B = "B only"
    DIFFERENCE = "Difference"

    @property
    def is_split(self) -> bool:
        return self in (ViewMode.SPLIT, ViewMode.SPLIT_ACROSS)

    @property
    def next(self) -> "ViewMode":
        """The mode that the cycling key goes to."""
        modes = list(ViewMode)
        return modes[(modes.index(self) + 1) % len(modes)]
