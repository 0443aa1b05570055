"""The second reader's part for NVRC's version 3, profile 1, from FORMAT.md alone."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np
from format_reader import GAUSS, MOST_IN_A_BATCH, Fields, SymbolStream
from numpy.typing import NDArray

MANTISSAS = (
    4294967296, 4683695048, 5107605667, 5569883475, 6074001000, 6623745059, 7223245206, 7877004752,
)  # fmt: skip
RANGES = {
    "step": (-320, 128), "scale": (-256, 256), "mean": (-(1 << 20), 1 << 20), "weight": (-(1 << 17), 1 << 17),
}  # fmt: skip
BLOCK = (16, 8, 8)
TAPS = [offset for offset in product(range(-2, 3), repeat=3) if offset <= (0, 0, 0)]

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class PaperNetwork:
    objective: int
    grid_law: int
    grid_steps: int
    weight_law: int
    raw: int
    stem: int
    channels: int
    period: int
    levels: int
    local_channels: int
    local_levels: int
    stages: tuple[tuple[int, int, int, int], ...]  # stride, width, depth, expansion

    def grids(self, frames: int, height: int, width: int) -> list[tuple[int, ...]]:
        factor = prod(stage[0] for stage in self.stages)
        rows, columns = -(-height // factor), -(-width // factor)
        slices = max(1, (200 * frames + self.period) // (2 * self.period))
        result = []
        for level in range(self.levels):
            k = level if self.stem == 0 else 0
            result.append((max(1, slices >> level), max(1, rows >> k), max(1, columns >> k), self.channels << level))
        return result

    def matrices(self, frames: int) -> Iterator[tuple[str, tuple[int, ...], tuple[int, int, int]]]:
        """Names, shapes, and rows, columns and taps of all tensors but the grids."""
        first = self.stages[0][1]

        def plain(name: str, *shape: int) -> tuple[str, tuple[int, ...], tuple[int, int, int]]:
            return name, shape, (shape[0], shape[1], prod(shape[2:])) if len(shape) > 1 else (1, shape[0], 1)

        if self.stem == 0:
            for level in range(self.levels):
                yield plain(f"stem {level}", first, self.channels << level, 3, 3, 3)
        else:
            yield plain("stem 0", first, self.channels * (2**self.levels - 1), 3, 3)
        yield plain("stem bias", first)
        entering = first
        for n, (stride, width, depth, expansion) in enumerate(self.stages):
            c = max(1, self.local_channels >> n)
            for level in range(self.local_levels):
                shape = (max(1, frames >> level), stride, stride, c << level)
                yield f"local {n} {level}", shape, (shape[0], prod(shape[1:]), 1)
            yield plain(f"local mix {n}", entering, c * (2**self.local_levels - 1))
            yield plain(f"local bias {n}", entering)
            for block in range(depth):
                i = entering if block == 0 else width
                yield plain(f"near {n} {block}", i, 1, 3, 3)
                yield plain(f"expand {n} {block}", width * expansion, i)
                yield plain(f"project {n} {block}", width, width * expansion)
            entering = width
        yield plain("head", 3, entering)
        yield plain("head bias", 3)


def read_paper_network(config: bytes) -> PaperNetwork:
    assert config[0] == 1
    objective, *laws, stages, stem, channels = config[1:9]
    (period,) = struct.unpack("<H", config[9:11])
    rest = config[14:]
    assert len(rest) == 5 * stages
    rows = tuple(struct.unpack("<BHBB", rest[5 * n : 5 * n + 5]) for n in range(stages))
    return PaperNetwork(objective, *laws, stem, channels, period, *config[11:14], rows)


def power(e: int) -> int:
    e = max(-128, min(128, e))
    shift = (e >> 3) - 16
    return MANTISSAS[e % 8] << shift if shift >= 0 else MANTISSAS[e % 8] >> -shift


def scaled(x: int, e: int) -> int:
    return (x * power(e) + (1 << 15)) >> 16


def axes(view: tuple[int, int, int], dual: bool) -> tuple[bool, bool]:
    rows, columns, taps = view
    return dual and rows > 1 and columns * taps >= 128, dual and columns > 1 and rows * taps >= 128


def block_counts(shape: tuple[int, ...]) -> list[int]:
    return [-(-size // side) for size, side in zip(shape, BLOCK, strict=False)]


def arrays(
    network: PaperNetwork, grids: list[tuple[int, ...]], views: dict[str, tuple[int, int, int]]
) -> list[tuple[str, tuple[int, ...], str, bool]]:
    """Name, shape, kind of every array of phi, and whether it is the grids'."""
    result: list[tuple[str, tuple[int, ...], str, bool]] = []
    for level, grid in enumerate(grids):
        g = grid[3]
        if network.grid_steps == 0:
            result.append((f"grid {level} step", (prod(block_counts(grid)), g), "step", True))
        if network.grid_law == 0:
            shapes = {"first": (g, 8, 1, 62), "second": (g, 8, 8, 63), "third": (g, 2, 8, 63), "bias": (g, 18)}
            result += [(f"context {level} {name}", shape, "weight", True) for name, shape in shapes.items()]
    if network.grid_steps == 2:
        result.append(("grids step", (len(grids),), "step", True))
    if network.grid_law == 1:
        result += [(f"grids {kind}", (len(grids),), kind, True) for kind in ("scale", "mean")]
    shared = 0
    for name, view in views.items():
        has = axes(view, network.weight_law == 0)
        for axis, size, wanted in zip(("row", "column"), view, has, strict=False):
            if wanted:
                result += [(f"{name} {axis} {kind}", (size,), kind, False) for kind in ("step", "scale", "mean")]
        shared += not any(has)
    return result + [(f"shared {kind}", (shared,), kind, False) for kind in ("step", "scale", "mean")]


