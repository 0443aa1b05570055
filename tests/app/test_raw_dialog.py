"""The dialog of raw files, with the real engine reading the file as the dialog says."""

from collections.abc import Iterator

import numpy as np
import pytest

from nvc_engine.protocol.messages import RawSpec
from nvc_studio.main_window import MainWindow
from nvc_studio.models.settings import StudioSettings
from nvc_studio.studio import Studio
from nvc_studio.views.raw_dialog import RawDialog

PATIENCE = 120_000


@pytest.fixture
def window(qtbot, qapp) -> Iterator[MainWindow]:
    made = MainWindow(Studio(qapp))
    qtbot.addWidget(made)
    made.show()
    made.studio.client.start()
    yield made
    made.finish(stop_jobs=True)


def test_a_raw_file_is_shown_as_it_would_be_read_before_it_is_opened(window, qtbot, tmp_path):
    luma = np.tile(np.arange(16, 208, 3, dtype=np.uint8), (48, 1))
    frame = luma.tobytes() + bytes([128]) * (2 * 32 * 24)
    path = tmp_path / "ramp_64x48_25.yuv"
    path.write_bytes(frame * 3)
    window.open_paths([path])
    (dialog,) = window.findChildren(RawDialog)
    assert "3 frames" in dialog.text
    qtbot.waitUntil(lambda: not dialog.thumbnail.picture.isNull(), timeout=PATIENCE)
    first = dialog.thumbnail.picture
    assert (first.width(), first.height()) == (64, 48)
    assert first.pixelColor(2, 40).lightness() < first.pixelColor(60, 5).lightness()
    assert first.pixelColor(60, 5).lightness() == pytest.approx(first.pixelColor(60, 40).lightness(), abs=1)

    dialog.width_field.setValue(96)
    dialog.height_field.setValue(32)
    qtbot.waitUntil(lambda: dialog.thumbnail.picture.width() == 96, timeout=PATIENCE)
    skewed = dialog.thumbnail.picture
    assert abs(skewed.pixelColor(60, 5).lightness() - skewed.pixelColor(60, 6).lightness()) > 10
    dialog.width_field.setValue(64)
    dialog.height_field.setValue(48)
    dialog.accept()
    qtbot.waitUntil(lambda: window.viewing.a is not None, timeout=PATIENCE)
    assert (window.viewing.a.facts.width, window.viewing.a.facts.frames) == (64, 3)


def test_the_layout_is_offered_again_for_another_file_of_the_folder(bare_window, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(bare_window.viewing, "open_raw", lambda path, layout: opened.append((path.name, layout)))
    layout = RawSpec(40, 30, "yuv444p", "50/1")
    (tmp_path / "elsewhere").mkdir()
    files = [tmp_path / name for name in ("first.yuv", "second.yuv", "third.yuv", "elsewhere/fourth.yuv")]
    for path, size in zip(files, (3600, 7200, 7201, 7200), strict=True):
        path.write_bytes(bytes(size))

    def ask(path):
        bare_window.open_paths([path])
        return bare_window.findChildren(RawDialog)[-1]

    first = ask(files[0])
    assert "does not tell" in first.origin
    first.width_field.setValue(layout.width)
    first.height_field.setValue(layout.height)
    first.format_field.setCurrentText(layout.pixel_format)
    first.rate_field.setCurrentText("50")
    first.accept()
    assert opened == [("first.yuv", layout)]

    second = ask(files[1])
    assert "was read like this" in second.origin
    assert second.spec() == layout
    assert "2 frames" in second.text
    second.reject()
    for path in files[2:]:
        other = ask(path)
        assert "does not tell" in other.origin
        other.reject()


def test_layouts_outlive_the_window_and_damage_costs_only_themselves(tmp_path):
    settings = StudioSettings(tmp_path / "window.ini")
    one, other = RawSpec(40, 30), RawSpec(64, 48, "nv12", "50/1")
    for layout in (one, other, one):
        settings.add_raw_layout(tmp_path, layout)
    settings.add_raw_layout(tmp_path / "other", other)
    settings._store.sync()
    again = StudioSettings(tmp_path / "window.ini")
    assert again.raw_layouts(tmp_path) == (one, other)
    assert again.raw_layouts(tmp_path / "none") == ()
    again._store.setValue("files/raw_layouts", '[["x"], 3]')
    assert again.raw_layouts(tmp_path) == ()
