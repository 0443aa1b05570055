"""The engine process and the windows that come and go."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import pytest

from nvc_engine.protocol import PROTOCOL_VERSION, places, wire
from nvc_engine.protocol.messages import (
    CommandJob,
    Failed,
    Goodbye,
    Hello,
    JobRequest,
    JobVerb,
    SubmitJob,
    Welcome,
)


def test_a_window_is_welcomed(engine: Any) -> None:
    window = engine.window()
    welcome = window.heard[0]
    assert isinstance(welcome, Welcome)
    assert (welcome.protocol_version, welcome.pid) == (PROTOCOL_VERSION, engine.process.pid)
    window.connection.close()


def test_the_socket_is_for_its_owner_alone(engine: Any, home: Path) -> None:
    folder = Path(engine.address().address).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(places.address_file().stat().st_mode) == 0o600


def test_a_wrong_key_is_refused_and_others_are_still_served(engine: Any) -> None:
    with pytest.raises(AuthenticationError):
        Client(engine.address().address, authkey=b"guess")
    engine.window().connection.close()


def test_half_open_and_noisy_connections_hold_nobody_up(engine: Any) -> None:
    silent = [socket.socket(socket.AF_UNIX) for _ in range(5)]
    for one in silent:
        one.connect(engine.address().address)
    noisy = socket.socket(socket.AF_UNIX)
    noisy.connect(engine.address().address)
    noisy.sendall(b"GET / HTTP/1.1\r\n\r\n" * 100)
    engine.window().connection.close()
    for one in [*silent, noisy]:
        one.close()


def test_garbage_is_survived(window: Any) -> None:
    for data in (b"", b"\xff\x00", b"[]", b"{}", b'{"type":"Nonsense"}', b'{"type":"OpenClip"}', b"[" * 100_000):
        window.connection.send_bytes(data)
    window.connection.send_bytes(wire.encode(Welcome(1, "", 1)))
    answer = window.ask(CommandJob(window.number(), "nobody", JobVerb.PAUSE))
    assert isinstance(answer, Failed)
    assert "nobody" in answer.sentence


def test_an_oversized_message_costs_only_its_own_window(engine: Any, window: Any) -> None:
    other = engine.window()
    with contextlib.suppress(OSError):
        other.connection.send_bytes(b" " * (wire.MAX_MESSAGE_BYTES + 1))
    assert other.gone()
    other.connection.close()
    assert isinstance(window.ask(CommandJob(window.number(), "nobody", JobVerb.PAUSE)), Failed)


def test_a_window_of_another_version_is_told_and_let_go(engine: Any) -> None:
    window = type(engine.window())(engine.address())
    window.say(Hello(PROTOCOL_VERSION + 1, "from the future"))
    assert window.until(Welcome).protocol_version == PROTOCOL_VERSION
    assert "version" in window.until(Failed).sentence
    assert window.gone()


def test_unknown_fields_of_a_neighbouring_version_are_ignored(window: Any) -> None:
    plain = {"type": "CommandJob", "request": 1, "job": "nobody", "verb": "pause", "mood": "hopeful"}
    window.connection.send_bytes(json.dumps(plain).encode())
    assert isinstance(window.answer(1), Failed)


def test_before_hello_nothing_is_done(engine: Any) -> None:
    window = type(engine.window())(engine.address())
    window.say(CommandJob(1, "nobody", JobVerb.PAUSE))
    window.hello()
    assert isinstance(window.heard[0], Welcome)


def test_a_second_engine_leaves_at_once(engine: Any) -> None:
    second = subprocess.run(
        [sys.executable, "-P", "-m", "nvc_engine", "serve"], capture_output=True, text=True, check=False
    )
    assert (second.returncode, second.stderr) == (0, "An engine runs already for this home folder.\n")
    assert engine.address().pid == engine.process.pid


def test_it_ends_when_the_last_window_has_gone(serve: Callable[..., Any]) -> None:
    with serve("--linger", "0.2") as engine:
        first, second = engine.window(), engine.window()
        first.say(Goodbye())
        assert first.gone()
        second.ask(CommandJob(second.number(), "nobody", JobVerb.PAUSE))
        second.connection.close()
        assert engine.wait() == 0
        assert places.read_address() is None


def test_sigterm_ends_it_in_good_order(engine: Any, window: Any) -> None:
    folder = Path(engine.address().address).parent
    assert engine.end() == 0
    assert places.read_address() is None
    assert not folder.exists()
    assert window.gone()


def test_what_a_killed_engine_left_behind_is_cleared(serve: Callable[..., Any]) -> None:
    with serve() as killed:
        folder = Path(killed.address().address).parent
        os.kill(killed.process.pid, signal.SIGKILL)
        killed.wait()
    assert folder.exists()
    with serve("--linger", "60") as engine:
        assert not folder.exists()
        engine.window().connection.close()


def test_the_player_goes_when_the_engine_is_killed(serve: Callable[..., Any], clip: Path) -> None:
    with serve() as engine:
        window = engine.window()
        window.open(clip)
        os.kill(engine.process.pid, signal.SIGKILL)
        engine.wait()  # returns when the log has no writer any more, and the player is one
        assert window.gone()


def test_relative_paths_are_refused(window: Any) -> None:
    answer = window.ask(SubmitJob(window.number(), JobRequest("clip.y4m", "clip.nvc")))
    assert isinstance(answer, Failed)


def test_it_imports_neither_torch_nor_a_video_library() -> None:
    program = (
        "import sys, nvc_engine.cli, nvc_engine.server;"
        "print(sorted({'torch', 'av', 'numpy', 'PySide6'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
