"""The facts of a clip, and how its colours are read."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from nvc_studio.models.clip_lines import clip_lines, colour_sentence
from nvc_studio.models.source_library import MATRICES, Opening
from nvc_studio.models.sources import Source
from nvc_studio.theme import Theme
from nvc_studio.translation import mark, tr

_RANGES = ((mark("Limited (16–235)"), False), (mark("Full (0–255)"), True))


class InfoView(QScrollArea):
    """What the studio knows of the clip in view.

    Signals:
        reinterpreted: another matrix ("": as the stream has it) and range (None: likewise) were chosen.
    """

    reinterpreted = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._assumed = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._colours = QLabel()
        self._colours.setWordWrap(True)
        self.matrix = QComboBox()
        self.matrix.setAccessibleName(tr("Colour matrix"))
        self.matrix.setToolTip(tr("Read the clip's colours by this matrix instead"))
        self.range = QComboBox()
        self.range.setAccessibleName(tr("Colour range"))
        self.range.setToolTip(tr("Read the clip's code values as this range instead"))
        self.matrix.addItem(tr("As found"), "")
        for name in MATRICES:
            self.matrix.addItem({"bt709": "BT.709", "bt601": "BT.601", "bt2020": "BT.2020"}[name], name)
        self.range.addItem(tr("As found"), None)
        for title, full in _RANGES:
            self.range.addItem(tr(title), full)
        self.matrix.activated.connect(self._chosen)
        self.range.activated.connect(self._chosen)
        self._facts = QFormLayout()
        self._facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        choices = QFormLayout()
        choices.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        choices.addRow(tr("M&atrix"), self.matrix)
        choices.addRow(tr("Ran&ge"), self.range)
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addWidget(self._colours)
        layout.addLayout(choices)
        layout.addLayout(self._facts)
        layout.addStretch(1)
        self.setWidget(inner)
        theme.changed.connect(self._dress)
        self.show_source(None, None)

    @property
    def colour_text(self) -> str:
        """The sentence about the clip's colours."""
        return self._colours.text()

    def show_source(self, source: Source | None, opening: Opening | None) -> None:
        """Show the facts of `source`, opened as `opening` says."""
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for combo in (self.matrix, self.range):
            combo.setEnabled(source is not None)
        if source is None:
            self._colours.setText(tr("Open a clip to see what it is."))
            self._assumed = False
            self._dress()
            return
        facts = source.facts
        self._assumed = facts.colour_assumed
        self._colours.setText(colour_sentence(facts))
        self.matrix.setCurrentIndex(max(0, self.matrix.findData(opening.matrix if opening else "")))
        chosen = opening.full_range if opening else None
        self.range.setCurrentIndex(0 if chosen is None else 1 + int(chosen))
        for title, value in clip_lines(facts):
            name, text = QLabel(title), QLabel(value)
            name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if value == facts.path:
                text.setToolTip(facts.path)
                text.setText(Path(facts.path).name)
            self._facts.addRow(name, text)
        self._dress()

    @Slot()
    def _chosen(self) -> None:
        self.reinterpreted.emit(self.matrix.currentData(), self.range.currentData())

    @Slot()
    def _dress(self) -> None:
        colours = self._theme.colours
        chosen = self._colours.palette()
        chosen.setColor(QPalette.ColorRole.WindowText, colours.warning if self._assumed else colours.text)
        self._colours.setPalette(chosen)
