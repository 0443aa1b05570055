"""VMAF through a program beside us: which one is taken, what it is given, and what is said where there is none."""

import os
import stat
import sys
from pathlib import Path

import pytest

from nvc_engine.media.opening import open_video
from nvc_engine.quality.measure import measure
from nvc_engine.quality.vmaf import VARIABLE

PROGRAM = """#!{python}
import json, sys
if "-filters" in sys.argv:
    print(" .. libvmaf           VV->V      Calculate the VMAF between two video streams.")
    sys.exit()
data = sys.stdin.buffer.read()
width, height = map(int, sys.argv[sys.argv.index("-video_size") + 1].split("x"))
size = width * height * 3 // 2
pairs = [(data[at : at + size], data[at + size : at + 2 * size]) for at in range(0, len(data), 2 * size)]
if {fails}:
    print("the model could not be loaded", file=sys.stderr)
    sys.exit(1)
frames = [{{"metrics": {{"vmaf": 99.0 if a == b else 50.0}}}} for a, b in pairs]
json.dump({{"frames": frames}}, open("vmaf.json", "w"))
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the program is a script")


def program(folder: Path, *, fails: bool) -> Path:
    """An `ffmpeg` that scores 99 where both pictures of a pair are the same, and else 50."""
    path = folder / "ffmpeg"
    path.write_text(PROGRAM.format(python=sys.executable, fails=fails))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_pairs_come_to_the_program_and_the_scores_back(tmp_path, clip_path, render_clip, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(program(tmp_path, fails=False)))
    same = measure(open_video(clip_path), open_video(clip_path), with_vmaf=True)
    assert (same.values("vmaf"), same.mean.vmaf) == ((99.0,) * 12, 99.0)
    lossy = render_clip(tmp_path / "b.mkv", 64, 48, 12, codec="libx264", options={"crf": "30"})
    found = measure(open_video(clip_path), open_video(lossy), with_vmaf=True)
    assert found.values("vmaf") == (50.0,) * 12
    assert found.notes == ()


def test_a_program_that_fails_is_a_sentence_and_costs_nothing_else(tmp_path, clip_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(program(tmp_path, fails=True)))
    found = measure(open_video(clip_path), open_video(clip_path), with_vmaf=True)
    assert found.values("vmaf") == ()
    assert found.mean.psnr_y == 100
    assert "the model could not be loaded" in found.notes[0]


def test_without_libvmaf_the_notes_say_why(clip_path):
    found = measure(open_video(clip_path), open_video(clip_path), with_vmaf=True)
    assert found.mean.vmaf is None
    assert VARIABLE in found.notes[0]
    assert measure(open_video(clip_path), open_video(clip_path)).notes == ()
