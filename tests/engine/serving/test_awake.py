"""The machine is kept awake while an encode runs, and no longer."""

import os
import sys
import time
from pathlib import Path

import pytest

from nvc_engine.serving.awake import Awake, inhibitor

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="stands in for systemd-inhibit")

STAND_IN = """#!/bin/sh
echo "$@" > "{told}"
for word; do :; done
"$word" > "{told}.read"
echo done > "{told}.ended"
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a program in the place of systemd-inhibit writes what it was asked."""
    told = tmp_path / "told"
    program = tmp_path / "systemd-inhibit"
    program.write_text(STAND_IN.format(told=told))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return told


def until(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert path.exists()


def test_sleep_is_held_off_until_it_is_released(told: Path) -> None:
    awake = Awake()
    awake.hold("An encode is running.")
    awake.hold("An encode is running.")
    until(told)
    assert awake.held
    assert "--what=sleep:idle" in told.read_text()
    assert "--why=An encode is running." in told.read_text()
    assert not told.with_name("told.ended").exists()
    awake.release()
    awake.release()
    assert not awake.held
    assert told.with_name("told.ended").exists()


def test_where_nothing_can_hold_it_off_the_encode_runs_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert inhibitor("why") is None
    awake = Awake()
    awake.hold("why")
    awake.release()
