"""The row above the pictures: ways of comparing, gain and zoom."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from nvc_studio.translation import tr
from nvc_studio.views.compare_actions import CompareActions
from nvc_studio.views.compare_button import CompareButton
from nvc_studio.views.flicker import FLICKER_RATES
from nvc_studio.views.frame_canvas import LETTERS, FrameCanvas
from nvc_studio.views.frame_difference import GAINS
from nvc_studio.views.frame_modes import ViewMode


class CompareBar(QWidget):
    """Buttons for the modes, which source is set against A where there are several, the gain while it means something,
    how fast it flickers while it does, and the zoom in per cent of actual pixels."""

    def __init__(self, canvas: FrameCanvas, actions: CompareActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._gain_title = QLabel(tr("Gain"), self)
        self._gain = QComboBox(self)
        self._gain.setAccessibleName(tr("Gain of the difference"))
        self._gain.setToolTip(tr("How much the difference is amplified (Shift+[ less, Shift+] more)"))
        for gain in GAINS:
            self._gain.addItem(f"×{gain}", gain)
        self._against = QComboBox(self)
        self._against.setAccessibleName(tr("Source set against A"))
        self._against.setToolTip(tr("Which source is set against A (N: the next one)"))
        self._against.setMaximumWidth(self.fontMetrics().averageCharWidth() * 30)
        self._against.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._against.setMinimumContentsLength(8)
        self._against.hide()
        self._rate = QComboBox(self)
        self._rate.setAccessibleName(tr("Changes a second"))
        self._rate.setToolTip(tr("How often the pictures change (Alt+[ slower, Alt+] faster)"))
        for rate in FLICKER_RATES:
            self._rate.addItem(tr("{rate:g} a second", rate=rate), rate)
        self._zoom = QLabel(self)
        self._zoom.setAccessibleDescription(tr("Zoom"))
        self._zoom.setMinimumWidth(self.fontMetrics().horizontalAdvance("6400 %  "))

        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 10, 4)
        row.setSpacing(2)
        self._modes = [CompareButton(action, self) for action in actions.modes.values()]
        for button in self._modes:
            row.addWidget(button)
        self._flicker = CompareButton(actions.flicker, self)
        row.addSpacing(10)
        row.addWidget(self._flicker)
        row.addWidget(self._rate)
        self._closely = [CompareButton(action, self) for action in (actions.loupe, actions.inspect)]
        for button in self._closely:
            row.addWidget(button)
        row.addSpacing(10)
        row.addWidget(self._against, 2)
        row.addSpacing(8)
        row.addWidget(self._gain_title)
        row.addSpacing(4)
        row.addWidget(self._gain)
        row.addStretch(1)
        row.addWidget(self._zoom)
        self._zooms = [CompareButton(actions.fit, self), CompareButton(actions.one_to_one, self, icon_only=False)]
        self._zooms[1].setText("1:1")
        for button in self._zooms:
            row.addWidget(button)

        canvas.mode_changed.connect(self._mode_changed)
        canvas.gain_changed.connect(self._gain_changed)
        canvas.view_changed.connect(self._show_zoom)
        canvas.other_changed.connect(self._other_changed)
        canvas.flicker.changed.connect(self._flicker_changed)
        self._against.activated.connect(lambda index: canvas.set_other(index + 1))
        self._rate.activated.connect(lambda index: canvas.flicker.set_rate(FLICKER_RATES[index]))
        self._gain.activated.connect(lambda index: canvas.set_gain(GAINS[index]))
        self._mode_changed(canvas.mode)
        self._gain_changed(canvas.gain)
        self._flicker_changed()
        self._show_zoom()

    def tab_stops(self) -> list[QWidget]:
        """The controls in the order in which Tab goes through them."""
        return [*self._modes, self._flicker, self._rate, *self._closely, self._against, self._gain, *self._zooms]

    def set_titles(self, titles: Sequence[str]) -> None:
        """Name the sources, A first; one that is set against A is to be chosen where there are more than two."""
        self._against.clear()
        for letter, title in zip(LETTERS[1:], titles[1:], strict=False):
            self._against.addItem(f"{letter}  {title}".strip())
        self._against.setVisible(len(titles) > 2)
        self._other_changed(self._canvas.other)

    def _show_zoom(self) -> None:
        shown = any(self._canvas.pictures)
        self._zoom.setText(f"{self._canvas.zoom * 100:.0f} %" if shown else "")

    def _mode_changed(self, mode: ViewMode) -> None:
        for widget in (self._gain_title, self._gain):
            widget.setVisible(mode.is_made)

    def _other_changed(self, number: int) -> None:
        self._against.setCurrentIndex(number - 1)

    def _flicker_changed(self) -> None:
        self._rate.setVisible(self._canvas.flicker.on)
        self._rate.setCurrentIndex(FLICKER_RATES.index(self._canvas.flicker.rate))

    def _gain_changed(self, gain: int) -> None:
        self._gain.setCurrentIndex(GAINS.index(gain))
