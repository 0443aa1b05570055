"""Pictures that take longer to make than the window may stand still, made in a thread."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.telling import Telling


@dataclass(frozen=True, eq=False)
class MadePicture:
    """A picture made of others. `key` says of which and how; `pair` are A and the other one."""

    key: tuple[object, ...]
    pair: tuple[FramePicture, FramePicture]
    image: QImage


class PictureMaker(QObject):
    """Makes one picture at a time; of those that wait only the newest is made. The last one stays until then.

    Signals:
        made(): `picture` is another.
    """

    made = Signal()
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picture: MadePicture | None = None
        self._under_way: tuple[object, ...] | None = None
        self._waiting: tuple[tuple[object, ...], Callable[[], MadePicture]] | None = None
        self._tell_ended = Telling(self, self._ended.emit)
        self._ended.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a picture is being made."""
        return self._under_way is not None

    def want(self, key: tuple[object, ...], work: Callable[[], MadePicture]) -> None:
        """Have the picture of `key` made by `work`, which touches nothing of Qt but images."""
        self._waiting = None
        if key == self._under_way or (self._under_way is None and self.picture and self.picture.key == key):
            return
        self._waiting = (key, work)
        self._start()

    def forget(self) -> None:
        """Let go of the picture, and make none."""
        self.picture = self._waiting = None

    def _start(self) -> None:
        if self._under_way is None and self._waiting is not None:
            (self._under_way, work), self._waiting = self._waiting, None
            threading.Thread(target=self._make, args=(work,), name="picture-maker", daemon=True).start()

    def _make(self, work: Callable[[], MadePicture]) -> None:
        self._tell_ended(work())

    @Slot(object)
    def _take(self, made: MadePicture) -> None:
        self._under_way = None
        self.picture = made
        self._start()
        self.made.emit()
