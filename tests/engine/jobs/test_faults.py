"""Kills, power cuts, full disks, sources that go away, clocks that are set: whatever happens, nothing finished is lost
and nothing half-written has a final name."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nvc_engine.jobs import schema
from nvc_engine.jobs.running import JobRun
from nvc_engine.jobs.store import JobStore, StoreError
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import JobRequest, JobState, JobVerb, Message, Notice, WorkerProgress

pytestmark = [
    pytest.mark.usefixtures("mean_codec"),
    pytest.mark.skipif(sys.platform == "win32", reason="needs fork, signals and mount"),
]

Order = Callable[..., JobRequest]
ZYGOTE = Path(__file__).with_name("zygote.py")
ROUNDS = 5
# A job of half a second, with a checkpoint after each of its seven units.
LENGTH = {"unit_frames": 1, "steps": 500}


class Zygote:
    """Forks a worker a job; see `zygote.py`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ZYGOTE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._line() == "ready"

    def start(self, job: str) -> int:
        """Have a worker do a job; its process number."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{places.home()}\t{job}\n")
        self._process.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """How the worker ended: the status of `os.waitpid`; waits for it."""
        return int(self._line())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    started = Zygote()
    yield started
    started.close()


def run(store: JobStore, job: str, say: Callable[[Message], object] = lambda message: None) -> JobState:
    return JobRun(store, job, say).run().state


def finish(store: JobStore, job: str) -> None:
    """What the queue and, where a job was given up, a person do until it is done."""
    store.recover()
    if store.get(job).state is JobState.FAILED:
        store.command(job, JobVerb.RETRY)
    assert run(store, job) is JobState.DONE, store.get(job).message


@pytest.fixture
def expected(store: JobStore, order: Order, tmp_path: Path) -> bytes:
    """The file that an encode makes that nothing happens to."""
    job = store.add(order("whole.nvc", **LENGTH)).id
    assert run(store, job) is JobState.DONE
    return (tmp_path / "whole.nvc").read_bytes()


def test_workers_killed_at_any_moment_cost_nothing_finished(
    zygote: Zygote, store: JobStore, order: Order, tmp_path: Path, expected: bytes
) -> None:
    output = tmp_path / "out.nvc"
    job = store.add(order(**LENGTH)).id
    chance = random.Random()
    for _ in range(ROUNDS):
        store.recover()
        if store.get(job).state is JobState.FAILED:  # killed three times before its first unit
            store.command(job, JobVerb.RETRY)
        worker = zygote.start(job)
        time.sleep(chance.uniform(0.0, 0.4))
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        status = zygote.ended()
        assert not output.exists() or output.read_bytes() == expected
        if store.get(job).state is JobState.DONE:
            assert status == 0 or output.read_bytes() == expected
            job = store.add(replace(order(**LENGTH), overwrite=True)).id
    finish(store, job)
    assert output.read_bytes() == expected
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_copy_of_the_folder_at_any_moment_goes_on(
    zygote: Zygote, store: JobStore, order: Order, tmp_path: Path, studio_home: Path, expected: bytes
) -> None:
    """A power cut: what stood on the disk at one moment, what was being written then torn, and no process left."""
    output = tmp_path / "out.nvc"
    job = store.add(order(**LENGTH)).id
    chance = random.Random()
    copies = []
    worker = zygote.start(job)
    for number in range(ROUNDS):
        time.sleep(chance.uniform(0.0, 0.12))
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGSTOP)
        try:
            copies.append(_copied(tmp_path / f"copy-{number}", studio_home, output))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGCONT)
    assert zygote.ended() == 0
    store.close()
    for copy in copies:
        shutil.rmtree(studio_home)
        output.unlink(missing_ok=True)
        _restore(copy, studio_home, output, chance)
        assert not output.exists() or output.read_bytes() == expected
        with JobStore() as restored:
            if restored.get(job).state is not JobState.DONE:
                finish(restored, job)
            assert restored.get(job).result is not None
        assert output.read_bytes() == expected


def _copied(copy: Path, home: Path, output: Path) -> Path:
    shutil.copytree(home, copy / "home")
    (copy / "beside").mkdir()
    for path in output.parent.glob(f"{output.name}*"):
        shutil.copy2(path, copy / "beside")
    return copy


def _restore(copy: Path, home: Path, output: Path, chance: random.Random) -> None:
    shutil.copytree(copy / "home", home)
    for path in (copy / "beside").iterdir():
        shutil.copy2(path, output.parent)
    for torn in (*home.rglob("*.part"), *output.parent.glob("*.part")):
        os.truncate(torn, chance.randrange(torn.stat().st_size + 1))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB: the log of the list of jobs may take 4."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk may be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on a disk; the file that takes it all."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return filler


def at_step(step: int, act: Callable[[], object]) -> Callable[[Message], None]:
    """A parent that does `act` when it hears of a step of `step` or more."""
    done = False

    def say(message: Message) -> None:
        nonlocal done
        if not done and isinstance(message, WorkerProgress) and message.progress.step >= step:
            done = True
            act()

    return say


class Clock:
    """Seconds that pass by being asked for."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 0.05
        return self.now


