"""The button with the user's own presets: take one, keep what is set as one, hand them on."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from nvc_engine.protocol.user_presets import UserPreset
from nvc_studio.icons import icon
from nvc_studio.models.user_presets import UserPresets
from nvc_studio.theme import Theme
from nvc_studio.translation import mark, tr
from nvc_studio.views.file_questions import ask_file, ask_save
from nvc_studio.views.questions import Choice, ask, show_problem

PRESETS_FILTER = mark("Presets of NVC Studio (*.json)")


class UserPresetsButton(QToolButton):
    """A star with a menu.

    Signals:
        chosen: the `UserPreset` that is to be taken.
        told: what was done; a sentence.
    """

    chosen = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        presets: UserPresets,
        current: Callable[[], UserPreset | None],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """`current` gives what is set now as a preset without a name, or None where nothing is."""
        super().__init__(parent)
        self._presets = presets
        self._current = current
        self.setAccessibleName(tr("Your presets"))
        self.setToolTip(tr("Your presets: take one, or keep what is set as one"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMenu(QMenu(tr("Your presets"), self))
        presets.changed.connect(self._fill)
        presets.refused.connect(lambda sentence: show_problem(self.window(), sentence))
        theme.changed.connect(self._dress)
        self._dress()
        self._fill()

    @Slot()
    def _dress(self) -> None:
        self.setIcon(icon("star"))

    @Slot()
    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for preset in self._presets.presets:
            menu.addAction(_plain(preset.name), partial(self.chosen.emit, preset))
        if self._presets.presets:
            menu.addSeparator()
        menu.addAction(tr("&Save as a preset…"), self._ask_name)
        removing = menu.addMenu(tr("&Delete"))
        for preset in self._presets.presets:
            removing.addAction(_plain(preset.name), partial(self._remove, preset.name))
        removing.setEnabled(bool(self._presets.presets))
        menu.addSeparator()
        menu.addAction(tr("&Import…"), self._ask_import)
        menu.addAction(tr("&Export all…"), self._ask_export).setEnabled(bool(self._presets.presets))

    # --- doing --------------------------------------------------------------------------------------------------------

    def keep(self, name: str) -> None:
        """Keep what is set under `name`; one of that name is replaced only when the user says so."""
        current, name = self._current(), name.strip()
        if current is None or not name:
            return
        preset = replace(current, name=name)
        if self._presets.preset(name) is None:
            self._save(preset)
        else:
            ask(
                self.window(),
                tr("The preset exists"),
                tr("You have a preset “{name}” already.", name=name),
                [Choice(tr("&Replace it"), lambda: self._save(preset)), Choice(tr("&Keep it"), default=True)],
            )

    def _save(self, preset: UserPreset) -> None:
        self._presets.save(preset)
        self.told.emit(tr("Saved the preset “{name}”.", name=preset.name))

    @Slot()
    def _ask_name(self) -> None:
        current = self._current()
        if current is None:
            return
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Save as a preset"))
        dialog.setLabelText(tr("Name of the preset; it keeps codec, settings, goal and time"))
        dialog.setTextValue(self._presets.free_name(" ".join(filter(None, (current.codec, current.preset)))))
        dialog.textValueSelected.connect(self.keep)
        dialog.open()

    def _remove(self, name: str) -> None:
        preset = self._presets.preset(name)
        if preset is not None:
            self._presets.remove(name)
            self.told.emit(tr("Deleted the preset “{name}”.", name=name))

    @Slot()
    def _ask_import(self) -> None:
        ask_file(self.window(), tr("Import presets"), Path.home(), tr(PRESETS_FILTER), self.take_in)

    def take_in(self, path: Path) -> None:
        """Add the presets of a file."""
        count = self._presets.take_in(path)
        if count:
            self.told.emit(tr("Took {count} presets from {name}.", count=count, name=path.name))

    @Slot()
    def _ask_export(self) -> None:
        start = Path.home() / "presets.json"
        ask_save(self.window(), tr("Export presets"), start, [tr(PRESETS_FILTER)], "json", self._give_out)

    def _give_out(self, path: Path) -> None:
        if self._presets.give_out(path):
            self.told.emit(tr("Wrote {name}.", name=path.name))


def _plain(name: str) -> str:
    return name.replace("&", "&&")
