"""Which keys run which actions: those that they come with, and those that the user has given them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from nvc_studio.models.settings import StudioSettings

Keys = tuple[str, ...]


@dataclass(frozen=True)
class KeyedAction:
    """An action under the name by which its keys are kept; `defaults` are those that it comes with."""

    name: str
    group: str
    title: str
    action: QAction
    defaults: Keys


class KeyMap(QObject):
    """The actions of a window's menus, with the user's keys put on them.

    Keys are texts as `QKeySequence` writes them on every system ("Ctrl+Shift+S").
    """

    def __init__(
        self, groups: Iterable[tuple[str, list[QAction]]], settings: StudioSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self.actions = tuple(
            KeyedAction(f"{group}/{_title(action)}", group, _title(action), action, keys_of(action))
            for group, actions in groups
            for action in actions
        )
        self._put_on(settings.keys)

    def keys(self) -> dict[str, Keys]:
        """The keys of every action, by its name."""
        return {one.name: keys_of(one.action) for one in self.actions}

    def defaults(self) -> dict[str, Keys]:
        """The keys that the actions come with."""
        return {one.name: one.defaults for one in self.actions}

    def set_keys(self, keys: Mapping[str, Keys]) -> None:
        """Put `keys` on the actions, and remember those that are others than the defaults."""
        self._put_on(keys)
        self._settings.keys = {name: own for name, own in keys.items() if own != self.defaults().get(name)}

    def _put_on(self, keys: Mapping[str, Keys]) -> None:
        for one in self.actions:
            wanted = keys.get(one.name, one.defaults)
            if wanted != keys_of(one.action):
                _explain(one.action, wanted)
                one.action.setShortcuts([QKeySequence(key) for key in wanted])


def conflicts(keys: Mapping[str, Keys]) -> dict[str, list[str]]:
    """Each key that several actions have, with their names."""
    users: dict[str, list[str]] = {}
    for name, own in keys.items():
        for key in dict.fromkeys(own):
            users.setdefault(key, []).append(name)
    return {key: names for key, names in users.items() if len(names) > 1}


def keys_of(action: QAction) -> Keys:
    """The keys that run an action now."""
    return tuple(key.toString() for key in action.shortcuts())


def _title(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")


def _explain(action: QAction, keys: Keys) -> None:
    """Have the tool tip, where it names the key, name the new one."""
    tip = action.toolTip()
    for old in action.shortcuts()[:1]:
        mark = f" ({old.toString(QKeySequence.SequenceFormat.NativeText)})"
        if tip.endswith(mark):
            new = QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
            action.setToolTip(tip.removesuffix(mark) + (f" ({new})" if new else ""))
