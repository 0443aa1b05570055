"""A second reader of `.nvc`, written from FORMAT.md alone, in plain Python: it shares nothing with the engine's own.

It is slow and reads whole, undamaged files only. What the page says of damage is not in it.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache
from itertools import accumulate, pairwise
from math import prod

DIGITS = 60
WHOLE_MASS = 1 << 40
WHOLE_WEIGHT = 1 << 24
WORD = 1 << 32
MODULUS = 1 << 64
LAPLACE, GAUSS = "Laplace", "Gauss"
INVERSE_ROOT_TWO_PI = Decimal("0.398942280401432677939946059934381868475858631164934657665925829670657926")
MOST_IN_A_BATCH = 1 << 20


def crc32c(data: bytes) -> int:
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


class Fields:
    """The fields of a payload, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def more(self) -> bool:
        return self.at < len(self.data)

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        assert len(part) == count
        self.at += count
        return part

    def uv(self) -> int:
        value = shift = 0
        while True:
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                assert byte or shift == 7
                return value

    def sv(self) -> int:
        value = self.uv()
        return -(value + 1) // 2 if value & 1 else value // 2

    def text(self) -> str:
        return self.take(self.uv()).decode("utf-8")

    def i8s(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}b", self.take(count))


@dataclass(frozen=True)
class Chunk:
    kind: str
    offset: int
    payload: bytes
    stop: int


def list_chunks(data: bytes) -> list[Chunk]:
    """All chunks of a file; asserts that their CRCs are right."""
    assert data[:8] == bytes.fromhex("89 4E 56 43 0D 0A 1A 0A")
    assert data[8] == 1
    listed = []
    fields = Fields(data)
    fields.at = 9
    while fields.more:
        start = fields.at
        kind = fields.take(4).decode("ascii")
        assert kind.isalpha()
        payload = fields.take(fields.uv())
        stop = fields.at
        assert struct.unpack("<I", fields.take(4))[0] == crc32c(data[start:stop])
        listed.append(Chunk(kind, start, payload, fields.at))
    return listed


@dataclass(frozen=True)
class Head:
    codec: str
    codec_version: int
    width: int
    height: int
    frames: int
    time_base: tuple[int, int]
    rate: tuple[int, int]
    sample_aspect: tuple[int, int]
    rotation: int
    bit_depth: int
    chroma: int


def read_head(payload: bytes) -> Head:
    fields = Fields(payload)
    codec = fields.text()
    version, width, height, frames = (fields.uv() for _ in range(4))
    ratios = [(fields.uv(), fields.uv()) for _ in range(3)]
    rotation, depth = fields.uv(), fields.uv()
    (chroma,) = fields.take(1)
    assert not fields.more
    return Head(codec, version, width, height, frames, *ratios, rotation, depth, chroma)


def inflated(payload: bytes) -> Fields:
    return Fields(zlib.decompress(payload, -15))


def read_times(payload: bytes) -> list[int]:
    fields = inflated(payload)
    stamps = [fields.sv()]
    while fields.more:
        step, count = fields.uv(), fields.uv()
        assert step >= 1
        assert count >= 1
        for _ in range(count):
            stamps.append(stamps[-1] + step)
    return stamps


@dataclass(frozen=True)
class Unit:
    first: int
    count: int
    payload: bytes


def read_unit_chunk(payload: bytes) -> Unit:
    fields = Fields(payload)
    first, count = fields.uv(), fields.uv()
    return Unit(first, count, fields.take(len(payload) - fields.at))


def read_index(payload: bytes) -> list[tuple[int, int, int, int]]:
    """Rows (gap, count, distance, size)."""
    fields = Fields(payload)
    rows = [(fields.uv(), fields.uv(), fields.uv(), fields.uv()) for _ in range(fields.uv())]
    assert not fields.more
    return rows


# Entropy coding


def power_ceiling(factor: int, k: int) -> int:
    """ceil(factor x 2^(k/4)): the smallest m with m^4 >= factor^4 x 2^k."""
    m = 1
    while m**4 << 16 < factor**4 << (k + 16):
        m += 1
    return m


def reach(law: str, k: int) -> int:
    return 1 + power_ceiling(12 if law == LAPLACE else 6, k)


def normal_tail(y: Decimal) -> Decimal:
    """1 - Phi(y), by the series of positive terms: phi(y) (y + y^3 / 3 + y^5 / 15 + ...)."""
    total = term = y
    number = 1
    while term > Decimal(10) ** -40:
        number += 2
        term = term * y * y / number
        total += term
    return Decimal("0.5") - INVERSE_ROOT_TWO_PI * (-y * y / 2).exp() * total


