"""What an encode that goes on spends its rate on, by class."""

from collections.abc import Mapping

NEWEST_SHARE = 0.3

Shares = tuple[tuple[str, float], ...]


class RateShares:
    """A running mean over reports of what share of the bits each class takes: those of one step hang on its frames."""

    def __init__(self) -> None:
        self._shares: dict[str, float] = {}

    def note(self, bits: Mapping[str, float]) -> None:
        """The newest step took so many bits by class."""
        shares = dict(parts_of(bits, 1.0))
        weight = NEWEST_SHARE if self._shares else 1.0
        self._shares = {
            name: self._shares.get(name, 0.0) + weight * (share - self._shares.get(name, 0.0))
            for name, share in shares.items()
        }

    def of(self, rate: float) -> Shares:
        """What each class takes of `rate`, in the order of the newest `note`; () where there was none."""
        return parts_of(self._shares, rate)


def parts_of(bits: Mapping[str, float], rate: float) -> Shares:
    """`rate` in the proportions of `bits`; () where these are nothing."""
    total = sum(bits.values())
    return tuple((name, rate * each / total) for name, each in bits.items()) if total > 0 else ()
