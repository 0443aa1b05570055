"""Cyclic garbage is collected in the GUI thread, whatever thread makes it."""

import gc
import threading
from collections.abc import Iterator
from weakref import finalize

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nvc_studio.garbage import GuiGarbage


class Knot(QObject):
    """Part of a cycle, which only the collector undoes."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def collector() -> Iterator[GuiGarbage]:
    owner = QObject()
    yield GuiGarbage(owner)
    owner.deleteLater()


def litter() -> None:
    """More than the youngest generation's threshold, in a cycle each."""
    for _ in range(3 * gc.get_threshold()[0]):
        cycle: list[object] = []
        cycle.append(cycle)


def test_what_another_thread_makes_is_collected_in_this_one(collector: GuiGarbage, qtbot: QtBot) -> None:
    threads: list[int] = []
    finalize(Knot(), lambda: threads.append(threading.get_ident()))
    other = threading.Thread(target=litter)
    other.start()
    other.join()
    assert not threads
    qtbot.waitUntil(lambda: bool(threads), timeout=60_000)
    assert threads == [threading.get_ident()]
