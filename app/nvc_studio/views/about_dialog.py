"""What this program is, with the versions of all that it stands on, and diagnostics to copy."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nvc_studio.models.diagnostics import versions
from nvc_studio.translation import mark, tr

_ABOUT = mark("A desktop studio for neural video compression, under the MIT licence.")
_COLUMNS = 2


class AboutDialog(QDialog):
    """Closes without asking; `copy` copies what `diagnostics` gives when it is pressed."""

    def __init__(self, picture: QIcon, diagnostics: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("About NVC Studio"))
        self._diagnostics = diagnostics
        shown = QLabel()
        shown.setPixmap(picture.pixmap(64, 64))
        shown.setAccessibleName(tr("NVC Studio's icon"))
        (_, version), *libraries = versions()
        title = QLabel(f"NVC Studio {version}")
        font = title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.4)
        title.setFont(font)
        about = QLabel(tr(_ABOUT))
        about.setWordWrap(True)
        self.copy = QPushButton(tr("Copy &diagnostics"))
        self.copy.setToolTip(tr("Copy versions, the machine, the engine's state and the end of its log, for a report"))
        self.copy.clicked.connect(self._copy)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(about)
        head.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(head)
        layout.addLayout(_table(libraries))
        layout.addWidget(buttons)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._diagnostics())
        self.copy.setText(tr("Copied"))


def _table(versions: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(3)
    for number, (name, version) in enumerate(versions):
        row, column = number // _COLUMNS, 2 * (number % _COLUMNS)
        label = QLabel(name)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        value = QLabel(tr(version))
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(label, row, column)
        grid.addWidget(value, row, column + 1)
        grid.setColumnStretch(column + 1, 1)
    return grid
