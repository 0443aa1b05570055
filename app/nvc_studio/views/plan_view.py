"""The plan of an encode, under the form that it belongs to."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from nvc_engine.protocol.messages import Plan
from nvc_studio.models.planning import PlanModel, plan_lines
from nvc_studio.theme import Theme
from nvc_studio.translation import tr


class PlanView(QFrame):
    """Estimates line by line, notes below them, a warning or a refusal in colour. The last plan stays until the
    next is there."""

    def __init__(self, plans: PlanModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = ""
        self._bad = False
        self.setAccessibleName(tr("Estimates"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._words_label = QLabel()
        self._words_label.setWordWrap(True)
        self._words_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words_label.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._grid)
        layout.addWidget(self._words_label)
        plans.planned.connect(self._planned)
        plans.refused.connect(self._refused)
        plans.cleared.connect(self._cleared)
        theme.changed.connect(self._colour)

    @property
    def text(self) -> str:
        """All that is shown, as one text."""
        items = [self._grid.itemAt(index) for index in range(self._grid.count())]
        labels = [item.widget() for item in items if item is not None]
        return " ".join([label.text() for label in labels if isinstance(label, QLabel)] + [self._words])

    @Slot(object)
    def _planned(self, plan: Plan) -> None:
        self._clear_lines()
        for row, (title, value) in enumerate(plan_lines(plan)):
            name, amount = QLabel(title), QLabel(value)
            name.setForegroundRole(name.foregroundRole().PlaceholderText)
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            amount.setAlignment(Qt.AlignmentFlag.AlignTop)
            amount.setWordWrap(True)  # A plan never makes its panel wider.
            amount.setMinimumWidth(1)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(amount, row, 1)
        self._say(" ".join((plan.warning, *plan.notes)).strip(), bad=bool(plan.warning))

    @Slot(str)
    def _refused(self, sentence: str) -> None:
        self._say(sentence, bad=True)

    @Slot()
    def _cleared(self) -> None:
        self._clear_lines()
        self._say("", bad=False)

    def _clear_lines(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _say(self, words: str, *, bad: bool) -> None:
        self._words, self._bad = words, bad
        self._words_label.setText(words)
        self._words_label.setVisible(bool(words))
        self._colour()

    @Slot()
    def _colour(self) -> None:
        colours = self._theme.colours
        chosen = self._words_label.palette()
        chosen.setColor(chosen.ColorRole.WindowText, colours.warning if self._bad else colours.dim)
        self._words_label.setPalette(chosen)
