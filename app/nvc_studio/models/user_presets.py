"""The user's own presets: kept in the studio's folder, taken in from files and given out as files."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nvc_engine.errors import EngineError
from nvc_engine.protocol.user_presets import UserPreset, presets_file, read_presets, to_json
from nvc_studio.saving import SaveError, save_bytes


class UserPresets(QObject):
    """The presets by name, in alphabetical order; every change is on the disk when the call returns.

    Signals:
        changed: there are others than before.
        refused: a file could not be read or written; a sentence.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.presets: tuple[UserPreset, ...] = ()
        self._readable = True
        try:
            self.presets = _ordered(read_presets(presets_file()))
        except EngineError:
            self._readable = False

    def preset(self, name: str) -> UserPreset | None:
        """The preset of that name, or None."""
        return next((preset for preset in self.presets if preset.name == name), None)

    def free_name(self, name: str) -> str:
        """`name`, or the first of `name (2)`, `name (3)` ... that none has."""
        candidate, number = name, 2
        while self.preset(candidate) is not None:
            candidate, number = f"{name} ({number})", number + 1
        return candidate

    def save(self, preset: UserPreset) -> None:
        """Keep `preset`, in the place of one of the same name."""
        self._keep((*(one for one in self.presets if one.name != preset.name), preset))

    def remove(self, name: str) -> None:
        """Forget a preset."""
        self._keep(one for one in self.presets if one.name != name)

    def take_in(self, path: Path) -> int:
        """Add the presets of a file, under free names; returns how many."""
        try:
            found = read_presets(path)
        except EngineError as error:
            self.refused.emit(str(error))
            return 0
        for preset in found:
            if preset not in self.presets:
                self.save(replace(preset, name=self.free_name(preset.name)))
        return len(found)

    def give_out(self, path: Path) -> bool:
        """Write all presets into a file; returns whether that could be done."""
        return self._write(path, self.presets)

    def _keep(self, presets: Iterable[UserPreset]) -> None:
        path = presets_file()
        if not self._readable and path.exists():
            path.replace(path.with_suffix(".unreadable.json"))  # Nothing of the user's is written over.
            self._readable = True
        self.presets = _ordered(presets)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write(path, self.presets)
        self.changed.emit()

    def _write(self, path: Path, presets: tuple[UserPreset, ...]) -> bool:
        try:
            save_bytes(path, to_json(presets))
        except SaveError as error:
            self.refused.emit(str(error))
            return False
        return True


def _ordered(presets: Iterable[UserPreset]) -> tuple[UserPreset, ...]:
    return tuple(sorted(presets, key=lambda preset: preset.name.casefold()))
