"""The demo where there is no display: the same job by the same engine, a bar in the terminal, files at the end."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from nvc_engine.protocol.messages import (
    ClipOpened,
    Failed,
    JobChanged,
    JobFacts,
    JobProgress,
    JobState,
    JobSubmitted,
    Notice,
    OpenClip,
    Progress,
    SubmitJob,
)
from nvc_studio.engine_client import EngineClient, EngineState
from nvc_studio.models.demo_job import demo_request
from nvc_studio.models.frames import FrameFetcher
from nvc_studio.models.rd import RdSeries, comparison, rd_chart
from nvc_studio.models.sources import Source
from nvc_studio.saving import SaveError
from nvc_studio.views.rd_painting import save_chart

BAR_CELLS = 24
LINE_EVERY = 0.05
LABEL_HEIGHT = 26
INTERRUPTED = 130


class TerminalDemo(QObject):
    """Encodes the sample into `folder` and leaves the file, its RD chart and a side-by-side picture there.

    Signals:
        finished(int): the exit status; everything has been said on `screen`.
    """

    finished = Signal(int)

    def __init__(self, client: EngineClient, folder: Path, screen: TextIO) -> None:
        super().__init__()
        self._client = client
        self._folder = folder
        self._screen = screen
        self._request = demo_request(folder)
        self._job = ""
        self._said = 0.0
        self._done: JobFacts | None = None
        self._trail: list[tuple[float, float]] = []
        self._fetcher = FrameFetcher(client, self)
        self._fetcher.frame_ready.connect(self._have_picture)
        self._fetcher.failed.connect(lambda _source, _frame, sentence: self._fail(sentence))
        self._sources: list[Source] = []
        self._pictures: dict[int, QImage] = {}
        client.state_changed.connect(self._engine_changed)
        client.received.connect(self._receive)

    def start(self) -> None:
        """Order the encode; the rest follows from what the engine says."""
        self._client.ask(SubmitJob(self._client.next_request(), self._request), self._submitted)

    def interrupt(self) -> None:
        """The person pressed Ctrl-C: the job is paused, with its checkpoint, by the goodbye."""
        self._say("\nInterrupted; the encode is kept, and 'nvc-engine jobs' lists it.")
        self._client.close(stop_jobs=True)
        self.finished.emit(INTERRUPTED)

    def _say(self, text: str, end: str = "\n") -> None:
        self._screen.write(text + end)
        self._screen.flush()

    def _fail(self, sentence: str) -> None:
        self._say(f"\n{sentence}")
        self.finished.emit(1)

    def _engine_changed(self, state: EngineState, sentence: str) -> None:
        if state is EngineState.FAILED:
            self._fail(sentence)
        elif state is EngineState.LOST:
            self._say(f"\n{sentence}")

    def _submitted(self, answer: object) -> None:
        if isinstance(answer, Failed):
            self._fail(answer.sentence)
        elif isinstance(answer, JobSubmitted):
            self._job = answer.job

    def _receive(self, message: object) -> None:
        if isinstance(message, Notice):
            self._say(f"\n{message.sentence}")
        elif isinstance(message, JobProgress) and message.job == self._job:
            self._draw(message.progress)
        elif isinstance(message, JobChanged) and message.job.id == self._job:
            self._job_changed(message.job)

    def _draw(self, progress: Progress) -> None:
        if progress.rate_bpp is not None and progress.distortion_db is not None:
            self._trail.append((progress.rate_bpp, progress.distortion_db))
        cells = round(progress.fraction * BAR_CELLS)
        remaining = "" if progress.remaining is None else f"  {progress.remaining:3.0f} s left"
        numbers = ""
        if progress.rate_bpp is not None and progress.distortion_db is not None:
            numbers = f"  ~{progress.rate_bpp:.3f} bpp  ~{progress.distortion_db:.2f} dB"
        bar = "█" * cells + "░" * (BAR_CELLS - cells)
        line = f"{bar} {progress.fraction:4.0%}  {progress.stage}{numbers}{remaining}"
        if self._screen.isatty():
            self._say(f"\r{line}\x1b[K", end="")
        elif progress.fraction >= self._said + LINE_EVERY:
            self._said = progress.fraction
            self._say(line)

    def _job_changed(self, job: JobFacts) -> None:
        if job.state in (JobState.FAILED, JobState.CANCELLED):
            self._fail(job.message or "The encode was cancelled.")
        elif job.state is JobState.DONE and self._done is None:
            self._done = job
            for path in (self._request.source, self._request.output):
                self._client.ask(OpenClip(self._client.next_request(), path), self._opened(path))

    def _opened(self, path: str) -> Callable[[object], None]:
        def answered(answer: object) -> None:
            if isinstance(answer, Failed):
                self._fail(answer.sentence)
            elif isinstance(answer, ClipOpened):
                source = Source(answer.clip, Path(path).name, answer.facts)
                self._sources.append(source)
                picture = self._fetcher.request(source, answer.facts.frames // 2)
                if picture is not None:
                    self._have_picture(source, answer.facts.frames // 2, picture)

        return answered

    def _have_picture(self, source: Source, _frame: int, picture: QImage) -> None:
        self._pictures[source.clip] = picture
        if len(self._pictures) == 2:
            try:
                self._leave_files()
            except SaveError as error:
                self._fail(str(error))

    def _leave_files(self) -> None:
        assert self._done is not None
        result = self._done.result
        assert result is not None
        chart = rd_chart(comparison([self._done], self._request.source))
        trail = RdSeries("while training (estimates)", tuple(self._trail[len(self._trail) // 4 :]), measured=False)
        save_chart(self._folder / "rd.png", type(chart)(chart.title, chart.rate, chart.quality, (*chart.series, trail)))
        first, second = sorted(self._sources, key=lambda source: source.facts.path != self._request.source)
        beside = side_by_side(
            [
                (f"original, frame {first.facts.frames // 2}", self._pictures[first.clip]),
                (f"NVRC {result.bpp:.3f} bpp, {result.psnr_yuv:.2f} dB", self._pictures[second.clip]),
            ]
        )
        if not beside.save(str(self._folder / "side-by-side.png")):
            raise SaveError(f"The picture could not be written to {self._folder}; is there space?")
        self._say(
            f"\n{result.frames} frames in {result.bytes} bytes: {result.bpp:.4f} bits per pixel, "
            f"PSNR-YUV {result.psnr_yuv:.2f} dB, measured on the decoded file after {result.seconds:.0f} s."
        )
        for name in ("sample.nvc", "rd.png", "side-by-side.png"):
            self._say(f"  {self._folder / name}")
        self.finished.emit(0)


def side_by_side(pictures: list[tuple[str, QImage]]) -> QImage:
    """The pictures in a row, doubled where they are small, each under its label."""
    scale = 2 if pictures[0][1].width() <= 480 else 1
    width, height = pictures[0][1].width() * scale, pictures[0][1].height() * scale
    sheet = QImage(width * len(pictures), height + LABEL_HEIGHT, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#14171a"))
    painter = QPainter(sheet)
    painter.setPen(QColor("#e6e9ec"))
    font = QFont()
    font.setPixelSize(14)
    painter.setFont(font)
    for place, (label, picture) in enumerate(pictures):
        painter.drawText(place * width + 10, LABEL_HEIGHT - 8, label)
        painter.drawImage(place * width, LABEL_HEIGHT, picture.scaled(width, height))
    painter.end()
    return sheet


def run_in_terminal(folder: Path) -> int:
    """Do the demo without a display; returns the exit status."""
    import os

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication(sys.argv[:1])
    client = EngineClient()
    demo = TerminalDemo(client, folder, sys.stderr)
    demo.finished.connect(application.exit)
    signal.signal(signal.SIGINT, lambda *_: demo.interrupt())
    heartbeat = QTimer()  # lets Python see the signal while Qt waits
    heartbeat.start(200)
    heartbeat.timeout.connect(lambda: None)
    client.start()
    demo.start()
    status = application.exec()
    client.close()
    return status
