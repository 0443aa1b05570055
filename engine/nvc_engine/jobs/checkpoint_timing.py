"""When the next checkpoint is due: soon at first, then as rarely as is safe, at a price that is not felt."""

from collections.abc import Callable

FIRST_SECONDS = 1.0
MOST_SECONDS = 25.0
MOST_COST = 0.02
"""Share of the time that saving may take; where a checkpoint takes so long that both cannot be, MOST_SECONDS holds."""


class CheckpointTiming:
    """Says when work that began now should leave its next checkpoint.

    Args:
        clock: seconds, monotonic: a wall clock that is set changes nothing.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = self._saved = clock()
        self._cost = 0.0

    @property
    def interval(self) -> float:
        """Seconds from one checkpoint to the next."""
        elapsed = self._clock() - self._began
        return min(max(FIRST_SECONDS, elapsed / 2, self._cost / MOST_COST), MOST_SECONDS)

    @property
    def due(self) -> bool:
        return self._clock() - self._saved >= self.interval

    def saved(self, began: float) -> None:
        """A checkpoint that was begun at `began` has been left, or could not be."""
        self._saved = self._clock()
        self._cost = self._saved - began
