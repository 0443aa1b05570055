"""The menus of the window, and the key help that is made from them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from nvc_studio.models.diagnostics import diagnostics
from nvc_studio.models.settings import Scheme
from nvc_studio.translation import mark, tr
from nvc_studio.views.about_dialog import AboutDialog
from nvc_studio.views.file_questions import ask_clips, ask_folder
from nvc_studio.views.first_run import open_sample
from nvc_studio.views.key_editor import KeyEditor
from nvc_studio.views.key_map import KeyMap, bare, named_action
from nvc_studio.views.key_overlay import KeyOverlay, key_group

if TYPE_CHECKING:
    from nvc_studio.main_window import MainWindow

_SCHEMES = (
    (Scheme.SYSTEM, mark("As the &system")),
    (Scheme.LIGHT, mark("&Light")),
    (Scheme.DARK, mark("&Dark")),
    (Scheme.LIGHT_CONTRAST, mark("Light, high &contrast")),
    (Scheme.DARK_CONTRAST, mark("Dark, h&igh contrast")),
)


class MainMenus(QObject):
    """File, Encode, Queue, Playback, Compare, Export, View and Help."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._recent = QMenu(tr("Open &recent"), window)
        self._named: list[tuple[str, list[QAction]]] = []
        self._file()
        self._menu(mark("E&ncode"), [window.encode.now, window.encode.add, window.encode.copy, window.sweep])
        self._menu(mark("&Queue"), window.queue.job_actions())
        self._menu(mark("&Playback"), window.compare.playback_actions())
        more = self._action(mark("A&dd sources…"), self._ask_more, "Ctrl+Shift+A")
        fewer = self._action(mark("Take the &last source out"), window.viewing.take_out, "Ctrl+Shift+W")
        self._menu(mark("&Compare"), [more, fewer, *window.compare.view_actions(), window.measure])
        window.menuBar().addMenu(window.exports)
        self._named.append((mark("E&xport"), _all_of(window.exports)))
        self._view()
        self._help()
        self.keys = KeyMap(self._named, window.studio.settings, self)
        window.studio.settings.recent_changed.connect(self._fill_recent)
        self._fill_recent()

    def groups(self) -> list[tuple[str, list[QAction]]]:
        """Every menu's title, as it was marked for translation, and its actions."""
        return self._named

    # --- menus --------------------------------------------------------------------------------------------------------

    def _menu(self, title: str, actions: list[QAction]) -> QMenu:
        menu = self._window.menuBar().addMenu(tr(title))
        menu.addActions(actions)
        self._named.append((title, actions))
        return menu

    def _file(self) -> None:
        window = self._window
        opening = self._action(mark("&Open…"), self.ask_clips, "Ctrl+O")
        folder = self._action(mark("Open &folder of pictures…"), self._ask_folder, "Ctrl+Shift+O")
        pasting = self._action(mark("Open from the clip&board"), self.open_clipboard, "Ctrl+V")
        saving = self._action(mark("&Save project…"), window.session.ask_save, "Ctrl+Alt+S")
        closing = self._action(mark("&Quit"), lambda: window.close(), "Ctrl+Q")
        closing.setMenuRole(QAction.MenuRole.QuitRole)
        menu = self._menu(mark("&File"), [opening, folder, pasting])
        menu.addMenu(self._recent)
        menu.addSeparator()
        menu.addAction(saving)
        menu.addSeparator()
        menu.addAction(closing)
        self._named[-1][1].extend((saving, closing))

    def _view(self) -> None:
        window = self._window
        keys = ("F5", "F6", "F7", "F8")
        shown = []
        for dock, key in zip(window.docks, keys, strict=True):
            action = dock.toggleViewAction()
            action.setText(f"&{dock.windowTitle()}")
            action.setShortcut(QKeySequence(key))
            shown.append(action)
        reset = self._action(mark("&Reset the layout"), window.reset_layout, "")
        menu = self._menu(mark("&View"), [*shown, reset])
        menu.addSeparator()
        scheme_menu = menu.addMenu(tr("Co&lours"))
        group = QActionGroup(self)
        for scheme, title in _SCHEMES:
            action = self._action(title, partial(self._choose_scheme, scheme), "")
            action.setCheckable(True)
            action.setChecked(window.studio.theme.scheme is scheme)
            group.addAction(action)
            scheme_menu.addAction(action)

    def _help(self) -> None:
        keys = self._action(mark("&Keys"), self.show_keys, "F1")
        keys.setShortcuts([QKeySequence("F1"), QKeySequence("?")])
        editing = self._action(mark("&Edit keys…"), self.edit_keys, "")
        sample = self._action(mark("Open the &sample clip"), lambda: open_sample(self._window), "")
        about = self._action(mark("&About NVC Studio"), self._about, "")
        about.setMenuRole(QAction.MenuRole.AboutRole)
        self._menu(mark("&Help"), [keys, editing, sample, about])

    def _action(self, text: str, slot: Callable[[], object], key: str) -> QAction:
        action = named_action(text, self)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False: slot())
        return action

    # --- doing --------------------------------------------------------------------------------------------------------

    def show_keys(self) -> None:
        """Lay the keys over the window, or put them away where they are."""
        for shown in self._window.findChildren(KeyOverlay):
            shown.close()
            return
        KeyOverlay([key_group(bare(tr(title)), actions) for title, actions in self._named], self._window)

    def edit_keys(self) -> None:
        """Open the editor of keys."""
        KeyEditor(self.keys, self._window.studio.theme, self._window).open()

    def ask_clips(self) -> None:
        """Ask for clips to open."""
        ask_clips(self._window, self._window.studio.settings.folder, self._window.open_paths)

    def _ask_more(self) -> None:
        ask_clips(self._window, self._window.studio.settings.folder, self._window.viewing.add_paths)

    def open_clipboard(self) -> None:
        """Open the files that were copied in a file manager, or a path that was copied as text."""
        data = QGuiApplication.clipboard().mimeData()
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        text = data.text().strip()
        if not paths and text and "\n" not in text and Path(text).exists():
            paths = [Path(text)]
        if paths:
            self._window.open_paths(paths)
        else:
            self._window.line.tell(tr("There is no file on the clipboard: copy one in your file manager first."))

    def _ask_folder(self) -> None:
        folder = self._window.studio.settings.folder
        ask_folder(self._window, tr("Open a folder of pictures"), folder, lambda path: self._window.open_paths([path]))

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._window.studio.settings.scheme = scheme
        self._window.studio.theme.set_scheme(scheme)

    @Slot()
    def _fill_recent(self) -> None:
        self._recent.clear()
        settings = self._window.studio.settings
        for number, path in enumerate(settings.recent, 1):
            mnemonic = f"&{number} " if number < 10 else ""
            text = f"{mnemonic}{path.name}".replace("\t", " ")
            action = self._recent.addAction(text, partial(self._window.open_paths, [path]))
            action.setToolTip(str(path))
        self._recent.setToolTipsVisible(True)
        self._recent.setEnabled(bool(settings.recent))
        if settings.recent:
            self._recent.addSeparator()
            self._recent.addAction(tr("&Clear"), settings.clear_recent)

    def _about(self) -> None:
        studio = self._window.studio

        def words() -> str:
            return diagnostics(studio.status, studio.codecs, studio.jobs)

        AboutDialog(self._window.windowIcon(), words, self._window).open()


def _all_of(menu: QMenu) -> list[QAction]:
    found: list[QAction] = []
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found += _all_of(inner)
        elif not action.isSeparator():
            found.append(action)
    return found
