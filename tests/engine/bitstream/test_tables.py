"""The coder's probability tables: the numbers that mathematics has, on every machine."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from nvc_engine.bitstream import tables
from nvc_engine.bitstream.tables import Law, TableError, reach, tails, weights

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")
SCALES = range(tables.TABLE_SCALE_MIN, tables.TABLE_SCALE_MAX + 1)
INVERSE_ROOT_TWO_PI = Decimal("0.398942280401432677939946059934381868475858631164934657665925829670657926")


def normal_tail(y: Decimal) -> Decimal:
    """1 - Phi(y), by the series of positive terms: phi(y) (y + y^3 / 3 + y^5 / 15 + ...)."""
    total = term = y
    k = 1
    while term > Decimal(10) ** -50:
        k += 2
        term = term * y * y / k
        total += term
    return Decimal("0.5") - INVERSE_ROOT_TWO_PI * (-y * y / 2).exp() * total


def test_the_constant_is_the_root() -> None:
    with localcontext() as context:
        context.prec = 75
        assert int(2**192 / (2 * PI).sqrt()) == tables._INVERSE_ROOT_TWO_PI


@pytest.mark.parametrize("scale", [-16, -7, 0, 5, 16])
@pytest.mark.parametrize("law", list(Law))
def test_tails_are_those_of_the_law(law: Law, scale: int) -> None:
    with localcontext() as context:
        context.prec = 60
        sixteenth = Decimal(1) / 16 / Decimal(2) ** (Decimal(scale) / 4)
        made = tails(law, scale)
        for n in range(0, len(made), 1 + len(made) // 40):
            y = n * sixteenth
            exact = (-y).exp() / 2 if law is Law.LAPLACE else normal_tail(y) if y < 8 else Decimal(0)
            assert made[n] == int(exact * 2**40)


@pytest.mark.parametrize("law", list(Law))
def test_weights_add_up_and_spare_nothing(law: Law) -> None:
    for scale in SCALES:
        for phase in range(-8, 8):
            table = weights(law, scale, phase)
            assert table.size == 2 * reach(law, scale) + 3
            assert int(table.sum()) == 1 << 24
            assert int(table.min()) >= 1
            assert int(table.argmax()) == reach(law, scale) + 1 or scale <= -8


@pytest.mark.parametrize("law", list(Law))
def test_a_table_mirrors_with_its_phase(law: Law) -> None:
    left, right = weights(law, 3, -5), weights(law, 3, 5)[::-1]
    assert int(np.abs(left - right).max()) <= left.size  # what is left over in rounding stands at the centre


def test_a_machine_that_computes_another_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {law: tuple(value ^ 1 for value in values) for law, values in tables.FINGERPRINTS.items()}
    monkeypatch.setattr(tables, "FINGERPRINTS", others)
    with pytest.raises(TableError):
        tails.__wrapped__(Law.LAPLACE, 0)
