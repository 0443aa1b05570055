"""A real engine process on a home folder of its own, and a window that talks to it without Qt."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np
import pytest

from nvc_engine.protocol import PROTOCOL_VERSION, places, wire
from nvc_engine.protocol.messages import ClipOpened, Hello, Message, OpenClip, Welcome
from nvc_engine.protocol.ring import FrameRing

PATIENCE = 120.0
T = TypeVar("T")


class Window:
    """A window's end of a connection: says things, and waits for what is said."""

    def __init__(self, address: places.EngineAddress) -> None:
        self.connection = Client(address.address, authkey=address.authkey)
        self.heard: list[Message] = []
        self._last_request = 0

    def number(self) -> int:
        self._last_request += 1
        return self._last_request

    def say(self, message: Message) -> None:
        self.connection.send_bytes(wire.encode(message))

    def hear(self) -> Message:
        assert self.connection.poll(PATIENCE), f"nothing more was said after {self.heard[-5:]}"
        message = wire.decode(self.connection.recv_bytes())
        assert message is not None
        self.heard.append(message)
        return message

    def until(self, kind: type[T], fits: Callable[[T], bool] = lambda message: True) -> T:
        """The next message of a kind that fits."""
        while True:
            message = self.hear()
            if isinstance(message, kind) and fits(message):
                return message

    def ask(self, message: Any) -> Any:
        """Say a request and wait for its answer."""
        self.say(message)
        return self.answer(message.request)

    def answer(self, request: int) -> Any:
        while True:
            message = self.hear()
            if getattr(message, "request", None) == request:
                return message

    def hello(self) -> "Window":
        self.say(Hello(PROTOCOL_VERSION, "test"))
        self.until(Welcome)
        return self

    def open(self, path: Path) -> ClipOpened:
        opened = self.ask(OpenClip(self.number(), str(path)))
        assert isinstance(opened, ClipOpened), opened
        return opened

    def gone(self) -> bool:
        """Whether the engine has ended the connection."""
        try:
            while True:
                self.hear()
        except (EOFError, OSError):
            return True


class EngineProcess:
    """`nvc-engine serve`, and what it logs."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nvc_engine", "serve", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        self.log: list[str] = []
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def until_logged(self, text: str) -> str:
        """Wait for a line of the log; returns it."""
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            if text in line:
                return line
        raise AssertionError(f"{text!r} was never logged:\n" + "".join(self.log))

    def address(self) -> places.EngineAddress:
        address = places.read_address()
        assert address is not None
        return address

    def window(self) -> Window:
        return Window(self.address()).hello()

    def end(self) -> int:
        """Ask it to end, and see that it does."""
        self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        return_code = self.process.wait(PATIENCE)
        assert self.process.stderr is not None
        self._reader.join(PATIENCE)
        self.process.stderr.close()
        return return_code

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            self._lines.put(line)
        self._lines.put(None)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv(places.HOME_VARIABLE, str(folder))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return folder


@contextmanager
def running(*options: str) -> Iterator[EngineProcess]:
    engine = EngineProcess(*options)
    try:
        engine.until_logged("serves as process")
        yield engine
    finally:
        if engine.process.poll() is None:
            engine.end()
        else:
            engine.wait()


@pytest.fixture
def serve() -> Callable[..., Any]:
    """Run an engine for the length of a `with` block; arguments are options of `nvc-engine serve`."""
    return running


@pytest.fixture
def engine() -> Iterator[EngineProcess]:
    with running("--linger", "60") as process:
        yield process


@pytest.fixture
def window(engine: EngineProcess) -> Iterator[Window]:
    window = engine.window()
    yield window
    window.connection.close()


@pytest.fixture
def ring() -> Iterator[FrameRing]:
    ring = FrameRing.create(3, 4 * 64 * 48)
    yield ring
    ring.close()


def render(path: Path, frames: int = 40, width: int = 64, height: int = 48) -> Path:
    """A moving, grainy clip; every frame differs from every other."""
    random = np.random.default_rng(7)
    grain = random.integers(0, 40, (height, width + frames))
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C420jpeg\n".encode())
        for index in range(frames):
            luma = (grain[:, index : index + width] + 60 + 3 * index % 120).astype(np.uint8)
            chroma = np.full((2, height // 2, width // 2), 100 + index, np.uint8)
            file.write(b"FRAME\n" + luma.tobytes() + chroma.tobytes())
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return render(tmp_path / "clip.y4m")


def children(pid: int) -> list[int]:
    """Process numbers of the children of a process."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


def command_line(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


@pytest.fixture
def child_of() -> Callable[[int, str], int]:
    """The process number of the child of a process that runs a verb."""
    return lambda parent, verb: next(pid for pid in children(parent) if verb in command_line(pid))


@pytest.fixture
def kill_child(child_of: Callable[[int, str], int]) -> Callable[[int, str], int]:
    """Kill -9 the child of a process that runs a verb; returns its process number."""

    def kill(parent: int, verb: str) -> int:
        child = child_of(parent, verb)
        os.kill(child, signal.SIGKILL)
        return child

    return kill
