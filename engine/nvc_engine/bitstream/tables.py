"""The probability tables of the entropy coder, generated in exact integer arithmetic and checked against literals.

A law is a shape (Laplace or Gauss) and a scale in quarter octaves, k = -16..16: b or sigma is 2^(k/4) bins. What the
coder needs of it are integers alone: the upper tail G(n) = floor(2^40 (1 - F(n / 16))) at sixteenths of a bin from the
law's centre, and from these the weights of a table, which add up to 2^24. No float is involved, so the tables are the
same on every machine (specs/nvrc.md, 5.3). FORMAT.md defines them for other readers.
"""

import itertools
import math
import zlib
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray

PHASES = 16
TABLE_SCALE_MIN, TABLE_SCALE_MAX = -16, 16
WEIGHT_BITS = 24
_TAIL_BITS = 40
_PRECISION = 192
# floor(2^192 / sqrt(2 pi)); a test recomputes it.
_INVERSE_ROOT_TWO_PI = 0x662114CF50D942343F2CF1402EAE38BFD3829F30512706D8
# Beyond this many sigma G is 0; the series below would need more bits there.
_GAUSS_END = 8


class Law(Enum):
    """A shape of law, and the most scales (b or sigma) that its tables reach from their centre."""

    LAPLACE = 12
    GAUSS = 6


# CRC-32 of each law's tails, by scale.
FINGERPRINTS = {
    Law.LAPLACE: (
        0x847B7FA2,
        0x064B848D,
        0xF19DC6B8,
        0xC299A315,
        0xF67FDA63,
        0x6981122E,
        0xADA2581B,
        0xFFA947A8,
        0x73266FAA,
        0x980DF290,
        0x594970A6,
        0xD7C1FC37,
        0x9E46D0B5,
        0xA0376AEA,
        0xFCB0E33D,
        0xF01D53CA,
        0xC139167A,
        0x3A812524,
        0x4A2B728B,
        0xBF860AEF,
        0x1E9AFABF,
        0x6E0C4AFC,
        0xEC38B1CE,
        0xAFFD6B6D,
        0x1AE14097,
        0x0E42A0F4,
        0x6A2EEB94,
        0x6C66A286,
        0x51524CCF,
        0x4647B0FB,
        0x70DFDA9A,
        0x93C06A1D,
        0xCDAA710D,
    ),
    Law.GAUSS: (
        0x2FB01FAF,
        0xB982F778,
        0xFF3FBD93,
        0xB904E841,
        0x111FD6CC,
        0x16CB2BD4,
        0x358CF9A4,
        0x94CF525F,
        0xBD358772,
        0xD5FD0B2C,
        0xFBBA3737,
        0xA0498081,
        0xC2EC1DC3,
        0x5F6BF75F,
        0x02423056,
        0x8AED1C8C,
        0xA91F4A0E,
        0xBC2056DF,
        0xB41B65CB,
        0x191B04F6,
        0xC4A71493,
        0xC0DE83BD,
        0xCCF0249F,
        0x0B2D42BC,
        0x34226109,
        0x6E2E7A19,
        0x3B3352BB,
        0x44AAF931,
        0x6CEADBFB,
        0xD27EF8E5,
        0xA56C79A3,
        0x716755EB,
        0x24D2BE6B,
    ),
}


class TableError(RuntimeError):
    """This machine's integers gave another table than the format's: nothing may be coded with it."""


def reach(law: Law, scale_index: int) -> int:
    """K: a table has the residuals -K..K, and one entry for all beyond on either side."""
    return 1 + _ceiling_of_power(law.value, scale_index)


@cache
def tails(law: Law, scale_index: int) -> tuple[int, ...]:
    """G(n) for n = 0 .. 16 K + 16 (see above), 40 fractional bits.

    Raises:
        TableError: it is not what the format says.
    """
    count = PHASES * (reach(law, scale_index) + 1) + 1
    made = _laplace_tails(scale_index, count) if law is Law.LAPLACE else _gauss_tails(scale_index, count)
    if fingerprint(made) != FINGERPRINTS[law][scale_index - TABLE_SCALE_MIN]:
        raise TableError("This machine computes other probability tables than the .nvc format has; nothing was coded.")
    return made


@cache
def weights(law: Law, scale_index: int, phase: int) -> NDArray[np.int64]:
    """The table for a centre of `phase` sixteenths (-8..7): weights [2 K + 3] of what lies below -K, of -K..K, and of
    what lies above K; each at least 1, together 2^24."""
    k = reach(law, scale_index)
    tail = tails(law, scale_index)
    whole = 1 << _TAIL_BITS

    def below(n: int) -> int:
        return tail[-n] if n < 0 else whole - tail[n]

    edges = [0, *(below(PHASES * t - PHASES // 2 - phase) for t in range(-k, k + 2)), whole]
    free = (1 << WEIGHT_BITS) - (len(edges) - 1)
    table = np.array([1 + ((high - low) * free >> _TAIL_BITS) for low, high in itertools.pairwise(edges)])
    table[k + 1] += (1 << WEIGHT_BITS) - int(table.sum())
    table.setflags(write=False)
    return table


def fingerprint(tail: tuple[int, ...]) -> int:
    """CRC-32 of the numbers as 64-bit little-endian words."""
    return zlib.crc32(np.array(tail, "<u8").tobytes())


def _quarter_power(quarters: int) -> int:
    """floor(2^(quarters / 4)) for quarters >= 0."""
    return math.isqrt(math.isqrt(1 << quarters))


def _ceiling_of_power(factor: int, quarters: int) -> int:
    """ceil(factor * 2^(quarters / 4))."""
    shift = 4 * _PRECISION
    return -(-factor * _quarter_power(shift + quarters) >> _PRECISION)


def _sixteenth(scale_index: int) -> int:
    """A sixteenth of a bin in scales, 2^-4 / 2^(k/4), in fixed point."""
    return _quarter_power(4 * _PRECISION - 16 - scale_index)


def _laplace_tails(scale_index: int, count: int) -> tuple[int, ...]:
    """exp(-n x) / 2 with x a sixteenth of a bin in scales."""
    ratio = _exp_of_minus(_sixteenth(scale_index))
    value = 1 << _PRECISION
    made = []
    for _ in range(count):
        made.append(value >> (_PRECISION - _TAIL_BITS + 1))
        value = value * ratio >> _PRECISION
    return tuple(made)


def _exp_of_minus(x: int) -> int:
    """exp(-x) for 0 <= x <= 1 in fixed point, by its series."""
    total = term = 1 << _PRECISION
    n = 0
    while term:
        n += 1
        term = (term * x >> _PRECISION) // n
        total += -term if n % 2 else term
    return total


def _gauss_tails(scale_index: int, count: int) -> tuple[int, ...]:
    """1/2 minus the integral of the normal density from 0 to n x."""
    step = _sixteenth(scale_index)
    half = 1 << (_PRECISION - 1)
    far = _GAUSS_END << _PRECISION
    return tuple(
        half - _gauss_integral(n * step) >> (_PRECISION - _TAIL_BITS) if n * step < far else 0 for n in range(count)
    )


def _gauss_integral(y: int) -> int:
    """The normal density's integral from 0 to y: sum of (-1)^j y^(2j+1) / (2^j j! (2j+1)), over sqrt(2 pi)."""
    square = y * y >> _PRECISION
    term, total, j = y, 0, 0
    while term:
        total += -(term // (2 * j + 1)) if j % 2 else term // (2 * j + 1)
        j += 1
        term = (term * square >> _PRECISION) // (2 * j)
    return total * _INVERSE_ROOT_TWO_PI >> _PRECISION
