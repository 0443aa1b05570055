"""A small picture of a raw file, read as a layout says: what shows at once whether the layout is right."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from nvc_engine.protocol.messages import ClipOpened, CloseClip, Failed, FrameReady, GetFrame, OpenClip, RawSpec
from nvc_engine.protocol.ring import FrameRing
from nvc_studio.engine_client import EngineClient
from nvc_studio.throttle import Throttle

WIDTH = 320
INTERVAL_MS = 150
CHANNEL = "raw-thumbnail"


class RawThumbnail(QObject):
    """Opens the file through the engine as the newest layout says, one question at a time.

    Signals:
        picture: a QImage at most WIDTH wide, of the layout that was shown last.
        refused: why there is none; a sentence.
    """

    picture = Signal(QImage)
    refused = Signal(str)

    def __init__(self, client: EngineClient, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._path = path
        self._spec: RawSpec | None = None
        self._asked: RawSpec | None = None
        self._clip: int | None = None
        self._ring: FrameRing | None = None
        self._closed = False
        self._throttle = Throttle(self._ask, INTERVAL_MS, self)

    def show(self, spec: RawSpec | None) -> None:
        """Show the first frame of this layout; None: none."""
        self._spec = spec
        if spec is not None and not self._closed:
            self._throttle()

    def close(self) -> None:
        """Let go of the clip and the memory; for when the dialog closes."""
        self._closed = True
        self._throttle.cancel()
        self._let_go()

    def _ask(self) -> None:
        if self._asked is not None or self._spec is None or self._closed:
            return
        self._asked = self._spec
        self._client.ask(OpenClip(self._client.next_request(), str(self._path), self._asked), self._opened)

    def _opened(self, answer: object) -> None:
        if isinstance(answer, ClipOpened):
            self._clip = answer.clip
            try:
                self._ring = None if self._closed else self._client.new_ring(1, 4 * _most_pixels(answer))
            except OSError:
                self._ring = None
            if self._ring is not None:
                request = self._client.next_request()
                question = GetFrame(request, answer.clip, 0, self._ring.name, 0, CHANNEL, max_width=WIDTH)
                self._client.ask(question, self._answered)
                return
        self._answered(answer)

    def _answered(self, answer: object) -> None:
        told, self._asked = self._asked, None
        if told == self._spec and not self._closed:
            if isinstance(answer, FrameReady) and self._ring is not None:
                with self._ring.slot(0) as pixels:
                    picture = QImage(pixels, answer.width, answer.height, answer.stride, QImage.Format.Format_RGB32)
                    self.picture.emit(picture.copy())
            elif isinstance(answer, Failed):
                self.refused.emit(answer.sentence)
        self._let_go()
        if told != self._spec and not self._closed:
            self._throttle()

    def _let_go(self) -> None:
        if self._asked is not None:
            return  # The engine may be about to write there; its answer comes.
        if self._clip is not None:
            self._client.send(CloseClip(self._clip))
            self._clip = None
        if self._ring is not None:
            self._ring.close()
            self._ring = None


def _most_pixels(opened: ClipOpened) -> int:
    """The pixels of the reduced picture at most; narrow ones come as they are."""
    facts = opened.facts
    factor = -(-facts.width // WIDTH)
    width, height = facts.width // factor + 1, facts.height // factor + 1
    return (width + 64) * height
