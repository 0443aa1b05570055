"""The window's client and a real engine process."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Listener
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nvc_engine.protocol import PROTOCOL_VERSION, places, wire
from nvc_engine.protocol.messages import (
    AskPlan,
    ClipOpened,
    CloseClip,
    CommandJob,
    Failed,
    FrameDropped,
    FrameReady,
    GetFrame,
    JobRequest,
    JobVerb,
    OpenClip,
    Welcome,
)
from nvc_engine.protocol.ring import FrameRing
from nvc_studio.engine_client import EngineClient, EngineState

PATIENCE_MS = 120_000


class Listening:
    """A client and everything that it has signalled."""

    def __init__(self, qtbot: QtBot) -> None:
        self.client = EngineClient()
        self.states: list[EngineState] = []
        self.sentences: list[str] = []
        self.heard: list[object] = []
        self.threads: set[int] = set()
        self._qtbot = qtbot
        self.client.state_changed.connect(self._state)
        self.client.received.connect(self._hear)

    def until(self, true: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE_MS)

    def until_state(self, *states: EngineState) -> None:
        """Wait for the states to come next, in this order."""
        self.until(lambda: len(self.states) >= len(states))
        assert tuple(self.states[: len(states)]) == states, self.sentences
        del self.states[: len(states)]

    def ask(self, message: object) -> object:
        answers: list[object] = []
        self.client.ask(message, answers.append)  # type: ignore[arg-type]
        self.until(lambda: answers)
        return answers[0]

    def pid(self) -> int:
        return [message for message in self.heard if isinstance(message, Welcome)][-1].pid

    def _state(self, state: EngineState, sentence: str) -> None:
        self.states.append(state)
        self.sentences.append(sentence)
        self.threads.add(threading.get_ident())

    def _hear(self, message: object) -> None:
        self.heard.append(message)
        self.threads.add(threading.get_ident())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder of the test's own, whose engine ends with the test."""
    folder = tmp_path / "home"
    monkeypatch.setenv(places.HOME_VARIABLE, str(folder))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield folder
    address = places.read_address()
    if address is not None and address.pid != os.getpid():
        os.kill(address.pid, signal.SIGTERM)
    for thread in threading.enumerate():
        if thread.name == "engine-reaper":
            thread.join(PATIENCE_MS / 1000)


@pytest.fixture
def listening(qapp: QApplication, qtbot: QtBot) -> Iterator[Listening]:
    listening = Listening(qtbot)
    yield listening
    listening.client.close()


@pytest.fixture
def ready(listening: Listening) -> Listening:
    listening.client.start()
    listening.until_state(EngineState.STARTING, EngineState.READY)
    listening.until(lambda: listening.heard)
    return listening


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.y4m"
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W32 H16 F25:1 Ip A1:1 C420jpeg\n")
        for index in range(8):
            file.write(b"FRAME\n" + bytes([20 + 20 * index]) * (32 * 16) + bytes([128]) * (2 * 16 * 8))
    return path


def test_it_starts_an_engine_and_everything_is_told_in_the_gui_thread(ready: Listening) -> None:
    assert ready.pid() != os.getpid()
    assert ready.client.state is EngineState.READY
    assert ready.threads == {threading.get_ident()}


def test_what_is_asked_before_the_engine_is_there_is_kept(
    listening: Listening, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clip.parent)
    listening.client.start()
    opened = listening.ask(OpenClip(listening.client.next_request(), clip.name))
    assert isinstance(opened, ClipOpened)
    assert opened.facts.frames == 8
    assert opened in listening.heard


def test_frames_come_through_its_rings(ready: Listening, clip: Path) -> None:
    opened = ready.ask(OpenClip(ready.client.next_request(), str(clip)))
    assert isinstance(opened, ClipOpened)
    ring = ready.client.new_ring(2, 4 * 32 * 16)
    levels = []
    for frame in (7, 0, 3):
        answer = ready.ask(GetFrame(ready.client.next_request(), opened.clip, frame, ring.name, 1, "view"))
        assert isinstance(answer, FrameReady)
        with ring.slot(1) as view:
            levels.append(int(np.frombuffer(view, np.uint8)[0]))
    assert levels[1] < levels[2] < levels[0]
    name = ring.name
    ready.client.send(CloseClip(opened.clip))
    ready.client.close()
    with pytest.raises(FileNotFoundError):
        FrameRing.attach(name)


