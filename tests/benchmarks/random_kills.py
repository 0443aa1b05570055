"""Kills worker, engine and window with SIGKILL at random moments while encodes run, and sees that nothing is lost.

    python tests/benchmarks/random_kills.py --rounds 100

A studio folder of its own, a real window (without a screen), a real engine and real workers. After each kill every file
that stands under its final name must be whole; in the end every job must be done and every file decode. Exit status 0
where that is so.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from nvc_engine.codecs.verifying import verify
from nvc_engine.jobs.store import JobStore
from nvc_engine.media.opening import open_video
from nvc_engine.protocol import places
from nvc_engine.protocol.messages import JobRequest, JobState, JobVerb
from nvc_engine.serving.instance import AlreadyRunning, InstanceLock

WIDTH, HEIGHT, FRAMES = 64, 48, 8
SMALL = {"width": 8, "depth": 1, "expansion": 1, "base_channels": 1, "base_levels": 2, "local_channels": 1}
VICTIMS = {"worker": 5, "engine": 3, "window": 2}
GIVEN_UP = ("without getting any further", "was killed from outside")
PATIENCE = 600.0


def draw_clip(path: Path) -> Path:
    """Two scenes of moving grain, so that an encode has two units."""
    chance = np.random.default_rng(7)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F25:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(FRAMES):
            level = 60 if frame < FRAMES // 2 else 170
            luma = (chance.integers(0, 30, (HEIGHT, WIDTH)) + level + 2 * frame).astype(np.uint8)
            file.write(b"FRAME\n" + luma.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2))
    return path


class Studio:
    """Window and engine of one folder, started again whenever they are gone."""

    def __init__(self, windows: bool) -> None:
        self._windows = windows
        self._window: subprocess.Popen[bytes] | None = None
        self._engines: list[subprocess.Popen[bytes]] = []

    def keep_running(self) -> None:
        """A window starts the engine; where there is none, or it has given up, we do."""
        if self._windows and (self._window is None or self._window.poll() is not None):
            self._window = _start("nvc_studio.main")
        if not _engine_runs():
            self._engines = [engine for engine in self._engines if engine.poll() is None]
            self._engines.append(_start("nvc_engine", "serve", "--linger", "20"))

    def kill(self, victim: str) -> bool:
        """Whether there was such a process to be killed."""
        if victim == "window":
            pid = self._window.pid if self._window is not None and self._window.poll() is None else None
        else:
            engine = _engine_pid()
            pid = engine if victim == "engine" else _worker_pid(engine)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if victim == "window" and self._window is not None:
            self._window.wait()
        return True

    def close(self) -> None:
        if self._window is not None:
            self._window.kill()
            self._window.wait()
        engine = _engine_pid()
        if engine is not None:
            os.kill(engine, signal.SIGTERM)


def _start(*words: str) -> subprocess.Popen[bytes]:
    with (places.home() / "processes.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip


def _engine_runs() -> bool:
    try:
        InstanceLock().release()
    except AlreadyRunning:
        return True
    return False


def _engine_pid() -> int | None:
    address = places.read_address()
    return address.pid if address is not None and _engine_runs() else None


def _worker_pid(engine: int | None) -> int | None:
    """The newest worker of an engine."""
    if engine is None:
        return None
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(engine)], capture_output=True, text=True).stdout
    workers = [int(line.split()[0]) for line in listed.splitlines() if " worker " in f"{line} "]
    return max(workers, default=None)


class Trial:
    """Jobs, kills, and what is found after each."""

    def __init__(self, folder: Path, seed: int, windows: bool) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._studio = Studio(windows)
        self._clip = draw_clip(folder / "clip.y4m")
        self._store = JobStore()
        self._whole: dict[Path, tuple[int, int]] = {}
        self._ordered = 0
        self.kills: Counter[str] = Counter()
        self.retried = 0
        self.faults: list[str] = []

    def order(self) -> None:
        """One more job, of one of the kinds in turn."""
        number, self._ordered = self._ordered, self._ordered + 1
        kind = ("light", "motion", "light", "x264")[number % 4]
        output = str(self._folder / f"{number:03d}.{'mkv' if kind == 'x264' else 'nvc'}")
        if kind == "x264":
            self._store.add(JobRequest(str(self._clip), output, codec="x264", device="cpu"))
            return
        settings = SMALL if kind == "light" else {}
        epochs, minutes = (120, None) if kind == "light" else (None, 0.02)
        self._store.add(
            JobRequest(
                str(self._clip), output, preset=kind, settings=settings, epochs=epochs, minutes=minutes, device="cpu"
            )
        )

    def round(self, longest: float) -> str:
        """Let it all run for a random while, then kill one; returns who it was."""
        self._studio.keep_running()
        self._keep_busy()
        time.sleep(self._chance.uniform(0.0, longest))
        victim = self._chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        deadline = time.monotonic() + PATIENCE
        while not self._studio.kill(victim):
            self._studio.keep_running()
            self._keep_busy()
            time.sleep(0.1)
            if time.monotonic() > deadline:
                self.faults.append(f"no {victim} came in {PATIENCE:.0f} s")
                break
        self.kills[victim] += 1
        self.look()
        return victim

    def _keep_busy(self) -> None:
        self._retry()
        while sum(job.state in (JobState.WAITING, JobState.RUNNING) for job in self._store.all()) < 2:
            self.order()

    def finish(self) -> None:
        """Let every job come to its end."""
        deadline = time.monotonic() + PATIENCE
        while any(job.state is not JobState.DONE for job in self._store.all()):
            self._studio.keep_running()
            self._retry()
            time.sleep(0.5)
            if time.monotonic() > deadline:
                self.faults.append(f"jobs were not done {PATIENCE:.0f} s after the last kill")
                break
        self._studio.close()
        self.look()
        for job in self._store.all():
            if job.state is not JobState.DONE or job.result is None:
                self.faults.append(f"job {job.id} is {job.state.value}: {job.message}")
            elif not Path(job.request.output).is_file():
                self.faults.append(f"job {job.id} is done and its file is gone")
            elif job.result.bytes != Path(job.request.output).stat().st_size:
                self.faults.append(f"job {job.id} was measured on another file")
        self.faults += [f"left behind: {path.name}" for path in self._folder.glob("*.part")]

    def _retry(self) -> None:
        """What a person does with a job that was killed three times before it came any further."""
        for job in self._store.all():
            if job.state is JobState.FAILED:
                if not any(words in job.message for words in GIVEN_UP):
                    self.faults.append(f"job {job.id} failed: {job.message}")
                self.retried += 1
                self._store.command(job.id, JobVerb.RETRY)

    def look(self) -> None:
        """See that every file under its final name is whole."""
        for path in (*self._folder.glob("*.nvc"), *self._folder.glob("*.mkv")):
            status = path.stat()
            if self._whole.get(path) == (status.st_size, status.st_mtime_ns):
                continue
            if _is_whole(path):
                self._whole[path] = status.st_size, status.st_mtime_ns
            else:
                self.faults.append(f"{path.name} is not whole")

    @property
    def summary(self) -> str:
        jobs = self._store.all()
        done = sum(job.state is JobState.DONE for job in jobs)
        kills = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return (
            f"{sum(self.kills.values())} kills ({kills}); {done} of {len(jobs)} jobs done, {len(self._whole)} files"
            f" whole; {self.retried} retried after three kills without progress; {len(self.faults)} faults"
        )


def _is_whole(path: Path) -> bool:
    if path.suffix == ".nvc":
        return verify(path).ok
    with contextlib.closing(open_video(path)) as clip:
        return clip.info.frame_count == FRAMES and len(list(clip.pictures())) == FRAMES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--longest", type=float, default=6.0, help="seconds from one kill to the next, at most")
    parser.add_argument("--minutes", type=float, default=60.0, help="no kill after so long")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--no-window", action="store_true")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 31)
    folder = Path(tempfile.mkdtemp(prefix="nvc-kills-"))
    os.environ[places.HOME_VARIABLE] = str(folder / "home")
    began = time.monotonic()
    trial = Trial(folder, seed, not options.no_window)
    for number in range(options.rounds):
        if time.monotonic() - began > 60 * options.minutes:
            break
        victim = trial.round(options.longest)
        print(f"{time.monotonic() - began:7.1f} s  round {number + 1}: killed the {victim}", flush=True)
    trial.finish()
    for fault in trial.faults:
        print(fault)
    print(f"seed {seed}: {trial.summary}; {time.monotonic() - began:.0f} s")
    if trial.faults:
        print(f"what is left is in {folder}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
