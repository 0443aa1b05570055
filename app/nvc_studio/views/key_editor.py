"""The editor of keys: every action with its key, and what else has the same one."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nvc_studio.theme import Theme
from nvc_studio.translation import tr
from nvc_studio.views.key_map import KeyMap, Keys, conflicts

WIDTH, HEIGHT = 560, 600
_NAME = Qt.ItemDataRole.UserRole


class KeyEditor(QDialog):
    """Changes a copy of the keys; they are put on when the dialog is accepted, which takes keys without conflicts.

    Signals:
        changed: other keys are on the actions.
    """

    changed = Signal()

    def __init__(self, keys: KeyMap, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys"))
        self.resize(WIDTH, HEIGHT)
        self._map = keys
        self._theme = theme
        self._keys: dict[str, Keys] = keys.keys()
        self._titles = {one.name: f"{one.title} ({one.group})" for one in keys.actions}
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Search for an action or a key"))
        self.filter.setAccessibleName(tr("Search for an action or a key"))
        self.filter.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("Actions and their keys"))
        self.tree.setHeaderLabels([tr("Action"), tr("Key")])
        self.tree.setColumnWidth(0, 320)
        self.tree.setUniformRowHeights(True)
        self.edit = QKeySequenceEdit()
        self.edit.setAccessibleName(tr("Key of the chosen action"))
        self.edit.setMaximumSequenceLength(1)
        self.clear = QPushButton(tr("&No key"))
        self.reset = QPushButton(tr("As it &came"))
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setAccessibleDescription(tr("Conflicts"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.all_back = self.buttons.addButton(tr("&All as they came"), QDialogButtonBox.ButtonRole.ResetRole)
        self._lay_out()
        self._fill()
        self._connect()
        self._show_keys()
        self._chosen()

    @property
    def keys(self) -> dict[str, Keys]:
        """The keys as they stand in the dialog."""
        return dict(self._keys)

    def choose(self, name: str) -> None:
        """Choose the action whose keys are kept under that name."""
        self.tree.setCurrentItem(self._rows[name])

    def set_key(self, key: str) -> None:
        """Give the chosen action `key` and no other; "": none."""
        name = self._name()
        if name:
            self._keys[name] = (key,) if key else ()
            self._show_keys()

    # --- making -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        row.addWidget(self.clear)
        row.addWidget(self.reset)
        layout = QVBoxLayout(self)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row)
        layout.addWidget(self.words)
        layout.addWidget(self.buttons)

    def _fill(self) -> None:
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._groups = groups = dict[str, QTreeWidgetItem]()
        for one in self._map.actions:
            if one.group not in groups:
                groups[one.group] = QTreeWidgetItem(self.tree, [one.group])
                groups[one.group].setFlags(Qt.ItemFlag.ItemIsEnabled)
                groups[one.group].setExpanded(True)
            row = QTreeWidgetItem(groups[one.group], [one.title, ""])
            row.setData(0, _NAME, one.name)
            self._rows[one.name] = row

    def _connect(self) -> None:
        self.tree.currentItemChanged.connect(self._chosen)
        self.filter.textChanged.connect(self._sift)
        self.edit.keySequenceChanged.connect(lambda keys: self.set_key(keys.toString()))
        self.clear.clicked.connect(self._clear)
        self.reset.clicked.connect(self._reset)
        self.all_back.clicked.connect(self._reset_all)
        self.buttons.accepted.connect(self._put_on)
        self.buttons.rejected.connect(self.reject)

    # --- hearing ------------------------------------------------------------------------------------------------------

    def _name(self) -> str:
        item = self.tree.currentItem()
        return str(item.data(0, _NAME) or "") if item is not None else ""

    @Slot()
    def _chosen(self) -> None:
        name = self._name()
        for widget in (self.edit, self.clear, self.reset):
            widget.setEnabled(bool(name))
        self._show_in_field(self._keys[name][0] if name and self._keys[name] else "")

    def _show_in_field(self, key: str) -> None:
        blocked = self.edit.blockSignals(True)
        self.edit.setKeySequence(QKeySequence(key))
        self.edit.blockSignals(blocked)

    @Slot()
    def _clear(self) -> None:
        self.set_key("")
        self._show_in_field("")

    @Slot()
    def _reset(self) -> None:
        name = self._name()
        self._keys[name] = self._map.defaults()[name]
        self._show_keys()
        self._chosen()

    @Slot()
    def _reset_all(self) -> None:
        self._keys = self._map.defaults()
        self._show_keys()
        self._chosen()

    @Slot(str)
    def _sift(self, text: str) -> None:
        wanted = text.casefold()
        for row in self._rows.values():
            row.setHidden(not any(wanted in row.text(column).casefold() for column in (0, 1)))
        for title, group in self._groups.items():
            rows = [self._rows[one.name] for one in self._map.actions if one.group == title]
            group.setHidden(all(row.isHidden() for row in rows))

    def _show_keys(self) -> None:
        found = conflicts(self._keys)
        error, text = QColor(self._theme.colours.error), QColor(self._theme.colours.text)
        for name, row in self._rows.items():
            native = [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in self._keys[name]]
            row.setText(1, "  ".join(native))
            clash = any(key in found for key in self._keys[name])
            row.setForeground(1, error if clash else text)
        sentences = [
            tr("{key} would run {actions}.", key=key, actions=tr(" and ").join(self._titles[name] for name in names))
            for key, names in found.items()
        ]
        self.words.setText(" ".join([*sentences, tr("Give one of them another key.")]) if sentences else "")
        self.words.setVisible(bool(sentences))
        chosen = self.words.palette()
        chosen.setColor(chosen.ColorRole.WindowText, error)
        self.words.setPalette(chosen)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not found)

    @Slot()
    def _put_on(self) -> None:
        self._map.set_keys(self._keys)
        self.changed.emit()
        self.accept()
