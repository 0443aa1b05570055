"""How much slower an encode trains while its live view is watched; needs Linux, and no display.

    python tests/benchmarks/live_view_cost.py [--pairs 8] [--seconds 10] [--size 320x180] [--frames 16] [--json]

One encode of NVRC (a network of grids, on the CPU) goes on in a real engine under a real window. By turns the live view
is shown, with its curves, bits by class, and previews at the rate at which it asks for them, and hidden, with nothing
of it drawn or asked for; every other pair begins with the hidden one. Each stretch gives

    steps a second, by the clock: what a person notices, and what other programs on the machine change too;
    processor time a step, of the process that trains: what previews and reports add to the training's own work.

From each pair comes how much longer a step takes shown than hidden, by both, and what watching takes of a processor:
the time that the steps took more, a second of the clock. Previews are asked for by the clock, so that this is what a
training loses that has a processor for itself; where other programs leave it little (its share is told), the same
previews fall on fewer steps, and processor time a step says more. Median and quartiles are told of all three. At most
LIMIT may be taken; the exit status is 1 where the median says that more is.
"""

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDockWidget

from nvc_engine.protocol import places
from nvc_engine.protocol.messages import Goal, GoalKind, JobRequest, JobState
from nvc_studio.application import make_application
from nvc_studio.main_window import MainWindow
from nvc_studio.studio import Studio

LIMIT = 0.03
WARM_STEPS = 30
PATIENCE = 180.0
SETTINGS = {"width": 16, "depth": 1, "expansion": 2}
ENDLESS_EPOCHS = 1_000_000


@dataclass(frozen=True)
class Stretch:
    """What a stretch of training came to: steps, seconds by the clock and of processors, previews shown."""

    steps: int
    clock: float
    processor: float
    previews: int


class Worker:
    """The process that trains, whose threads share the work of a step."""

    def __init__(self, job: str) -> None:
        log = places.jobs_folder() / job / "log.jsonl"
        pids = [json.loads(line).get("pid") for line in log.read_text("utf-8").splitlines()]
        pid = [pid for pid in pids if pid is not None][-1]
        self._clock = ~pid << 3 | 2  # as clock_getcpuclockid makes it: all threads of a process, on Linux

    def processor_seconds(self) -> float:
        """Processor time of all its threads so far."""
        return time.clock_gettime(self._clock)


