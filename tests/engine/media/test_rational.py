"""Fractions in 32 bits."""

from fractions import Fraction

import pytest

from nvc_engine.media.rational import in_32_bits


@pytest.mark.parametrize("value", [Fraction(25), Fraction(30000, 1001), Fraction(1, 90000)])
def test_what_fits_stays(value: Fraction) -> None:
    assert in_32_bits(value) == value


@pytest.mark.parametrize(
    "value",
    [Fraction(1 << 62), Fraction(1, 1 << 62), Fraction(4026531841, 16777213), Fraction((1 << 62) - 1, 1 << 61)],
)
def test_what_does_not_fit_comes_near(value: Fraction) -> None:
    near = in_32_bits(value)
    assert 0 < near.numerator < 1 << 31
    assert 0 < near.denominator < 1 << 31
    if Fraction(1, 1000) < value < 1000:
        assert abs(near / value - 1) < Fraction(1, 1 << 24)
