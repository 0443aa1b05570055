"""Hard cuts are found; motion, flashes and noise are none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nvc_engine.media.opening import open_video
from nvc_engine.media.scenes import scene_cuts
from nvc_engine.media.writing import write_video


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le"])
def test_cuts_are_found_where_they_are(tmp_path: Path, render_clip: Callable[..., Path], pixel_format: str) -> None:
    path = render_clip(tmp_path / "cuts.mkv", 96, 64, 30, cuts=(9, 20), pixel_format=pixel_format)
    clip = open_video(path)
    assert scene_cuts(clip, 0, 30) == (9, 20)
    assert scene_cuts(clip, 9, 20) == ()
    assert scene_cuts(clip, 5, 15) == (9,)


def test_motion_is_no_cut(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    assert scene_cuts(open_video(render_clip(tmp_path / "pan.mkv", 96, 64, 20))) == ()


def test_one_frame_has_no_cut(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    assert scene_cuts(open_video(render_clip(tmp_path / "one.mkv", 96, 64, 1))) == ()


def test_flash_is_no_cut(tmp_path: Path, render_clip: Callable[..., Path]) -> None:
    source = open_video(render_clip(tmp_path / "in.mkv", 96, 64, 12))
    pictures = list(source.pictures())
    pictures[6] = replace(pictures[6], y=np.full_like(pictures[6].y, 235))
    write_video(tmp_path / "flash.mkv", pictures, source.info)
    assert scene_cuts(open_video(tmp_path / "flash.mkv")) == ()
