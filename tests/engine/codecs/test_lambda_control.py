"""Lambda follows a rate or a PSNR in a training that answers late, whose rate falls and whose PSNR rises by itself."""

import math

import pytest

from nvc_engine.codecs.lambda_control import USUAL, Aim, LambdaControl

STEPS = 400
HARD_FROM = 0.85


def trained(control: LambdaControl, *, fall: float = 0.25, rise: float = 2.0) -> tuple[float, float]:
    """(rate in bpp, PSNR in dB) at the end of a training that `control` goes along with."""
    rate = psnr = 0.0
    slow = math.log(control.lambda_)
    for step in range(STEPS):
        fraction = step / STEPS
        slow += (math.log(control.lambda_) - slow) / (0.1 * STEPS)
        rate = 0.01 * math.exp(0.35 * slow) * (1 + fall * (1 - fraction))
        psnr = 22 + 1.2 * slow - rise * max(0, HARD_FROM - fraction) - 0.6 * min(1, (1 - fraction) / (1 - HARD_FROM))
        control.note_rate(rate, fraction)
        control.note_distortion(10 ** (-psnr / 10), 0.1)
    return rate, psnr


@pytest.mark.parametrize("goal", [0.03, 0.05, 0.1])
@pytest.mark.parametrize("fall", [0.15, 0.4])
def test_a_rate_is_met(goal: float, fall: float) -> None:
    rate, _ = trained(LambdaControl(128.0, Aim(rate=goal), HARD_FROM), fall=fall)
    assert rate == pytest.approx(goal, rel=0.1)


@pytest.mark.parametrize("goal", [26.0, 28.0, 30.0])
@pytest.mark.parametrize("rise", [0.8, 2.5])
def test_a_psnr_is_met_or_a_little_more(goal: float, rise: float) -> None:
    _, psnr = trained(LambdaControl(128.0, Aim(psnr=goal), HARD_FROM), rise=rise)
    assert goal - 0.1 < psnr < goal + 0.35, "too much can be taken back, too little cannot be made good"


def test_without_an_aim_lambda_stays() -> None:
    control = LambdaControl(77.0, Aim(), HARD_FROM)
    trained(control)
    assert control.lambda_ == 77.0


@pytest.mark.parametrize(("aim", "end"), [(Aim(rate=9.0), 1), (Aim(rate=1e-6), 0), (Aim(psnr=80.0), 1)])
def test_what_is_out_of_reach_ends_at_a_bound(aim: Aim, end: int) -> None:
    control = LambdaControl(100.0, aim, HARD_FROM)
    trained(control)
    assert control.lambda_ == pytest.approx(USUAL[end] if end else 5.0)


def test_a_state_continues() -> None:
    first = LambdaControl(128.0, Aim(psnr=30.0), HARD_FROM)
    for step in range(100):
        first.note_rate(0.1, step / STEPS)
        first.note_distortion(1e-3, 0.1)
    second = LambdaControl(128.0, Aim(psnr=30.0), HARD_FROM)
    second.restore(first.state())
    for control in (first, second):
        control.note_rate(0.2, 0.5)
    assert first.state() == second.state()
