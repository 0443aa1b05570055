"""Files that are written beside the window, and what becomes of them when it goes."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from nvc_studio.models.file_work import FileWork
from nvc_studio.saving import save_bytes


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.nvc"
    path.write_bytes(b"whole")
    return path


def test_a_copy_is_told_of_when_it_is_whole(source: Path, tmp_path: Path, qtbot: QtBot) -> None:
    work = FileWork()
    with qtbot.waitSignal(work.finished) as told:
        work.copy(source, tmp_path / "copy.nvc")
    assert told.args == [tmp_path / "copy.nvc"]
    assert (tmp_path / "copy.nvc").read_bytes() == b"whole"


def test_a_copy_that_fails_says_so(source: Path, tmp_path: Path, qtbot: QtBot) -> None:
    work = FileWork()
    with qtbot.waitSignal(work.failed) as told:
        work.copy(source, tmp_path / "nowhere" / "copy.nvc")
    assert told.args is not None
    assert "could not be copied" in told.args[0]


def test_what_is_written_while_the_window_closes_is_finished_and_told_to_nobody(tmp_path: Path, qtbot: QtBot) -> None:
    work, told, go_on = FileWork(), [], threading.Event()
    work.finished.connect(told.append)
    target = tmp_path / "late.png"

    def slow() -> None:
        go_on.wait()
        save_bytes(target, b"whole")

    work.start(target, slow)
    writer = next(thread for thread in threading.enumerate() if thread.name == "file-work")
    assert not writer.daemon
    work.close()
    del work
    go_on.set()
    writer.join()
    QCoreApplication.processEvents()
    assert target.read_bytes() == b"whole"
    assert not told