@cache
def tails(law: str, k: int) -> list[int]:
    """G(0) .. G(16 K + 16)."""
    with localcontext() as context:
        context.prec = DIGITS
        sixteenth = 1 / (16 * Decimal(2) ** (Decimal(k) / 4))
        made = []
        for n in range(16 * reach(law, k) + 17):
            y = n * sixteenth
            # Beyond 8 sigma the rest of the normal distribution is below 2^-50.
            share = (-y).exp() / 2 if law == LAPLACE else normal_tail(y) if y < 8 else Decimal(0)
            made.append(int(share * WHOLE_MASS))
        return made


@cache
def weights(law: str, k: int, phase: int) -> list[int]:
    tail, most = tails(law, k), reach(law, k)
    edges = [0]
    for t in range(-most, most + 2):
        n = 16 * t - 8 - phase
        edges.append(WHOLE_MASS - tail[n] if n >= 0 else tail[-n])
    edges.append(WHOLE_MASS)
    spare = WHOLE_WEIGHT - (2 * most + 3)
    table = [1 + ((above - below) * spare >> 40) for below, above in pairwise(edges)]
    table[most + 1] += WHOLE_WEIGHT - sum(table)
    return table


@cache
def table_starts(law: str, k: int, phase: int) -> list[int]:
    """C(i) of every entry, and the total."""
    return [0, *accumulate(weights(law, k, phase))]


@cache
def exponent_starts() -> list[int]:
    return [0, *accumulate([1 << bits for bits in range(23, 6, -1)] + [1 << 7])]


class RangeDecoder:
    def __init__(self, words: list[int]) -> None:
        self.words = words
        self.next = 0
        self.lower = 0
        self.range = MODULUS - 1
        self.point = self._word() << 32
        self.point |= self._word()

    def _word(self) -> int:
        self.next += 1
        return self.words[self.next - 1] if self.next <= len(self.words) else 0

    def entry(self, starts: list[int]) -> int:
        """An entry of the table whose entries start at `starts`, which ends with 2^24."""
        low, high = 0, len(starts) - 1
        slot = self._slot()
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if starts[middle] <= slot else (low, middle)
        self._narrow(starts[low], starts[low + 1] - starts[low])
        return low

    def bits(self, count: int) -> int:
        if not count:
            return 0
        value = self._slot() >> (24 - count)
        self._narrow(value << (24 - count), 1 << (24 - count))
        return value

    def _slot(self) -> int:
        slot = ((self.point - self.lower) % MODULUS) // (self.range >> 24)
        assert slot < WHOLE_WEIGHT
        return slot

    def _narrow(self, start: int, weight: int) -> None:
        unit = self.range >> 24
        self.lower = (self.lower + unit * start) % MODULUS
        self.range = unit * weight
        if self.range < WORD:
            self.lower = (self.lower << 32) % MODULUS
            self.range = (self.range << 32) % MODULUS
            self.point = (self.point << 32) % MODULUS | self._word()