def test_a_second_client_attaches_to_the_engine_that_runs(ready: Listening, qtbot: QtBot) -> None:
    second = Listening(qtbot)
    second.client.start()
    second.until_state(EngineState.STARTING, EngineState.READY)
    second.until(lambda: second.heard)
    assert second.pid() == ready.pid()
    second.client.close()


def test_a_killed_engine_is_started_again_and_nobody_waits_for_ever(ready: Listening, clip: Path) -> None:
    opened = ready.ask(OpenClip(ready.client.next_request(), str(clip)))
    assert isinstance(opened, ClipOpened)
    killed = ready.pid()
    os.kill(killed, signal.SIGSTOP)
    answers: list[object] = []
    plan = AskPlan(ready.client.next_request(), JobRequest(str(clip), str(clip.with_suffix(".nvc"))))
    frame = GetFrame(ready.client.next_request(), opened.clip, 0, "nvc-ring-1:1:1", 0, "view")
    ready.client.ask(plan, answers.append)
    ready.client.send(frame)
    os.kill(killed, signal.SIGKILL)
    ready.until_state(EngineState.LOST, EngineState.RESTARTING, EngineState.READY)
    assert "stopped unexpectedly" in ready.sentences[-3]
    ready.until(lambda: FrameDropped(frame.request) in ready.heard)
    assert [type(answer) for answer in answers] == [Failed]
    assert isinstance(ready.ask(OpenClip(ready.client.next_request(), str(clip))), ClipOpened)
    assert ready.pid() != killed


def test_an_engine_that_keeps_dying_is_given_up_until_it_is_started_by_hand(ready: Listening) -> None:
    for _ in range(3):
        os.kill(ready.pid(), signal.SIGKILL)
        ready.until_state(EngineState.LOST, EngineState.RESTARTING, EngineState.READY)
    os.kill(ready.pid(), signal.SIGKILL)
    ready.until_state(EngineState.LOST, EngineState.FAILED)
    answer = ready.ask(CommandJob(ready.client.next_request(), "any", JobVerb.PAUSE))
    assert isinstance(answer, Failed)
    ready.client.start()
    ready.until_state(EngineState.RESTARTING, EngineState.READY)


def test_an_engine_that_cannot_be_started_is_said_in_a_sentence(listening: Listening, home: Path) -> None:
    home.write_text("a file where the folder should be")
    answers: list[object] = []
    listening.client.start()
    listening.client.ask(CommandJob(listening.client.next_request(), "any", JobVerb.PAUSE), answers.append)
    listening.until_state(EngineState.STARTING, EngineState.FAILED)
    assert listening.sentences[-1].startswith("The engine could not be started")
    listening.until(lambda: answers)
    assert isinstance(answers[0], Failed)


def test_an_engine_of_another_version_is_left_alone(listening: Listening, tmp_path: Path) -> None:
    with Listener(None, "AF_UNIX", authkey=b"key") as listener:

        def welcome() -> None:
            with listener.accept() as connection:
                connection.recv_bytes()
                connection.send_bytes(wire.encode(Welcome(PROTOCOL_VERSION + 1, "9.9", 1)))

        thread = threading.Thread(target=welcome)
        thread.start()
        places.write_address(places.EngineAddress(str(listener.address), b"key", os.getpid(), PROTOCOL_VERSION + 1))
        listening.client.start()
        listening.until_state(EngineState.STARTING, EngineState.FAILED)
        thread.join()
    assert "another version" in listening.sentences[-1]


def test_a_client_closed_at_once_says_nothing_more(listening: Listening) -> None:
    listening.client.start()
    listening.client.close()
    listening.client.close()
    listening.client.send(CloseClip(1))
    assert listening.states == [EngineState.STARTING]
