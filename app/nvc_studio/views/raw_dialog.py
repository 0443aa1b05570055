"""How to read a raw YUV file: what its name and its neighbours tell, shown before it is believed."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from nvc_engine.protocol.messages import RawSpec
from nvc_studio.engine_client import EngineClient
from nvc_studio.models.raw_names import PIXEL_FORMATS, guess_raw, raw_frame_bytes, recall_raw
from nvc_studio.models.raw_thumbnail import RawThumbnail
from nvc_studio.theme import Theme
from nvc_studio.translation import tr
from nvc_studio.views.picture_view import PictureView
from nvc_studio.wording import bytes_text

_RATES = ("24000/1001", "24/1", "25/1", "30000/1001", "30/1", "50/1", "60000/1001", "60/1", "120/1")
_MAX_SIDE = 16384


class RawDialog(QDialog):
    """Asks for size, format and rate; opens non-modally and hands the answer to `then`.

    It begins with the first of `layouts`, those of other files of the folder, that fits the file.
    """

    def __init__(
        self,
        path: Path,
        theme: Theme,
        client: EngineClient,
        then: Callable[[RawSpec], None],
        parent: QWidget | None = None,
        layouts: Iterable[RawSpec] = (),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Raw video: {name}", name=path.name))
        self._path = path
        self._theme = theme
        self._then = then
        self._bytes = path.stat().st_size if path.is_file() else 0
        recalled, guess = recall_raw(path, self._bytes, layouts), guess_raw(path)
        start = recalled or guess or RawSpec(1920, 1080)
        self.width_field = _side(tr("Width"), start.width)
        self.height_field = _side(tr("Height"), start.height)
        self.format_field = QComboBox()
        self.format_field.setAccessibleName(tr("Pixel format"))
        self.format_field.addItems(list(PIXEL_FORMATS))
        self.format_field.setCurrentText(start.pixel_format)
        self.rate_field = QComboBox()
        self.rate_field.setAccessibleName(tr("Frames per second"))
        self.rate_field.setEditable(True)
        self.rate_field.addItems(list(_RATES))
        self.rate_field.setCurrentText(start.rate)
        self._told = QLabel(_origin(recalled, guess))
        self._told.setWordWrap(True)
        self._told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._sum = QLabel()
        self._sum.setWordWrap(True)
        self._sum.setAccessibleDescription(tr("What that comes to"))
        self.thumbnail = PictureView(tr("First frame, read like this"))
        self.thumbnail.setFixedHeight(180)
        self.thumbnail.set_text(tr("The first frame appears here."))
        self._pictures = RawThumbnail(client, path, self)
        self._pictures.picture.connect(self.thumbnail.set_picture)
        self._pictures.refused.connect(self.thumbnail.set_text)
        self.finished.connect(self._pictures.close)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("&Width"), self.width_field)
        form.addRow(tr("&Height"), self.height_field)
        form.addRow(tr("&Format"), self.format_field)
        form.addRow(tr("&Rate"), self.rate_field)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(self._told)
        layout.addWidget(self.thumbnail)
        layout.addLayout(form)
        layout.addWidget(self._sum)
        layout.addWidget(self._buttons)
        for spin in (self.width_field, self.height_field):
            spin.valueChanged.connect(self._changed)
        for combo in (self.format_field, self.rate_field):
            combo.currentTextChanged.connect(self._changed)
        self._changed()
        self.setMinimumWidth(360)

    def spec(self) -> RawSpec | None:
        """The layout as it stands, or None while the rate is no number."""
        try:
            rate = Fraction(self.rate_field.currentText().strip())
        except (ValueError, ZeroDivisionError):
            return None
        if not 0 < rate <= 1000:
            return None
        return RawSpec(
            self.width_field.value(),
            self.height_field.value(),
            self.format_field.currentText(),
            f"{rate.numerator}/{rate.denominator}",
        )

    @property
    def text(self) -> str:
        """What size and format come to, in frames."""
        return self._sum.text()

    @property
    def origin(self) -> str:
        """Where the layout comes from that the dialog began with."""
        return self._told.text()

    def accept(self) -> None:
        spec = self.spec()
        if spec is not None:
            super().accept()
            self._then(spec)

    @Slot()
    def _changed(self) -> None:
        spec = self.spec()
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(spec is not None)
        good = False
        if spec is None:
            text = tr("Give the rate as a number or a fraction, such as 25 or 30000/1001.")
        else:
            each = raw_frame_bytes(spec)
            good = self._bytes >= each and self._bytes % each == 0
            text = _sum_text(self._bytes, each, good)
        self._pictures.show(spec)
        self._sum.setText(text)
        chosen = self._sum.palette()
        colours = self._theme.colours
        chosen.setColor(QPalette.ColorRole.WindowText, colours.text if good else colours.warning)
        self._sum.setPalette(chosen)


def _origin(recalled: RawSpec | None, guess: RawSpec | None) -> str:
    if recalled is not None:
        return tr("Another raw file of this folder was read like this; check it.")
    return tr("The file's name tells this; check it.") if guess else tr("The file's name does not tell how to read it.")


def _sum_text(size: int, each: int, good: bool) -> str:
    """What a file of `size` bytes comes to with frames of `each`; `good`: nothing is left over."""
    frames, rest = divmod(size, each)
    if good:
        return tr("{size} are {count} frames of {each}.", count=frames, size=bytes_text(size), each=bytes_text(each))
    return tr(
        "{size} are {count} frames of {each}, and {rest} bytes are left over: size or format may be wrong.",
        count=frames,
        size=bytes_text(size),
        each=bytes_text(each),
        rest=rest,
    )


def _side(name: str, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(1, _MAX_SIDE)
    spin.setValue(value)
    spin.setSuffix(f" {tr('px')}")
    spin.setAccessibleName(name)
    return spin
