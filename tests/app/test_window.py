"""The window without an engine: names, keys, themes, dialogs."""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QHeaderView,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollBar,
    QTabBar,
    QWidget,
)

from nvc_engine.protocol.messages import (
    ClipFacts,
    CodecFacts,
    Codecs,
    Goal,
    GoalKind,
    JobChanged,
    JobFacts,
    JobRemoved,
    JobRequest,
    JobState,
    JobVerb,
    Notice,
    PresetFacts,
    Progress,
    QueueHeld,
    Result,
    SettingFacts,
)
from nvc_studio.engine_client import EngineState
from nvc_studio.main_window import MainWindow
from nvc_studio.models.clip_lines import clip_lines
from nvc_studio.models.command_line import encode_command
from nvc_studio.models.settings import Scheme
from nvc_studio.models.sources import Source
from nvc_studio.studio import Studio
from nvc_studio.views.export_menu import CHART_FILTERS
from nvc_studio.views.file_questions import ask_save
from nvc_studio.views.info_view import InfoView
from nvc_studio.views.job_log_dialog import JobLogDialog
from nvc_studio.views.key_overlay import KeyOverlay
from nvc_studio.views.order_questions import settle_output
from nvc_studio.views.raw_dialog import RawDialog
from nvc_studio.views.wrapped_label import WrappedLabel

CODEC = CodecFacts(
    "probe", "Probe", "A codec", (PresetFacts("small", "Small", "Fits anywhere."),),
    (SettingFacts("width", "int", "Width", "Channels", 16, minimum=4, maximum=128),
     SettingFacts("rate", "float", "Learning rate", "Of the first step", 0.01, advanced=True)),
    True, "Lambda", 1, 9, 4,
)  # fmt: skip


def facts(path: str = "/clips/a.mkv", **more) -> ClipFacts:
    return ClipFacts(
        path=path, container="matroska", codec="ffv1", width=64, height=48, frames=12, rate="25/1", time_base="1/25",
        timestamps=tuple(range(12)), pixel_format="yuv420p", bit_depth=8, matrix="bt601", primaries="2", transfer="2",
        full_range=False, colour_assumed=True, **more,
    )  # fmt: skip


def job(state: JobState, name: str = "j", **more) -> JobFacts:
    request = JobRequest("/clips/a.mkv", f"/clips/{name}.nvc", "probe", "small", goal=Goal(GoalKind.BPP, 0.1))
    return JobFacts(name, request, state, 1, 0.0, **more)


@pytest.fixture
def window(qtbot, qapp) -> Iterator[MainWindow]:
    made = MainWindow(Studio(qapp))
    qtbot.addWidget(made)
    made.studio.codecs.set_codecs(Codecs(0, (CODEC,), ("auto", "cpu")))
    made.show()
    qtbot.waitUntil(lambda: made.live.loss is not None)
    yield made
    made.close()


def interactive(root: QWidget) -> list[QWidget]:
    """What a person can put the focus on or press; the inner parts of spin boxes and the like are their owner's."""
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView, QAbstractSlider)
    found = []
    for widget in root.findChildren(QWidget):
        owner = widget.parentWidget()
        inner = isinstance(widget, QScrollBar | QHeaderView) or isinstance(
            owner, QAbstractSpinBox | QComboBox | QTabBar | QAbstractItemView
        )
        of_qt = widget.objectName().startswith("qt_") or (
            owner and owner.metaObject().className() == "QComboBoxPrivateContainer"
        )
        if isinstance(widget, kinds) and not inner and not of_qt:
            found.append(widget)
    return found


def test_every_control_has_a_name_for_screen_readers(window):
    window.encode.set_source(Source(1, "a.mkv", facts()))
    nameless = [
        f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parentWidget()).__name__}"
        for widget in interactive(window)
        if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]
    assert len(interactive(window)) > 30
    assert nameless == []


def test_every_control_can_be_reached_by_the_keyboard(window):
    unreachable = [
        widget.accessibleName() or type(widget).__name__
        for widget in interactive(window.encode) + interactive(window.queue) + interactive(window.info)
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(window)
    ]
    assert unreachable == []


def test_no_two_actions_of_the_window_share_a_key(window):
    taken: dict[str, list[str]] = {}
    for title, actions in window.menus.groups():
        for action in actions:
            for key in action.shortcuts():
                taken.setdefault(key.toString(), []).append(f"{title}: {action.text()}")
    assert {key: texts for key, texts in taken.items() if len(texts) > 1} == {}


