"""Where the decisions of a frame come from or go to: a stream, read or written by the same walk."""

import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.decisions import EVEN, DecisionCoder
from nvc_engine.bitstream.entropy import MAX_SYMBOL, StreamError
from nvc_engine.codecs.nvrc.motion.laws import Indexes, Ints

UNARY_END = 15
MAX_EXPONENT = 15


class Stream:
    """A `residual.Source` on a coder; with `q` [rows, columns, 64] and `coded` [rows, columns] it writes these."""

    def __init__(self, coder: DecisionCoder, q: Ints | None = None, coded: NDArray[np.bool_] | None = None) -> None:
        self._coder = coder
        self._q = None if q is None else q.reshape(-1, q.shape[-1])
        self._coded = None if coded is None else coded.reshape(-1)

    def flags(self, blocks: Indexes, index: Ints) -> NDArray[np.bool_]:
        known = None if self._coded is None else self._coded[blocks].astype(np.int32)
        return self._coder.code(index, known).astype(bool)

    def values(self, blocks: Indexes, band: slice, index: Ints) -> Ints:
        known = None if self._q is None else self._q[blocks, band].reshape(-1)
        read = code_values(self._coder, index.reshape(-1, index.shape[-1]), known)
        return read.reshape(index.shape[:-1])


def code_values(coder: DecisionCoder, index: Ints, values: Ints | None) -> Ints:
    """Whole numbers [N] under laws `index` [N, 3]: whether it is 0, a sign, whether its magnitude is 1, then whether it
    goes on from each magnitude to the next; from `UNARY_END` on as an Exp-Golomb code of order 0.

    Raises:
        StreamError: a value beyond the coder's range.
    """
    some = coder.code(index[:, 0], None if values is None else (values != 0).astype(np.int32)).astype(bool)
    result = np.zeros(len(index), np.int32)
    result[some] = code_nonzero(coder, index[some, 1:], None if values is None else values[some])
    return result


def code_nonzero(coder: DecisionCoder, index: Ints, values: Ints | None) -> Ints:
    """The same for numbers [N] that are known not to be 0, under laws `index` [N, 2]."""
    count = len(index)
    even = np.full(count, EVEN, np.int32)
    negative = coder.code(even, None if values is None else (values < 0).astype(np.int32)).astype(bool)
    wanted = None if values is None else np.abs(values)
    magnitude = np.ones(count, np.int32)
    going = np.arange(count)
    for level in range(1, UNARY_END):
        laws = index[going, min(level - 1, 1)]
        more = coder.code(laws, None if wanted is None else (wanted[going] > level).astype(np.int32)).astype(bool)
        going = going[more]
        if not going.size:
            break
        magnitude[going] += 1
    if going.size:
        magnitude[going] += _code_beyond(coder, going.size, None if wanted is None else wanted[going] - UNARY_END)
    return np.where(negative, -magnitude, magnitude)


def _code_beyond(coder: DecisionCoder, count: int, values: Ints | None) -> Ints:
    """Numbers [N] from 0, as Exp-Golomb codes of order 0 in even chances."""
    wanted = None if values is None else values.astype(np.int64) + 1
    exponent = np.zeros(count, np.int32)
    going = np.arange(count)
    while going.size:
        even = np.full(going.size, EVEN, np.int32)
        known = None if wanted is None else (wanted[going] >> (exponent[going] + 1) > 0).astype(np.int32)
        going = going[coder.code(even, known).astype(bool)]
        exponent[going] += 1
        if going.size and int(exponent.max()) > MAX_EXPONENT:
            raise StreamError("A unit of the file is damaged.")
    result = np.ones(count, np.int64)
    for bit in range(int(exponent.max()) - 1, -1, -1):
        deep = np.flatnonzero(exponent > bit)
        even = np.full(deep.size, EVEN, np.int32)
        known = None if wanted is None else ((wanted[deep] >> bit) & 1).astype(np.int32)
        result[deep] = result[deep] * 2 + coder.code(even, known)
    if result.max() > MAX_SYMBOL:
        raise StreamError("A unit of the file is damaged.")
    return (result - 1).astype(np.int32)
