"""Presets of the user's own: kept, taken, handed on, and used in the terminal."""

import pytest

from nvc_engine.cli_options import job_request, parse
from nvc_engine.protocol.messages import Goal, GoalKind
from nvc_engine.protocol.user_presets import PresetFileError, UserPreset, presets_file, read_presets, to_json
from nvc_studio.models.user_presets import UserPresets
from nvc_studio.views.questions import QMessageBox

NIGHT = UserPreset("Overnight", "probe", "large", {"width": 64}, Goal(GoalKind.PSNR, 39.5), minutes=480.0)


def test_what_is_set_is_kept_as_a_preset_and_taken_again(bare_window):
    panel = bare_window.encode
    panel.take(NIGHT)
    panel.user_presets.keep("Overnight")
    assert UserPresets().presets == (NIGHT,)
    panel.take(UserPreset("x", "probe", "small", {}, Goal(GoalKind.BPP, 0.1), epochs=3))
    assert panel.user_preset().settings == {}
    (take, *_) = panel.user_presets.menu().actions()
    assert take.text() == "Overnight"
    take.trigger()
    assert panel.user_preset() == UserPreset("", *list(vars(NIGHT).values())[1:])


def test_a_preset_of_the_same_name_is_not_replaced_unasked(bare_window):
    panel = bare_window.encode
    panel.take(NIGHT)
    panel.user_presets.keep("Overnight")
    panel.form.set_value("width", 8)
    panel.user_presets.keep("Overnight")
    assert UserPresets().presets == (NIGHT,)
    (box,) = bare_window.findChildren(QMessageBox)
    next(button for button in box.buttons() if "Replace" in button.text()).click()
    assert UserPresets().preset("Overnight").settings == {"width": 8}


def test_presets_are_handed_on_as_a_file(bare_window, tmp_path):
    presets = bare_window.studio.presets
    presets.save(NIGHT)
    assert presets.give_out(tmp_path / "mine.json")
    assert read_presets(tmp_path / "mine.json") == (NIGHT,)
    other = UserPreset("Overnight", "probe", "small")
    (tmp_path / "theirs.json").write_bytes(to_json((NIGHT, other)))
    bare_window.encode.user_presets.take_in(tmp_path / "theirs.json")
    assert [preset.name for preset in presets.presets] == ["Overnight", "Overnight (2)"]
    presets.remove("Overnight")
    assert [preset.preset for preset in UserPresets().presets] == ["small"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "x", "version": 1, "presets": []}', "\udcff"])
def test_a_file_that_is_none_of_presets_is_refused_and_kept(qapp, tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_text(text, "utf-8", "surrogateescape")
    told = []
    presets = UserPresets()
    presets.refused.connect(told.append)
    assert presets.take_in(path) == 0
    assert "bad.json" in told[0]
    presets_file().parent.mkdir(parents=True, exist_ok=True)
    path.replace(presets_file())
    presets = UserPresets()
    presets.save(NIGHT)
    assert UserPresets().presets == (NIGHT,)
    assert presets_file().with_suffix(".unreadable.json").exists()


def test_the_terminal_takes_a_saved_preset_and_what_is_named_beside_it_goes_before_it(qapp, tmp_path):
    UserPresets().save(NIGHT)
    order = job_request(parse(["encode", "a.mkv", "-o", "a.nvc", "--saved", "Overnight"]))
    assert (order.codec, order.preset, order.settings) == ("probe", "large", {"width": 64})
    assert (order.goal, order.minutes) == (NIGHT.goal, 480.0)
    order = job_request(
        parse(["plan", "a.mkv", "--saved", "Overnight", "--set", "width=8", "--bpp", "0.1", "--epochs", "2"])
    )
    assert (order.preset, order.settings, order.epochs, order.minutes) == ("large", {"width": "8"}, 2, None)
    assert order.goal == Goal(GoalKind.BPP, 0.1)
    order = job_request(parse(["plan", "a.mkv", "--saved", "Overnight", "--codec", "sevc"]))
    assert (order.codec, order.preset, order.settings, order.goal) == ("sevc", "", {}, NIGHT.goal)
    with pytest.raises(PresetFileError, match="Overnight"):
        job_request(parse(["plan", "a.mkv", "--saved", "Nightly"]))
