"""A picture as the compare view shows it: pixels with the facts that a viewer must know about them."""

from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage


@dataclass(frozen=True, eq=False)
class FramePicture:
    """One picture on view.

    Attributes:
        image: RGB32, or RGB30 of a deep source on a deep display, turned upright, at its stored number of pixels; owns
            its bytes.
        title: what its source is called.
        frame: its frame number in its own source, None where it has none.
        aspect: width of one pixel divided by its height.
        current: whether it belongs to the playhead; False while its source lags behind or has no frame there.
        note: what to say beside the frame number, "" for nothing.
        draft: whether it only stands in for the frame until that comes: scaled up from a small picture.
        interpolated: whether it is no frame of its source, but made between `frame` and the next one.
    """

    image: QImage
    title: str
    frame: int | None = None
    aspect: Fraction = Fraction(1)
    current: bool = True
    note: str = ""
    draft: bool = False
    interpolated: bool = False

    @property
    def size(self) -> QSizeF:
        """Size in square pixels: the stored size with the side stretched that the aspect makes longer."""
        width, height = float(self.image.width()), float(self.image.height())
        if self.aspect >= 1:
            return QSizeF(width * float(self.aspect), height)
        return QSizeF(width, height / float(self.aspect))
