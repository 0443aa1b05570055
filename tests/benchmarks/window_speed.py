"""How smoothly the real window plays, scrubs and answers; needs a display, such as one of Xvfb.

    xvfb-run -a -s "-screen 0 1920x1080x24" python tests/benchmarks/window_speed.py [PART ...] [--clip CLIP]
        [--seconds 20] [--speed 1] [--stall-seconds 600] [--without-encode] [--json]

PART is one or more of (default: all):
    play-720    two sources of 1280x720 at 30 frames a second side by side: frames painted, frames dropped
    play-1080   the same of 1920x1080
    scrub       a drag over two sources of 1280x720: from the request of a frame until it is painted, exact, of both
    stalls      an encode of NVRC beside a person at work (playing, scrubbing, every way of comparing): each turn of the
                window's event loop of more than 16 ms

Sources are H.264 with a key frame every 12 frames, as a proxy has them, made from CLIP (default: a picture that is
rendered here) at two qualities. A painted frame counts when both of its pictures are those of the playhead.

A turn of the event loop is timed from its waking until it waits again: by the clock, which a busy machine stretches,
and by the thread's own processor time, which it does not. Where other programs take their share of the machine (the
load says so), look at the processor time a painted frame instead, of the window and of the engine with its player,
at a --speed at which no frame is dropped.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from nvc_engine.protocol.messages import Goal, GoalKind, JobState
from nvc_engine.protocol.places import read_address
from nvc_studio.application import make_application
from nvc_studio.main_window import MainWindow
from nvc_studio.studio import Studio
from nvc_studio.views.frame_canvas import FrameCanvas
from nvc_studio.views.frame_modes import ViewMode

RATE = 30
KEY_FRAMES = 12
QUALITIES = (20, 34)
STALL_MS = 16.0
PATIENCE = 120.0
SCRUBS = 120
PRESET, ENCODED_FRAMES = "light", 8  # a network that trains for as long as it is let
DECOR = 200  # pixels a side of the square that crosses a rendered picture
PARTS = ("play-720", "play-1080", "scrub", "stalls")


# --- sources ---------------------------------------------------------------------------------------------------------


def make_pair(folder: Path, clip: Path | None, width: int, height: int, seconds: float) -> list[Path]:
    """Two encodes of the same pictures."""
    paths = [folder / f"{width}-crf{quality}.mp4" for quality in QUALITIES]
    if all(path.exists() for path in paths):
        return paths
    outputs = [av.open(str(path), "w") for path in paths]
    streams = []
    for output, quality in zip(outputs, QUALITIES, strict=True):
        stream = output.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = KEY_FRAMES
        stream.options = {"crf": str(quality), "preset": "ultrafast", "tune": "fastdecode"}
        streams.append(stream)
    for index, frame in enumerate(pictures(clip, width, height, round(seconds * RATE))):
        frame.pts, frame.time_base, frame.pict_type = index, Fraction(1, RATE), av.video.frame.PictureType.NONE
        for output, stream in zip(outputs, streams, strict=True):
            output.mux(stream.encode(frame))
    for output, stream in zip(outputs, streams, strict=True):
        output.mux(stream.encode(None))
        output.close()
    return paths


def pictures(clip: Path | None, width: int, height: int, count: int):  # type: ignore[no-untyped-def]
    """`count` frames of the clip, over and over, at that size; of a panned texture where there is none."""
    if clip is None:
        generator = np.random.default_rng(1)
        texture = generator.integers(30, 220, (height // 8 + 80, width // 8 + 80), np.uint8)
        for index in range(count):
            part = texture[index % 64 : index % 64 + height // 8 + 1, index % 64 : index % 64 + width // 8 + 1]
            rgb = np.repeat(np.repeat(part, 8, 0), 8, 1)[:height, :width, None].repeat(3, 2)
            left = 7 * index % (width - DECOR)
            rgb[DECOR : 2 * DECOR, left : left + DECOR] = (200, 60, 40)
            yield av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24")
        return
    made = 0
    while made < count:
        with av.open(str(clip)) as source:
            for frame in source.decode(video=0):
                if made == count:
                    return
                made += 1
                yield frame.reformat(width, height, "yuv420p")


# --- watching --------------------------------------------------------------------------------------------------------


class Painted:
    """When which frame was on the canvas, whole and exact in all its pictures."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, int]] = []
        paint = FrameCanvas.paintEvent

        def painted(canvas: FrameCanvas, event: QPaintEvent) -> None:
            paint(canvas, event)
            shown = [picture for picture in canvas.pictures if picture is not None]
            numbers = {picture.frame for picture in shown}
            if len(numbers) == 1 and all(picture.current and not picture.draft for picture in shown):
                self.frames.append((time.perf_counter(), numbers.pop() or 0))

        FrameCanvas.paintEvent = painted  # type: ignore[method-assign]


