"""A job's log, and a button that copies all that a report of a problem should hold."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from nvc_studio.translation import tr

WIDTH, HEIGHT = 760, 420


class JobLogDialog(QDialog):
    """Shows a log; closes without asking.

    Attributes:
        text: the log.
        copy: copies the diagnostics.
    """

    def __init__(self, title: str, log: str, diagnostics: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Log of {title}", title=title))
        self.resize(WIDTH, HEIGHT)
        self._diagnostics = diagnostics
        self.text = QPlainTextEdit(log or tr("Nothing has happened to this job yet."))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Log"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())
        self.copy = QPushButton(tr("Copy &diagnostics"))
        self.copy.setToolTip(tr("Copy the log, the order, versions and the machine, for a report of a problem"))
        self.copy.clicked.connect(self._copy)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._diagnostics)
        self.copy.setText(tr("Copied"))
