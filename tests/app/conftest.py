"""A window whose jobs are kept by a real list, without a process behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nvc_engine.errors import EngineError
from nvc_engine.jobs.store import JobStore
from nvc_engine.protocol.messages import (
    ClipFacts,
    CodecFacts,
    Codecs,
    CommandJob,
    Done,
    EditJob,
    Failed,
    JobChanged,
    JobRemoved,
    JobSubmitted,
    PresetFacts,
    SettingFacts,
    SubmitJob,
)
from nvc_studio.main_window import MainWindow
from nvc_studio.models.sources import Source
from nvc_studio.studio import Studio

PROBE = CodecFacts(
    "probe", "Probe", "A codec", (PresetFacts("small", "Small", "Fits anywhere."), PresetFacts("large", "Large", "")),
    (SettingFacts("width", "int", "Width", "Channels", 16, minimum=4, maximum=128),),
    True, "Lambda", 1, 9, 4,
)  # fmt: skip


def clip_source(path: Path) -> Source:
    """A clip as the engine would have opened it."""
    facts = ClipFacts(
        path=str(path), container="matroska", codec="ffv1", width=64, height=48, frames=12, rate="25/1",
        time_base="1/25", timestamps=tuple(range(12)), pixel_format="yuv420p", bit_depth=8, matrix="bt601",
        primaries="2", transfer="2", full_range=False, colour_assumed=False,
    )  # fmt: skip
    return Source(1, path.name, facts)


class ListedJobs:
    """Answers what a window asks about jobs from a `JobStore`, and tells it of every change, as the engine does."""

    def __init__(self, window: MainWindow, store: JobStore) -> None:
        self.store = store
        self._jobs = window.studio.jobs

    def ask(self, message, answered) -> None:
        try:
            answer = self._do(message)
        except EngineError as error:
            answer = Failed(message.request, str(error))
        answered(answer)
        self.tell()

    def tell(self) -> None:
        """Tell the window of all jobs as they are."""
        listed = {job.id: job for job in self.store.all(history=True)}
        for known in self._jobs.jobs:
            if known.id not in listed:
                self._jobs.receive(JobRemoved(known.id))
        for job in listed.values():
            self._jobs.receive(JobChanged(job))

    def _do(self, message):
        match message:
            case SubmitJob():
                return JobSubmitted(message.request, self.store.add(message.job).id)
            case EditJob():
                self.store.edit(message.job, message.order)
            case CommandJob():
                self.store.command(message.job, message.verb)
        return Done(message.request)


@pytest.fixture
def bare_window(qtbot, qapp) -> Iterator[MainWindow]:
    """The window without an engine; it knows one codec."""
    made = MainWindow(Studio(qapp))
    qtbot.addWidget(made)
    made.studio.codecs.set_codecs(Codecs(0, (PROBE,), ("auto", "cpu")))
    made.show()
    yield made
    made.close()


@pytest.fixture
def listed(bare_window, monkeypatch) -> Iterator[ListedJobs]:
    """The list behind `bare_window`."""
    with JobStore() as store:
        jobs = ListedJobs(bare_window, store)
        monkeypatch.setattr(bare_window.studio.client, "ask", jobs.ask)
        yield jobs


@pytest.fixture
def opened():
    """Makes a source of a path."""
    return clip_source
