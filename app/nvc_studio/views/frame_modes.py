"""The ways of setting pictures against each other."""

from enum import Enum

from nvc_studio.translation import mark


class ViewMode(Enum):
    """How pictures are shown. The value is the title; the order is the one that the cycling key follows.

    Side by side shows all there are; the others show A, and the one that is set against it: B, or another that was
    chosen to stand in B's place.
    """

    SIDE_BY_SIDE = mark("Side by side")
    SPLIT = mark("Split")
    SPLIT_ACROSS = mark("Split across")
    A = mark("A only")
    B = mark("B only")
    DIFFERENCE = mark("Difference")
    ERROR_MAP = mark("Error map")

    @property
    def is_split(self) -> bool:
        return self in (ViewMode.SPLIT, ViewMode.SPLIT_ACROSS)

    @property
    def is_made(self) -> bool:
        """Whether the picture is made of two, and has a gain."""
        return self in (ViewMode.DIFFERENCE, ViewMode.ERROR_MAP)

    @property
    def next(self) -> "ViewMode":
        """The mode that the cycling key goes to."""
        modes = list(ViewMode)
        return modes[(modes.index(self) + 1) % len(modes)]
