"""The demo in the window: the sample is encoded with the curves moving, and the A/B view shows the result."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from nvc_engine.protocol.messages import JobState
from nvc_studio.application import run
from nvc_studio.main_window import MainWindow
from nvc_studio.models.demo_job import demo_request


class WindowDemo(QObject):
    """Orders the demo's job in a window, and turns to the comparison when it is done."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window = window
        self._request = demo_request(folder)
        self._job = ""
        window.studio.jobs.job_changed.connect(self._job_changed)

    def start(self) -> None:
        """Open the sample and queue its encode; both wait for the engine by themselves."""
        self._window.open_paths([Path(self._request.source)])
        self._window.studio.jobs.order(self._request, self._ordered)

    def _ordered(self, job_id: str) -> None:
        self._job = job_id
        self._window.queue.choose(job_id)

    @Slot(str)
    def _job_changed(self, job_id: str) -> None:
        job = self._window.studio.jobs.job(job_id)
        if job is not None and job_id == self._job and job.state is JobState.DONE:
            self._job = ""
            self._window.compare_job(job_id)


def run_in_window(folder: Path) -> int:
    """Do the demo in the window and stay until it is closed; returns the exit status."""
    return run((), lambda window: WindowDemo(window, folder).start())
