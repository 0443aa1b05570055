"""The one thing that is asked of an encode: a kind, a number and its unit."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QWidget

from nvc_engine.protocol.messages import CodecFacts, Goal, GoalKind
from nvc_studio.translation import tr

BYTES_PER_KB = 1000.0
DEFAULT_BPP = 0.1
DEFAULT_PSNR = 36.0


@dataclass(frozen=True)
class Extent:
    """How much picture there is: pixels of a frame, frames, frames per second."""

    pixels: int
    frames: int
    rate: float


class GoalField(QWidget):
    """Bits per pixel, kb/s, file size, PSNR or the codec's quality step. A rate stays the same when the unit changes;
    what the codec cannot aim at cannot be chosen.

    Signals:
        changed: the goal is another.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._codec: CodecFacts | None = None
        self._extent: Extent | None = None
        self._kind = GoalKind.BPP
        self._quality: float | None = None
        self._psnr = DEFAULT_PSNR
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind of goal"))
        self.kind.setToolTip(tr("What the encode aims at"))
        for title, kind in (
            (tr("Bits per pixel"), GoalKind.BPP),
            (tr("Bitrate"), GoalKind.BITRATE),
            (tr("File size"), GoalKind.SIZE),
            (tr("PSNR-YUV"), GoalKind.PSNR),
            (tr("Quality step"), GoalKind.QUALITY),
        ):
            self.kind.addItem(title, kind)
        self.value = QDoubleSpinBox()
        self.value.setAccessibleName(tr("Goal"))
        self.value.setKeyboardTracking(False)
        self.value.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.kind, 1)
        layout.addWidget(self.value, 1)
        self.setFocusProxy(self.kind)
        self._fit()
        self.value.setValue(DEFAULT_BPP)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.value.valueChanged.connect(self.changed)

    @property
    def goal(self) -> Goal:
        """The goal as it stands."""
        value = self.value.value()
        return Goal(self._kind, value * BYTES_PER_KB if self._kind is GoalKind.SIZE else value)

    def set_goal(self, goal: Goal) -> None:
        """Show `goal`."""
        self.kind.setCurrentIndex(self.kind.findData(goal.kind))
        self.value.setValue(goal.value / BYTES_PER_KB if goal.kind is GoalKind.SIZE else goal.value)

    def set_codec(self, codec: CodecFacts) -> None:
        """Take the kinds of goal, and the range and the name of the quality step from `codec`."""
        self._codec = codec
        self._quality = None
        items = self.kind.model()
        assert isinstance(items, QStandardItemModel)
        for row in range(self.kind.count()):
            items.item(row).setEnabled(self.kind.itemData(row) in codec.goals)
        if self._kind not in codec.goals:
            self.kind.setCurrentIndex(self.kind.findData(codec.goals[0]))
        self.kind.setItemText(self.kind.findData(GoalKind.QUALITY), tr(codec.quality_title))
        if self._kind is GoalKind.QUALITY:
            self._fit()
            self.value.setValue(codec.quality_default)

    def set_extent(self, extent: Extent | None) -> None:
        """What rates are converted with."""
        self._extent = extent

    def _kind_chosen(self) -> None:
        old, bpp = self._kind, self._bpp()
        if old is GoalKind.QUALITY:
            self._quality = self.value.value()
        elif old is GoalKind.PSNR:
            self._psnr = self.value.value()
        self._kind = GoalKind(self.kind.currentData())
        blocked = self.value.blockSignals(True)
        self._fit()
        self.value.setValue(self._converted(bpp))
        self.value.blockSignals(blocked)
        self.changed.emit()

    def _bpp(self) -> float:
        """The present goal in bits per pixel, where that can be told."""
        value, extent = self.value.value(), self._extent
        if self._kind is GoalKind.BPP:
            return value
        if extent is None or self._kind in (GoalKind.PSNR, GoalKind.QUALITY):
            return DEFAULT_BPP
        if self._kind is GoalKind.BITRATE:
            return value * 1000 / (extent.pixels * extent.rate)
        return value * BYTES_PER_KB * 8 / (extent.pixels * extent.frames)

    def _converted(self, bpp: float) -> float:
        extent = self._extent or Extent(640 * 360, 100, 25.0)
        match self._kind:
            case GoalKind.BPP:
                return bpp
            case GoalKind.BITRATE:
                return bpp * extent.pixels * extent.rate / 1000
            case GoalKind.SIZE:
                return bpp * extent.pixels * extent.frames / 8 / BYTES_PER_KB
            case GoalKind.PSNR:
                return self._psnr
            case GoalKind.QUALITY:
                default = self._codec.quality_default if self._codec else 1.0
                return default if self._quality is None else self._quality

    def _fit(self) -> None:
        decimals, low, high, unit = {
            GoalKind.BPP: (4, 0.0005, 24.0, f" {tr('bpp')}"),
            GoalKind.BITRATE: (1, 0.5, 10_000_000.0, f" {tr('kb/s')}"),
            GoalKind.SIZE: (1, 0.5, 1_000_000_000.0, f" {tr('kB')}"),
            GoalKind.PSNR: (2, 10.0, 70.0, f" {tr('dB')}"),
            GoalKind.QUALITY: (2, 0.0, 1000.0, ""),
        }[self._kind]
        if self._kind is GoalKind.QUALITY and self._codec is not None:
            low, high = self._codec.quality_minimum, self._codec.quality_maximum
        self.value.setDecimals(decimals)
        self.value.setRange(low, high)
        self.value.setSuffix(unit)
        self.value.setToolTip(tr("{low:g} to {high:g}{unit}", low=low, high=high, unit=unit))
