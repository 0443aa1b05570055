"""Where cases come from: mutations by number, hand-made files, or the files of a folder."""

from collections.abc import Iterator
from pathlib import Path

from hostile import hostile
from mutations import Case, case


def cases(seed: int, first: int, count: int, folder: Path | None, *, hostile_ones: bool) -> Iterator[Case]:
    """Cases from number `first` on, at most `count`; a folder's and the hand-made ones are numbered in their order."""
    if hostile_ones:
        for number, (name, make) in enumerate(hostile()):
            if number >= first:
                yield Case(number, name, make(), kept=True, patient=name.startswith("show"))
    elif folder is not None:
        for number, path in enumerate(sorted(folder.glob("*.nvc"))):
            if number >= first:
                yield Case(number, path.stem, path.read_bytes(), kept=True)
    else:
        for number in range(first, first + count):
            yield case(seed, number)
