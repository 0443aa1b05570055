"""Binary decisions under probabilities that integers choose, on constriction's range coder.

A decision is a bit, and its law a logit in quarters: index i = 0..63 stands for the logit (i - 31.5) / 4 of the bit
being 1; index 64 (`EVEN`) is the even chance. The probabilities are literals in 65536ths, so that nothing that rounds
differently elsewhere drives the coder. Writer and reader have one interface: code that walks over what is to be coded
serves both. FORMAT.md has every step.
"""

import zlib
from typing import Protocol

import constriction
import numpy as np
from numpy.typing import NDArray

from nvc_engine.bitstream.entropy import CHECKSUM_BYTES, StreamError

LAWS = 64
EVEN = 64
LOGIT_STEPS = 4
# 65536 / (1 + exp(-(i - 31.5) / 4)), to the nearest; a test recomputes it.
PROBABILITIES = (
    25, 32, 41, 53, 68, 87, 111, 143, 184, 236, 302, 387, 497, 636, 815, 1042,
    1333, 1701, 2168, 2758, 3500, 4427, 5577, 6992, 8714, 10782, 13226, 16062, 19282, 22849, 26695, 30723,
)  # fmt: skip

Ints = NDArray[np.int32]
_FAMILY = constriction.stream.model.Bernoulli(perfect=False)
_CHANCES = np.array([*PROBABILITIES, *(65536 - p for p in reversed(PROBABILITIES)), 32768], np.float64) / 65536


class DecisionCoder(Protocol):
    """Codes batches of decisions, one way or the other."""

    def code(self, index: Ints, bits: Ints | None) -> Ints:
        """The decisions [N] under laws `index` [N]: `bits` written and handed back, or read where `bits` is None."""
        ...


class DecisionWriter:
    """Writes one stream: CRC-32 of its decisions, then the coder's words."""

    def __init__(self) -> None:
        self._encoder = constriction.stream.queue.RangeEncoder()
        self._crc = 0

    def code(self, index: Ints, bits: Ints | None) -> Ints:
        if bits is None:
            raise ValueError("a writer needs the decisions")
        if bits.size:
            self._crc = zlib.crc32(np.packbits(bits.astype(bool)).tobytes(), self._crc)
            self._encoder.encode(bits.astype(np.int32), _FAMILY, _CHANCES[index])
        return bits

    @property
    def bits(self) -> int:
        """Bits written so far, to the coder's word."""
        return int(self._encoder.num_bits())

    def finish(self) -> bytes:
        words = np.asarray(self._encoder.get_compressed(), dtype="<u4").tobytes()
        return self._crc.to_bytes(CHECKSUM_BYTES, "little") + words


class DecisionReader:
    """Reads one stream, in the batches in which it was written.

    Raises:
        StreamError: the stream has no whole number of words.
    """

    def __init__(self, stream: bytes) -> None:
        if len(stream) % 4 or len(stream) < CHECKSUM_BYTES:
            raise StreamError("A stream of decisions is damaged.")
        self._expected = int.from_bytes(stream[:CHECKSUM_BYTES], "little")
        words = np.frombuffer(stream, dtype="<u4", offset=CHECKSUM_BYTES)
        self._decoder = constriction.stream.queue.RangeDecoder(words.astype(np.uint32))
        self._crc = 0

    def code(self, index: Ints, bits: Ints | None = None) -> Ints:
        if not index.size:
            return np.zeros(0, np.int32)
        try:
            read = np.asarray(self._decoder.decode(_FAMILY, _CHANCES[index]), dtype=np.int32)
        except BaseException as error:  # the coder's panics are no Exception (specs/nvrc.md, 5.3)
            if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
                raise
            raise StreamError("A stream of decisions is damaged.") from error
        self._crc = zlib.crc32(np.packbits(read.astype(bool)).tobytes(), self._crc)
        return read

    def finish(self) -> int:
        """The CRC-32 of all decisions, after the last batch.

        Raises:
            StreamError: it is not the one that was written.
        """
        if self._crc != self._expected:
            raise StreamError("A stream decodes to other decisions than were written; the file is damaged.")
        return self._crc


def law_of(chance: float) -> int:
    """The law whose chance of a 1 is nearest in bits to `chance`."""
    clamped = min(max(chance, float(_CHANCES[0])), float(_CHANCES[LAWS - 1]))
    return int(np.clip(np.floor(LOGIT_STEPS * np.log(clamped / (1 - clamped)) + LAWS / 2), 0, LAWS - 1))


def decision_bits(index: Ints, bits: Ints) -> NDArray[np.float64]:
    """What each decision takes, in bits."""
    chances = _CHANCES[index]
    result: NDArray[np.float64] = -np.log2(np.where(bits.astype(bool), chances, 1 - chances))
    return result
