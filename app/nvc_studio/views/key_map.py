"""Which keys run which actions: those that they come with, and those that the user has given them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from nvc_studio.models.settings import StudioSettings
from nvc_studio.translation import tr

Keys = tuple[str, ...]


@dataclass(frozen=True)
class KeyedAction:
    """An action under the English name by which its keys are kept; `defaults` are those that it comes with."""

    name: str
    group: str
    title: str
    action: QAction
    defaults: Keys


class KeyMap(QObject):
    """The actions of a window's menus, with the user's keys put on them.

    `groups` are menus: the title as it was marked for translation, and the actions. Keys are texts as `QKeySequence`
    writes them on every system ("Ctrl+Shift+S").
    """

    def __init__(
        self, groups: Iterable[tuple[str, list[QAction]]], settings: StudioSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self.actions = tuple(
            KeyedAction(_name(group, action), bare(tr(group)), bare(action.text()), action, keys_of(action))
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


def bare(text: str) -> str:
    """The text of an action without its mnemonic and its dots."""
    return text.replace("&", "").rstrip("…")


def named_action(text: str, parent: QObject) -> QAction:
    """An action with a text that was marked for translation, which is also its name."""
    action = QAction(parent)
    name_action(action, text)
    return action


def name_action(action: QAction, text: str, **values: Any) -> None:
    """Give an action a text that was marked for translation. The English one is its name, under which its keys are
    kept: they are the same in every language, and whatever its text says later."""
    action.setText(tr(text, **values))
    action.setObjectName(bare(text.format(**values)))


def tip_with_key(tip: str, action: QAction) -> str:
    """A tool tip with the first key of an action behind it, as the system writes keys."""
    keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()[:1]]
    return f"{tip} ({keys[0]})" if keys else tip


def _name(group: str, action: QAction) -> str:
    return f"{bare(group)}/{action.objectName()}"


def _explain(action: QAction, keys: Keys) -> None:
    """Have the tool tip, where it names the key, name the new one."""
    tip = action.toolTip()
    for old in action.shortcuts()[:1]:
        mark = f" ({old.toString(QKeySequence.SequenceFormat.NativeText)})"
        if tip.endswith(mark):
            new = QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
            action.setToolTip(tip.removesuffix(mark) + (f" ({new})" if new else ""))