def in_batches(stream: SymbolStream, means: list[int], scales: list[int]) -> list[int]:
    symbols: list[int] = []
    for start in range(0, len(means), MOST_IN_A_BATCH):
        part = slice(start, start + MOST_IN_A_BATCH)
        symbols += stream.batch(means[part], scales[part])
    return symbols


def read_paper_unit(network: PaperNetwork, height: int, width: int, payload: bytes) -> list[list[int]]:
    """The symbols of all tensors of theta, then of all arrays of phi, each in C order."""
    fields = Fields(payload)
    assert fields.take(1) == b"\x03"
    frames = fields.uv()
    grids = network.grids(frames, height, width)
    views = {name: view for name, _, view in network.matrices(frames)}
    phi = arrays(network, grids, views)
    psi: dict[str, tuple[int, int, int] | None] = {}
    if not network.raw:
        for name, *_ in phi:
            (scale,) = fields.i8s(1)
            psi[name] = None if scale == -128 else (scale, *struct.unpack("<Bh", fields.take(3)))
    symbols: dict[str, list[int]] = {}
    for of_grids in (True, False):
        data = fields.take(fields.uv())
        stream = None if network.raw else SymbolStream(data, GAUSS)
        for name, shape, _, whose in phi:
            if whose is not of_grids:
                continue
            size, law = prod(shape), psi.get(name)
            if stream is None:
                symbols[name] = list(struct.unpack(f"<{size}h", data[: 2 * size]))
                data = data[2 * size :]
            else:
                symbols[name] = in_batches(stream, [law[2]] * size, [law[0]] * size) if law else [0] * size
        assert stream is None or stream.crc == stream.checksum
    models = {}
    for name, shape, kind, _ in phi:
        law = psi.get(name)
        low, high = RANGES[kind]
        numbers = [max(low, min(high, scaled(q, law[1] if law else 0))) for q in symbols[name]]
        models[name] = np.array(numbers, np.int64).reshape(shape)
    theta = [read_level(network, level, grid, models, fields.take(fields.uv())) for level, grid in enumerate(grids)]
    stream = SymbolStream(fields.take(fields.uv()), GAUSS)
    shared = 0
    for name, view in views.items():
        row, column = axes(view, network.weight_law == 0)
        laws = matrix_laws(models, name, view, row, column, shared)
        theta.append(in_batches(stream, [mean for mean, _ in laws], [scale for _, scale in laws]))
        shared += not row and not column
    assert stream.crc == stream.checksum
    assert not fields.more
    return [*theta, *(symbols[name] for name, *_ in phi)]


def matrix_laws(
    models: dict[str, Whole], name: str, view: tuple[int, int, int], row: bool, column: bool, shared: int
) -> list[tuple[int, int]]:
    """Mean and scale of each symbol."""
    rows, columns, taps = view

    def of(axis: str, kind: str, wanted: bool, size: int) -> list[int]:
        return models[f"{name} {axis} {kind}"].tolist() if wanted else [0] * size

    if not row and not column:
        by_row = {kind: [int(models[f"shared {kind}"][shared])] * rows for kind in ("step", "scale", "mean")}
    else:
        by_row = {kind: of("row", kind, row, rows) for kind in ("step", "scale", "mean")}
    by_column = {kind: of("column", kind, column, columns) for kind in ("step", "scale", "mean")}
    least = min(by_row["step"])
    laws = []
    for r, c in product(range(rows), range(columns)):
        mean = scaled(by_row["mean"][r], 2 * by_column["scale"][c])
        mean += scaled(by_column["mean"][c], least - by_row["step"][r])
        scale = by_row["scale"][r] + by_column["scale"][c]
        laws += [(max(-(1 << 20), min(1 << 20, mean)), max(-12, min(40, scale)))] * taps
    return laws


