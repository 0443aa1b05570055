"""A label that is never wider than its place: long paths and names break where people would break them."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_BREAK = "\u200b"  # a place where a line may end, of no width
_AFTER = re.compile(r"([/\\_])(?=.)")
_BEFORE = re.compile(r"(?<=[^\W\d_])\.(?=\w)")


class WrappedLabel(QLabel):
    """Plain text over as many lines as it takes; `text` is without the places at which it may be broken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(_BEFORE.sub(f"{_BREAK}.", _AFTER.sub(rf"\1{_BREAK}", text)))

    def text(self) -> str:
        return super().text().replace(_BREAK, "")
