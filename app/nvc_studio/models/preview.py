"""The picture that sharpens: the current reconstruction of a running job, asked for now and then."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from nvc_engine.protocol.messages import ClipFacts, Failed, FrameDropped, JobFacts, JobState, PreviewReady, WantPreview
from nvc_engine.protocol.ring import FrameRing
from nvc_studio.engine_client import EngineClient
from nvc_studio.models.engine_status import EngineStatus

PERIOD_MS = 2000
SLOTS = 2
LEAST_SLOT_BYTES = 4 * 1920 * 1088


class PreviewModel(QObject):
    """Asks a running job for one frame about every two seconds, while somebody looks.

    Signals:
        picture: a QImage, the training step that it shows, and the frame of the source that it is of.
    """

    picture = Signal(QImage, int, int)

    def __init__(self, client: EngineClient, status: EngineStatus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._status = status
        self._job: JobFacts | None = None
        self._frame = 0
        self._clip: ClipFacts | None = None
        self._looking = False
        self._ring: FrameRing | None = None
        self._slot = 0
        self._slot_bytes = LEAST_SLOT_BYTES
        self._asked: tuple[int, str] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self._ask)
        status.became_ready.connect(self._forget_question)

    def show(self, job: JobFacts | None, *, looking: bool) -> None:
        """Follow `job` (None: nobody); ask for pictures only while somebody is `looking`."""
        changed = (job.id if job else None) != (self._job.id if self._job else None) or looking != self._looking
        self._job, self._looking = job, looking
        wanted = looking and job is not None and job.state is JobState.RUNNING and not job.request.training
        if not wanted:
            self._timer.stop()
        elif changed or not self._timer.isActive():
            self._timer.start()
            self._ask()

    def set_clip(self, clip: ClipFacts | None) -> None:
        """The clip in view: `set_frame` counts its frames, and pictures of its size have room."""
        self._clip = clip
        if clip is not None:
            self._slot_bytes = max(self._slot_bytes, 4 * clip.width * clip.height)

    def set_frame(self, frame: int) -> None:
        """The frame to ask for while the job's source is in view; of other jobs it is the first."""
        self._frame = max(0, frame)

    def stop(self) -> None:
        """Ask for no more pictures."""
        self._timer.stop()

    @Slot()
    def _ask(self) -> None:
        if self._job is None or self._asked is not None or not self._status.ready:
            return
        try:
            if self._ring is None or self._ring.slot_bytes < self._slot_bytes:
                if self._ring is not None:
                    self._ring.close()  # Nothing is asked, so nobody writes to it.
                    self._ring = None
                self._ring = self._client.new_ring(SLOTS, self._slot_bytes)
        except OSError:
            return  # No shared memory to be had now; the next turn tries again.
        request = self._client.next_request()
        self._asked = (request, self._job.id)
        self._slot = (self._slot + 1) % SLOTS
        self._client.ask(
            WantPreview(request, self._job.id, self._frame_of_job(), self._ring.name, self._slot), self._answered
        )

    def _frame_of_job(self) -> int:
        """The wanted frame as the job counts it: from the first frame that it encodes."""
        assert self._job is not None
        request = self._job.request
        if self._clip is None or Path(self._clip.path) != Path(request.source):
            return 0
        first, stop = request.first or 0, request.stop
        last = None if stop is None else stop - first - 1
        frame = max(0, self._frame - first)
        return frame if last is None else min(frame, max(0, last))

    def _answered(self, answer: object) -> None:
        if self._asked is None or not isinstance(answer, PreviewReady | FrameDropped | Failed):
            return
        request, job = self._asked
        if answer.request != request:
            return
        self._asked = None
        if not isinstance(answer, PreviewReady) or self._ring is None or self._job is None or self._job.id != job:
            return
        if 0 < answer.width <= answer.stride // 4 and 0 < answer.height * answer.stride <= self._ring.slot_bytes:
            frame = answer.frame + (self._job.request.first or 0)
            self.picture.emit(_picture(self._ring, self._slot, answer), answer.step, frame)

    @Slot()
    def _forget_question(self) -> None:
        self._asked = None


def _picture(ring: FrameRing, slot: int, ready: PreviewReady) -> QImage:
    """The picture of a slot, copied out so that the slot is free again."""
    with ring.slot(slot) as pixels:
        return QImage(pixels, ready.width, ready.height, ready.stride, QImage.Format.Format_RGB32).copy()
