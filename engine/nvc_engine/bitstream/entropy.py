"""The one entropy-coding layer: integer symbols under laws that integers choose, on constriction's range coder.

A law is picked by two integers per symbol: `mean` in 64ths of a bin and `scale_index` in quarter octaves. The real
numbers that they stand for are literals, the same on every machine, so that nothing that rounds differently elsewhere
drives the coder (specs/nvrc.md, 5.2). A stream is little-endian 32-bit words.
"""

import zlib
from typing import Any

import constriction
import numpy as np
from numpy.typing import NDArray

from nvc_engine.errors import EngineError

MEAN_STEPS = 64
SCALE_INDEX_MIN = -16
SCALE_INDEX_MAX = 40
# 2^(0/4) .. 2^(3/4), correctly rounded to float64; the octave is an exact power of two.
_QUARTER_OCTAVES = (1.0, 1.189207115002721, 1.4142135623730951, 1.681792830507429)
SCALES: NDArray[np.float64] = np.array(
    [_QUARTER_OCTAVES[k % 4] * 2.0 ** (k // 4) for k in range(SCALE_INDEX_MIN, SCALE_INDEX_MAX + 1)]
)
MAX_SYMBOL = (1 << 15) - 1

Ints = NDArray[np.int32]


class StreamError(EngineError):
    """A stream of symbols is damaged or does not belong to the law that it is read with."""


def laplace_scale(scale_index: Ints) -> NDArray[np.float64]:
    """Scales b of the Laplace law in bins, for indexes in quarter octaves (clamped to the table)."""
    return SCALES[np.clip(scale_index, SCALE_INDEX_MIN, SCALE_INDEX_MAX) - SCALE_INDEX_MIN]


def encode_laplace(symbols: Ints, mean: Ints, scale_index: Ints, bound: int) -> bytes:
    """Code `symbols` [N], each within [-bound, bound], under Laplace laws given by `mean` and `scale_index` [N]."""
    if symbols.size == 0:
        return b""
    if int(np.abs(symbols).max()) > bound or bound > MAX_SYMBOL:
        raise ValueError(f"a symbol lies outside [-{bound}, {bound}]")
    encoder = constriction.stream.queue.RangeEncoder()
    encoder.encode(symbols.astype(np.int32), _family(bound), mean / MEAN_STEPS, laplace_scale(scale_index))
    return bytes(np.asarray(encoder.get_compressed(), dtype="<u4").tobytes())


class LaplaceDecoder:
    """Reads one stream, in as many calls as the context model needs.

    Raises:
        StreamError: the stream's length is no multiple of a word.
    """

    def __init__(self, stream: bytes, bound: int) -> None:
        if len(stream) % 4 or not 0 <= bound <= MAX_SYMBOL:
            raise StreamError("a stream of symbols is damaged")
        self._decoder = constriction.stream.queue.RangeDecoder(np.frombuffer(stream, dtype="<u4").astype(np.uint32))
        self._bound = bound

    def decode(self, mean: Ints, scale_index: Ints) -> Ints:
        """The next symbols, one per entry of `mean` [N] (64ths of a bin) and `scale_index` [N].

        Raises:
            StreamError: the stream cannot be read under these laws.
        """
        if mean.size == 0:
            return np.zeros(0, np.int32)
        try:
            symbols = self._decoder.decode(_family(self._bound), mean / MEAN_STEPS, laplace_scale(scale_index))
        except BaseException as error:  # the coder's panics are no Exception (specs/nvrc.md, 5.3)
            if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
                raise
            raise StreamError("a stream of symbols is damaged") from error
        return np.asarray(symbols, dtype=np.int32)


def checksum(symbols: Ints) -> int:
    """CRC-32 of decoded symbols as little-endian 32-bit words: what tells drift or damage from a picture of noise."""
    return zlib.crc32(symbols.astype("<i4").tobytes())


def _family(bound: int) -> Any:
    return constriction.stream.model.QuantizedLaplace(-max(bound, 1), max(bound, 1))