class Watch:
    """A window that watches one encode, shown or hidden."""

    def __init__(self, application: QApplication, folder: Path, clip: Path) -> None:
        self._application = application
        self._seen: list[tuple[int, float, float]] = []
        self._previews = 0
        self._worker: Worker | None = None
        self.window = MainWindow(Studio(application, folder / "window.ini"))
        self.window.resize(1280, 800)
        self.window.show()
        studio = self.window.studio
        studio.client.start()
        self.window.open_paths([clip])
        self._wait(lambda: self.window.viewing.a is not None)
        request = JobRequest(
            str(clip), str(folder / "out.nvc"), preset="light", settings=dict(SETTINGS),
            goal=Goal(GoalKind.QUALITY, 40.0), epochs=ENDLESS_EPOCHS, device="cpu",
        )  # fmt: skip
        ordered: list[str] = []
        studio.jobs.order(request, ordered.append)
        self._wait(lambda: bool(ordered))
        self.job = ordered[0]
        self.window.queue.choose(self.job)
        studio.jobs.progressed.connect(self._note)
        studio.preview.picture.connect(self._note_preview)
        self._wait(self._is_warm)
        self._worker = Worker(self.job)

    def stretch(self, seconds: float, *, shown: bool) -> Stretch:
        """Watch for a while; counted from the first report to the last."""
        dock = next(each for each in self.window.findChildren(QDockWidget) if each.isAncestorOf(self.window.live))
        dock.setVisible(shown)
        self._seen.clear()
        self._previews = 0
        self._run_for(seconds)
        if len(self._seen) < 2:
            raise SystemExit("Too few steps in a stretch; give --seconds more, or --size less.")
        (first, begun, spent), (last, ended, all_spent) = self._seen[0], self._seen[-1]
        return Stretch(last - first, ended - begun, all_spent - spent, self._previews)

    def close(self) -> None:
        self.window.finish(stop_jobs=True)
        address = places.read_address()
        if address is not None:
            os.kill(address.pid, signal.SIGTERM)

    def _is_warm(self) -> bool:
        job = self.window.studio.jobs.job(self.job)
        if job is not None and job.state is JobState.FAILED:
            raise SystemExit(job.message)
        return job is not None and job.progress is not None and job.progress.step >= WARM_STEPS

    def _note(self, job: str) -> None:
        facts = self.window.studio.jobs.job(job)
        if self._worker is not None and facts is not None and facts.progress is not None:
            self._seen.append((facts.progress.step, time.perf_counter(), self._worker.processor_seconds()))

    def _note_preview(self) -> None:
        self._previews += 1

    def _run_for(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def _wait(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > deadline:
                raise SystemExit("The encode did not get going.")
            self._run_for(0.05)


def draw_clip(path: Path, width: int, height: int, frames: int) -> Path:
    """A panned texture, lossless."""
    texture = np.random.default_rng(1).integers(30, 220, (height // 8 + 40, width // 8 + 40), np.uint8)
    with av.open(str(path), "w") as output:
        stream = output.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(frames):
            part = texture[index : index + height // 8 + 1, index : index + width // 8 + 1]
            rgb = np.repeat(np.repeat(part, 8, 0), 8, 1)[:height, :width, None].repeat(3, 2)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def spread(losses: list[float]) -> tuple[float, float, float]:
    """Median, lower and upper quartile."""
    if len(losses) == 1:
        return losses[0], losses[0], losses[0]
    low, middle, high = statistics.quantiles(losses, n=4, method="inclusive")
    return middle, low, high


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", default="320x180")
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    width, height = (int(side) for side in options.size.split("x"))
    with tempfile.TemporaryDirectory(prefix="nvc-live-view-") as name:
        folder = Path(name)
        os.environ["NVC_HOME"] = str(folder / "home")
        watch = Watch(make_application(), folder, draw_clip(folder / "clip.mkv", width, height, options.frames))
        pairs: list[tuple[Stretch, Stretch]] = []
        try:
            for number in range(options.pairs):
                order = (True, False) if number % 2 else (False, True)
                both = {shown: watch.stretch(options.seconds, shown=shown) for shown in order}
                pairs.append((both[True], both[False]))
                print(_pair_line(number, *pairs[-1]), file=sys.stderr, flush=True)
        finally:
            watch.close()
    return _tell(pairs, as_json=options.json)


def _losses(shown: Stretch, hidden: Stretch) -> tuple[float, float, float]:
    """By how much longer a step takes shown, by the clock and in processor time, and what is taken of a processor."""
    clock = shown.clock / shown.steps / (hidden.clock / hidden.steps) - 1
    more = shown.processor - shown.steps * hidden.processor / hidden.steps
    return clock, more / (shown.processor - more), more / shown.clock


def _pair_line(number: int, shown: Stretch, hidden: Stretch) -> str:
    clock, processor, taken = _losses(shown, hidden)
    told = (
        f"{name} {each.steps / each.clock:.2f} steps/s, {1000 * each.processor / each.steps:.2f} ms a step"
        for name, each in ((f"shown ({shown.previews} previews)", shown), ("hidden", hidden))
    )
    return (
        f"pair {number + 1}: {'; '.join(told)}; {100 * clock:+.2f} % by the clock,"
        f" {100 * processor:+.2f} % of processor time, {100 * taken:+.2f} % of a processor taken"
    )


def _tell(pairs: list[tuple[Stretch, Stretch]], *, as_json: bool) -> int:
    clock, processor, taken = (spread(list(each)) for each in zip(*(_losses(*pair) for pair in pairs), strict=True))
    stretches = [stretch for pair in pairs for stretch in pair]
    share = sum(each.processor for each in stretches) / sum(each.clock for each in stretches)
    good, load = taken[0] <= LIMIT, os.getloadavg()[0]
    if as_json:
        plain = [{"shown": asdict(shown), "hidden": asdict(hidden)} for shown, hidden in pairs]
        found = {"pairs": plain, "clock": clock, "processor": processor, "taken": taken, "share": share, "load": load}
        print(json.dumps({**found, "good": good}, indent=2))
    else:
        for name, (middle, low, high) in (
            ("a step by the clock", clock),
            ("a step in processor time", processor),
            ("taken of a processor", taken),
        ):
            print(f"{name}: {100 * middle:+.2f} % (quartiles {100 * low:+.2f} to {100 * high:+.2f} %)")
        print(f"the training had {100 * share:.0f} % of a processor; load {load:.1f}")
        print(f"the limit of {100 * LIMIT:.0f} % is {'kept' if good else 'NOT kept'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
