"""What is measured of this machine is kept in the studio's folder, and nothing else is believed."""

from pathlib import Path

import pytest

from nvc_engine.codecs.machine_speed import FILE, StepSpeed, known_speed, learn_speed


def test_two_steps_give_the_speed_back() -> None:
    speed = StepSpeed(0.01, 0.08)
    steps = [(macs, speed.overhead + speed.work_seconds(macs)) for macs in (1e6, 2e8)]
    fitted = StepSpeed.fitted(*steps)
    assert fitted.overhead == pytest.approx(speed.overhead)
    assert fitted.gmac_seconds == pytest.approx(speed.gmac_seconds)


def test_steps_that_make_no_sense_still_give_a_speed() -> None:
    fitted = StepSpeed.fitted((1e6, 0.02), (2e8, 0.01))
    assert fitted.overhead > 0
    assert fitted.gmac_seconds > 0


def test_a_machine_is_measured_once() -> None:
    measured = []

    def measure(device: str) -> StepSpeed:
        measured.append(device)
        return StepSpeed(0.01, 0.1)

    assert known_speed("toy", "cpu") is None
    for _ in range(2):
        learn_speed("toy", "cpu", measure)
    assert measured == ["cpu"]
    assert known_speed("toy", "cpu") == StepSpeed(0.01, 0.1)
    assert known_speed("other", "cpu") is None


@pytest.mark.parametrize("text", ["", "[1]", "{}", "nonsense"])
def test_a_damaged_memory_is_measured_anew(studio_home: Path, text: str) -> None:
    (studio_home / FILE).write_text(text)
    assert known_speed("toy", "cpu") is None
    learn_speed("toy", "cpu", lambda device: StepSpeed(0.02, 0.2))
    assert known_speed("toy", "cpu") == StepSpeed(0.02, 0.2)


def test_a_folder_that_takes_nothing_costs_only_the_memory(studio_home: Path) -> None:
    (studio_home / FILE).mkdir()
    learn_speed("toy", "cpu", lambda device: StepSpeed(0.02, 0.2))
    assert known_speed("toy", "cpu") is None
