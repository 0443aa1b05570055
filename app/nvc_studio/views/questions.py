"""Message boxes: sentences, choices and numbers. None of them blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from nvc_studio.translation import tr


@dataclass(frozen=True)
class Choice:
    """A button: its text, what it does, and whether Return presses it."""

    text: str
    action: Callable[[], None] | None = None
    default: bool = False


def show_problem(parent: QWidget, sentence: str, title: str = "") -> QMessageBox:
    """Say what went wrong; without a `title` that something did."""
    box = _box(parent, title or tr("That did not work"), sentence, QMessageBox.Icon.Warning)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.open()
    return box


def ask(parent: QWidget, title: str, sentence: str, choices: Sequence[Choice], *, problem: bool = False) -> QMessageBox:
    """Offer `choices`, from left to right as given; `problem`: the sentence says what went wrong. Esc takes the one
    that does nothing: where `choices` have none, a Cancel is added."""
    box = _box(parent, title, sentence, QMessageBox.Icon.Warning if problem else QMessageBox.Icon.Question)
    actions: dict[object, Callable[[], None]] = {}
    for choice in choices:
        button = box.addButton(choice.text, QMessageBox.ButtonRole.AcceptRole)
        if choice.action is not None:
            actions[button] = choice.action
        else:
            box.setEscapeButton(button)
        if choice.default:
            box.setDefaultButton(button)
    if len(actions) == len(choices):
        box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))

    def answered(button: object) -> None:
        if button in actions:
            actions[button]()

    box.buttonClicked.connect(answered)
    box.open()
    return box


def ask_number(
    parent: QWidget, title: str, label: str, value: float, bounds: tuple[float, float], then: Callable[[float], None]
) -> QInputDialog:
    """Ask for a number within `bounds`."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
    dialog.setDoubleRange(*bounds)
    dialog.setDoubleDecimals(0)
    dialog.setDoubleValue(value)
    dialog.doubleValueSelected.connect(then)
    dialog.open()
    return dialog


def _box(parent: QWidget, title: str, sentence: str, icon: QMessageBox.Icon) -> QMessageBox:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(icon)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    return box
