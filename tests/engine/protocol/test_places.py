"""Where the studio's data lie, and how the running engine is announced."""

from pathlib import Path

import pytest

from nvc_engine.protocol import places
from nvc_engine.protocol.places import EngineAddress


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.HOME_VARIABLE, str(tmp_path / "home"))


def test_the_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    assert places.home() == tmp_path / "home"
    assert places.home().stat().st_mode & 0o077 == 0


def test_an_address_is_read_back() -> None:
    address = EngineAddress("somewhere", b"\x00key\xff", 42, 1)
    places.write_address(address)
    assert places.read_address() == address
    assert places.address_file().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"address": 1}', "\x00"])
def test_a_damaged_announcement_is_none(text: str) -> None:
    places.address_file().write_text(text, "utf-8")
    assert places.read_address() is None