class SymbolStream:
    """One stream of symbols, read batch by batch."""

    def __init__(self, data: bytes, law: str = LAPLACE) -> None:
        self.law = law
        self.checksum = struct.unpack("<I", data[:4])[0] if data else 0
        self.decoder = RangeDecoder(list(struct.unpack(f"<{max(0, len(data) // 4 - 1)}I", data[4:])))
        self.crc = 0

    def batch(self, means: list[int], scales: list[int]) -> list[int]:
        """The next symbols, under laws of these means (sixteenths) and scales (quarter octaves)."""
        groups: dict[tuple[int, int], list[int]] = {}
        for place, (mean, scale) in enumerate(zip(means, scales, strict=True)):
            clamped = min(max(scale, -16), 40)
            phase = mean - 16 * ((mean + 8) >> 4) if clamped <= 16 else 0
            groups.setdefault((clamped, phase), []).append(place)
        symbols = [0] * len(means)
        for (scale, phase), places in sorted(groups.items()):
            shift = 0 if scale <= 16 else (scale - 16 + 3) >> 2
            distances = self._group(len(places), scale - 4 * shift, phase, shift)
            for place, d in zip(places, distances, strict=True):
                base = (means[place] + 8) >> 4
                symbols[place] = d + base - ((1 << shift) >> 1)
        self.crc = zlib.crc32(struct.pack(f"<{len(symbols)}i", *symbols), self.crc)
        return symbols

    def _group(self, count: int, k: int, phase: int, shift: int) -> list[int]:
        most = reach(self.law, k)
        starts = table_starts(self.law, k, phase)
        buckets = [self.decoder.entry(starts) - most - 1 for _ in range(count)]
        lows = [self.decoder.bits(shift) for _ in range(count)]
        ends = [place for place, bucket in enumerate(buckets) if abs(bucket) == most + 1]
        order = max(0, -(-k // 4))
        exponents = [self.decoder.entry(exponent_starts()) for _ in ends]
        for exponent in sorted(set(exponents)):
            for place, own in zip(ends, exponents, strict=True):
                if own == exponent:
                    bits = order + exponent
                    e = (1 << bits) + self.decoder.bits(bits) - (1 << order)
                    buckets[place] = (e + most + 1) * (1 if buckets[place] > 0 else -1)
        return [(bucket << shift) + low for bucket, low in zip(buckets, lows, strict=True)]


# NVRC, version 2


@dataclass(frozen=True)
class Stage:
    stride: int
    width: int
    depth: int
    expansion: int
    grid_channels: int
    grid_period: int


@dataclass(frozen=True)
class Network:
    cell: int
    base_channels: int
    base_levels: int
    base_period: int
    local_channels: int
    local_levels: int
    stages: tuple[Stage, ...]

    def sizes(self, height: int, width: int) -> list[tuple[int, int]]:
        """(R(n), C(n)) for n = 0 .. stages."""
        strides = [stage.stride for stage in self.stages]
        factor = prod(strides)
        cells = [-(-side // self.cell) for side in (height, width)]
        sizes = [(-(-cells[0] // factor), -(-cells[1] // factor))]
        for stride in strides:
            sizes.append((sizes[-1][0] * stride, sizes[-1][1] * stride))
        return sizes

    def entering(self, n: int) -> int:
        return self.stages[max(0, n - 1)].width

    def shapes(self, frames: int, height: int, width: int) -> dict[str, tuple[int, ...]]:
        """All parameters in coding order."""
        sizes = self.sizes(height, width)
        first = self.stages[0].width
        shapes: dict[str, tuple[int, ...]] = {}
        for level in range(self.base_levels):
            space = [max(1, side >> level) for side in sizes[0]]
            slices = max(1, slice_count(frames, self.base_period) >> level)
            shapes[f"base {level}"] = (slices, *space, self.base_channels << level)
        for n, stage in enumerate(self.stages):
            if stage.grid_channels:
                slices = slice_count(frames, stage.grid_period)
                shapes[f"grid {n}"] = (slices, *sizes[n + 1], stage.grid_channels)
        for level in range(self.base_levels):
            shapes[f"space {level}"] = (first, self.base_channels << level, 3, 3)
        shapes["time"] = (first, first, 3)
        shapes["stem bias"] = (first,)
        for n, stage in enumerate(self.stages):
            shapes.update(self._stage_shapes(n, stage, frames))
        shapes["head"] = (3 * self.cell**2 // 2, self.stages[-1].width)
        shapes["head bias"] = (3 * self.cell**2 // 2,)
        return shapes

    def _stage_shapes(self, n: int, stage: Stage, frames: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        entering = self.entering(n)
        channels = max(1, self.local_channels >> n)
        for level in range(self.local_levels):
            yield f"local {n} {level}", (max(1, frames >> level), stage.stride, stage.stride, channels << level)
        yield f"local mix {n}", (entering, channels * ((1 << self.local_levels) - 1))
        yield f"local bias {n}", (entering,)
        if stage.grid_channels:
            yield f"grid mix {n}", (entering, stage.grid_channels)
        for block in range(stage.depth):
            inputs = stage.width if block else entering
            yield f"near {n} {block}", (inputs, 1, 3, 3)
            yield f"expand {n} {block}", (stage.width * stage.expansion, inputs)
            yield f"project {n} {block}", (stage.width, stage.width * stage.expansion)


def slice_count(frames: int, period: int) -> int:
    """frames / period to the nearest whole number, halves to the even one, at least 1."""
    whole, rest = divmod(frames, period)
    up = 2 * rest > period or (2 * rest == period and whole % 2 == 1)
    return max(1, whole + up)


def read_network(config: bytes) -> Network:
    count = config[0]
    assert len(config) == 7 + 6 * count
    stages = tuple(Stage(*config[7 + 6 * n : 13 + 6 * n]) for n in range(count))
    return Network(*config[1:7], stages)


@dataclass(frozen=True)
class Parameter:
    """A parameter tensor: its symbols in C order and its groups' step indexes."""

    shape: tuple[int, ...]
    symbols: list[int]
    steps: tuple[int, ...]

    def values(self) -> list[float]:
        """Symbols times 2^(step index / 8)."""
        sizes = [2.0 ** (step / 8) for step in self.steps]
        return [symbol * sizes[place % len(sizes)] for place, symbol in enumerate(self.symbols)]


def read_nvrc_unit(network: Network, height: int, width: int, payload: bytes) -> dict[str, Parameter]:
    """All parameters of a unit; asserts every stream's checksum."""
    fields = Fields(payload)
    assert fields.take(1) == b"\x02"
    shapes = network.shapes(fields.uv(), height, width)
    flags = fields.take(-(-len(shapes) // 8))
    bits = [flags[n // 8] >> (n % 8) & 1 for n in range(8 * len(flags))]
    assert not any(bits[len(shapes) :])
    coded = [name for name, bit in zip(shapes, bits, strict=False) if bit]
    side = {}
    for name in coded:
        groups = shapes[name][-1] if is_sliced(name) else 1
        classes, count = (11, 6) if has_context(name, shapes[name]) else (1, 1 if is_sliced(name) else 0)
        steps, scales, taps = fields.i8s(groups), fields.i8s(groups * classes), fields.i8s(groups * count)
        assert count != 1 or all(0 <= tap <= 64 for tap in taps)
        side[name] = steps, scales, taps
    streams = [[name] for name in coded if name.startswith(("base ", "grid ")) and is_sliced(name)]
    alone = {name for (name,) in streams}
    rest = [name for name in coded if name not in alone]
    symbols = {}
    for members in [*streams, *([rest] if rest else [])]:
        stream = SymbolStream(fields.take(fields.uv()))
        for name in members:
            if has_context(name, shapes[name]):
                symbols[name] = _read_with_context(stream, shapes[name], *side[name][1:])
            else:
                symbols[name] = _read_tensor(stream, shapes[name], is_sliced(name), *side[name][1:])
        assert stream.crc == stream.checksum
    assert not fields.more
    return {
        name: Parameter(shape, symbols[name], side[name][0])
        if name in symbols
        else Parameter(shape, [0] * prod(shape), (0,))
        for name, shape in shapes.items()
    }


def is_sliced(name: str) -> bool:
    """Whether this is a grid or a local table."""
    return name.split()[0] in ("base", "grid", "local") and not {"mix", "bias"} & set(name.split())


def has_context(name: str, shape: tuple[int, ...]) -> bool:
    return name.startswith(("base ", "grid ")) and is_sliced(name) and shape[0] >= 3 and prod(shape[:3]) >= 1000


def _read_with_context(
    stream: SymbolStream, shape: tuple[int, ...], scales: tuple[int, ...], taps: tuple[int, ...]
) -> list[int]:
    slices, rows, columns, channels = shape
    q: dict[tuple[int, int, int, int], int] = {}  # by slice, row, column, channel; none outside the grid

    def at(t: int, y: int, x: int, c: int) -> int:
        return q.get((t, y, x, c), 0)

    def change(t: int, y: int, x: int, c: int) -> int:
        return abs(at(t, y, x, c) - at(t - 1, y, x, c))

    def law(t: int, y: int, x: int, c: int) -> tuple[int, int]:
        a, b, late, late_sum, beside, first = taps[6 * c : 6 * c + 6]
        near = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        sums = [sum(at(s, *place, c) for place in near) for s in (t - 1, t)]
        square = [(y + j, x + i) for j in (-1, 0, 1) for i in (-1, 0, 1)]
        still = change(t - 1, y, x, c) + sum(change(t - 1, *place, c) for place in square)
        if (y + x) % 2 == 0:
            m = a * at(t - 1, y, x, c) + b * sums[0]
            energy = 2 * still
        else:
            m = late * at(t - 1, y, x, c) + late_sum * sums[0] + beside * sums[1] if t else first * sums[1]
            energy = still + 2 * sum(change(t, *place, c) for place in near)
        n = 10 - t if t < 2 else sum(energy >= 2**power for power in range(1, 9))
        return (m + 2) >> 2, scales[11 * c + n]

    for t in range(slices):
        for parity in (0, 1):
            sites = [(y, x) for y in range(rows) for x in range(columns) if (y + x) % 2 == parity]
            places = [(t, y, x, c) for y, x in sites for c in range(channels)]
            for start in range(0, len(places), MOST_IN_A_BATCH):
                part = places[start : start + MOST_IN_A_BATCH]
                laws = [law(*place) for place in part]
                q.update(zip(part, stream.batch([m for m, _ in laws], [k for _, k in laws]), strict=True))
    return [q[place] for place in sorted(q)]


def _read_tensor(
    stream: SymbolStream, shape: tuple[int, ...], sliced: bool, scales: tuple[int, ...], carries: tuple[int, ...]
) -> list[int]:
    size = prod(shape[1:]) if sliced else prod(shape)
    before = None
    symbols: list[int] = []
    for _ in range(shape[0] if sliced else 1):
        current: list[int] = []
        for start in range(0, size, MOST_IN_A_BATCH):
            places = range(start, min(size, start + MOST_IN_A_BATCH))
            means = [(carries[p % len(carries)] * before[p] + 2) >> 2 if before else 0 for p in places]
            current += stream.batch(means, [scales[p % len(scales)] for p in places])
        symbols += current
        before = current
    return symbols


def symbol_checksum(parameters: dict[str, Parameter]) -> int:
    crc = 0
    for parameter in parameters.values():
        crc = zlib.crc32(struct.pack(f"<{len(parameter.symbols)}i", *parameter.symbols), crc)
    return crc
