"""Powers of two in eighths of an octave, from literals: the only irrational numbers that coding needs."""

import numpy as np
from numpy.typing import NDArray

from nvc_engine.codecs.parameters.symbols import step_size

OCTAVE = 8
FRACTION_BITS = 16
EXPONENT_MAX = 128
# round(2^(32 + r/8)) for r = 0 .. 7.
_EIGHTHS = np.array(
    [4294967296, 4683695048, 5107605667, 5569883475, 6074001000, 6623745059, 7223245206, 7877004752], np.int64
)
_FLOAT_EIGHTHS = np.array([step_size(eighth) for eighth in range(OCTAVE)])

Integers = NDArray[np.int64]


def times_power(x: Integers, eighths: Integers) -> Integers:
    """round(x 2^(e/8)) in integers: (x T(e) + 2^15) >> 16, where T(e) is 2^(16 + e/8) rounded down from a literal.

    Args:
        x: up to 2^24 in size. `eighths` are clamped to ±128.
    """
    e = np.clip(eighths, -EXPONENT_MAX, EXPONENT_MAX)
    shift = (e >> 3) - FRACTION_BITS
    mantissa = _EIGHTHS[e & 7]
    power = np.where(shift >= 0, mantissa << np.maximum(shift, 0), mantissa >> np.maximum(-shift, 0))
    result: Integers = (x * power + (1 << FRACTION_BITS >> 1)) >> FRACTION_BITS
    return result


def step_sizes(eighths: Integers) -> NDArray[np.float64]:
    """Quantiser steps 2^(e/8): a literal times a power of two."""
    sizes: NDArray[np.float64] = np.ldexp(_FLOAT_EIGHTHS[eighths & 7], (eighths >> 3).astype(np.int32))
    return sizes