def test_a_studio_folder_on_a_full_disk(
    small_disk: Path, order: Order, tmp_path: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes neither checkpoint nor unit, and not even how the job ended; once there is room, all goes on."""
    monkeypatch.setenv(places.HOME_VARIABLE, str(small_disk / "home"))
    with JobStore() as store:
        job = store.add(order(**LENGTH)).id
        said: list[str] = []
        disturb = at_step(600, lambda: fill(small_disk))

        def say(message: Message) -> None:
            disturb(message)
            if isinstance(message, Notice):
                said.append(message.sentence)

        with contextlib.suppress(StoreError):
            assert JobRun(store, job, say, Clock()).run().state is JobState.FAILED
        assert any("No checkpoint could be saved" in sentence for sentence in said)
        assert not (tmp_path / "out.nvc").exists()
        (small_disk / "filler").unlink()
        finish(store, job)
    assert (tmp_path / "out.nvc").read_bytes() == expected


def test_an_output_disk_that_fills_up_keeps_the_encode(
    small_disk: Path, store: JobStore, order: Order, expected: bytes
) -> None:
    output = small_disk / "out.nvc"
    job = store.add(replace(order(**LENGTH), output=str(output))).id
    fill(small_disk)
    assert run(store, job) is JobState.FAILED
    assert "disk is full" in store.get(job).message
    assert [path.name for path in small_disk.iterdir()] == ["filler"]
    (small_disk / "filler").unlink()
    store.command(job, JobVerb.RETRY)
    stages: list[str] = []
    state = run(store, job, lambda said: isinstance(said, WorkerProgress) and stages.append(said.progress.stage))
    assert state is JobState.DONE
    assert "training" not in stages
    assert output.read_bytes() == expected


def test_a_list_on_a_full_disk_is_read_and_says_why_it_takes_no_more(
    small_disk: Path, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(places.HOME_VARIABLE, str(small_disk / "home"))
    with JobStore() as store:
        kept = store.add(order("kept.nvc")).id
        filler = fill(small_disk)
        added = [kept]

        def add_more() -> None:
            for number in range(1000):  # the pages that the list has already take a few
                added.append(store.add(order(f"{number}.nvc")).id)  # noqa: PERF401 - those before the disk is full

        with pytest.raises(StoreError, match="disk is full"):
            add_more()
        assert [job.id for job in store.all()] == added
        filler.unlink()
        store.command(kept, JobVerb.PAUSE)
        assert store.get(kept).state is JobState.PAUSED


def test_a_source_that_goes_away_in_mid_run_costs_no_finished_unit(
    store: JobStore, order: Order, tmp_path: Path, clip_path: Path
) -> None:
    frame = b"FRAME\n" + random.Random(1).randbytes(256 * 256 * 3 // 2)  # too large to be read ahead
    whole = b"YUV4MPEG2 W256 H256 F25:1 Ip A1:1 C420jpeg\n" + 7 * frame
    clip_path.write_bytes(whole)
    assert run(store, store.add(order("whole.nvc", **LENGTH)).id) is JobState.DONE
    job = store.add(order(**LENGTH)).id
    disturb = at_step(900, lambda: os.truncate(clip_path, len(whole) // 2))
    assert JobRun(store, job, disturb, Clock()).run().state is JobState.FAILED
    assert clip_path.name in store.get(job).message
    assert not (tmp_path / "out.nvc").exists()
    clip_path.write_bytes(whole)
    store.command(job, JobVerb.RETRY)
    steps: list[int] = []
    state = run(store, job, lambda said: isinstance(said, WorkerProgress) and steps.append(said.progress.step))
    assert state is JobState.DONE
    assert min(steps) >= 900
    assert (tmp_path / "out.nvc").read_bytes() == (tmp_path / "whole.nvc").read_bytes()


def test_clocks_that_are_set_change_nothing(
    store: JobStore, order: Order, tmp_path: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(1)
    monkeypatch.setattr(time, "time", lambda: chance.uniform(-1e9, 1e10))
    before = store.add(order("before.nvc")).id
    job = store.add(order(**LENGTH)).id
    assert [facts.id for facts in store.all()][-2:] == [before, job]
    reports: list[float] = []
    state = run(store, job, lambda said: isinstance(said, WorkerProgress) and reports.append(said.progress.elapsed))
    assert state is JobState.DONE
    assert reports == sorted(reports)
    assert reports[-1] < 3600
    assert (tmp_path / "out.nvc").read_bytes() == expected


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS)))
def test_the_jobs_of_an_older_list_go_on(studio_home: Path, order: Order, tmp_path: Path, version: int) -> None:
    """A list as that version of the studio left it: its tables, its number, and a request without newer fields."""
    studio_home.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(places.database())) as database:
        for step in schema.MIGRATIONS[:version]:
            step(database)
        request = f'{{"source": "{tmp_path}/clip.y4m", "output": "{tmp_path}/out.nvc", "codec": "mean"}}'
        columns = "(id, request, state, position, created)"
        database.execute(f"INSERT INTO jobs {columns} VALUES ('older', ?, 'running', 1, 1e9)", (request,))
        database.execute(f"PRAGMA user_version = {version}")
        database.commit()
    with JobStore() as store:
        finish(store, "older")
        assert store.get("older").result is not None
    assert (tmp_path / "out.nvc").exists()