def test_keys_are_shown_over_the_window_and_go_away(window, qtbot):
    window.menus.show_keys()
    (overlay,) = window.findChildren(KeyOverlay)
    assert overlay.size() == window.size()
    qtbot.keyClick(overlay, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: not window.findChildren(KeyOverlay))
    window.menus.show_keys()
    window.menus.show_keys()
    qtbot.waitUntil(lambda: not window.findChildren(KeyOverlay))


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT])
def test_both_schemes_put_their_palette_on(window, scheme):
    window.studio.theme.set_scheme(scheme)
    ground = QApplication.palette().window().color()
    assert (ground.lightness() < 128) is (scheme is Scheme.DARK)
    assert not window.grab().isNull()


def test_the_panel_makes_the_order_that_it_shows(window):
    assert window.encode.request() is None
    assert not window.encode.now.isEnabled()
    window.encode.set_source(Source(1, "a.mkv", facts()))
    window.encode.goal.set_goal(Goal(GoalKind.BITRATE, 120.0))
    window.encode.budget.set_epochs(3)
    window.encode.form.set_value("width", 32)
    window.encode.frames.last.setValue(5)
    window.encode.device.setCurrentText("cpu")
    assert window.encode.request() == JobRequest(
        source="/clips/a.mkv", output=str(Path("/clips/a.probe.small.120kbps.nvc")), codec="probe", preset="small",
        settings={"width": 32}, goal=Goal(GoalKind.BITRATE, 120.0), epochs=3, first=0, stop=6, device="cpu",
    )  # fmt: skip
    window.encode.copy.trigger()
    assert "--set width=32" in QApplication.clipboard().text()
    assert window.encode.now.isEnabled()


def test_a_codec_that_chooses_its_preset_is_left_to_do_so(window):
    window.studio.codecs.set_codecs(Codecs(0, (replace(CODEC, automatic=True),), ("auto", "cpu")))
    panel = window.encode
    panel.set_source(Source(1, "a.mkv", facts()))
    assert panel.preset_choice.currentText() == "Automatic"
    assert (panel.request().preset, panel.request().settings) == ("", {})
    assert panel.request().output == str(Path("/clips/a.probe.auto.0.1bpp.nvc"))
    assert not panel.form.isVisibleTo(panel)
    panel.preset_choice.setCurrentIndex(panel.preset_choice.findData("small"))
    assert panel.request().preset == "small"
    assert panel.form.isVisibleTo(panel)


def test_a_conventional_encoder_is_ordered_like_a_codec_and_drawn_dashed(window):
    presets = (PresetFacts("medium", "Medium", "Its own."),)
    x265 = CodecFacts(
        "x265", "x265", "An encoder", presets, (), False, "CRF", 0, 51, 28, conventional=True, suffixes=(".mkv", ".mp4")
    )
    window.studio.codecs.set_codecs(Codecs(0, (CODEC, x265), ("auto", "cpu")))
    window.encode.set_source(Source(1, "a.mkv", facts()))
    window.encode.codec_choice.setCurrentIndex(window.encode.codec_choice.findData("x265"))
    window.encode.goal.set_goal(Goal(GoalKind.QUALITY, 31.0))
    request = window.encode.request()
    assert (request.output, request.minutes, request.epochs) == (str(Path("/clips/a.x265.medium.q31.mkv")), None, None)
    assert "--codec x265" in encode_command(request)
    result = Result(1000, 0.1, 20.0, 12, 64, 48, "x265", "medium", 1.0, 31.0, 31.0, 31.0, 30.5, 29.0, None)
    window.studio.jobs.receive(JobChanged(JobFacts("x", request, JobState.DONE, 1, 0.0, result=result)))
    window.live.set_clip(facts())
    (series,) = window.live.chart().series
    assert (series.name, series.conventional, series.labels) == ("x265 medium", True, ("q31; encoded in 1 s",))