class Turns:
    """The turns of the event loop: (milliseconds by the clock, milliseconds of the thread, what was done)."""

    def __init__(self) -> None:
        self.doing = ""
        self.watching = False
        self.times: list[tuple[float, float, str]] = []
        self._woken: tuple[float, float] | None = None
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        dispatcher.awake.connect(self._awake)
        dispatcher.aboutToBlock.connect(self._about_to_block)

    def _awake(self) -> None:
        if self._woken is None:
            self._woken = time.perf_counter(), time.thread_time()

    def _about_to_block(self) -> None:
        if self._woken is not None and self.watching:
            clock, own = time.perf_counter() - self._woken[0], time.thread_time() - self._woken[1]
            self.times.append((1000 * clock, 1000 * own, self.doing))
        self._woken = None


def wait(until: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Let the window live until something is so, or the time is over."""
    loop = QEventLoop()
    end = time.perf_counter() + seconds
    timer = QTimer()
    timer.setInterval(5)
    timer.timeout.connect(lambda: loop.quit() if until() or time.perf_counter() > end else None)
    timer.start()
    loop.exec()
    return until()


def pause(seconds: float) -> None:
    end = time.perf_counter() + seconds
    wait(lambda: time.perf_counter() >= end, seconds + 1)


def open_pair(window: MainWindow, paths: Sequence[Path]) -> None:
    window.open_paths(paths)
    opened = wait(lambda: [source.title for source in window.viewing.sources if source] == [p.name for p in paths])
    if not (opened and wait(lambda: window.compare.is_settled)):
        raise RuntimeError(f"{paths[0].name} could not be opened.")


class Processor:
    """Processor time that the window and the engine's processes have taken since this was made; Linux alone."""

    def __init__(self) -> None:
        self._own, self._engine = time.process_time(), _engine_seconds()

    def figures(self, frames: int) -> dict[str, float]:
        """Milliseconds of each, divided by so many frames."""
        own, engine = time.process_time() - self._own, _engine_seconds() - self._engine
        return {
            "ms of the window's processor time a frame": round(1000 * own / max(1, frames), 1),
            "ms of the engine's processor time a frame": round(1000 * engine / max(1, frames), 1),
        }


def _engine_seconds() -> float:
    """Of the engine and all that it has started and that still lives."""
    address = read_address()
    parents, ticks = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
            ticks[int(stat.parent.name)] = int(fields[11]) + int(fields[12])
    family = {address.pid} if address else set()
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(pid, 0) for pid in family) / os.sysconf("SC_CLK_TCK")


def rest() -> None:
    """Until the engine has done what opening a clip brings along, such as the plan of an encode."""
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        before = _engine_seconds()
        pause(1.5)
        if _engine_seconds() - before < 0.05:
            return


# --- parts -----------------------------------------------------------------------------------------------------------


def play(
    window: MainWindow, painted: Painted, paths: Sequence[Path], seconds: float, speed: float
) -> dict[str, object]:
    """Play both from the start for so long, once the engine is warm."""
    open_pair(window, paths)
    window.compare.canvas.set_mode(ViewMode.SIDE_BY_SIDE)
    window.compare.canvas.fit()
    window.compare.show_frame(0)
    wait(lambda: window.compare.is_settled)
    rest()
    painted.frames.clear()
    window.compare.playback.set_speed(speed)
    processor = Processor()
    began = time.perf_counter()
    window.compare.playback.play()
    pause(seconds)
    took = time.perf_counter() - began
    window.compare.playback.pause()
    wait(lambda: window.compare.is_settled)
    last = window.compare.frame
    seen = {0} | {frame for _, frame in painted.frames if frame <= last}  # 0 is on the canvas when playing begins
    dropped = sorted(set(range(last + 1)) - seen)
    return {
        "seconds": round(took, 2),
        "frames due": int(took * RATE * speed) + 1,
        "frames painted": len(seen),
        "frames dropped": len(dropped),
        "the first of them": dropped[:20],
        "frames behind the clock": round(took * RATE * speed - last, 1),
        "frames a second": round(len(seen) / took, 2),
        **processor.figures(len(seen)),
    }


def scrub(window: MainWindow, painted: Painted, paths: Sequence[Path]) -> dict[str, object]:
    """Single frames in random order while the playhead is held."""
    open_pair(window, paths)
    playback = window.compare.playback
    generator = np.random.default_rng(2)
    taken = []
    rest()
    processor = Processor()
    playback.begin_scrub()
    for frame in generator.permutation(playback.frame_count)[:SCRUBS]:
        painted.frames.clear()
        began = time.perf_counter()
        playback.seek(int(frame))
        wait(lambda frame=frame: any(shown == frame for _, shown in painted.frames), 5)
        taken.append(1000 * next((when for when, shown in painted.frames if shown == frame), began + 5) - 1000 * began)
    playback.end_scrub()
    taken.sort()
    return {
        "requests": len(taken),
        "median ms": round(statistics.median(taken), 1),
        "p95 ms": round(taken[int(0.95 * (len(taken) - 1))], 1),
        "largest ms": round(taken[-1], 1),
        **processor.figures(len(taken)),
    }


