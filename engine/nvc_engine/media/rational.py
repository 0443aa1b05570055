"""Fractions as FFmpeg and other programs keep them: two whole numbers of 32 bits."""

from fractions import Fraction

_LARGEST = 1 << 30


def in_32_bits(value: Fraction) -> Fraction:
    """A positive `value` itself, or the nearest fraction to it whose numerator and denominator fit 32 bits."""
    if max(value.numerator, value.denominator) <= _LARGEST:
        return value
    if value >= _LARGEST:
        return Fraction(_LARGEST)
    near = value.limit_denominator(_LARGEST if value <= 1 else int(_LARGEST / value))
    return max(near, Fraction(1, _LARGEST))
