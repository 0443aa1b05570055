"""The dialog of raw files, with the real engine reading the file as the dialog says."""

from collections.abc import Iterator

import numpy as np
import pytest

from nvc_studio.main_window import MainWindow
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
