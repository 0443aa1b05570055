"""Engine and windows killed at random moments while jobs are ordered: what was acknowledged is in the list."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import JobState

ROUNDS = 5
WINDOW = """
import sys
from multiprocessing.connection import Client
from nvc_engine.protocol import PROTOCOL_VERSION, places, wire
from nvc_engine.protocol.messages import Hello, JobRequest, JobSubmitted, SubmitJob

known = places.read_address()
with Client(known.address, authkey=known.authkey) as connection:
    connection.send_bytes(wire.encode(Hello(PROTOCOL_VERSION, "test")))
    request = 0
    while True:
        request += 1
        order = JobRequest(sys.argv[1], f"{sys.argv[2]}/{request}.nvc", device="cpu")
        connection.send_bytes(wire.encode(SubmitJob(request, order)))
        while not isinstance(message := wire.decode(connection.recv_bytes()), JobSubmitted):
            pass
        sys.stdout.write(f"{message.job}\\n")
        sys.stdout.flush()
"""


def test_what_was_acknowledged_is_never_lost(serve: Callable[..., Any], clip: Path, tmp_path: Path) -> None:
    chance = random.Random()
    acknowledged: set[str] = set()
    with JobStore() as store:
        store.hold(True)
    for number in range(ROUNDS):
        with serve("--linger", "60") as engine:
            window = subprocess.Popen(
                [sys.executable, "-P", "-c", WINDOW, str(clip), str(tmp_path)],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
            assert window.stdout is not None
            acknowledged.add(window.stdout.readline().strip())
            time.sleep(chance.uniform(0.0, 0.2))
            victim = engine.process.pid if number % 2 else window.pid
            os.kill(victim, signal.SIGKILL)
            said = window.stdout.read()
            window.stdout.close()
            window.wait()
            acknowledged |= set(said.split("\n")[:-1])
            if victim == window.pid:
                other = engine.window()
                other.connection.close()
        with closing(sqlite3.connect(places.database())) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with JobStore() as store:
        jobs = {job.id: job for job in store.all()}
    assert acknowledged <= jobs.keys()
    assert len(acknowledged) >= ROUNDS
    assert {job.state for job in jobs.values()} == {JobState.WAITING}
