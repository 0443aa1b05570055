"""An encoder's search for motion: which references each block takes and how far these have moved.

Blocks are 16x16. Each candidate vector is tried for all blocks at once: first sums of absolute differences, over a
coarse search in a quarter of the size and from block to block, then, in fractions of a sample, sums of Hadamard
coefficients, each rated by what it will cost. What a vector costs is guessed from how far it lies from what its
neighbours and the references' motion
foretell.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from nvc_engine.codecs.nvrc.motion.samples import LUMA_TAPS, SIDE, TAP_BITS, split
from nvc_engine.codecs.nvrc.motion.vectors import BOTH, Motion

PAD = 64
MARGIN = 16
COARSE_RADIUS = 14
NEAR = tuple((down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if down or across)
STILL_BITS = 0.4
MOVED_BITS = 3.0
OCTAVE_BITS = 1.7
ROUGH_WEIGHT = 1.2
# What a coefficient takes that is coded, in squared steps: at least, and more for each step of its magnitude.
CODED_COST, CODED_SLOPE = 0.5, 0.07
BOTH_BITS, ONE_BITS = 0.2, 5.0

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Cost = Callable[[Floats, Ints, Floats], Floats]


def _hadamard() -> Floats:
    """Orthonormal Hadamard transform of flat 8x8 blocks [64, 64]."""
    matrix = np.ones((1, 1))
    for _ in range(3):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return (np.kron(matrix, matrix) / SIDE).astype(np.float32)


_HADAMARD = _hadamard()
_ONE, _HALF = np.float32(1), np.float32(0.5)


def quarters(plane: Ints, peak: int) -> Floats:
    """A reference at all quarters of a sample, its edges carried on: [16, H + 2 PAD, W + 2 PAD]."""
    edge = PAD + 4
    padded = np.pad(plane.astype(np.float32), edge, mode="edge")
    height, width = plane.shape[0] + 2 * PAD, plane.shape[1] + 2 * PAD
    result = np.empty((16, height, width), np.float32)
    scale = np.float32(1 << TAP_BITS)
    for across, kernel in enumerate(LUMA_TAPS / scale):
        moved = sum(tap * padded[:, 1 + at : 1 + at + width] for at, tap in enumerate(kernel) if tap)
        for down, other in enumerate(LUMA_TAPS / scale):
            value = sum(tap * moved[1 + at : 1 + at + height] for at, tap in enumerate(other) if tap)
            result[4 * down + across] = np.clip(np.rint(value), 0, peak)
    return result


class MotionSearch:
    """Searches the motion of one frame. `luma` [H, W] has whole blocks; `step` is its quantiser step, `price` what
    a bit is worth in squared error, in squared steps."""

    def __init__(self, luma: Ints, step: float, price: float) -> None:
        self._luma = luma.astype(np.float32)
        self._step = np.float32(step)
        self._weight = np.float32(price * step * step)
        self._rough_weight = np.float32(ROUGH_WEIGHT * step * price**0.5)
        height, width = luma.shape
        self._rows, self._columns = height // SIDE, width // SIDE
        self._target = np.ascontiguousarray(split(self._luma).reshape(-1, SIDE * SIDE))
        self._stride = width + 2 * PAD
        self._size = (height + 2 * PAD) * self._stride
        top, left = (axis.reshape(-1, 1) * SIDE for axis in np.mgrid[: self._rows, : self._columns])
        down, across = (axis.reshape(1, -1) for axis in np.mgrid[:SIDE, :SIDE])
        self._places = ((top + down + PAD) * self._stride + left + across + PAD).astype(np.int32)
        room = PAD - MARGIN
        self._least = 4 * np.concatenate([-(top + room), -(left + room)], axis=1)
        self._most = 4 * np.concatenate([height - SIDE - top + room, width - SIDE - left + room], axis=1)

    def search(self, references: Sequence[tuple[Ints, Floats]], expected: Ints) -> Motion:
        """The motion from `references` (each its luma and its `quarters`), where `expected` [references, rows, columns,
        2] is foretold."""
        found = [self._one(*reference, foretold) for reference, foretold in zip(references, expected, strict=True)]
        if len(references) == 1:
            vectors = found[0][0]
            return Motion(np.zeros(vectors.shape[:2], np.int32), vectors[None])
        planes = [fine for _, fine in references]
        (first, first_cost), (second, second_cost) = found
        pair, pair_cost = self._both(planes, (first, second), expected)
        costs = np.stack([first_cost + self._weight * ONE_BITS, second_cost + self._weight * ONE_BITS])
        costs = np.concatenate([costs, (pair_cost + self._weight * BOTH_BITS)[None]])
        mode = costs.argmin(axis=0).astype(np.int32)
        vectors = np.where((mode == BOTH)[None, ..., None], pair, np.stack([first, second]))
        return self._polish(planes, Motion(mode, vectors.astype(np.int32)), expected)

    def _fetch(self, fine: Floats, vectors: Ints) -> Floats:
        """Predicted blocks [blocks of 8, 64] under vectors of the blocks of 16 [rows, columns, 2]."""
        moved = np.clip(vectors.repeat(2, axis=0).repeat(2, axis=1).reshape(-1, 2), self._least, self._most)
        phase = (moved[:, 0] & 3) * 4 + (moved[:, 1] & 3)
        offset = phase * self._size + (moved[:, 0] >> 2) * self._stride + (moved[:, 1] >> 2)
        result: Floats = fine.reshape(-1).take(self._places + offset[:, None].astype(np.int32))
        return result

    def _sum(self, costs: Floats) -> Floats:
        """Costs of blocks of 8 added up to those of blocks of 16."""
        result: Floats = costs.reshape(self._rows // 2, 2, self._columns // 2, 2).sum(axis=(1, 3))
        return result

    def _absolute(self, fine: Floats, vectors: Ints, target: Floats) -> Floats:
        return self._sum(np.abs(self._fetch(fine, vectors) - target).sum(axis=1))

    def _spectral(self, fine: Floats, vectors: Ints, target: Floats, scale: Floats | np.float32 = _ONE) -> Floats:
        """What blocks of 16 will cost in squared error: a coefficient either stays as it is or is coded; `scale` is
        what a difference from `target` counts for [blocks of 8, 1]."""
        size = np.abs((self._fetch(fine, vectors) - target) @ _HADAMARD) * scale
        coded = CODED_COST * self._step**2 + CODED_SLOPE * self._step * size
        return self._sum(np.minimum(size * size, coded).sum(axis=1))

    def _one(self, luma: Ints, fine: Floats, foretold: Ints) -> tuple[Ints, Floats]:
        """Vectors and costs for one reference."""
        candidates = [foretold, *self._coarse(luma), np.zeros_like(foretold)]
        costs = np.stack(
            [
                self._absolute(fine, each, self._target) + self._rough_weight * vector_bits(each - foretold)
                for each in candidates
            ]
        )
        best = costs.argmin(axis=0)
        vectors = np.take_along_axis(np.stack(candidates), best[None, ..., None], axis=0)[0]
        for reach in ((8, 4), (4,)):
            vectors, _ = self._spread(fine, vectors, foretold, self._absolute, self._rough_weight, candidates)
            vectors, _ = self._refine(fine, vectors, foretold, self._absolute, self._rough_weight, reach)
        vectors, _ = self._refine(fine, vectors, foretold, self._spectral, self._weight, (2, 1))
        vectors, _ = self._spread(fine, vectors, foretold, self._spectral, self._weight, candidates[-1:])
        return self._refine(fine, vectors, foretold, self._spectral, self._weight, (1,))

    def _both(self, planes: Sequence[Floats], start: tuple[Ints, Ints], expected: Ints) -> tuple[Ints, Floats]:
        """Vectors [2, ...] of blocks that are the mean of both references, and their costs: each in turn is fitted to
        what the other leaves."""
        pair = list(start)
        for reach in ((2, 1), (1,)):
            for number in (0, 1):
                rest = 2 * self._target - self._fetch(planes[1 - number], pair[1 - number])

                def cost(fine: Floats, vectors: Ints, target: Floats) -> Floats:
                    return self._spectral(fine, vectors, target, _HALF)

                place = planes[number], pair[number], expected[number]
                found, _ = self._spread(*place, cost, self._weight, (), rest)
                pair[number], costs = self._refine(place[0], found, place[2], cost, self._weight, reach, rest)
        return np.stack(pair), costs + self._weight * vector_bits(pair[0] - foreseen(pair[0], expected[0]))

    def _refine(
        self,
        fine: Floats,
        vectors: Ints,
        foretold: Ints,
        cost: Cost,
        weight: np.float32,
        reach: Sequence[int],
        target: Floats | None = None,
    ) -> tuple[Ints, Floats]:
        """Try the eight vectors around each, at the distances `reach`."""
        likely = foreseen(vectors, foretold)
        aim = self._target if target is None else target
        best = cost(fine, vectors, aim) + weight * vector_bits(vectors - likely)
        for distance in reach:
            for offset in NEAR:
                tried = vectors + distance * np.array(offset)
                vectors, best = self._better(fine, vectors, best, tried, likely, cost, weight, aim)
        return vectors, best

    def _spread(
        self,
        fine: Floats,
        vectors: Ints,
        foretold: Ints,
        cost: Cost,
        weight: np.float32,
        candidates: Sequence[Ints],
        target: Floats | None = None,
    ) -> tuple[Ints, Floats]:
        """Try the neighbours' vectors, and what is expected."""
        aim = self._target if target is None else target
        colour = (np.arange(vectors.shape[0])[:, None] + np.arange(vectors.shape[1])) % 2
        for parity in (0, 1):
            likely = foreseen(vectors, foretold)
            best = cost(fine, vectors, aim) + weight * vector_bits(vectors - likely)
            found = vectors
            for each in (likely, foretold, *_beside(vectors), *candidates):
                found, best = self._better(fine, found, best, each, likely, cost, weight, aim)
            vectors = np.where((colour == parity)[..., None], found, vectors)
        return vectors, best

    def _better(
        self,
        fine: Floats,
        vectors: Ints,
        best: Floats,
        tried: Ints,
        likely: Ints,
        cost: Cost,
        weight: np.float32,
        aim: Floats,
    ) -> tuple[Ints, Floats]:
        costs = cost(fine, tried, aim) + weight * vector_bits(tried - likely)
        wins = costs < best
        return np.where(wins[..., None], tried, vectors), np.where(wins, costs, best)

    def _polish(self, planes: Sequence[Floats], motion: Motion, expected: Ints) -> Motion:
        """With modes settled, draw vectors towards what is expected of them where that pays."""
        vectors = motion.vectors.copy()
        rows, columns = motion.mode.shape
        colour = (np.arange(rows)[:, None] + np.arange(columns)) % 2
        for _ in range(2):
            for number in (0, 1):
                used = (motion.mode == number) | (motion.mode == BOTH)
                paired = (motion.mode == BOTH).repeat(2, axis=0).repeat(2, axis=1).reshape(-1, 1)
                other = self._fetch(planes[1 - number], vectors[1 - number])
                aim = np.where(paired, 2 * self._target - other, self._target)
                scale = np.where(paired, _HALF, _ONE)
                for parity in (0, 1):
                    likely = foreseen(vectors[number], expected[number])
                    vectors[number] = np.where(used[..., None], vectors[number], likely)
                    now = vectors[number]
                    best = self._spectral(planes[number], now, aim, scale) + self._weight * vector_bits(now - likely)
                    for tried in (likely, expected[number], *_beside(now)):
                        costs = self._spectral(planes[number], tried, aim, scale)
                        costs += self._weight * vector_bits(tried - likely)
                        wins = used & (colour == parity) & (costs < best)
                        now, best = np.where(wins[..., None], tried, now), np.where(wins, costs, best)
                    vectors[number] = now
        return Motion(motion.mode, vectors.astype(np.int32))

    def _coarse(self, luma: Ints) -> list[Ints]:
        """Two fields from an exhaustive search in a quarter of the size: of blocks alone, and with those around."""
        small, other = _quarter(self._luma), np.pad(_quarter(luma.astype(np.float32)), COARSE_RADIUS, mode="edge")
        height, width = small.shape
        rows, columns, across = height // 4, width // 4, 2 * COARSE_RADIUS + 1
        costs = np.empty((across, across, rows, columns), np.float32)
        for down in range(across):
            for right in range(across):
                apart = np.abs(other[down : down + height, right : right + width] - small)
                costs[down, right] = apart.reshape(rows, 4, columns, 4).sum(axis=(1, 3))
        far = np.abs(np.arange(across) - COARSE_RADIUS).astype(np.float32)
        distance = ((far[:, None] + far) * 0.5)[:, :, None, None]
        padded = np.pad(costs, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
        wide = sum(padded[:, :, y : y + rows, x : x + columns] for y in range(3) for x in range(3))
        fields = []
        for each in (costs + distance, wide + 5 * distance):
            best = each.reshape(-1, rows, columns).argmin(axis=0)
            fields.append(16 * (np.stack([best // across, best % across], axis=2) - COARSE_RADIUS).astype(np.int32))
        return fields


def foreseen(vectors: Ints, foretold: Ints) -> Ints:
    """What is expected of each vector [rows, columns, 2]: `foretold`, moved by the middle of the neighbours'."""
    around = np.sort(np.stack(_beside(vectors - foretold)), axis=0)
    result: Ints = foretold + ((around[1] + around[2]) >> 1)
    return result


def vector_bits(difference: Ints) -> Floats:
    """A guess at what a vector takes that is `difference` [..., 2] from what is expected of it."""
    far = np.log2(1 + np.abs(difference).astype(np.float32)).sum(axis=-1)
    result: Floats = np.where(far > 0, MOVED_BITS + OCTAVE_BITS * far, np.float32(STILL_BITS)).astype(np.float32)
    return result


def _beside(field: Ints) -> list[Ints]:
    """The field of left, right, upper and lower neighbours; edges repeat."""
    padded = np.pad(field, ((1, 1), (1, 1), (0, 0)), mode="edge")
    return [padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1]]


def _quarter(plane: Floats) -> Floats:
    height, width = plane.shape
    result: Floats = plane.reshape(height // 4, 4, width // 4, 4).mean(axis=(1, 3))
    return result
