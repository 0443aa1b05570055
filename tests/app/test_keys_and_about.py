"""Keys of the user's own, high contrast, what the studio says of itself, and its first run."""

from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from nvc_studio.models.diagnostics import versions
from nvc_studio.models.settings import Scheme, StudioSettings
from nvc_studio.theme import DARK_CONTRAST, LIGHT_CONTRAST
from nvc_studio.views.about_dialog import AboutDialog
from nvc_studio.views.first_run import open_sample
from nvc_studio.views.key_editor import KeyEditor
from nvc_studio.views.key_map import KeyMap, conflicts


@pytest.fixture
def editor(bare_window):
    bare_window.menus.edit_keys()
    (dialog,) = bare_window.findChildren(KeyEditor)
    return dialog


def ok(editor):
    return editor.buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_a_key_is_changed_kept_and_named_in_the_tool_tip(bare_window, editor):
    editor.choose("Queue/Pause")
    assert editor.edit.keySequence() == QKeySequence("Shift+P")
    editor.edit.setKeySequence(QKeySequence("Ctrl+F9"))
    assert ok(editor).isEnabled()
    ok(editor).click()
    pause = next(one.action for one in bare_window.menus.keys.actions if one.name == "Queue/Pause")
    assert pause.shortcut() == QKeySequence("Ctrl+F9")
    assert pause.toolTip().endswith("(Ctrl+F9)")
    assert StudioSettings().keys == {"Queue/Pause": ("Ctrl+F9",)}
    pause.setShortcut(QKeySequence("Shift+P"))
    KeyMap(bare_window.menus.groups(), StudioSettings())
    assert pause.shortcut() == QKeySequence("Ctrl+F9")


def test_a_conflict_is_said_and_cannot_be_taken_over(bare_window, editor):
    editor.choose("Queue/Pause")
    editor.set_key("Ctrl+O")
    assert not ok(editor).isEnabled()
    assert "Ctrl+O would run Open (File) and Pause (Queue)." in editor.words.text()
    editor.clear.click()
    assert ok(editor).isEnabled()
    assert not editor.words.isVisibleTo(editor)
    editor.all_back.click()
    assert editor.keys == bare_window.menus.keys.defaults()


def test_keys_are_found_by_name_and_by_key(editor):
    editor.filter.setText("shift+p")
    shown = [name for name, row in editor._rows.items() if not row.isHidden()]
    assert "Queue/Pause" in shown
    assert "File/Open" not in shown


def test_no_action_comes_with_the_key_of_another(bare_window):
    assert conflicts(bare_window.menus.keys.defaults()) == {}
    names = [one.name for one in bare_window.menus.keys.actions]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("stored", ["nonsense", "[1]", '{"Queue/Pause": 3}'])
def test_damaged_keys_are_those_that_actions_come_with(bare_window, stored):
    bare_window.studio.settings._store.setValue("keys/own", stored)
    assert bare_window.studio.settings.keys == {}


def test_about_has_versions_and_copies_diagnostics(bare_window):
    bare_window.menus._about()
    (dialog,) = bare_window.findChildren(AboutDialog)
    dialog.copy.click()
    text = QApplication.clipboard().text()
    for name, version in versions():
        assert f"{name} {version}" in text
    assert "codecs: probe" in text
    assert "processors" in text


@pytest.mark.parametrize(
    ("scheme", "colours"), [(Scheme.LIGHT_CONTRAST, LIGHT_CONTRAST), (Scheme.DARK_CONTRAST, DARK_CONTRAST)]
)
def test_high_contrast_is_black_on_white_or_white_on_black(bare_window, scheme, colours):
    theme = bare_window.studio.theme
    theme.set_scheme(scheme)
    assert theme.colours == colours
    for one in (colours.text, colours.dim, colours.error, colours.warning, colours.accent, *colours.curves):
        assert contrast(one, colours.window) >= 7


def contrast(one: str, other: str) -> float:
    """The ratio of luminances that WCAG 2 defines."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_first_run_opens_a_copy_of_the_sample(bare_window, monkeypatch, studio_home):
    assert StudioSettings().is_first_run
    opened = []
    monkeypatch.setattr(bare_window, "open_paths", opened.append)
    open_sample(bare_window)
    ((clip,),) = opened
    assert clip == Path(studio_home) / "sample.mkv"
    assert clip.stat().st_size > 10_000
    assert "sample" in bare_window.banner.text
    bare_window.close()
    assert not StudioSettings().is_first_run
