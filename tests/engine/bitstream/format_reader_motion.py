"""The second reader's part for NVRC's version 3, profile 2, from FORMAT.md alone: decisions, and frames to the bit."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, exp, log2, pi, sqrt
from pathlib import Path

import numpy as np
from format_reader import Fields, RangeDecoder
from numpy.typing import NDArray
from safetensors.numpy import load_file

Whole = NDArray[np.int64]
EVEN = 64
LAYERS = 7
PLANES = 3

MAGNITUDES = np.array([min(128, round(16 * log2(1 + x))) for x in range(256)], np.int64)
OCTAVE = [round(2**20 * 2 ** (k / 16)) for k in range(16)]
BASIS = np.array(
    [[round(4096 * sqrt((2 if k else 1) / 8) * cos((2 * x + 1) * k * pi / 16)) for x in range(8)] for k in range(8)],
    np.int64,
)
SCAN = sorted(((v, u) for v in range(8) for u in range(8)), key=lambda f: (f[0] + f[1], f[0]))
DOWN, ACROSS = (np.array(axis, np.int64) for axis in zip(*SCAN, strict=True))
BANDS = (0, 1, 3, 6, 10, 15, 28, 64)
BANDS_IN_TWO_BATCHES = 3
LUMA_TAPS = (
    (0, 0, 0, 64, 0, 0, 0, 0),
    (-1, 4, -10, 58, 17, -5, 1, 0),
    (-1, 4, -11, 40, 40, -11, 4, -1),
    (0, 1, -5, 17, 58, -10, 4, -1),
)
CHROMA_TAPS = (
    (0, 64, 0, 0),
    (-2, 58, 10, -2),
    (-4, 54, 16, -2),
    (-6, 46, 28, -4),
    (-4, 36, 36, -4),
    (-4, 28, 46, -6),
    (-2, 16, 54, -4),
    (-2, 10, 58, -2),
)
WIDTHS = (16, 8, 8, 6)


def feature(magnitude: Whole) -> Whole:
    """L."""
    return MAGNITUDES[np.minimum(magnitude, 255)]


def chances() -> list[int]:
    """p of each law."""
    low = [round(65536 / (1 + exp((31.5 - i) / 4))) for i in range(32)]
    return [*low, *(65536 - p for p in reversed(low)), 32768]


# Of each law, where the two entries of its table start, and its end.
STARTS = [[0, (1 << 24) - 256 * p - (law < 32), 1 << 24] for law, p in enumerate(chances())]


class DecisionStream:
    """One stream of decisions, read batch by batch."""

    def __init__(self, data: bytes) -> None:
        self.checksum = struct.unpack("<I", data[:4])[0] if data else 0
        self.decoder = RangeDecoder(list(struct.unpack(f"<{max(0, len(data) // 4 - 1)}I", data[4:])))
        self.crc = 0

    def batch(self, laws: Whole) -> NDArray[np.bool_]:
        bits = [self.decoder.entry(STARTS[law]) for law in laws.tolist()]
        made = np.array(bits, bool)
        self.crc = zlib.crc32(np.packbits(made).tobytes(), self.crc)
        return made

    def even(self, count: int) -> NDArray[np.bool_]:
        return self.batch(np.full(count, EVEN))

    def numbers(self, laws: Whole) -> Whole:
        """A batch of numbers under laws [count, 3]."""
        result = np.zeros(len(laws), np.int64)
        (some,) = np.nonzero(self.batch(laws[:, 0]))
        result[some] = self.nonzero(laws[some, 1:])
        return result

    def nonzero(self, laws: Whole) -> Whole:
        """The same of numbers that are known not to be 0; laws [count, 2]."""
        negative = self.even(len(laws))
        magnitude = np.ones(len(laws), np.int64)
        left = np.arange(len(laws))
        for above in range(1, 15):
            left = left[self.batch(laws[left, 0 if above == 1 else 1])]
            magnitude[left] = above + 1
        magnitude[left] += self._exp_golomb(len(left))
        return np.where(negative, -magnitude, magnitude)

    def _exp_golomb(self, count: int) -> Whole:
        places = np.zeros(count, np.int64)
        left = np.arange(count)
        while len(left):
            left = left[self.even(len(left))]
            places[left] += 1
        value = np.ones(count, np.int64)
        for place in range(int(places.max(initial=0)) - 1, -1, -1):
            (has,) = np.nonzero(places > place)
            value[has] = 2 * value[has] + self.even(len(has))
        return value - 1


@dataclass(frozen=True)
class LawNetworks:
    tensors: dict[str, Whole]

    @staticmethod
    def read(path: Path) -> "LawNetworks":
        return LawNetworks({name: tensor.astype(np.int64) for name, tensor in load_file(path).items()})

    def laws(self, name: str, features: Sequence[Whole | int], *kinds: Whole | int) -> Whole:
        """Laws [count, outputs] for features of `count` numbers each (or one for all)."""
        columns = np.stack(np.broadcast_arrays(*features), axis=1)
        hidden = columns @ self.tensors[f"{name}.first"]
        for number, kind in enumerate(kinds):
            hidden = hidden + self.tensors[f"{name}.kind.{number}"][kind]
        hidden = np.clip(hidden >> 6, 0, 1023)
        sums = hidden @ self.tensors[f"{name}.second"] + self.tensors[f"{name}.offset"]
        return np.clip((sums >> 8) + 32, 0, 63)


# Fields


def lattice(rows: int, columns: int) -> Iterator[tuple[int, Whole, Whole]]:
    """Number of each step, its sites [n] and their neighbours [n, 4], as places in it; the place behind it is 0."""
    none = rows * columns

    def places(sites: list[tuple[int, int]]) -> Whole:
        return np.array([row * columns + column for row, column in sites], np.int64)

    coarse = [(row, column) for row in range(0, rows, 8) for column in range(0, columns, 8)]
    yield 0, places(coarse), np.full((len(coarse), 4), none)
    for order, s in enumerate((4, 2, 1)):
        every = [(row, column) for row in range(0, rows, s) for column in range(0, columns, s)]
        both = [(row, column) for row, column in every if row // s % 2 and column // s % 2]
        one = [(row, column) for row, column in every if row // s % 2 != column // s % 2]
        for step, sites, offsets in (
            (2 * order + 1, both, ((-s, -s), (-s, s), (s, -s), (s, s))),
            (2 * order + 2, one, ((0, -s), (0, s), (-s, 0), (s, 0))),
        ):
            if sites:
                yield step, places(sites), np.array([neighbours(site, offsets, rows, columns) for site in sites])


def neighbours(site: tuple[int, int], offsets: Sequence[tuple[int, int]], rows: int, columns: int) -> list[int]:
    found: dict[int, int] = {}
    for n, (down, across) in enumerate(offsets):
        row, column = site[0] + down, site[1] + across
        if 0 <= row < rows and 0 <= column < columns:
            found[n] = row * columns + column
    for n in range(4):
        if n not in found:
            found[n] = next(found[n ^ other] for other in (1, 2, 3) if n ^ other in found)
    return [found[n] for n in range(4)]


def middle_of(around: Whole) -> Whole:
    """Half the sum of the two in the middle of [..., 4]."""
    ordered = np.sort(around, axis=-1)
    return (ordered[..., 1] + ordered[..., 2]) >> 1


def spread_of(around: Whole) -> Whole:
    return around.max(axis=-1) - around.min(axis=-1)


# Units


@dataclass(frozen=True)
class Layer:
    luma: int
    chroma: int
    ones: int
    others: int


@dataclass(frozen=True)
class LoopFilter:
    offsets: list[Whole]
    weights: list[Whole]  # [out, in, 3, 3] of each layer

    def outputs(self, inputs: Whole) -> Whole:
        """[6, rows, columns] of [16, rows, columns]."""
        values = inputs
        for number, (offset, weight) in enumerate(zip(self.offsets, self.weights, strict=True)):
            rows, columns = values.shape[1:]
            wide = np.pad(values, ((0, 0), (1, 1), (1, 1)))
            total = np.zeros((len(weight), rows, columns), np.int64) + offset[:, None, None]
            for a in range(3):
                for b in range(3):
                    total += np.tensordot(weight[:, :, a, b], wide[:, a : a + rows, b : b + columns], 1)
            values = total >> 7
            if number < 2:
                values = np.clip(values, 0, 255)
        return values


@dataclass
class Frame:
    """A decoded frame: its extended planes, and the vectors [rows, columns, 2] of its blocks to each reference."""

    number: int
    planes: list[Whole]
    vectors: dict[int, Whole] = field(default_factory=dict)


@dataclass
class History:
    flag: int = 8
    magnitudes: Whole = field(default_factory=lambda: np.zeros(64, np.int64))

    def learn(self, flags: Whole, q: Whole) -> None:
        flagged = int(flags.sum())
        self.flag = (self.flag + 256 * flagged // flags.size + 1) >> 1
        if flagged:
            sums = np.minimum(1 << 20, 256 * np.abs(q).sum((0, 1)) // flagged)
            self.magnitudes = (self.magnitudes + sums + 1) >> 1


def read_filter(fields: Fields) -> LoopFilter:
    offsets = [np.array([fields.sv() for _ in range(width)], np.int64) for width in WIDTHS[1:]]
    laws = [np.frombuffer(fields.take(3), np.uint8).astype(np.int64) for _ in range(3)]
    stream = DecisionStream(fields.take(fields.uv()))
    weights = []
    for number, law in enumerate(laws):
        shape = (WIDTHS[number + 1], WIDTHS[number], 3, 3)
        read = stream.numbers(np.tile(law, (int(np.prod(shape)), 1)))
        assert np.abs(read).max() <= 31
        weights.append(4 * read.reshape(shape))
    assert stream.crc == stream.checksum
    return LoopFilter(offsets, weights)


class MotionUnit:
    """Reads a whole unit: `frames` are its pictures (a gray clip drops U and V), `checksum` that of its decisions."""

    def __init__(self, networks: LawNetworks, height: int, width: int, bits: int, payload: bytes) -> None:
        self.networks, self.bits = networks, bits
        self.peak, self.middle = (1 << bits) - 1, 1 << (bits - 1)
        self.rows, self.columns = -(-height // 16), -(-width // 16)  # blocks of 16x16 luma samples
        self.decoded: dict[int, Frame] = {}
        self.kept: dict[tuple[int, int], History] = {}
        self.checksum = 0
        fields = Fields(payload)
        assert fields.take(1) == b"\1"
        count = fields.uv()
        self.period, laws = fields.take(2)
        assert laws == 1
        self.layers = [self._layer(fields) for _ in range(LAYERS)]
        (filtered,) = fields.take(1)
        self.filter = read_filter(fields) if filtered else None
        self._read_groups(fields, count)
        assert not fields.more
        sides = [(height, width)] + [(-(-height // 2), -(-width // 2))] * 2
        self.frames = [
            [plane[:rows, :columns] for plane, (rows, columns) in zip(self.decoded[n].planes, sides, strict=True)]
            for n in range(count)
        ]

    @staticmethod
    def _layer(fields: Fields) -> Layer:
        luma, chroma = fields.i8s(2)
        (draws,) = fields.take(1)
        return Layer(luma, chroma, draws >> 4, draws & 15)

    def _read_groups(self, fields: Fields, count: int) -> None:
        anchors = sorted({*range(0, count, self.period), count - 1})
        for group, anchor in enumerate(anchors):
            (self.index,) = fields.take(1)
            stream = self._stream(fields)
            self._read_frame(stream, anchor, min(group, 1), anchors[max(0, group - 2) : group][::-1])
            assert stream.crc == stream.checksum
            stream = self._stream(fields)
            self.kept = {key: history for key, history in self.kept.items() if key[0] < 2}
            if group:
                self._read_between(stream, anchors[group - 1], anchor, 2)
            assert stream.crc == stream.checksum

    def _stream(self, fields: Fields) -> DecisionStream:
        stream = DecisionStream(fields.take(fields.uv()))
        self.checksum = (self.checksum + stream.checksum) % (1 << 32)
        return stream

    def _read_between(self, stream: DecisionStream, a: int, b: int, layer: int) -> None:
        if b - a > 1:
            m = (a + b) // 2
            self._read_frame(stream, m, min(layer, 6), [a, b])
            self._read_between(stream, a, m, layer + 1)
            self._read_between(stream, m, b, layer + 1)

    def _read_frame(self, stream: DecisionStream, number: int, layer: int, references: list[int]) -> None:
        frame = Frame(number, [])
        if references:
            predicted, differences = self._predict_by_motion(stream, frame, layer, references)
        else:
            predicted = [self._thumbnail(stream, plane, layer) for plane in range(PLANES)]
            differences = [np.zeros_like(plane) for plane in predicted]
        frame.planes = self._read_coefficients(stream, layer, predicted, differences)
        if self.filter and stream.even(1)[0]:
            frame.planes = self._filtered(self.filter, frame.planes, predicted, layer, first=not references)
        self.decoded[number] = frame

    def _step(self, layer: int, plane: int) -> int:
        """In sixteenths of a sample."""
        facts = self.layers[layer]
        n = min(max(self.index + (facts.chroma if plane else facts.luma), 0), 255)
        return ((OCTAVE[n % 16] << (n // 16)) + (1 << 17)) >> 18

    # The first frame

    def _thumbnail(self, stream: DecisionStream, plane: int, layer: int) -> Whole:
        """The prediction of a plane."""
        rows, columns = (self.rows, self.columns) if plane else (2 * self.rows, 2 * self.columns)
        values, off = (np.zeros(rows * columns + 1, np.int64) for _ in range(2))
        for step, sites, near in lattice(rows, columns):
            around = values[near]
            likely = middle_of(around)
            features = (
                feature(spread_of(around)),
                feature(np.abs(around - likely[:, None]).sum(1)),
                feature(np.abs(off[near]).sum(1)),
            )
            off[sites] = stream.numbers(self.networks.laws("thumbnail", features, step, plane))
            values[sites] = likely + off[sites]
        t = max(16, self._step(layer, plane) // 8)
        levels = ((values[:-1].reshape(rows, columns) * t + 8) >> 4) + self.middle
        stretched = (stretch(stretch(levels).T).T + 128) >> 8
        blocks = cut(stretched)
        blocks = blocks + ((64 * levels - blocks.sum((2, 3)) + 32) >> 6)[:, :, None, None]
        return np.clip(joined(blocks), 0, self.peak)

    # Motion

    def _foretold(self, number: int, references: list[int]) -> list[Whole]:
        """Of each reference, [rows, columns, 2]."""
        if len(references) == 2:
            for p, o in (references, references[::-1]):
                vectors = self.decoded[p].vectors.get(o)
                if vectors is not None:
                    vectors = median_of_nine(vectors)
                    return [(2 * vectors * (number - r) + (p - o)) // (2 * (p - o)) for r in references]
        return [np.zeros((self.rows, self.columns, 2), np.int64) for _ in references]

    def _predict_by_motion(
        self, stream: DecisionStream, frame: Frame, layer: int, references: list[int]
    ) -> tuple[list[Whole], list[Whole]]:
        """The prediction of each plane, and the difference of the two where a block takes both."""
        size = self.rows * self.columns
        foretold = self._foretold(frame.number, references)
        ahead = [each.reshape(size, 2) for each in foretold]
        offsets, coded = ([np.zeros((size + 1, 2), np.int64) for _ in references] for _ in range(2))
        both, second = (np.zeros(size + 1, np.int64) for _ in range(2))
        for step, sites, near in lattice(self.rows, self.columns):
            around = [np.moveaxis(offset[near], 2, 1) for offset in offsets]  # [n, 2, 4]
            spreads = [feature(spread_of(each).sum(1)) for each in around]
            taking_both, taking_second = (feature(4 * which[near].sum(1)) for which in (both, second))
            if len(references) == 2:
                laws = self.networks.laws("modes", (taking_both, taking_second, *spreads), step, layer)
                both[sites] = stream.batch(laws[:, 0])
                one = sites[both[sites] == 0]
                second[one] = stream.batch(laws[both[sites] == 0, 1])
            for k in range(len(references)):
                features = (
                    spreads[k],
                    feature(4 * coded[k][near].any(2).sum(1)),
                    feature(np.abs(ahead[k][sites]).sum(1)),
                    feature(4 * np.abs(coded[0][sites]).sum(1)) if k else 0,
                    64 * both[sites],
                    taking_both,
                    taking_second,
                    64 * k,
                )
                takes = (both[sites] == 1) | (second[sites] == k)
                laws = self.networks.laws("vectors", features, step, layer)
                coded[k][sites[takes]] = read_vectors(stream, laws[takes])
                offsets[k][sites] = middle_of(around[k]) + coded[k][sites]
        shape = (self.rows, self.columns)
        for k, reference in enumerate(references):
            frame.vectors[reference] = offsets[k][:-1].reshape(*shape, 2) + foretold[k]
        return self._mixed(frame, references, both[:-1].reshape(shape), second[:-1].reshape(shape))

    def _mixed(
        self, frame: Frame, references: list[int], both: Whole, second: Whole
    ) -> tuple[list[Whole], list[Whole]]:
        predicted, differences = [], []
        for plane in range(PLANES):
            found = [
                displaced(self.decoded[r].planes[plane], frame.vectors[r], plane > 0, self.peak) for r in references
            ]
            side = 8 if plane else 16
            of_both, of_second = (each.repeat(side, 0).repeat(side, 1) for each in (both, second))
            first, last = found[0], found[-1]
            predicted.append(np.where(of_both, (first + last + 1) >> 1, np.where(of_second, last, first)))
            differences.append(np.where(of_both, first - last, 0))
        return predicted, differences

    # Coefficients

    def _read_coefficients(
        self, stream: DecisionStream, layer: int, predicted: list[Whole], differences: list[Whole]
    ) -> list[Whole]:
        """The decoded planes before the filter."""
        planes: list[Whole] = []
        flags: list[Whole] = []
        symbols: list[Whole] = []
        for plane, (prediction, difference) in enumerate(zip(predicted, differences, strict=True)):
            step = self._step(layer, plane)
            history = self.kept.setdefault((layer, plane), History())
            reader = PlaneReader(
                stream,
                self.networks,
                "chroma" if plane else "luma",
                layer,
                (self._relative(prediction - self.middle, step), self._relative(difference, step)),
                history,
                int(feature(np.array(step * 255 // (4 * self.peak)))),
            )
            reader.read_flags(across_flags(flags))
            reader.read_values(across_values(symbols))
            history.learn(reader.flags, reader.q)
            flags.append(reader.flags)
            symbols.append(reader.q)
            planes.append(np.clip(prediction + self._residual(reader.q, step, layer), 0, self.peak))
        return planes

    def _relative(self, plane: Whole, step: int) -> Whole:
        """The features of a plane's coefficients [rows, columns, 64]."""
        return feature(np.abs(BASIS @ cut(plane) @ BASIS.T) // (step << 18))[:, :, DOWN, ACROSS]

    def _residual(self, q: Whole, step: int, layer: int) -> Whole:
        facts, magnitude = self.layers[layer], np.abs(q)
        draw = np.where(magnitude == 1, step * facts.ones // 32, np.where(magnitude > 1, step * facts.others // 32, 0))
        most = 256 * (self.peak + 1)
        values = np.clip(np.sign(q) * (magnitude * step - draw), -most, most)
        blocks = np.zeros((*q.shape[:2], 8, 8), np.int64)
        blocks[:, :, DOWN, ACROSS] = values
        return joined((BASIS.T @ blocks @ BASIS + (1 << 27)) >> 28)

    # The filter

    def _filtered(
        self, loop_filter: LoopFilter, planes: list[Whole], predicted: list[Whole], layer: int, *, first: bool
    ) -> list[Whole]:
        shift = self.bits - 8
        now, before = (self._cells([each >> shift for each in which]) for which in (planes, predicted))
        rows, columns = now[0].shape
        edges = [np.array([-64, 0, 0, 64])[np.arange(size) % 4] for size in (rows, columns)]
        step = self._step(layer, 0)
        constants = (
            feature(np.array(step * 255 // (4 * self.peak))),
            128 if first else 0,
            edges[0][:, None],
            edges[1][None, :],
        )
        inputs = [each - 128 for each in now] + [each - own for each, own in zip(before, now, strict=True)]
        inputs += [np.broadcast_to(each, (rows, columns)) for each in constants]
        moves = ((loop_filter.outputs(np.stack(inputs)) << shift) + 8) >> 4
        luma = planes[0].copy()
        for n in range(4):
            luma[n // 2 :: 2, n % 2 :: 2] += moves[n]
        return [
            np.clip(plane, 0, self.peak)
            for plane in (luma, *(p + m for p, m in zip(planes[1:], moves[4:], strict=True)))
        ]

    def _cells(self, planes: list[Whole]) -> list[Whole]:
        luma = [planes[0][n // 2 :: 2, n % 2 :: 2] for n in range(4)]
        return luma + planes[1:]


def read_vectors(stream: DecisionStream, laws: Whole) -> Whole:
    """Vectors [count, 2] under laws [count, 7]."""
    vectors = np.zeros((len(laws), 2), np.int64)
    (some,) = np.nonzero(stream.batch(laws[:, 0]))
    down = stream.batch(laws[some, 1])
    vectors[some[down], 0] = stream.nonzero(laws[some[down], 2:4])
    across = ~down
    across[down] = stream.batch(laws[some[down], 4])
    vectors[some[across], 1] = stream.nonzero(laws[some[across], 5:7])
    return vectors


class PlaneReader:
    """Flags [rows, columns] and coefficients q [rows, columns, 64] of one plane of one frame."""

    def __init__(
        self,
        stream: DecisionStream,
        networks: LawNetworks,
        name: str,
        layer: int,
        features: tuple[Whole, Whole],
        history: History,
        step: int,
    ) -> None:
        self.stream, self.networks, self.name, self.layer, self.step = stream, networks, name, layer, step
        self.p, self.d = features
        self.history = history
        self.shape = self.p.shape[:2]
        self.flags = np.zeros(self.shape, np.int64)
        self.q = np.zeros((*self.shape, 64), np.int64)
        self.odd = np.indices(self.shape).sum(0) % 2

    def read_flags(self, across: Whole | int) -> None:
        across = np.broadcast_to(across, self.shape)
        for parity in (0, 1):
            here = self.odd == parity
            p, d = self.p[here], self.d[here]
            features = (
                feature(4 * eight(self.flags))[here],
                feature(np.array(self.history.flag)),
                p[:, 1:10].max(1),
                p[:, 10:].max(1),
                d[:, 0],
                d[:, 1:10].max(1),
                d[:, 10:].max(1),
                across[here],
                self.step,
            )
            laws = self.networks.laws(f"{self.name}.flags", features, self.layer)
            self.flags[here] = self.stream.batch(laws[:, 0])

    def read_values(self, across: Whole | int) -> None:
        across = np.broadcast_to(across, self.q.shape)
        for band, (start, stop) in enumerate(pairwise(BANDS)):
            before = np.abs(self.q)
            for parity in (0, 1) if band < BANDS_IN_TWO_BATCHES else (None,):
                here = self.flags == 1
                if parity is not None:
                    here &= self.odd == parity
                if here.any():
                    self._read_band(here, start, stop, before, across)

    def _read_band(self, here: NDArray[np.bool_], start: int, stop: int, before: Whole, across: Whole) -> None:
        width = stop - start
        own = before[here]
        beside = four(np.abs(self.q[:, :, start:stop]))[here]
        around = eight(before.sum(2))[here]
        features = [
            feature(inside(own)[:, start:stop]),
            feature(own.sum(1))[:, None],
            feature(beside),
            feature(around)[:, None],
            self.p[here][:, start:stop],
            self.d[here][:, start:stop],
            feature(self.history.magnitudes[None, start:stop]),
            feature(eight(self.flags)[here])[:, None],
            across[here][:, start:stop],
            np.array([[self.step]]),
        ]
        count = len(own)
        flat = [np.broadcast_to(each, (count, width)).ravel() for each in features]
        frequencies = np.tile(np.arange(start, stop), count)
        laws = self.networks.laws(f"{self.name}.values", flat, frequencies, self.layer)
        block = np.zeros((count, 64), np.int64)
        block[:, start:stop] = self.stream.numbers(laws).reshape(count, width)
        self.q[here] += block


def inside(own: Whole) -> Whole:
    """Of magnitudes [n, 64], what lies around each frequency, [n, 64]."""
    square = np.zeros((len(own), 10, 10), np.int64)
    square[:, DOWN + 2, ACROSS + 2] = own
    v, u = DOWN + 2, ACROSS + 2
    return (
        2 * square[:, v, u - 1]
        + 2 * square[:, v - 1, u]
        + square[:, v - 1, u - 1]
        + square[:, v - 2, u]
        + square[:, v, u - 2]
    )


def four(values: Whole) -> Whole:
    """Sums over the 4 neighbours in the first two axes."""
    wide = np.pad(values, [(1, 1), (1, 1), *[(0, 0)] * (values.ndim - 2)])
    return wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]


def eight(values: Whole) -> Whole:
    wide = np.pad(values, 1)
    return four(values) + wide[:-2, :-2] + wide[:-2, 2:] + wide[2:, :-2] + wide[2:, 2:]


def of_four_blocks(values: Whole) -> Whole:
    """Sums over the 2x2 blocks of luma that lie on a block of chroma."""
    return values[::2, ::2] + values[1::2, ::2] + values[::2, 1::2] + values[1::2, 1::2]


def across_flags(flags: list[Whole]) -> Whole | int:
    if not flags:
        return 0
    luma = 8 * of_four_blocks(flags[0])
    return luma if len(flags) == 1 else luma + 64 * flags[1]


def across_values(symbols: list[Whole]) -> Whole | int:
    if not symbols:
        return 0
    luma = feature(of_four_blocks(np.abs(symbols[0]).sum(2, keepdims=True)))
    return luma if len(symbols) == 1 else (luma >> 1) + (feature(2 * np.abs(symbols[1])) >> 1)


# Samples


def cut(plane: Whole) -> Whole:
    """Blocks [rows, columns, 8, 8]."""
    rows, columns = plane.shape
    return plane.reshape(rows // 8, 8, columns // 8, 8).swapaxes(1, 2)


def joined(blocks: Whole) -> Whole:
    rows, columns = blocks.shape[:2]
    return blocks.swapaxes(1, 2).reshape(8 * rows, 8 * columns)


def stretch(levels: Whole) -> Whole:
    """[n, m] to [8 n, m], in 16ths."""
    wide = np.pad(levels, ((1, 1), (0, 0)), mode="edge")
    at = np.arange(8 * len(levels)) + 4
    low, share = at // 8, (at % 8)[:, None]
    return (15 - 2 * share) * wide[low] + (1 + 2 * share) * wide[low + 1]


def median_of_nine(vectors: Whole) -> Whole:
    rows, columns = vectors.shape[:2]
    wide = np.pad(vectors, ((1, 1), (1, 1), (0, 0)), mode="edge")
    every = [wide[a : a + rows, b : b + columns] for a in range(3) for b in range(3)]
    return np.sort(np.stack(every), axis=0)[4]


def displaced(plane: Whole, vectors: Whole, chroma: bool, peak: int) -> Whole:
    """The plane with each block taken from where its vector points."""
    taps, side, fraction = (np.array(CHROMA_TAPS), 8, 8) if chroma else (np.array(LUMA_TAPS), 16, 4)
    first = -1 if chroma else -3
    height, width = plane.shape
    result = np.zeros_like(plane)
    reach = side + len(taps[0]) - 1
    for row, column in np.ndindex(*vectors.shape[:2]):
        down, across = (int(each) for each in vectors[row, column])
        y = np.clip(np.arange(reach) + side * row + down // fraction + first, 0, height - 1)
        x = np.clip(np.arange(reach) + side * column + across // fraction + first, 0, width - 1)
        patch = plane[np.ix_(y, x)]
        kernels = taps[down % fraction], taps[across % fraction]
        flat = sum(tap * patch[:, n : n + side] for n, tap in enumerate(kernels[1]))
        found = sum(tap * flat[n : n + side] for n, tap in enumerate(kernels[0]))
        place = slice(side * row, side * row + side), slice(side * column, side * column + side)
        result[place] = np.clip((found + 2048) >> 12, 0, peak)
    return result
