"""What the window remembers from one run to the next: geometry, docks, theme, recent files, the output template."""

import json
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from nvc_engine.protocol import wire
from nvc_engine.protocol.messages import RawSpec
from nvc_engine.protocol.places import home
from nvc_studio.models.output_names import DEFAULT_TEMPLATE

RECENT_LIMIT = 12
RAW_LAYOUTS_LIMIT = 64
LAYOUT_VERSION = 1


class Scheme(StrEnum):
    """Light, dark, or as the system has it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    LIGHT_CONTRAST = "light-contrast"
    DARK_CONTRAST = "dark-contrast"


class StudioSettings(QObject):
    """An ini file in the studio's folder (`NVC_HOME` moves it), read at once and written as things change.

    Signals:
        recent_changed: the list of recent files is another.
    """

    recent_changed = Signal()

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings(str(path or home() / "window.ini"), QSettings.Format.IniFormat, self)

    @property
    def scheme(self) -> Scheme:
        """The colour scheme that the user chose."""
        value = str(self._store.value("theme/scheme", Scheme.SYSTEM.value))
        return Scheme(value) if value in set(Scheme) else Scheme.SYSTEM

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._store.setValue("theme/scheme", scheme.value)

    @property
    def template(self) -> str:
        """How output files are named."""
        return str(self._store.value("encode/template", DEFAULT_TEMPLATE)) or DEFAULT_TEMPLATE

    @template.setter
    def template(self, template: str) -> None:
        self._store.setValue("encode/template", template)

    @property
    def folder(self) -> Path:
        """Where the last file was opened."""
        folder = Path(str(self._store.value("files/folder", "")))
        return folder if folder.is_dir() and str(folder) != "." else Path.home()

    @folder.setter
    def folder(self, folder: Path) -> None:
        self._store.setValue("files/folder", str(folder))

    @property
    def recent(self) -> tuple[Path, ...]:
        """The files that were opened last, newest first."""
        value = self._store.value("files/recent", [])
        paths = value if isinstance(value, list) else [value]
        return tuple(Path(str(path)) for path in paths if path)

    def add_recent(self, path: Path) -> None:
        """Put `path` at the head of the recent files."""
        paths = [path, *(one for one in self.recent if one != path)][:RECENT_LIMIT]
        self._store.setValue("files/recent", [str(one) for one in paths])
        self.recent_changed.emit()

    def forget_recent(self, path: Path) -> None:
        """Take `path` out of the recent files."""
        self._store.setValue("files/recent", [str(one) for one in self.recent if one != path])
        self.recent_changed.emit()

    def clear_recent(self) -> None:
        """Forget the recent files."""
        self._store.remove("files/recent")
        self.recent_changed.emit()

    def raw_layouts(self, folder: Path) -> tuple[RawSpec, ...]:
        """How raw files of a folder were read, newest first."""
        return tuple(layout for where, layout in self._raw_layouts() if where == str(folder))

    def add_raw_layout(self, folder: Path, layout: RawSpec) -> None:
        """Remember how a raw file of a folder was read; of all folders the newest are kept."""
        newest = (str(folder), layout)
        kept = [newest, *(each for each in self._raw_layouts() if each != newest)][:RAW_LAYOUTS_LIMIT]
        plain = [[where, wire.to_plain(each)] for where, each in kept]
        self._store.setValue("files/raw_layouts", json.dumps(plain))

    def _raw_layouts(self) -> list[tuple[str, RawSpec]]:
        try:
            plain = json.loads(str(self._store.value("files/raw_layouts", "[]")))
            return [(str(where), wire.from_plain(RawSpec, layout)) for where, layout in plain]
        except (ValueError, TypeError):
            return []

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """The user's own keys of actions, by their names."""
        try:
            plain = json.loads(str(self._store.value("keys/own", "{}")))
        except ValueError:
            return {}
        if not isinstance(plain, dict):
            return {}
        return {str(name): tuple(map(str, own)) for name, own in plain.items() if isinstance(own, list)}

    @keys.setter
    def keys(self, keys: dict[str, tuple[str, ...]]) -> None:
        self._store.setValue("keys/own", json.dumps(keys))

    @property
    def is_first_run(self) -> bool:
        """Whether no window has been closed yet."""
        return self._store.value("window/version") is None

    def layout(self) -> tuple[QByteArray, QByteArray] | None:
        """(geometry, docks) as `save_layout` was given them, or None where nothing fitting was saved."""
        if self._number("window/version") != LAYOUT_VERSION:
            return None
        geometry, docks = self._store.value("window/geometry"), self._store.value("window/docks")
        if isinstance(geometry, QByteArray) and isinstance(docks, QByteArray):
            return geometry, docks
        return None

    def save_layout(self, geometry: QByteArray, docks: QByteArray) -> None:
        """Remember the window's geometry and the state of its docks."""
        self._store.setValue("window/version", LAYOUT_VERSION)
        self._store.setValue("window/geometry", geometry)
        self._store.setValue("window/docks", docks)
        self._store.sync()

    def _number(self, key: str) -> int:
        try:
            return int(str(self._store.value(key, 0)))
        except ValueError:
            return 0
