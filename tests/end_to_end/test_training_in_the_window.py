"""A training in a terminal, seen and paused from the real window with the real engine."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nvc_engine.codecs.sevc.initial import fresh_networks
from nvc_engine.codecs.sevc.weights import save_networks
from nvc_engine.codecs.sevc.widths import PRESETS
from nvc_engine.protocol.messages import JobState, JobVerb
from nvc_studio.main_window import MainWindow
from nvc_studio.models.jobs import Column
from nvc_studio.studio import Studio

PATIENCE_MS = 180_000


@pytest.fixture
def window(qtbot: QtBot, qapp: object) -> Iterator[MainWindow]:
    made = MainWindow(Studio(qapp))
    qtbot.addWidget(made)
    made.show()
    made.studio.client.start()
    qtbot.waitUntil(lambda: made.studio.status.ready and made.live.loss is not None, timeout=PATIENCE_MS)
    yield made
    made.finish(stop_jobs=True)


@pytest.fixture
def training(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`nvc-engine train`, of more steps than anybody waits for."""
    clips, weights = tmp_path / "clips", tmp_path / "begun"
    clips.mkdir()
    random = np.random.default_rng(3)
    for name in ("hill", "lake", "road"):
        frames = random.integers(16, 235, (2, 64 * 64 * 3), np.uint8)
        body = b"".join(b"FRAME\n" + frame.tobytes() for frame in frames)
        (clips / f"{name}.y4m").write_bytes(b"YUV4MPEG2 W64 H64 F25:1 Ip A1:1 C444\n" + body)
    save_networks(weights, fresh_networks(PRESETS["light"], 0))
    order = (
        f"train sevc --run {tmp_path / 'run'} --data {clips} --preset light --weights {weights} --stage intra"
        " --steps 100000 --samples 1 --crop 64"
    )
    process = subprocess.Popen([sys.executable, "-P", "-m", "nvc_engine", *order.split()], stderr=subprocess.DEVNULL)
    yield process
    process.kill()
    process.wait()


def test_a_training_is_watched_and_paused(
    window: MainWindow, training: subprocess.Popen[bytes], tmp_path: Path, qtbot: QtBot
) -> None:
    jobs = window.studio.jobs
    qtbot.waitUntil(lambda: bool(jobs.jobs) and len(jobs.history(jobs.jobs[0].id)) > 2, timeout=PATIENCE_MS)
    (job,) = jobs.jobs
    assert job.state is JobState.RUNNING
    assert jobs.index(0, Column.NAME).data(Qt.ItemDataRole.DisplayRole) == "Training SEVC light: intra"
    assert window.queue.chosen == job
    window.queue.actions_by_verb[JobVerb.PAUSE].trigger()
    qtbot.waitUntil(lambda: jobs.jobs[0].state is JobState.PAUSED, timeout=PATIENCE_MS)
    assert training.wait() == 130
    assert f"nvc-engine train sevc --resume {tmp_path / 'run'}" in window.queue.message
    assert (tmp_path / "run" / "checkpoint-0").exists()
    (line,) = window.live.loss.plot.listDataItems()
    assert len(line.getOriginalDataset()[0]) > 2
    assert window.queue.actions_by_verb[JobVerb.REMOVE].isEnabled()
    assert not window.queue.actions_by_verb[JobVerb.RESUME].isEnabled()
