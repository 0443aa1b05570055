"""The one entropy-coding layer: integer symbols under laws that integers choose, on constriction's range coder.

A law is picked by two integers per symbol: `mean` in sixteenths of a bin and `scale_index` in quarter octaves. They
select a table of integer weights (`tables`), so that nothing that rounds differently elsewhere drives the coder
(specs/nvrc.md, 5). Symbols are coded in batches, each of which knows all its laws beforehand; inside a batch they go
table by table, which keeps the coder's inner loop out of Python. FORMAT.md writes down every step for other readers.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import constriction
import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.tables import PHASES, TABLE_SCALE_MAX, TABLE_SCALE_MIN, Law, reach, weights
from nvc_engine.errors import EngineError

MEAN_STEPS = PHASES
SCALE_INDEX_MIN = TABLE_SCALE_MIN
SCALE_INDEX_MAX = 40
MAX_SYMBOL = (1 << 15) - 1
CHECKSUM_BYTES = 4
_MAX_EXPONENT = 17
_RangeEncoder = constriction.stream.queue.RangeEncoder
_RangeDecoder = constriction.stream.queue.RangeDecoder

Ints = NDArray[np.int32]


class StreamError(EngineError):
    """A stream of symbols is damaged or does not belong to the laws that it is read with."""


class SymbolWriter:
    """Writes one stream: CRC-32 of its symbols, then the coder's words."""

    def __init__(self, law: Law = Law.LAPLACE) -> None:
        self._law = law
        self._encoder = _RangeEncoder()
        self._crc = 0

    def encode(self, symbols: Ints, mean: Ints, scale_index: Ints) -> None:
        """Code a batch `symbols` [N], each in -MAX_SYMBOL..MAX_SYMBOL, under laws of `mean` [N] (sixteenths of a bin)
        and `scale_index` [N] (quarter octaves, clamped to SCALE_INDEX_MIN..SCALE_INDEX_MAX).

        Raises:
            ValueError: a symbol out of range.
        """
        if symbols.size and int(np.abs(symbols).max()) > MAX_SYMBOL:
            raise ValueError(f"a symbol lies outside ±{MAX_SYMBOL}")
        self._crc = zlib.crc32(symbols.astype("<i4").tobytes(), self._crc)
        for group in _groups(mean, scale_index):
            offset = symbols[group.members] - group.base + group.half
            bucket = offset >> group.shift
            k = reach(self._law, group.scale)
            entry = np.clip(bucket, -k - 1, k + 1) + (k + 1)
            self._put(entry, _table(self._law, group.scale, group.phase))
            if group.shift:
                self._put(offset & ((1 << group.shift) - 1), _uniform(group.shift))
            beyond = np.abs(bucket[(entry == 0) | (entry == 2 * k + 2)]) - (k + 1)
            if beyond.size:
                self._put_beyond(beyond, group.order)

    def finish(self) -> bytes:
        """The stream's bytes; nothing where no symbol was coded."""
        words = np.asarray(self._encoder.get_compressed(), dtype="<u4").tobytes()
        return self._crc.to_bytes(CHECKSUM_BYTES, "little") + words if words else b""

    def _put_beyond(self, beyond: Ints, order: int) -> None:
        """Distances [M] beyond a table's end, as Exp-Golomb codes of `order`: first all exponents, then the bits below
        the leading one, exponent by exponent."""
        value = beyond + (1 << order)
        exponent = np.frexp(value.astype(np.float64))[1] - 1 - order
        self._put(exponent, _exponents())
        for each in np.unique(exponent):
            bits = int(each) + order
            if bits:
                self._put(value[exponent == each] - (1 << bits), _uniform(bits))

    def _put(self, entries: NDArray[Any], model: Any) -> None:
        self._encoder.encode(entries.astype(np.int32), model)