def test_buttons_follow_the_state_of_the_chosen_job(window):
    actions = window.queue.actions_by_verb
    receive = window.studio.jobs.receive
    receive(JobChanged(job(JobState.RUNNING)))
    assert window.queue.chosen.id == "j"
    assert actions[JobVerb.PAUSE].isEnabled()
    assert not actions[JobVerb.RESUME].isEnabled()
    receive(JobChanged(job(JobState.PAUSED)))
    assert actions[JobVerb.RESUME].isEnabled()
    assert not actions[JobVerb.PAUSE].isEnabled()
    receive(JobChanged(job(JobState.FAILED, message="The disk is full.")))
    assert actions[JobVerb.RETRY].isEnabled()
    assert window.queue.message == "The disk is full."
    assert not window.queue.compare.isEnabled()
    receive(JobChanged(job(JobState.DONE)))
    assert window.queue.compare.isEnabled()


def test_a_queue_that_is_held_shows_it(window):
    window.studio.jobs.receive(QueueHeld(True))
    assert window.queue.hold.isChecked()
    window.studio.jobs.receive(QueueHeld(False))
    assert not window.queue.hold.isChecked()


def test_a_cluster_is_asked_for_by_its_address(window, qtbot):
    window.studio.jobs.receive(QueueHeld(False, "ray://before:10001"))
    window.queue.cluster.trigger()
    (dialog,) = window.findChildren(QInputDialog)
    assert dialog.textValue() == "ray://before:10001"
    dialog.setTextValue("ray://after:10001")
    with qtbot.waitSignal(window.studio.jobs.refused):  # there is no engine here
        dialog.accept()


def test_a_log_is_shown_and_its_diagnostics_are_copied(window, qtbot):
    dialog = JobLogDialog("clip.mkv", "first\nlast", "Versions\ntorch 2", window)
    dialog.open()
    assert dialog.text.toPlainText() == "first\nlast"
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "Versions\ntorch 2"
    dialog.close()


def test_the_choice_stays_when_a_new_connection_tells_all_jobs_anew(window):
    receive = window.studio.jobs.receive
    for name in ("a", "b", "c", "d"):
        receive(JobChanged(job(JobState.WAITING, name)))
    window.queue.choose("c")
    window.studio.jobs.clear()
    assert not window.queue.actions_by_verb[JobVerb.START].isEnabled()
    for name in ("a", "b", "c", "d"):
        receive(JobChanged(job(JobState.WAITING, name)))
    assert window.queue.chosen.id == "c"


def test_a_job_that_was_just_ordered_is_chosen_although_another_was(window):
    window.studio.jobs.receive(JobChanged(job(JobState.RUNNING, "a")))
    window.queue.choose("b")  # The engine has said its name; its facts come a moment later.
    with_b = job(JobState.WAITING, "b")
    window.studio.jobs.receive(JobChanged(with_b))
    assert window.queue.chosen.id == "b"
    assert window.queue.table.selectionModel().selectedRows()[0].row() == window.studio.jobs.row_of("b")


def test_jobs_that_are_over_leave_the_live_view_to_the_clip(window, qtbot):
    window.live.set_clip(facts("/clips/other.mkv"))
    window.studio.jobs.receive(JobChanged(job(JobState.DONE)))
    assert window.queue.chosen is None
    assert window.live.source() == "/clips/other.mkv"
    window.studio.jobs.receive(JobChanged(job(JobState.RUNNING, "k")))
    assert window.queue.chosen.id == "k"
    window.studio.jobs.receive(JobRemoved("k"))
    window.studio.jobs.receive(JobRemoved("j"))
    assert window.queue.chosen is None
    assert window.live.source() == "/clips/other.mkv"


@pytest.mark.parametrize("verb", [JobVerb.CANCEL, JobVerb.REMOVE])
def test_what_a_job_has_learned_is_not_thrown_away_unasked(window, qtbot, verb):
    window.studio.jobs.receive(JobChanged(job(JobState.PAUSED)))
    window.queue.actions_by_verb[verb].trigger()
    (box,) = window.findChildren(QMessageBox)
    assert [button.text().replace("&", "") for button in box.buttons()] == ["Give it up", "Keep it"]
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))


def test_the_wheel_over_a_field_scrolls_the_panel_unless_the_field_has_the_focus(window):
    panel = window.encode
    panel.set_source(Source(1, "a.mkv", facts()))
    before = panel.request()
    fields = [panel.codec_choice, panel.goal.kind, panel.goal.value, panel.budget.value, panel.seed]
    fields += panel.form.findChildren(QAbstractSpinBox)
    for field in fields:
        turn(field, -120)
    assert panel.request() == before
    panel.seed.setFocus()
    turn(panel.seed, 120)
    assert panel.seed.value() == 1


