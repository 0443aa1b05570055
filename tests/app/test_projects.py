"""Projects and sessions: saved, opened, had back after a crash; folders of clips."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMessageBox

from nvc_engine.protocol.messages import Goal, GoalKind, RawSpec
from nvc_engine.protocol.user_presets import UserPreset
from nvc_studio.models.frame_picture import FramePicture
from nvc_studio.models.kept_sessions import KeptSession
from nvc_studio.models.project import (
    Project,
    ProjectError,
    ProjectSource,
    ViewState,
    opening_of,
    project_bytes,
    read_project,
    source_of,
)
from nvc_studio.models.source_library import Opening
from nvc_studio.views.frame_modes import ViewMode

PRESET = UserPreset("", "probe", "large", {"width": 8}, Goal(GoalKind.PSNR, 37.0), epochs=3)


@pytest.fixture
def project(tmp_path) -> Project:
    sources = (
        ProjectSource(str(tmp_path / "clips" / "a.yuv"), RawSpec(64, 48), "bt709", True),
        ProjectSource("/elsewhere/b.nvc"),
    )
    return Project(sources, ViewState(7, "SPLIT", 2.5, 0.25, 0.75, 4, 0.3), PRESET, "abcdef")


def test_a_project_comes_back_and_may_move_with_its_clips(project, tmp_path):
    (tmp_path / "p.nvcproj").write_bytes(project_bytes(project, tmp_path))
    assert read_project(tmp_path / "p.nvcproj") == project
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / "p.nvcproj").rename(moved / "p.nvcproj")
    first, second = read_project(moved / "p.nvcproj").sources
    assert first.path == str(moved / "clips" / "a.yuv")
    assert second.path == "/elsewhere/b.nvc"
    assert source_of(opening_of(first)) == first


@pytest.mark.parametrize("text", ["", "nonsense", "{}", '{"format": "other"}', '{"version": 99}', '{"sources": 3}'])
def test_what_is_no_project_is_refused_by_a_sentence(bare_window, tmp_path, text):
    path = tmp_path / "bad.nvcproj"
    path.write_text(text)
    if text == "{}":
        assert read_project(path) == Project()  # Every field has a default.
        return
    with pytest.raises(ProjectError, match=r"bad\.nvcproj"):
        read_project(path)
    bare_window.open_paths([path])
    (box,) = bare_window.findChildren(QMessageBox)
    assert "bad.nvcproj" in box.text()


def test_only_a_window_that_crashed_leaves_something(project, qapp):
    first, second = KeptSession(), KeptSession()
    assert first.begin() is None
    first.keep(project)
    assert second.begin() is None  # The first window lives.
    second.keep(replace(project, job="second"))
    second.leave()
    assert KeptSession().begin() is None
    first._lock.unlock()  # As if its process had gone.
    third = KeptSession()
    assert third.begin() == project
    assert KeptSession().begin() is None
    third.leave()
    assert KeptSession().begin() is None


def test_the_window_keeps_what_it_works_on_until_it_closes(bare_window, opened, tmp_path, qtbot, monkeypatch):
    window = bare_window
    source = opened(tmp_path / "a.mkv")
    window.studio.sources._openings[source] = Opening(tmp_path / "a.mkv", matrix="bt709")
    window.encode.take(PRESET)
    window.session.begin(restore=True)
    window.viewing.a = source
    window.viewing.changed.emit()
    window.session._keep()
    (file,) = (window.session._kept._folder).glob("*.json")
    kept = read_project(file)
    assert kept.sources == (ProjectSource(str(tmp_path / "a.mkv"), matrix="bt709"),)
    assert kept.encode == PRESET
    window.close()
    assert not file.exists()


def test_a_project_has_every_source_in_view(bare_window, opened, tmp_path, monkeypatch):
    paths = [tmp_path / name for name in ("a.mkv", "b.nvc", "c.nvc")]
    viewing = bare_window.viewing
    sources = [opened(path) for path in paths]
    bare_window.studio.sources._openings.update(zip(sources, map(Opening, paths), strict=True))
    viewing.a, viewing.b, viewing.more = sources[0], sources[1], (sources[2],)
    project = bare_window.session.project()
    assert [Path(source.path) for source in project.sources] == paths
    asked = []
    monkeypatch.setattr(viewing, "_open_all", lambda *openings: asked.extend(openings))
    bare_window.session.show(project)
    assert [opening.path for opening in asked] == paths


def test_a_crashed_session_is_restored_or_offered(bare_window, project, monkeypatch):
    asked = []
    monkeypatch.setattr(bare_window.viewing, "restore", asked.append)
    left = KeptSession()
    left.begin()
    left.keep(project)
    left._lock.unlock()
    bare_window.session.begin(restore=False)
    assert "a.yuv, b.nvc" in bare_window.banner.text
    assert asked == []
    bare_window.banner._act()
    assert asked == [[opening_of(source) for source in project.sources]]
    assert bare_window.encode.user_preset() == PRESET


def test_pictures_are_looked_at_as_the_project_says_once_they_are_there(bare_window, project):
    canvas = bare_window.compare.canvas
    bare_window.session.show(replace(project, sources=()))
    assert canvas.mode is not ViewMode.SPLIT
    assert bare_window.session.project().view == project.view  # What is still to come is not lost by saving.
    picture = QImage(1920, 1080, QImage.Format.Format_RGB32)
    canvas.set_pictures(FramePicture(picture, "a"), FramePicture(picture, "b"))
    assert (canvas.mode, canvas.gain, canvas.divider) == (ViewMode.SPLIT, 4, 0.3)
    view = canvas.view
    assert (view.zoom, round(view.x, 3), round(view.y, 3)) == (2.5, 0.25, 0.75)


def test_a_folder_of_clips_can_be_encoded_as_a_whole(bare_window, listed, tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("b.mkv", "a.mp4", "notes.txt", "c.yuv"):
        (folder / name).touch()
    bare_window.encode.take(PRESET)
    bare_window.open_paths([folder])
    (box,) = bare_window.findChildren(QMessageBox)
    assert "2 clips" in box.text()
    next(button for button in box.buttons() if "Encode all 2" in button.text()).click()
    orders = [job.request for job in listed.store.all()]
    assert [order.source for order in orders] == [str(folder / "a.mp4"), str(folder / "b.mkv")]
    assert {(order.preset, order.epochs, order.first) for order in orders} == {("large", 3, None)}


def test_files_and_views_go_through_the_clipboard(bare_window, opened, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(bare_window.viewing, "open_paths", asked.append)
    clipboard = QApplication.clipboard()
    clipboard.setText("nothing of ours")
    bare_window.menus.open_clipboard()
    assert "no file on the clipboard" in bare_window.line.told.text()
    clip = tmp_path / "a b.mkv"
    clip.touch()
    clipboard.setText(str(clip))
    bare_window.menus.open_clipboard()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(clip)), QUrl.fromLocalFile("/b.nvc")])
    clipboard.setMimeData(data)
    bare_window.menus.open_clipboard()
    assert asked == [[clip], [clip, Path("/b.nvc")]]
    assert not bare_window.exports.copy_view.isEnabled()
    bare_window.viewing.a = opened(clip)
    bare_window.viewing.changed.emit()
    bare_window.exports.copy_view.trigger()
    assert clipboard.image().size() == bare_window.compare.canvas.size()