class SymbolReader:
    """Reads one stream, in the batches in which it was written.

    Raises:
        StreamError: the stream has no whole number of words.
    """

    def __init__(self, stream: bytes, law: Law = Law.LAPLACE) -> None:
        if stream and (len(stream) % 4 or len(stream) <= CHECKSUM_BYTES):
            raise StreamError("A stream of symbols is damaged.")
        self._law = law
        self._expected = int.from_bytes(stream[:CHECKSUM_BYTES], "little")
        words = np.frombuffer(stream, dtype="<u4", offset=min(CHECKSUM_BYTES, len(stream)))
        self._decoder = _RangeDecoder(words.astype(np.uint32))
        self._beyond_left = len(words) * 2 + 8  # each takes over 16 bits, so that a stream can hold no more
        self._crc = 0

    def decode(self, mean: Ints, scale_index: Ints) -> Ints:
        """The next batch of symbols, one per entry of `mean` [N] and `scale_index` [N]; see `SymbolWriter.encode`.

        Raises:
            StreamError: the stream cannot be read under these laws.
        """
        symbols = np.zeros(mean.size, np.int64)
        for group in _groups(mean, scale_index):
            k = reach(self._law, group.scale)
            entry = self._take(len(group.members), _table(self._law, group.scale, group.phase))
            bucket = entry.astype(np.int64) - (k + 1)
            low = self._take(len(group.members), _uniform(group.shift)) if group.shift else 0
            ends = np.flatnonzero((entry == 0) | (entry == 2 * k + 2))
            self._beyond_left -= ends.size
            if self._beyond_left < 0:
                raise StreamError("A stream of symbols is damaged.")
            if ends.size:
                bucket[ends] += np.sign(bucket[ends]) * self._take_beyond(ends.size, group.order)
            symbols[group.members] = (bucket << group.shift) + low - group.half + group.base
        if symbols.size and int(np.abs(symbols).max()) > MAX_SYMBOL:
            raise StreamError("A stream of symbols is damaged.")
        result = symbols.astype(np.int32)
        self._crc = zlib.crc32(result.astype("<i4").tobytes(), self._crc)
        return result

    def finish(self) -> int:
        """The CRC-32 of all symbols, after the last batch.

        Raises:
            StreamError: it is not the one that was written.
        """
        if self._crc != self._expected:
            raise StreamError("A stream decodes to other symbols than were written; the file is damaged.")
        return self._crc

    def _take_beyond(self, count: int, order: int) -> NDArray[np.int64]:
        exponent = self._take(count, _exponents())
        value = np.ones(count, np.int64)
        for each in np.unique(exponent):
            bits = int(each) + order
            chosen = exponent == each
            low = self._take(int(chosen.sum()), _uniform(bits)) if bits else 0
            value[chosen] = low + (1 << bits)
        return value - (1 << order)

    def _take(self, count: int, model: Any) -> Ints:
        try:
            return np.asarray(self._decoder.decode(model, count), dtype=np.int32)
        except BaseException as error:  # the coder's panics are no Exception (specs/nvrc.md, 5.3)
            if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
                raise
            raise StreamError("A stream of symbols is damaged.") from error


@dataclass(frozen=True)
class _Group:
    """The symbols of a batch that share a table.

    Attributes:
        members: their places in the batch [M].
        base: the whole bins of their means [M]; a residual is a symbol less this.
        scale, phase: the table.
        shift: low bits of the residual that are coded without a law, where the scale is beyond the tables.
    """

    members: NDArray[np.intp]
    base: NDArray[np.int64]
    scale: int
    phase: int
    shift: int

    @property
    def half(self) -> int:
        """What centres the buckets of 2^shift residuals."""
        return 1 << self.shift >> 1

    @property
    def order(self) -> int:
        """Order of the Exp-Golomb code beyond the table: about log2 of the scale, at least 0."""
        return max(0, -(-self.scale // 4))


def _groups(mean: Ints, scale_index: Ints) -> Iterator[_Group]:
    """The batch by tables: scale by scale, and phase by phase within; members in the order of the batch."""
    scales = np.clip(scale_index.ravel(), SCALE_INDEX_MIN, SCALE_INDEX_MAX).astype(np.int64)
    means = mean.ravel().astype(np.int64)
    bases = (means + MEAN_STEPS // 2) >> 4
    phases = np.where(scales > TABLE_SCALE_MAX, 0, means - MEAN_STEPS * bases)
    keys = ((scales - SCALE_INDEX_MIN) * MEAN_STEPS + phases + MEAN_STEPS // 2).astype(np.uint16)
    if not keys.size:
        return
    order = np.argsort(keys, kind="stable")
    edges = np.flatnonzero(np.diff(keys[order])) + 1
    for members in np.split(order, edges):
        first = members[0]
        scale = int(scales[first])
        shift = max(0, -(-(scale - TABLE_SCALE_MAX) // 4))
        yield _Group(members, bases[members], scale - 4 * shift, int(phases[first]), shift)


@cache
def _table(law: Law, scale_index: int, phase: int) -> Any:
    """The table for constriction. It gives every entry one unit of 2^24 and shares out the rest in proportion, so that
    weights less one are taken over to the unit."""
    return _model(weights(law, scale_index, phase))


@cache
def _exponents() -> Any:
    """Exponent e of an Exp-Golomb code has the weight 2^(23 - e); the last one takes what is left."""
    table = 1 << np.arange(23, 23 - _MAX_EXPONENT, -1, dtype=np.int64)
    return _model(np.append(table, (1 << 24) - table.sum()))


def _model(table: NDArray[np.int64]) -> Any:
    return constriction.stream.model.Categorical((table - 1).astype(np.float64), perfect=False)


@cache
def _uniform(bits: int) -> Any:
    """All values of `bits` bits alike."""
    return constriction.stream.model.Uniform(1 << bits)
