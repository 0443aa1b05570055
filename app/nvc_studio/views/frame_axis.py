"""The horizontal axis of frames that scrubber and curves share."""

from dataclasses import dataclass

# Left of the axis stand the numbers of the curves; both rows leave the same room.
LEFT_ROOM = 44
RIGHT_ROOM = 10
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class FrameAxis:
    """`count` frames over `width` pixels from `left` on; each has a cell, and is drawn at the cell's middle."""

    count: int
    left: float
    width: float

    @classmethod
    def across(cls, count: int, widget_width: int) -> "FrameAxis":
        """The axis of a row that is so many pixels wide."""
        return cls(count, LEFT_ROOM, max(1, widget_width - LEFT_ROOM - RIGHT_ROOM))

    def x(self, frame: float) -> float:
        """Where the middle of a frame's cell lies."""
        return self.left + (frame + 0.5) * self.width / max(1, self.count)

    def edge(self, frame: float) -> float:
        """Where a frame's cell begins."""
        return self.left + frame * self.width / max(1, self.count)

    def frame(self, x: float) -> int:
        """The frame whose cell is at `x`, the nearest one outside."""
        return min(max(int((x - self.left) * max(1, self.count) / self.width), 0), max(0, self.count - 1))

    def step(self, least_pixels: float) -> int:
        """The smallest round number of frames that take at least so many pixels."""
        if self.count == 0:
            return 1
        least = least_pixels * self.count / self.width
        scale = 1
        while True:
            for step in _STEPS:
                if step * scale >= least:
                    return step * scale
            scale *= 10
