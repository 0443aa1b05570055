"""Light and dark: two palettes on Qt's Fusion style, following the system unless the user says otherwise."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from nvc_studio.models.settings import Scheme


@dataclass(frozen=True)
class Colours:
    """The colours of one scheme; beside the palette's, those of warnings, errors and curves."""

    window: str
    base: str
    alternate: str
    button: str
    text: str
    dim: str
    line: str
    accent: str
    on_accent: str
    warning: str
    error: str
    good: str
    estimate: str
    curves: tuple[str, ...]


LIGHT = Colours(
    window="#f3f4f6",
    base="#ffffff",
    alternate="#f7f8fa",
    button="#fbfcfd",
    text="#1b1f24",
    dim="#5c6570",
    line="#cfd4da",
    accent="#1f66c9",
    on_accent="#ffffff",
    warning="#9a5700",
    error="#b42318",
    good="#18794e",
    estimate="#8c959f",
    curves=("#1f66c9", "#c2410c", "#15803d", "#7e22ce", "#0e7490", "#b91c1c"),
)
DARK = Colours(
    window="#1e2126",
    base="#16181c",
    alternate="#1b1e23",
    button="#2a2e35",
    text="#e4e7eb",
    dim="#9aa3ae",
    line="#3a4049",
    accent="#5aa9ff",
    on_accent="#0c1a2b",
    warning="#f0b429",
    error="#ff7b72",
    good="#56d38b",
    estimate="#8b949e",
    curves=("#5aa9ff", "#ffa657", "#56d38b", "#c297ff", "#4fd1d9", "#ff7b72"),
)


LIGHT_CONTRAST = replace(
    LIGHT,
    window="#ffffff", alternate="#ffffff", button="#ffffff", text="#000000", dim="#1f1f1f", line="#000000",
    accent="#003a99", warning="#6b3c00", error="#8f0000", good="#00501e", estimate="#3d3d3d",
    curves=("#003a99", "#8a2500", "#00501e", "#5b0a91", "#004a57", "#8f0000"),
)  # fmt: skip
DARK_CONTRAST = replace(
    DARK,
    window="#000000", base="#000000", alternate="#000000", button="#000000", text="#ffffff", dim="#e6e6e6",
    line="#ffffff", accent="#ffe14d", on_accent="#000000", warning="#ffc53d", error="#ff9b94", good="#7dffb0",
    estimate="#c9d1d9", curves=("#7cc0ff", "#ffb877", "#7dffb0", "#d7b8ff", "#7df0f7", "#ff9b94"),
)  # fmt: skip
_CHOSEN = {
    Scheme.LIGHT: LIGHT,
    Scheme.DARK: DARK,
    Scheme.LIGHT_CONTRAST: LIGHT_CONTRAST,
    Scheme.DARK_CONTRAST: DARK_CONTRAST,
}


class Theme(QObject):
    """Puts a palette on the application and keeps it with the system's scheme.

    Attributes:
        colours: those in use.

    Signals:
        changed: other colours are in use.
    """

    changed = Signal()

    def __init__(self, application: QApplication, scheme: Scheme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self.scheme = scheme
        self.colours = LIGHT
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._system_changed)
        application.styleHints().accessibility().contrastPreferenceChanged.connect(self._system_changed)
        self._apply()

    @property
    def dark(self) -> bool:
        """Whether the dark colours are in use."""
        return self.colours in (DARK, DARK_CONTRAST)

    def set_scheme(self, scheme: Scheme) -> None:
        """One of those that there are, or as the system has it."""
        self.scheme = scheme
        self._apply()

    @Slot()
    def _system_changed(self) -> None:
        if self.scheme is Scheme.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        self.colours = _CHOSEN.get(self.scheme) or self._of_system()
        self._application.setPalette(palette(self.colours))
        self.changed.emit()

    def _of_system(self) -> Colours:
        hints = self._application.styleHints()
        dark = hints.colorScheme() is Qt.ColorScheme.Dark
        if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
            return DARK_CONTRAST if dark else LIGHT_CONTRAST
        return DARK if dark else LIGHT


def palette(colours: Colours) -> QPalette:
    """The palette of a scheme, with its disabled group."""
    role = QPalette.ColorRole
    made = QPalette()
    for which, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.base),
        (role.AlternateBase, colours.alternate),
        (role.ToolTipBase, colours.base),
        (role.ToolTipText, colours.text),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.dim),
        (role.Button, colours.button),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.error),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.Light, colours.base),
        (role.Midlight, colours.line),
        (role.Mid, colours.line),
        (role.Dark, colours.line),
        (role.Shadow, colours.window),
    ):
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, which, _mixed(colours.dim, colours.window))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.line))
    return made


def _mixed(first: str, second: str) -> QColor:
    one, other = QColor(first), QColor(second)
    return QColor(
        (2 * one.red() + other.red()) // 3, (2 * one.green() + other.green()) // 3, (2 * one.blue() + other.blue()) // 3
    )
