"""In which order the frames of a unit are coded, and from which frames each is predicted."""

from dataclasses import dataclass

LAYERS = 7


@dataclass(frozen=True)
class Turn:
    """One frame's turn.

    Attributes:
        frame: its number in the unit.
        layer: 0 for the first frame, 1 for anchors, then one more each time a gap is halved.
        references: coded frames that it is predicted from (0 to 2).
    """

    frame: int
    layer: int
    references: tuple[int, ...]


def coding_order(count: int, period: int) -> list[Turn]:
    """Turns of a unit of `count` frames: anchors every `period` frames and at the end, each predicted from the two
    anchors before; then, between two anchors, the middle frame from both, and so on in either half."""
    turns = [Turn(0, 0, ())]
    anchors = [*range(0, count, period)]
    if anchors[-1] != count - 1:
        anchors.append(count - 1)

    def between(low: int, high: int, layer: int) -> None:
        if high - low > 1:
            middle = (low + high) // 2
            turns.append(Turn(middle, min(layer, LAYERS - 1), (low, high)))
            between(low, middle, layer + 1)
            between(middle, high, layer + 1)

    for number in range(1, len(anchors)):
        turns.append(Turn(anchors[number], 1, tuple(anchors[max(0, number - 2) : number][::-1])))
        between(anchors[number - 1], anchors[number], 2)
    return turns