def turn(widget: QWidget, angle: int) -> None:
    place = QPointF(5, 5)
    event = QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_a_name_for_one_clip_is_not_kept_for_the_next(window):
    panel = window.encode
    template = panel.output.text()
    panel.set_source(Source(1, "a.mkv", facts()))
    panel.output.setText("/clips/mine.nvc")
    panel.output.editingFinished.emit()
    assert panel.request().output == str(Path("/clips/mine.nvc"))
    panel.set_source(Source(2, "b.mkv", facts("/clips/b.mkv")))
    assert panel.output.text() == template == window.studio.settings.template
    assert Path(panel.request().output).name.startswith("b.")


def test_a_chosen_filter_changes_the_name_to_be_saved(window, qtbot, tmp_path):
    saved: list[Path] = []
    dialog = ask_save(window, "Chart", tmp_path / "a.rd.png", CHART_FILTERS, "png", saved.append)
    dialog.filterSelected.emit(CHART_FILTERS[1])
    assert [Path(name).name for name in dialog.selectedFiles()] == ["a.rd.svg"]
    assert dialog.defaultSuffix() == "svg"
    dialog.reject()
    qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))


def test_closing_on_a_full_screen_leaves_the_layout_as_it_was(qtbot, qapp, tmp_path):
    first = MainWindow(Studio(qapp, tmp_path / "window.ini"))
    qtbot.addWidget(first)
    first.show()
    full = next(action for action in first.all_actions() if action.text() == "Full screen")
    full.trigger()
    assert first.queue_dock.isHidden()
    qtbot.keyClick(first.compare.canvas, Qt.Key.Key_Escape)
    assert not first.queue_dock.isHidden()
    full.trigger()
    first.close()
    second = MainWindow(Studio(qapp, tmp_path / "window.ini"))
    qtbot.addWidget(second)
    second.show()
    assert not second.isFullScreen()
    assert not second.queue_dock.isHidden()
    second.close()


def test_live_view_draws_a_running_job_and_its_measured_point(window, qtbot):
    def report(step: int) -> Progress:
        return Progress(
            "training",
            0,
            2,
            step / 10,
            1.0,
            9.0,
            step,
            10,
            loss=1.0 / step,
            rate_bpp=0.5 / step,
            distortion_db=20.0 + step,
            rate_shares=(("grids", 0.1 / step), ("weights", 0.4 / step)),
        )

    running = job(JobState.RUNNING, history=tuple(report(step) for step in range(1, 6)), progress=report(5))
    window.studio.jobs.receive(JobChanged(running))
    qtbot.waitUntil(lambda: "training (1 of 2)" in window.live.text)
    assert "25.00 dB" in window.live.text
    assert window.live.shares.isVisible()
    assert window.live.shares.text.splitlines() == [
        "grids: about 0.0200 bpp, 20.0 %",
        "weights: about 0.0800 bpp, 80.0 %",
    ]
    assert window.live.chart().series == ()
    result = Result(900, 0.1, 20.0, 12, 64, 48, "probe", "small", 3.0, 30, 31, 32, 30.5, 29, 0.95)
    window.studio.jobs.receive(JobChanged(job(JobState.DONE, result=result)))
    assert window.live.chart().series[0].points == ((0.1, 30.5),)
    qtbot.waitUntil(lambda: "Measured: 0.1000 bpp" in window.live.text)
    assert window.live.shares.isHidden(), "nothing is known of this file's bytes"


def test_banner_tells_of_the_engine_and_offers_to_restart_it(window):
    client, banner = window.studio.client, window.banner
    client.state_changed.emit(EngineState.RESTARTING, "The engine stopped.")
    assert banner.text == "The engine stopped."
    client.state_changed.emit(EngineState.FAILED, "The engine cannot start.")
    assert banner.text == "The engine cannot start."
    assert "Restart" in next(b.text() for b in banner.findChildren(QPushButton) if b.isVisible())
    client.state_changed.emit(EngineState.READY, "")
    assert banner.text == ""
    client.received.emit(Notice("A worker crashed; its job goes on."))
    assert banner.text == "A worker crashed; its job goes on."


def test_an_assumed_colour_is_said_plainly(window, qtbot):
    info: InfoView = window.info
    info.show_source(Source(1, "a.mkv", facts()), None)
    assert "BT.601, limited range, is assumed" in info.colour_text
    with qtbot.waitSignal(info.reinterpreted) as told:
        info.matrix.setCurrentIndex(info.matrix.findData("bt709"))
        info.matrix.activated.emit(info.matrix.currentIndex())
    assert told.args == ["bt709", None]
    assert ("Colours", "matrix BT.601, primaries not said, transfer not said") in clip_lines(facts())