def read_level(
    network: PaperNetwork, level: int, shape: tuple[int, ...], models: dict[str, Whole], data: bytes
) -> list[int]:
    grid = np.zeros(shape, np.int64)
    if not data:
        return grid.ravel().tolist()
    stream = SymbolStream(data, GAUSS)
    counts, channels = block_counts(shape), shape[3]
    blocks = list(product(*map(range, counts)))
    at_once = max(1, 512 // channels)
    order = sorted(product(*map(range, BLOCK)), key=lambda p: (9 * p[0] + 3 * p[1] + p[2], p))
    for start in range(0, len(blocks), at_once):
        group = list(enumerate(blocks))[start : start + at_once]
        networks = {(c, b): Context(models, level, c) for c in range(channels) for b, _ in group}
        for batch in batches(network, order):
            places, laws = [], []
            for c, p, (b, origin) in product(range(channels), batch, group):
                place = tuple(side * o + step for side, o, step in zip(BLOCK, origin, p, strict=True))
                if all(at < size for at, size in zip(place, shape, strict=False)):
                    places.append((*place, c, b, p))
                    laws.append(
                        networks[c, b].law(p) if network.grid_law == 0 else tensor_law(network, level, models, b, c)
                    )
            if places:
                read = stream.batch([mean for mean, _ in laws], [scale for _, scale in laws])
                for (t, y, x, c, b, p), q in zip(places, read, strict=True):
                    grid[t, y, x, c] = networks[c, b].symbols[p] = q
    assert stream.crc == stream.checksum
    return grid.ravel().tolist()


def batches(network: PaperNetwork, order: list[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """The positions of each batch: of one w, or all of them in C order."""
    if network.grid_law == 1:
        return [sorted(order)]
    return [[p for p in order if 9 * p[0] + 3 * p[1] + p[2] == w] for w in range(164)]


def tensor_law(
    network: PaperNetwork, level: int, models: dict[str, Whole], block: int, channel: int
) -> tuple[int, int]:
    if network.grid_steps == 0:
        step = int(models[f"grid {level} step"][block, channel])
    else:
        step = -46 if network.grid_steps == 1 else int(models["grids step"][level])
    scale = int(models["grids scale"][level]) - (step >> 1)
    return int(models["grids mean"][level]), max(-12, min(40, scale))


class Context:
    """The network of one channel over one block; what it needs is computed when it is asked for."""

    def __init__(self, models: dict[str, Whole], level: int, channel: int) -> None:
        self.symbols: dict[tuple[int, ...], int] = {}
        self.hidden = lru_cache(None)(self._hidden)
        if f"context {level} first" in models:
            names = ("first", "second", "third", "bias")
            self.first, self.second, self.third, self.bias = (models[f"context {level} {n}"][channel] for n in names)

    def law(self, p: tuple[int, ...]) -> tuple[int, int]:
        sums = self._sums(self.third, 2, p) + 64 * self.bias[16:]
        v = (sums + 512) >> 10
        mean, scale = (int(v[0]) + 2) >> 2, (int(v[1]) + 8) >> 4
        return max(-(1 << 20), min(1 << 20, mean)), max(-12, min(40, scale))

    def _hidden(self, layer: int, p: tuple[int, ...]) -> Whole:
        """a1 or a2 at a position of the block, or 64 times its symbol."""
        if layer == 0:
            return np.array([64 * self.symbols.get(p, 0)], np.int64)
        weights, bias = (self.first, self.bias[:8]) if layer == 1 else (self.second, self.bias[8:16])
        return np.clip((self._sums(weights, layer - 1, p) + 64 * bias + 512) >> 10, 0, 4095)

    def _sums(self, weights: Whole, below: int, p: tuple[int, ...]) -> Whole:
        total = np.zeros(len(weights), np.int64)
        for number, offset in enumerate(TAPS[: weights.shape[2]]):
            at = tuple(a + b for a, b in zip(p, offset, strict=True))
            if all(0 <= a < side for a, side in zip(at, BLOCK, strict=True)):
                total += weights[:, :, number] @ (self.hidden(below, at) if below else self._hidden(0, at))
        return total


def paper_checksum(tensors: list[list[int]]) -> int:
    crc = 0
    for symbols in tensors:
        crc = zlib.crc32(struct.pack(f"<{len(symbols)}i", *symbols), crc)
    return crc
