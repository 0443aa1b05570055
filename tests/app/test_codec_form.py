"""The form that is made from a codec's declared settings, and the goal beside it."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox, QToolButton

from nvc_engine.protocol.messages import CodecFacts, Goal, GoalKind, PresetFacts, SettingFacts
from nvc_studio.views.budget_field import BudgetField
from nvc_studio.views.codec_form import CodecForm
from nvc_studio.views.frame_range_field import FrameRangeField
from nvc_studio.views.goal_field import Extent, GoalField

CODEC = CodecFacts(
    name="probe",
    title="Probe",
    help="",
    presets=(PresetFacts("small", "Small", "Fits anywhere."), PresetFacts("large", "Large", "", {"width": 64})),
    settings=(
        SettingFacts("width", "int", "Width", "Channels", 16, minimum=4, maximum=128),
        SettingFacts("rate", "float", "Learning rate", "Steps", 0.0005, minimum=0.00001, maximum=1.0, advanced=True),
        SettingFacts("wavelet", "bool", "Wavelet", "Use it", False),
        SettingFacts("order", "choice", "Order", "Which", "low", choices=("low", "high")),
        SettingFacts("rank", "int", "Rank", "Of high order", 1, 1, 9, parent="order", parent_values=("high",)),
    ),
    trains=True,
    quality_title="Lambda",
    quality_minimum=1,
    quality_maximum=9,
    quality_default=4,
    default_minutes=2.0,
)


@pytest.fixture
def form(qtbot):
    made = CodecForm()
    qtbot.addWidget(made)
    made.set_codec(CODEC, CODEC.presets[0])
    return made


def test_every_kind_of_setting_has_its_field_and_name(form):
    kinds = {"width": QSpinBox, "rate": QDoubleSpinBox, "wavelet": QCheckBox, "order": QComboBox, "rank": QSpinBox}
    for setting in CODEC.settings:
        field = form.findChild(kinds[setting.name], f"setting-{setting.name}")
        assert field.accessibleName() == setting.title
        assert field.toolTip() == setting.help
    assert form.values() == {"width": 16, "rate": pytest.approx(0.0005), "wavelet": False, "order": "low", "rank": 1}


def test_only_what_differs_from_the_preset_is_an_override(form, qtbot):
    assert form.overrides() == {}
    with qtbot.waitSignal(form.changed):
        form.set_value("order", "high")
    assert form.overrides() == {"order": "high"}
    form.set_preset(CODEC.presets[1])
    assert form.values()["width"] == 64
    assert form.overrides() == {}
    form.set_value("width", 16)
    assert form.overrides() == {"width": 16}


def test_numbers_stay_in_their_range(form):
    form.set_value("width", 10_000)
    assert form.values()["width"] == 128


def test_a_setting_is_shown_and_told_only_where_it_counts(form):
    rank = form.findChild(QSpinBox, "setting-rank")
    form.set_value("rank", 5)
    assert (rank.isVisibleTo(form), form.overrides()) == (False, {})
    form.set_value("order", "high")
    assert (rank.isVisibleTo(form), form.overrides()) == (True, {"order": "high", "rank": 5})
    form.set_preset(CODEC.presets[1])
    assert not rank.isVisibleTo(form)


def test_advanced_settings_are_folded_away_until_asked_for(form, qtbot):
    form.show()
    rate = form.findChild(QDoubleSpinBox, "setting-rate")
    assert not rate.isVisible()
    form.findChild(QToolButton).click()
    assert rate.isVisible()


def test_another_codec_replaces_the_form(form):
    other = CodecFacts("x", "X", "", (PresetFacts("p", "P", ""),), (), False, "Q", 0, 1, 0)
    form.set_codec(other, other.presets[0])
    assert form.values() == {}


def test_a_rate_stays_the_same_when_its_unit_changes(qtbot):
    goal = GoalField()
    qtbot.addWidget(goal)
    goal.set_codec(CODEC)
    goal.set_extent(Extent(pixels=100_000, frames=50, rate=25.0))
    goal.set_goal(Goal(GoalKind.BPP, 0.2))
    goal.kind.setCurrentIndex(goal.kind.findData(GoalKind.BITRATE))
    assert goal.goal == Goal(GoalKind.BITRATE, pytest.approx(500.0))
    goal.kind.setCurrentIndex(goal.kind.findData(GoalKind.SIZE))
    assert goal.goal == Goal(GoalKind.SIZE, pytest.approx(125_000.0))
    goal.kind.setCurrentIndex(goal.kind.findData(GoalKind.QUALITY))
    assert goal.goal == Goal(GoalKind.QUALITY, 4.0)
    assert goal.kind.currentText() == "Lambda"
    assert goal.value.maximum() == 9


def test_only_what_the_codec_can_aim_at_can_be_chosen(qtbot):
    goal = GoalField()
    qtbot.addWidget(goal)
    able = replace(CODEC, goals=tuple(GoalKind))
    goal.set_codec(able)
    goal.set_goal(Goal(GoalKind.PSNR, 38.0))
    assert goal.goal == Goal(GoalKind.PSNR, 38.0)
    assert goal.value.suffix() == " dB"
    goal.set_goal(Goal(GoalKind.BPP, 0.3))
    goal.kind.setCurrentIndex(goal.kind.findData(GoalKind.PSNR))
    assert goal.goal == Goal(GoalKind.PSNR, 38.0)
    goal.set_codec(CODEC)
    assert goal.goal.kind is GoalKind.BPP
    assert not goal.kind.model().item(goal.kind.findData(GoalKind.PSNR)).isEnabled()
    goal.set_codec(able)
    assert goal.kind.model().item(goal.kind.findData(GoalKind.PSNR)).isEnabled()


def test_budget_is_minutes_or_epochs(qtbot):
    budget = BudgetField()
    qtbot.addWidget(budget)
    budget.set_codec(CODEC)
    assert (budget.minutes, budget.epochs) == (2.0, None)
    budget.set_epochs(12)
    assert (budget.minutes, budget.epochs) == (None, 12)


def test_frames_are_all_or_a_range(qtbot):
    frames = FrameRangeField()
    qtbot.addWidget(frames)
    frames.set_frames(32)
    assert frames.range == (None, None)
    assert frames.count == 32
    frames.first.setValue(4)
    frames.last.setValue(7)
    assert frames.range == (4, 8)
    frames.set_frames(32, keep=True)
    assert frames.range == (4, 8)
    frames.set_frames(10)
    assert frames.range == (None, None)