def test_what_cannot_be_opened_gets_a_box_that_does_not_block(window, qtbot):
    window.studio.sources.refused.emit(Path("/x.mkv"), "x.mkv is not a video.")
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "x.mkv is not a video."
    box.accept()
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))


def test_a_recent_file_that_is_gone_can_be_forgotten(window, tmp_path):
    gone, there = tmp_path / "gone.mkv", tmp_path / "there.mkv"
    there.touch()
    for path in (there, gone):
        window.studio.settings.add_recent(path)
        window.studio.sources.refused.emit(path, f"There is no file {path}.")
    first, second = window.findChildren(QMessageBox)
    assert not any("Forget" in button.text() for button in first.buttons())
    next(button for button in second.buttons() if "Forget" in button.text()).click()
    assert window.studio.settings.recent == (there,)


def test_files_can_be_dropped(window, qtbot, tmp_path):
    raw = tmp_path / "a_64x48.yuv"
    raw.write_bytes(bytes(64 * 48 * 3 // 2 * 2))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(raw))])
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Qt 6.12 deprecates the only way that 6.8 has.
        enter, drop = QDragEnterEvent(QPoint(5, 5), *how), QDropEvent(QPointF(5, 5), *how)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, drop)
    (dialog,) = window.findChildren(RawDialog)
    assert dialog.text.endswith("2 frames of 4.61 kB.")
    dialog.width_field.setValue(63)
    assert "left over" in dialog.text
    dialog.rate_field.setCurrentText("nonsense")
    assert dialog.spec() is None
    dialog.reject()
    qtbot.waitUntil(lambda: not window.findChildren(RawDialog))


def test_an_output_that_exists_is_never_replaced_unasked(window, qtbot, tmp_path):
    output = tmp_path / "a.nvc"
    request = JobRequest("/clips/a.mkv", str(output))
    settled: list[JobRequest] = []
    settle_output(window, request, frozenset(), settled.append)
    assert settled == [request]
    output.touch()
    for label, wanted in (("Keep both", (str(tmp_path / "a (2).nvc"), False)), ("Replace", (str(output), True))):
        settled.clear()
        settle_output(window, request, frozenset(), settled.append)
        assert settled == []
        (box,) = window.findChildren(QMessageBox)
        next(button for button in box.buttons() if label in button.text().replace("&", "")).click()
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
        assert [(one.output, one.overwrite) for one in settled] == [wanted]


def test_layout_scheme_and_recent_files_are_remembered(qtbot, qapp, tmp_path):
    first = MainWindow(Studio(qapp, tmp_path / "window.ini"))
    qtbot.addWidget(first)
    first.show()
    first.info_dock.hide()
    first.studio.settings.scheme = Scheme.DARK
    first.studio.settings.add_recent(tmp_path / "a.mkv")
    first.close()
    second = MainWindow(Studio(qapp, tmp_path / "window.ini"))
    qtbot.addWidget(second)
    second.show()
    assert second.info_dock.isHidden()
    assert not second.queue_dock.isHidden()
    assert second.studio.theme.dark
    assert second.studio.settings.recent == (tmp_path / "a.mkv",)
    second.close()


def test_shortcuts_of_the_conventions(window):
    assert window.encode.now.shortcut() == QKeySequence("Ctrl+Return")
    keys = {key.toString() for _, actions in window.menus.groups() for action in actions for key in action.shortcuts()}
    assert {"Ctrl+O", "F1", "?", "Ctrl+S", "Ctrl+Shift+S", "F11", "Space", "J", "K", "L"} <= keys


def test_a_long_path_breaks_and_is_given_back_whole(qtbot):
    label = WrappedLabel()
    qtbot.addWidget(label)
    path = "/videos/a_long_name/of_a_clip.that.goes_on_and_on.nvrc.light.0.2bpp.nvc"
    label.setText(f"The file is {path}. It is done.")
    assert label.text() == f"The file is {path}. It is done."
    assert label.heightForWidth(80) > 3 * label.fontMetrics().height()
    assert label.minimumSizeHint().width() < label.fontMetrics().horizontalAdvance(path) / 2