def stalls(
    window: MainWindow, turns: Turns, paths: Sequence[Path], seconds: float, *, encode: bool
) -> dict[str, object]:
    """Work in the window, while NVRC encodes the first source where `encode` says so."""
    open_pair(window, paths[:1])
    training = _begin_encode(window) if encode else lambda: False
    open_pair(window, paths)
    steps = _person(window)
    turns.times.clear()
    turns.watching = True
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        turns.doing, step = steps[0]
        steps.append(steps.pop(0))
        step()
        pause(1.5)
    turns.watching = False
    still = training()
    window.compare.playback.pause()
    by_clock = sorted((turn for turn in turns.times if turn[0] > STALL_MS), reverse=True)
    by_thread = sorted((turn[1:] for turn in turns.times if turn[1] > STALL_MS), reverse=True)
    return {
        "seconds": round(seconds),
        "encode still going": still,
        "turns": len(turns.times),
        "over 16 ms by the clock": len(by_clock),
        "over 16 ms of the thread's own time": len(by_thread),
        "worst by the clock": [[round(a, 1), round(b, 1), doing] for a, b, doing in by_clock[:8]],
        "worst of the thread's own": [[round(a, 1), doing] for a, doing in by_thread[:12]],
    }


def _begin_encode(window: MainWindow) -> Callable[[], bool]:
    """Have NVRC train; returns what says whether it does."""
    window.encode.preset_choice.setCurrentIndex(window.encode.preset_choice.findData(PRESET))
    window.encode.frames.last.setValue(ENCODED_FRAMES - 1)
    window.encode.goal.set_goal(Goal(GoalKind.BPP, 0.5))
    window.encode.budget.set_epochs(1_000_000)
    wait(lambda: window.encode.request() is not None)
    window.encode.now.trigger()

    def training() -> bool:
        job = window.queue.chosen
        return job is not None and job.state is JobState.RUNNING and bool(window.studio.jobs.history(job.id))

    if not wait(training, 300):
        raise RuntimeError("The encode did not begin.")
    return training


def _person(window: MainWindow) -> list[tuple[str, Callable[[], object]]]:
    """What a person does, over and over."""
    view, canvas, playback = window.compare, window.compare.canvas, window.compare.playback
    generator = np.random.default_rng(3)

    def drag() -> None:
        playback.begin_scrub()
        for frame in np.linspace(0, playback.frame_count - 1, 40):
            playback.seek(int(frame))
            pause(0.015)
        playback.end_scrub()

    steps: list[tuple[str, Callable[[], object]]] = [("loop", lambda: playback.set_loop(True))]
    for mode in ViewMode:
        steps += [
            (f"{mode.value}", lambda mode=mode: canvas.set_mode(mode)),
            (f"play, {mode.value}", playback.play),
            (f"1:1, {mode.value}", canvas.one_to_one),
            (f"pause, {mode.value}", playback.pause),
            (f"fit, {mode.value}", canvas.fit),
            (f"jump, {mode.value}", lambda: view.show_frame(int(generator.integers(playback.frame_count)))),
        ]
    return [*steps, ("drag", drag)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="How smoothly the window plays, scrubs and answers.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--clip", type=Path, help="what the sources show (default: rendered)")
    parser.add_argument("--seconds", type=float, default=20.0, help="of playing")
    parser.add_argument("--speed", type=float, default=1.0, help="of playing, 0.1 to 4")
    parser.add_argument("--stall-seconds", type=float, default=600.0)
    parser.add_argument("--without-encode", action="store_true", help="look for stalls while nothing is encoded")
    parser.add_argument("--sources", type=Path, help="a folder to keep the sources in (default: none are kept)")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    parts = chosen.parts or PARTS
    painted = Painted()
    application = make_application()
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["NVC_HOME"] = scratch
        folder = chosen.sources or Path(scratch)
        turns = Turns()
        window = MainWindow(Studio(application, Path(scratch) / "settings.ini"))
        window.resize(1600, 900)
        window.show()
        window.studio.client.start()
        wait(lambda: bool(window.studio.codecs.codecs))
        try:
            length = chosen.seconds + 2
            for part in parts:
                size = (1920, 1080) if part == "play-1080" else (1280, 720)
                paths = make_pair(folder, chosen.clip, *size, length)
                if part.startswith("play"):
                    results[part] = play(window, painted, paths, chosen.seconds, chosen.speed)
                elif part == "scrub":
                    results[part] = scrub(window, painted, paths)
                else:
                    results[part] = stalls(window, turns, paths, chosen.stall_seconds, encode=not chosen.without_encode)
        finally:
            window.finish(stop_jobs=True)
        canvas = window.compare.canvas.size()
        results["machine"] = {
            "cores": len(os.sched_getaffinity(0)),
            "load": round(os.getloadavg()[0], 2),
            "canvas": f"{canvas.width()}x{canvas.height()}",
            "display": QApplication.platformName(),
        }
    if chosen.json:
        print(json.dumps(results, indent=2))
    else:
        for part, figures in results.items():
            print(part)
            assert isinstance(figures, dict)
            for title, figure in figures.items():
                print(f"    {title}: {figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
