"""Looking closely at the pixel under the pointer: the loupe, and the table of code values."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Signal
from PySide6.QtGui import QPainter

from nvc_engine.protocol.messages import PixelRead
from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.models.pixel_values import PixelPlace
from nvc_studio.views.frame_loupe import draw_loupe, draw_pixel_table, pixel_rows


class Surface(Protocol):
    """What the probe must know of the canvas that it is drawn on."""

    @property
    def pictures(self) -> tuple[FramePicture | None, ...]: ...
    def pane_at(self, point: QPointF) -> QRectF: ...
    def picture_rect(self, pane: QRectF) -> QRectF: ...


class FrameProbe(QObject):
    """Follows the pointer over the pictures while `loupe` or `inspecting` is on.

    Attributes:
        place: the pixel under the pointer, counted in A as it stands upright; None outside the pictures.

    Signals:
        switched(): the loupe or the table was switched on or off.
        pointed(): `place` is another.
        changed(): something else has to be drawn.
    """

    switched = Signal()
    pointed = Signal()
    changed = Signal()

    def __init__(self, surface: Surface, letters: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._surface = surface
        self._letters = letters
        self._at: QPointF | None = None
        self._values: tuple[PixelRead | None, ...] = ()
        self.loupe = False
        self.inspecting = False
        self.place: PixelPlace | None = None

    def set_loupe(self, on: bool) -> None:
        """Show the pixels around the pointer in every picture, large."""
        self.loupe = on
        self._switch()

    def set_inspecting(self, on: bool) -> None:
        """Show the code values of the pixel under the pointer."""
        self.inspecting = on
        self._switch()

    def set_values(self, values: Sequence[PixelRead | None]) -> None:
        """The values at `place`, of A and the others in order; None where one is not known yet."""
        self._values = tuple(values)
        if self.inspecting:
            self.changed.emit()

    def move(self, at: QPointF | None) -> None:
        """The pointer is there, or has left (None)."""
        self._at = at
        if self.loupe or self.inspecting:
            self._find()
            self.changed.emit()

    def draw(self, painter: QPainter, whole: QRectF) -> None:
        """Draw what is on."""
        if self.place is None or self._at is None:
            return
        first = next((picture for picture in self._surface.pictures if picture is not None), None)
        if first is None:
            return
        if self.loupe:
            shown = [
                (letter, picture)
                for letter, picture in zip(self._letters, self._surface.pictures, strict=False)
                if picture is not None
            ]
            across = (self.place.x + 0.5) / first.image.width()
            down = (self.place.y + 0.5) / first.image.height()
            draw_loupe(painter, whole, self._at, QPointF(across, down), shown)
        if self.inspecting:
            rows = pixel_rows(self._letters, self._values)
            depths = [value.bit_depth if value else 0 for value in self._values]
            left = self._at.x() > whole.center().x()
            draw_pixel_table(painter, whole, self.place, rows, depths, left=left)

    def _switch(self) -> None:
        self.place = None
        self._find()
        self.switched.emit()
        self.changed.emit()

    def _find(self) -> None:
        place = self._place() if self.loupe or self.inspecting else None
        if place != self.place:
            self.place = place
            self.pointed.emit()

    def _place(self) -> PixelPlace | None:
        first = next((picture for picture in self._surface.pictures if picture is not None), None)
        if self._at is None or first is None:
            return None
        rect = self._surface.picture_rect(self._surface.pane_at(self._at))
        size = QSizeF(first.image.size())
        if rect.isEmpty() or not rect.contains(self._at):
            return None
        x = int((self._at.x() - rect.left()) / rect.width() * size.width())
        y = int((self._at.y() - rect.top()) / rect.height() * size.height())
        return PixelPlace(min(x, int(size.width()) - 1), min(y, int(size.height()) - 1))
