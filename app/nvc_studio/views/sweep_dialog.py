"""Puts a comparison of codecs together: which ones, at how many rates, for how long, and where the report goes."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nvc_engine.protocol.messages import CodecFacts, RawSpec, SweepRequest
from nvc_studio.models.codecs import CodecsModel
from nvc_studio.models.command_line import sweep_command
from nvc_studio.models.sources import Source
from nvc_studio.translation import tr
from nvc_studio.views.file_questions import ask_folder
from nvc_studio.views.frame_range_field import FrameRangeField
from nvc_studio.wording import duration_text

MOST_POINTS = 16
POINTS = 4
MOST_BPP = 24.0


@dataclass
class _Row:
    """One codec of the dialog."""

    codec: CodecFacts
    taken: QCheckBox
    preset: QComboBox


class SweepDialog(QDialog):
    """Makes a `SweepRequest`; does not hold up the window.

    Signals:
        ordered: the `SweepRequest`.
    """

    ordered = Signal(object)

    def __init__(
        self, codecs: CodecsModel, source: Source, raw: RawSpec | None, published: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Compare codecs on {title}", title=source.title))
        self._source, self._raw, self._published = source, raw, published
        self.rows = [self._row(codec) for codec in codecs.codecs]
        self.points = QSpinBox()
        self.points.setRange(1, MOST_POINTS)
        self.points.setValue(POINTS)
        self.points.setAccessibleName(tr("Encodes of each codec"))
        self.points.setToolTip(tr("BD-rate needs four points or more of each codec"))
        self.rates = QLineEdit()
        self.rates.setAccessibleName(tr("Rates in bits per pixel"))
        self.rates.setPlaceholderText(tr("each codec chooses; or 0.05, 0.1, 0.2, 0.4"))
        self.rates.setToolTip(tr("Bits per pixel that every codec aims at, in place of points that each chooses"))
        self.minutes = QDoubleSpinBox()
        self.minutes.setRange(0.05, 100_000)
        self.minutes.setDecimals(2)
        self.minutes.setSuffix(f" {tr('min')}")
        self.minutes.setAccessibleName(tr("Time budget of each encode that trains"))
        self.minutes.setValue(next((row.codec.default_minutes for row in self.rows if row.codec.trains), 5.0))
        self.frames = FrameRangeField()
        self.frames.set_frames(source.facts.frames)
        self.device = QComboBox()
        self.device.setAccessibleName(tr("Device"))
        self.device.addItems(list(codecs.devices))
        clip = Path(source.facts.path)
        self.folder = QLineEdit(str(clip.with_name(f"{clip.stem}.comparison")))
        self.folder.setAccessibleName(tr("Folder of files and report"))
        self.browse = QToolButton()
        self.browse.setText("…")
        self.browse.setAccessibleName(tr("Choose the folder"))
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.start = self.buttons.addButton(tr("&Compare"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.copy = self.buttons.addButton(tr("Cop&y as command"), QDialogButtonBox.ButtonRole.ActionRole)
        self._lay_out()
        self._connect()
        self._changed()

    def request(self) -> SweepRequest | None:
        """The comparison as it stands, or None where no codec is chosen, no folder, or the rates are none."""
        bpp = rates_of(self.rates.text())
        chosen = [row for row in self.rows if row.taken.isChecked()]
        folder = self.folder.text().strip()
        if not chosen or not folder or bpp is None:
            return None
        first, stop = self.frames.range
        names = [":".join(filter(None, (row.codec.name, row.preset.currentData()))) for row in chosen]
        clip = Path(self._source.facts.path)
        return SweepRequest(
            source=str(clip),
            folder=str(clip.parent / Path(folder).expanduser()),
            codecs=tuple(names),
            points=self.points.value(),
            bpp=bpp,
            minutes=self.minutes.value() if any(row.codec.trains for row in chosen) else None,
            first=first,
            stop=stop,
            device=self.device.currentText() or "auto",
            raw=self._raw,
            published=self._published,
        )

    def _row(self, codec: CodecFacts) -> _Row:
        taken = QCheckBox(tr(codec.title))
        taken.setToolTip(tr(codec.help))
        preset = QComboBox()
        preset.setAccessibleName(tr("Preset of {title}", title=tr(codec.title)))
        if codec.automatic:
            preset.addItem(tr("Automatic"), "")
        for one in codec.presets:
            preset.addItem(tr(one.title), one.name)
            preset.setItemData(preset.count() - 1, tr(one.help), Qt.ItemDataRole.ToolTipRole)
        preset.setEnabled(False)
        taken.toggled.connect(preset.setEnabled)
        return _Row(codec, taken, preset)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for number, row in enumerate(self.rows):
            grid.addWidget(row.taken, number, 0)
            grid.addWidget(row.preset, number, 1)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("&Points a codec"), self.points)
        form.addRow(tr("&Rates (bpp)"), self.rates)
        form.addRow(tr("&Time an encode"), self.minutes)
        form.addRow(tr("Fra&mes"), self.frames)
        form.addRow(tr("Dev&ice"), self.device)
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(self.browse)
        form.addRow(tr("F&older"), place)
        label = form.labelForField(place)
        if isinstance(label, QLabel):
            label.setBuddy(self.folder)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addSpacing(6)
        layout.addLayout(form)
        layout.addWidget(self.summary)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(460)

    def _connect(self) -> None:
        for row in self.rows:
            row.taken.toggled.connect(self._changed)
        self.points.valueChanged.connect(self._changed)
        self.rates.textChanged.connect(self._changed)
        self.minutes.valueChanged.connect(self._changed)
        self.folder.textChanged.connect(self._changed)
        self.browse.clicked.connect(self._browse)
        self.buttons.accepted.connect(self._order)
        self.buttons.rejected.connect(self.reject)
        self.copy.clicked.connect(self._copy)

    @Slot()
    def _changed(self) -> None:
        request = self.request()
        self.start.setEnabled(request is not None)
        self.copy.setEnabled(request is not None)
        chosen = [row.codec for row in self.rows if row.taken.isChecked()]
        self.minutes.setEnabled(any(codec.trains for codec in chosen))
        if not chosen:
            self.summary.setText(tr("Choose the codecs to compare."))
            return
        bpp = rates_of(self.rates.text())
        self.points.setEnabled(bpp == ())
        if bpp is None:
            self.summary.setText(
                tr("Give 1 to {most} rates that rise, with commas between them: 0.05, 0.1, 0.2.", most=MOST_POINTS)
            )
            return
        each = len(bpp) or self.points.value()
        words = [tr("{count} encodes", count=len(chosen) * each)]
        training = sum(codec.trains for codec in chosen) * each
        if training:
            duration = duration_text(60 * training * self.minutes.value())
            words.append(tr("{duration} of training among them", duration=duration))
        told = [tr("{work}; what has been measured before is not encoded again.", work=", ".join(words))]
        if each < POINTS:
            told.append(tr("A BD-rate needs four points of each codec."))
        self.summary.setText(" ".join(told))

    @Slot()
    def _browse(self) -> None:
        start = Path(self.folder.text()).parent
        ask_folder(self, tr("Folder of files and report"), start, lambda path: self.folder.setText(str(path)))

    @Slot()
    def _order(self) -> None:
        request = self.request()
        if request is not None:
            self.ordered.emit(request)
            self.accept()

    @Slot()
    def _copy(self) -> None:
        request = self.request()
        if request is not None:
            QGuiApplication.clipboard().setText(sweep_command(request))


def rates_of(text: str) -> tuple[float, ...] | None:
    """Rates from "0.05, 0.1, 0.2"; () of nothing, None of what is no list of rates that rise."""
    words = [word for word in text.replace(";", ",").split(",") if word.strip()]
    try:
        rates = tuple(float(word) for word in words)
    except ValueError:
        return None
    rising = all(0 < low < high for low, high in pairwise((1e-9, *rates)))
    return rates if len(rates) <= MOST_POINTS and rising and all(rate < MOST_BPP for rate in rates) else None
