"""The table under the RD chart: mean differences of every curve against one of them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nvc_engine.comparing.bd_rate import Difference, Method
from nvc_engine.comparing.bd_table import BdTable, anchor_curve, bd_table, quality_text, rate_text, refusals
from nvc_engine.comparing.metrics import unit_of
from nvc_studio.models.rd import QUALITY_TITLES, MeasuredCurve, QualityAxis
from nvc_studio.translation import tr

MOST_ROWS = 7
METHOD_TITLES = {Method.PCHIP: "PCHIP", Method.AKIMA: "Akima"}


class BdView(QWidget):
    """BD-rate and BD-quality in the metric of the chart's y axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[MeasuredCurve, ...] = ()
        self._quality = QualityAxis.PSNR_YUV
        self._wanted = ""
        self.anchor_choice = QComboBox()
        self.anchor_choice.setAccessibleName(tr("Anchor of the mean differences"))
        self.anchor_choice.setToolTip(tr("The curve that the others are compared with"))
        self.anchor_choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.anchor_choice.setMinimumContentsLength(10)
        self.method_choice = QComboBox()
        self.method_choice.setAccessibleName(tr("Method of the mean differences"))
        self.method_choice.setToolTip(tr("How the curves run between their points"))
        for method, title in METHOD_TITLES.items():
            self.method_choice.addItem(title, method)
        self.table = QTableWidget(0, 3)
        self.table.setAccessibleName(tr("Mean differences"))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 6)
        heads = self.table.horizontalHeader()
        heads.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        heads.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.notes = QLabel()
        self.notes.setWordWrap(True)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notes.setForegroundRole(self.notes.foregroundRole().PlaceholderText)
        self.notes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        head = QHBoxLayout()
        against = QLabel(tr("Aga&inst"))
        against.setBuddy(self.anchor_choice)
        head.addWidget(against)
        head.addWidget(self.anchor_choice, 1)
        head.addWidget(self.method_choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.table)
        layout.addWidget(self.notes)
        self.anchor_choice.activated.connect(self._anchor_chosen)
        self.method_choice.currentIndexChanged.connect(self._fill)

    @property
    def anchor(self) -> str:
        """The title of the curve that the others are compared with; "" where nobody has chosen one."""
        return self._wanted

    @property
    def method(self) -> Method:
        return Method(self.method_choice.currentData(Qt.ItemDataRole.UserRole))

    def show_curves(self, curves: Sequence[MeasuredCurve], quality: QualityAxis) -> None:
        """Compare these curves in this metric."""
        if (tuple(curves), quality) == (self._curves, self._quality):
            return
        self._curves, self._quality = tuple(curves), quality
        self.anchor_choice.clear()
        self.anchor_choice.addItems([curve.title for curve in self._curves])
        if self._curves:
            titles = [curve.title for curve in self._curves]
            chosen = self._wanted if self._wanted in titles else anchor_curve(self._curves).title
            self.anchor_choice.setCurrentText(chosen)
        self._fill()

    def shown(self) -> BdTable | None:
        """The differences that stand in the table."""
        anchor = next((curve for curve in self._curves if curve.title == self.anchor_choice.currentText()), None)
        return bd_table(self._curves, anchor, self.method, (self._quality,)) if anchor is not None else None

    @Slot()
    def _anchor_chosen(self) -> None:
        self._wanted = self.anchor_choice.currentText()
        self._fill()

    @Slot()
    def _fill(self) -> None:
        table = self.shown()
        if table is None:
            self.table.setRowCount(0)
            self.notes.clear()
            return
        anchor_title = table.anchor
        metric = QUALITY_TITLES[self._quality].removesuffix(" (dB)").removesuffix(" 6:1:1")
        titles = (tr("Curve"), tr("BD-rate\n− saves"), tr("BD-{metric}\n+ better", metric=metric))
        for column, text in enumerate(titles):
            head = QTableWidgetItem(text)
            head.setToolTip(table.heading)
            self.table.setHorizontalHeaderItem(column, head)
        self.table.setRowCount(len(table.rows))
        for row, (title, cells) in enumerate(table.rows):
            self._set(row, 0, title, title)
            for cell in cells:
                self._set(row, 1, *_shown(cell.rate, 100, " %", 1, cell.rate_refused or rate_text(cell)))
                unit = unit_of(cell.metric)
                self._set(
                    row, 2, *_shown(cell.quality, 1, unit, 2 if unit else 3, cell.quality_refused or quality_text(cell))
                )
            for column in (1, 2) if not cells else ():
                self._set(row, column, "-", tr("{curve} has no {metric}.", curve=anchor_title, metric=metric))
        stated = tr("In brackets: how much of the shorter range both have in common, in %.")
        self.notes.setText("\n".join((stated, *refusals(table))))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its rows, up to a few; more of them scroll."""
        rows = min(MOST_ROWS, self.table.rowCount())
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + rows * self.table.verticalHeader().defaultSectionSize() + 2)
        # A label that wraps asks for the height of a width that it does not have.
        self.notes.setFixedHeight(max(0, self.notes.heightForWidth(self.width())))

    def _set(self, row: int, column: int, text: str, tip: str) -> None:
        item = QTableWidgetItem(text)
        item.setToolTip(tip or text)
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, column, item)


def _shown(found: Difference | None, factor: float, unit: str, decimals: int, more: str) -> tuple[str, str]:
    """A difference in short, and what is said of it on hovering."""
    if found is None:
        return "-", more
    return f"{factor * found.value:+.{decimals}f}{unit} [{100 * found.overlap:.0f}]", more
