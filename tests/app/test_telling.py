"""What threads say to objects that may be gone."""

import threading

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from pytestqt.qtbot import QtBot

from nvc_studio.telling import Telling


class Hearer(QObject):
    said = Signal(object)

    def __init__(self, heard: list[object]) -> None:
        super().__init__()
        self.tell = Telling(self, self.said.emit)
        self.said.connect(heard.append, Qt.ConnectionType.QueuedConnection)


def in_a_thread(tell: Telling, value: object) -> None:
    thread = threading.Thread(target=tell, args=(value,))
    thread.start()
    thread.join()


def test_a_thread_is_heard_until_the_object_is_gone(qtbot: QtBot) -> None:
    heard: list[object] = []
    hearer = Hearer(heard)
    tell = hearer.tell
    in_a_thread(tell, 1)
    qtbot.waitUntil(lambda: heard == [1])
    shiboken6.delete(hearer)
    in_a_thread(tell, 2)
    QCoreApplication.processEvents()
    assert heard == [1]


def test_an_object_that_is_told_no_more_may_stay(qtbot: QtBot) -> None:
    heard: list[object] = []
    hearer = Hearer(heard)
    hearer.tell.end()
    in_a_thread(hearer.tell, 1)
    QCoreApplication.processEvents()
    assert not heard
