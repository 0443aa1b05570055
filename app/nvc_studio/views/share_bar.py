"""What the bytes of a file, or the rate of an encode, are spent on: one bar, and its classes in words."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nvc_studio.theme import Theme
from nvc_studio.translation import tr
from nvc_studio.wording import bytes_text

Shares = Sequence[tuple[str, float]]

_BAR, _GAP, _DOT = 10, 4, 8
_MOST_NAMED = 6


class ShareBar(QWidget):
    """A bar in the colours of the curves, the first classes named under it; nothing at all where there are none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shares: Shares = ()
        self._size_text: Callable[[float], str] = bytes_text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.show_shares(())
        self.hide()

    def show_shares(self, shares: Shares) -> None:
        """Show (class, bytes) of a file, the largest first."""
        self._size_text = bytes_text
        self.setAccessibleName(tr("What the bytes are spent on"))
        self._show(tuple(sorted(shares, key=lambda one: -one[1])))

    def show_rates(self, rates: Shares) -> None:
        """Show (class, bits/pixel) of an encode that goes on, as they come: an order that changed would flicker."""
        self._size_text = _rate_text
        self.setAccessibleName(tr("What the estimated rate is spent on"))
        self._show(tuple(rates))

    def _show(self, shares: Shares) -> None:
        shares = tuple(one for one in shares if one[1] > 0)
        if shares == self._shares:
            return
        self._shares = shares
        self.setVisible(bool(shares))
        self.setAccessibleDescription(self.text)
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        """All classes with their sizes and shares, a line each."""
        total, said = sum(size for _, size in self._shares), self._size_text
        return "\n".join(f"{name}: {said(size)}, {100 * size / total:.1f} %" for name, size in self._shares)

    def sizeHint(self) -> QSize:
        return QSize(200, _BAR + len(self._lines(max(self.width(), 200))) * (self.fontMetrics().height() + 2) + _GAP)

    def resizeEvent(self, event: object) -> None:
        self.updateGeometry()

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text, self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        total = sum(size for _, size in self._shares)
        left = 0.0
        for number, (_, size) in enumerate(self._shares):
            width = self.width() * size / total
            painter.fillRect(QRectF(left, 0, max(1.0, width - 1), _BAR), self._colour(number))
            left += width
        height = self.fontMetrics().height() + 2
        for line, words in enumerate(self._lines(self.width())):
            top = _BAR + _GAP + line * height
            for x, number, text in words:
                painter.fillRect(QRectF(x, top + (height - _DOT) / 2, _DOT, _DOT), self._colour(number))
                place = QRectF(x + _DOT + _GAP, top, self.width(), height)
                painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
        painter.end()

    def _colour(self, number: int) -> QColor:
        curves = self._theme.colours.curves
        return QColor(curves[number % len(curves)] if number < len(curves) else self._theme.colours.estimate)

    def _lines(self, width: int) -> list[list[tuple[float, int, str]]]:
        """The named classes in lines: x, number of the class, words."""
        total = sum(size for _, size in self._shares)
        lines: list[list[tuple[float, int, str]]] = []
        x = float(width)
        for number, (name, size) in enumerate(self._shares[:_MOST_NAMED]):
            text = f"{name} {100 * size / total:.0f} %"
            needed = _DOT + _GAP + self.fontMetrics().horizontalAdvance(text) + 3 * _GAP
            if x + needed > width:
                lines.append([])
                x = 0.0
            lines[-1].append((x, number, text))
            x += needed
        return lines


def _rate_text(bpp: float) -> str:
    return tr("about {rate} bpp", rate=f"{bpp:.4f}")
